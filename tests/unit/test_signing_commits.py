# SPDX-License-Identifier: Apache-2.0
"""Commit signatures: what git signs verifies here, and what git leaves out of the signed bytes is left out here."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.model import Commit, Ident
from gatekeeper.signing import commits, sshsig
from gatekeeper.signing.allowed_signers import Signers
from tests import signers
from tests.repo import RepoBuilder
from tests.signers import SoftKey, signers_line

NOBODY = Ident(b"", b"", 0, b"+0000")


def commit_of(raw: bytes, oid: str = "0" * 40) -> Commit:
    return Commit(oid, "", (), NOBODY, NOBODY, b"", (), raw)


def sign_with(repo: RepoBuilder, key: signers.Key) -> None:
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", key.path)


def signers_file(repo: RepoBuilder, text: str) -> Signers:
    """The same file for git and for us."""
    path = repo.path.parent / "allowed"
    path.write_text(text)
    repo.git("config", "gpg.ssh.allowedSignersFile", str(path))
    return Signers.parse(text.encode(), "signers")


def read(repo: RepoBuilder, oid: str) -> Commit:
    return commit_of(repo.run("cat-file", "commit", oid).stdout, oid)


def refusal(commit: Commit, listed: Signers) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        commits.verify_commit(commit, listed, 0)
    return str(caught.value)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
@pytest.mark.parametrize("kind", ["ed25519", "ecdsa-384", "rsa-2048"])
def test_what_git_signs_is_good_here_and_there(tmp_path: Path, object_format: str, kind: str) -> None:
    repo = RepoBuilder.create(tmp_path / "repo", object_format=object_format)
    key = signers.key("alice", kind)
    sign_with(repo, key)
    listed = signers_file(repo, signers_line("alice@example.org", key.public))
    for message in (b"one line", b"", b"gpgsig in the message\n\ngpgsig -----BEGIN\n x\n", "Unicode ü\n".encode()):
        oid = repo.commit({"file": message}, message, signers_person(), "-S")
        assert repo.run("verify-commit", oid, check=False).returncode == 0
        principal, verified = commits.verify_commit(read(repo, oid), listed, 0)
        assert (principal, verified.key) == ("alice@example.org", key.blob)


def signers_person() -> tuple[str, str]:
    return ("Somebody Else", "else@example.org")


def test_a_merge_of_a_signed_tag_carries_the_tags_signature_inside(repo: RepoBuilder) -> None:
    key = signers.key("alice")
    sign_with(repo, key)
    listed = signers_file(repo, signers_line("alice@example.org", key.public))
    repo.commit({"a": "1"})
    repo.branch("side")
    repo.commit({"b": "1"})
    repo.git("tag", "-s", "-m", "signed tag", "v1")
    repo.branch("main", "HEAD~1")
    repo.commit({"c": "1"})
    repo.git("merge", "-q", "-S", "--no-ff", "-m", "merge", "v1")
    merge = read(repo, repo.git("rev-parse", "HEAD"))
    assert b"\nmergetag " in merge.raw
    assert b"SSH SIGNATURE" in commits.signed_payload(merge.raw)
    assert commits.verify_commit(merge, listed, 0)[0] == "alice@example.org"


def test_an_unsigned_commit_and_other_kinds_of_signatures(repo: RepoBuilder) -> None:
    listed = signers_file(repo, signers_line("alice@example.org", signers.key("alice").public))
    plain = read(repo, repo.commit({"a": "1"}))
    assert refusal(plain, listed) == "commit is not signed"
    head, _, message = plain.raw.partition(b"\n\n")
    for armor in (b"-----BEGIN PGP SIGNATURE-----", b"-----BEGIN SIGNED MESSAGE-----", b""):
        other = commit_of(head + b"\ngpgsig " + armor + b"\n x\n\n" + message)
        assert refusal(other, listed) == "commit is signed, but that is not an SSH signature"
    assert refusal(commit_of(b"not a commit"), listed) == "not a commit object"
    assert refusal(commit_of(b""), listed) == "not a commit object"


def test_a_changed_commit_does_not_fit_its_signature(repo: RepoBuilder) -> None:
    key = signers.key("alice")
    sign_with(repo, key)
    listed = signers_file(repo, signers_line("alice@example.org", key.public))
    signed = read(repo, repo.commit({"a": "1"}, "message", signers_person(), "-S"))
    for raw in (
        signed.raw + b"x",
        signed.raw.replace(b"Somebody", b"somebody"),
        signed.raw.replace(b"\ngpgsig ", b"\nextra header\ngpgsig "),
    ):
        assert refusal(commit_of(raw), listed) == "signature does not fit the content"


def test_the_key_must_be_listed_for_git(repo: RepoBuilder) -> None:
    key = signers.key("alice")
    sign_with(repo, key)
    signed = read(repo, repo.commit({"a": "1"}, "message", signers_person(), "-S"))
    listed = signers_file(repo, signers_line("alice@example.org", key.public, "gatekeeper-approval"))
    assert refusal(signed, listed) == "the key of alice@example.org is not listed for the namespace git"
    assert refusal(signed, signers_file(repo, "")).endswith("is not listed in signers")


def signed_commit(repo: RepoBuilder, extra: bytes) -> Commit:
    """A commit with an honest signature over its payload, and ``extra`` before it."""
    head = f"tree {'4' * 40}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\n".encode()
    alice = SoftKey("alice")
    folded = sshsig.armor(alice.sign(head + b"\nmessage\n", "git")).rstrip(b"\n").replace(b"\n", b"\n ")
    raw = head + extra + b"gpgsig " + folded + b"\n\nmessage\n"
    return commit_of(raw, repo.raw("commit", raw))


@pytest.mark.parametrize("name", [b"gpgsig-sha256", b"gpgsigx", b"gpgsig"])
def test_git_leaves_every_signature_header_out_and_so_do_we(repo: RepoBuilder, name: bytes) -> None:
    listed = signers_file(repo, signers_line("alice@example.org", SoftKey("alice").public))
    assert commits.verify_commit(signed_commit(repo, b""), listed, 0)[0] == "alice@example.org"
    hiding = signed_commit(repo, name + b" anything\n at all\n")
    assert commits.signed_payload(hiding.raw) == commits.signed_payload(signed_commit(repo, b"").raw)
    if name != b"gpgsig":
        assert repo.run("verify-commit", hiding.oid, check=False).returncode == 0
    assert refusal(hiding, listed) == "commit has 2 signatures; exactly one proves something"


def test_a_signature_for_the_other_object_format_is_none(repo: RepoBuilder) -> None:
    listed = signers_file(repo, signers_line("alice@example.org", SoftKey("alice").public))
    raw = signed_commit(repo, b"").raw.replace(b"\ngpgsig ", b"\ngpgsig-sha256 ")
    assert refusal(commit_of(raw), listed) == (
        "commit has no gpgsig header, only a signature for another object format"
    )


def test_a_commit_without_a_message_or_final_newline(repo: RepoBuilder) -> None:
    raw = signed_commit(repo, b"").raw.partition(b"\n\n")[0]
    assert commits.signed_payload(raw).endswith(b"committer a <a> 1 +0000")
    assert commits.signed_payload(raw + b"\n").endswith(b"committer a <a> 1 +0000\n")


def test_a_signature_of_many_lines_takes_linear_time() -> None:
    raw = b"tree " + b"4" * 40 + b"\ngpgsig x\n" + b" line\n" * 300_000 + b"\nm\n"
    assert commits.signed_payload(raw) == b"tree " + b"4" * 40 + b"\n\nm\n"
