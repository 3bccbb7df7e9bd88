# SPDX-License-Identifier: Apache-2.0
"""The signers file: who may sign what, when; and every way in which a line can be wrong, with its place."""

from __future__ import annotations

import pytest

from gatekeeper.errors import PolicyInvalid, SignatureInvalid
from gatekeeper.signing import keys
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.times import parse_rfc3339
from gatekeeper.signing.wire import string, to_base64
from tests import signers
from tests.signers import SoftKey, signers_line

SOURCE = ".gatekeeper/allowed_signers"
ALICE, BOB, TOKEN = SoftKey("alice"), SoftKey("bob", "ecdsa"), SoftKey("token", "ed25519", "ssh:")
NOW = parse_rfc3339("2026-11-23T15:00:00Z")


def parse(text: str) -> Signers:
    return Signers.parse(text.encode(), SOURCE)


def error(text: str | bytes) -> str:
    with pytest.raises(PolicyInvalid) as caught:
        Signers.parse(text if isinstance(text, bytes) else text.encode(), SOURCE)
    return str(caught.value)


def refusal(of: Signers, key: bytes, namespace: str = "git", at: int = NOW) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        of.principal(key, namespace, at)
    return str(caught.value)


def test_lines_comments_blanks_quotes_and_windows_line_ends() -> None:
    found = parse(
        "# people\n\n \t# indented\n"
        + signers_line("alice@example.org", ALICE.public)
        + f'"bob@example.org"\t  NameSpaces="git"  \t {BOB.public} with a comment, "quoted"\r\n'
        + f'carol@example.org namespaces="gatekeeper-approval" {TOKEN.public}'
    )
    assert found.principals() == ("alice@example.org", "bob@example.org", "carol@example.org")
    assert found.principal(ALICE.blob, "gatekeeper-approval", NOW) == "alice@example.org"
    assert found.principal(BOB.blob, "git", NOW) == "bob@example.org"
    assert [(one.line, one.key_type, one.namespaces) for one in found.lines] == [
        (4, "ssh-ed25519", ("git", "gatekeeper-approval")),
        (5, "ecdsa-sha2-nistp256", ("git",)),
        (6, "sk-ssh-ed25519@openssh.com", ("gatekeeper-approval",)),
    ]


def test_an_empty_file_lists_nobody() -> None:
    assert parse("").lines == parse("# nobody\n").lines == ()
    assert refusal(parse(""), ALICE.blob) == f"key {keys.fingerprint(ALICE.blob)} is not listed in {SOURCE}"


def test_namespaces_are_members_of_the_list_exactly() -> None:
    found = parse(signers_line("alice@example.org", ALICE.public, "git,gatekeeper-approval"))
    for namespace in ("gatekeeper-decision", "gatekeeper", "git,gatekeeper-approval", "GIT", ""):
        assert refusal(found, ALICE.blob, namespace) == (
            f"the key of alice@example.org is not listed for the namespace {namespace}"
        )


def test_validity_is_inclusive_at_both_ends_and_has_its_own_reasons() -> None:
    options = ('valid-after="20261101Z"', 'valid-before="20261130235959Z"')
    found = parse(signers_line("alice@example.org", ALICE.public, "git", *options))
    first, last = parse_rfc3339("2026-11-01T00:00:00Z"), parse_rfc3339("2026-11-30T23:59:59Z")
    for at in (first, NOW, last):
        assert found.principal(ALICE.blob, "git", at) == "alice@example.org"
    assert refusal(found, ALICE.blob, "git", first - 1) == (
        "the key of alice@example.org is not valid before 2026-11-01T00:00:00Z"
    )
    assert refusal(found, ALICE.blob, "git", last + 1) == "the key of alice@example.org expired at 2026-11-30T23:59:59Z"


def test_one_key_may_have_several_lines_of_one_person() -> None:
    found = parse(
        signers_line("alice@example.org", ALICE.public, "git", 'valid-before="20260101Z"')
        + signers_line("alice@example.org", ALICE.public, "git", 'valid-after="20260601Z"')
        + signers_line("alice@example.org", ALICE.public, "gatekeeper-approval")
    )
    assert found.principal(ALICE.blob, "git", NOW) == "alice@example.org"
    assert "not valid before" in refusal(found, ALICE.blob, "git", parse_rfc3339("2026-03-01T00:00:00Z"))
    assert len(found.signer_of_principal("alice@example.org")) == 3


def test_one_person_may_have_several_keys() -> None:
    found = parse(signers_line("alice@example.org", ALICE.public) + signers_line("alice@example.org", BOB.public))
    assert found.principals() == ("alice@example.org",)
    assert found.has_principal("alice@example.org")
    assert not found.has_principal("Alice@example.org")
    assert [one.key for one in found.signer_of_principal("alice@example.org")] == [ALICE.blob, BOB.blob]
    assert found.signer_of_principal("bob@example.org") == ()


def test_a_certificate_authority_matches_nothing() -> None:
    found = parse(signers_line("alice@example.org", ALICE.public, "git", "Cert-Authority"))
    assert found.lines[0].cert_authority
    assert refusal(found, ALICE.blob).endswith(
        "is not listed in .gatekeeper/allowed_signers other than as a certificate authority"
    )


KEY = " ".join(ALICE.public.split()[:2])


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            f"alice@example.org {KEY}",
            'line names no namespaces; write namespaces="git,gatekeeper-approval" before the key',
        ),
        (f'alice@example.org valid-before="20300101Z" {KEY}', "line names no namespaces"),
        (f'alice@example.org namespaces="" {KEY}', "line names no namespaces"),
        (f'alice@example.org namespaces="git,,x" {KEY}', "namespace '' is empty or a pattern"),
        (f'alice@example.org namespaces="git*" {KEY}', "namespace 'git*' is empty or a pattern; name each in full"),
        (f'alice@example.org namespaces="!git" {KEY}', "namespace '!git' is empty or a pattern"),
        (f'alice@example.org namespaces="a b" {KEY}', "namespace 'a b' is empty or a pattern"),
        (f'*@example.org namespaces="git" {KEY}', "principal '*@example.org' is a pattern; name each person"),
        (f'alic?@example.org namespaces="git" {KEY}', "principal 'alic?@example.org' is a pattern"),
        (f'!alice@example.org namespaces="git" {KEY}', "principal '!alice@example.org' is a pattern"),
        (f'a@example.org,b@example.org namespaces="git" {KEY}', "several principals for one key"),
        (f'"" namespaces="git" {KEY}', "principal '' is empty or has blanks at its ends"),
        (f'" a" namespaces="git" {KEY}', "principal ' a' is empty or has blanks at its ends"),
        (f'"alice namespaces="git" {KEY}', "line is not: PRINCIPAL"),
        (f'al"ice" namespaces="git" {KEY}', "line is not: PRINCIPAL"),
        (f'alice\u200b@example.org namespaces="git" {KEY}', "line holds characters that cannot be seen"),
        (f'\ufeffalice@example.org namespaces="git" {KEY}', "line holds characters that cannot be seen"),
        (f'alice@example.org namespaces="git" {KEY}\x00', "line holds characters that cannot be seen"),
        (f'alice@example.org\x0bnamespaces="git" {KEY}', "line holds characters that cannot be seen"),
        (f'alice@example.org namespace="git" {KEY}', "unknown option 'namespace'; did you mean 'namespaces'?"),
        (f'alice@example.org namespaces="git",permit {KEY}', "unknown option 'permit'; known are cert-authority, "),
        (f'alice@example.org namespaces="git", {KEY}', "unknown option ''"),
        ("alice@example.org ssh-ed25591 AAAA", "unknown option 'ssh-ed25591'; did you mean 'ssh-ed25519'?"),
        (f"alice@example.org namespaces=git {KEY}", 'write namespaces="..." with double quotes'),
        (f'alice@example.org namespaces="git"x {KEY}', 'write namespaces="..." with double quotes'),
        (f'alice@example.org namespaces="a\\"b" {KEY}', "line has no key after its options"),
        (f'alice@example.org namespaces="git {KEY}', "line has no key after its options"),
        (f'alice@example.org cert-authority="x",namespaces="git" {KEY}', "write cert-authority alone"),
        (f'alice@example.org namespaces="git",NAMESPACES="x" {KEY}', "option namespaces is there twice"),
        (
            f'alice@example.org cert-authority,namespaces="git",cert-authority {KEY}',
            "option cert-authority is there twice",
        ),
        (
            f'alice@example.org namespaces="git",valid-after="2026-01-01" {KEY}',
            "valid-after '2026-01-01' is not a time of the form",
        ),
        (
            f'alice@example.org namespaces="git",valid-before="20260230Z" {KEY}',
            "valid-before '20260230Z' is not a time",
        ),
        (
            f'alice@example.org namespaces="git",valid-after="20260201Z",valid-before="20260201Z" {KEY}',
            "valid-before is not later than valid-after",
        ),
        ('alice@example.org namespaces="git"', "line has no key after its options"),
        ("alice@example.org", "line is not: PRINCIPAL"),
        ('alice@example.org namespaces="git" ssh-ed25519', "a public key line is TYPE BASE64 [COMMENT]"),
        ('alice@example.org namespaces="git" ssh-ed25519 ????', "public key is not base64 in its one canonical form"),
        ('alice@example.org namespaces="git" ssh-ed25519 é', "public key is not base64"),
        (
            f'alice@example.org namespaces="git" ssh-rsa {KEY.split()[1]}',
            "the line names the type 'ssh-rsa', the key itself 'ssh-ed25519'",
        ),
        (f'alice@example.org namespaces="git" {KEY[:-4]}', "public key is cut short"),
        ("x" * 20_000, "line of 20000 characters; accepted are 16384"),
    ],
)
def test_a_bad_line_is_named_with_its_place_and_fault(line: str, message: str) -> None:
    said = error(f"# first\n{line}\n")
    assert said.startswith(f"{SOURCE}:2: ")
    assert message in said


def test_bytes_that_are_not_utf8() -> None:
    assert error(b"\xff\xfe\n") == f"{SOURCE}:1: line is not UTF-8"


def test_one_key_for_two_people_names_both_lines() -> None:
    text = signers_line("alice@example.org", ALICE.public) + "\n" + signers_line("bob@example.org", ALICE.public)
    assert error(text) == (
        f"{SOURCE}:3: this key is listed for 'bob@example.org', and in line 1 for 'alice@example.org': "
        "one key stands for one person"
    )


def test_one_person_is_not_two_by_spelling() -> None:
    text = signers_line("alice@example.org", ALICE.public) + signers_line("Alice@Example.org", BOB.public)
    assert error(text) == (
        f"{SOURCE}:2: 'Alice@Example.org' is spelled 'alice@example.org' in line 1: one person, one spelling"
    )


def test_keys_that_are_too_weak() -> None:
    weak = string(b"ssh-rsa") + signers.mpint(65537) + signers.mpint(2**1023 + 1)
    dsa = string(b"ssh-dss") + signers.mpint(5) * 4
    certificate = string(b"ssh-ed25519-cert-v01@openssh.com") + string(b"x")
    for blob, message in (
        (weak, "RSA key of 1024 bits: accepted are 2048 to 16384"),
        (dsa, "DSA keys are not accepted"),
        (certificate, "certificates are not accepted: sign with the plain key, and list that key"),
    ):
        public = f"{blob[4 : 4 + blob[3]].decode()} {to_base64(blob).decode()}"
        assert error(signers_line("alice@example.org", public)) == f"{SOURCE}:1: {message}"


def test_a_file_beyond_all_measure() -> None:
    assert error(b"#" * 2_000_000) == f"{SOURCE}: file of 2000000 bytes; accepted are 1048576"


def test_hostile_lines_take_linear_time() -> None:
    for text in ("a " + "," * 16_000, 'a "' * 5_000, "a x" + '"a"' * 5_000, "a " + '"",' * 5_000, '"' * 16_000):
        error(text)
