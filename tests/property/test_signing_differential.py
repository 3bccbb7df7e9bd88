# SPDX-License-Identifier: Apache-2.0
"""Nothing that ssh-keygen refuses is accepted here, and what people really sign is accepted by both."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import sshsig
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.wire import to_base64
from tests import signers
from tests.signers import KINDS, SoftKey, signers_line, ssh_keygen_accepts

NAMESPACE, MESSAGE, WHO = "gatekeeper-approval", b"message", "alice@example.org"


def accepted(armored: bytes, message: bytes, namespace: str) -> bool:
    """Any exception but the one leaves this function, and fails the test."""
    try:
        sshsig.verify(sshsig.dearmor(armored), message, namespace)
    except SignatureInvalid:
        return False
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_both_accept_what_ssh_keygen_signs(kind: str) -> None:
    key = signers.key("alice", kind)
    allowed = signers_line(WHO, key.public)
    for message in (b"", b"a\r\nb", bytes(70_000)):
        armored = sshsig.armor(key.sign(message, NAMESPACE))
        assert accepted(armored, message, NAMESPACE)
        assert ssh_keygen_accepts(armored, message, NAMESPACE, WHO, allowed)
        assert not ssh_keygen_accepts(armored, message + b"x", NAMESPACE, WHO, allowed)
        assert not ssh_keygen_accepts(armored, message, "git", WHO, allowed)


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_both_accept_hardware_signatures_whatever_their_flags(kind: str) -> None:
    token = SoftKey("token", kind, "ssh:work")
    for flags in (0, 1, 5):
        armored = sshsig.armor(token.sign(MESSAGE, NAMESPACE, flags))
        assert accepted(armored, MESSAGE, NAMESPACE)
        assert ssh_keygen_accepts(armored, MESSAGE, NAMESPACE, WHO, signers_line(WHO, token.public))


@pytest.mark.parametrize(
    "key", [SoftKey("a"), SoftKey("a", "ecdsa"), SoftKey("a", "ed25519", "ssh:")], ids=lambda key: key.key_type
)
def test_a_flip_of_any_bit_and_a_cut_at_any_place_are_refused(key: SoftKey) -> None:
    good = key.sign(MESSAGE, "n", hash_name="sha256")
    sshsig.verify(good, MESSAGE, "n")
    for mutant in mutants(good, range(8)):
        assert not accepted(sshsig.armor(mutant), MESSAGE, "n"), mutant


def test_ssh_keygen_refuses_the_same_mutants() -> None:
    key = SoftKey("a")
    allowed = signers_line(WHO, key.public, "n")
    good = key.sign(MESSAGE, "n", hash_name="sha256")
    assert ssh_keygen_accepts(sshsig.armor(good), MESSAGE, "n", WHO, allowed)
    for number, mutant in enumerate(mutants(good, (0,))):
        if number % 5 == 0:
            assert not ssh_keygen_accepts(sshsig.armor(mutant), MESSAGE, "n", WHO, allowed), mutant


def mutants(good: bytes, bits: range | tuple[int, ...]) -> Iterator[bytes]:
    for at in range(len(good)):
        for bit in bits:
            yield good[:at] + bytes([good[at] ^ 1 << bit]) + good[at + 1 :]
        yield good[:at]
        yield good[:at] + b"\0" + good[at:]
    yield good + b"\0"


def test_where_ssh_keygen_is_lenient_and_we_are_not() -> None:
    """What the strictness is for: several encodings of one signature, or one that nobody made with care."""
    key = SoftKey("a")
    allowed = signers_line(WHO, key.public, "n")
    good = sshsig.armor(key.sign(MESSAGE, "n"))
    inner = key.inner(signers.signed_data(MESSAGE, "n"))
    foreign = SoftKey("a", application="https://example.org")
    for armored, listed in (
        (good + b"anything\n", allowed),
        (good.replace(b"\n", b"\n ", 2), allowed),
        (sshsig.armor(signers.blob(key.blob, "n", inner, reserved=b"something")), allowed),
        (sshsig.armor(foreign.sign(MESSAGE, "n")), signers_line(WHO, foreign.public, "n")),
    ):
        assert ssh_keygen_accepts(armored, MESSAGE, "n", WHO, listed)
        assert not accepted(armored, MESSAGE, "n")


def test_a_signature_in_one_line_is_good_for_both() -> None:
    """What is made of an envelope's ``sig`` by hand."""
    key = SoftKey("a")
    armored = b"\n".join([sshsig.BEGIN, to_base64(key.sign(MESSAGE, "n")), sshsig.END, b""])
    assert accepted(armored, MESSAGE, "n")
    assert ssh_keygen_accepts(armored, MESSAGE, "n", WHO, signers_line(WHO, key.public, "n"))


@pytest.mark.parametrize(
    "options",
    [
        (),
        ('valid-after="20261101Z"',),
        ('valid-before="20261101Z"',),
        ('valid-after="202611010000"', 'valid-before="20261130235959"'),
        ('VALID-AFTER="20261101000000Z"',),
    ],
)
def test_a_signers_line_means_the_same_to_both(options: tuple[str, ...]) -> None:
    key = SoftKey("a")
    armored = sshsig.armor(key.sign(MESSAGE, NAMESPACE))
    text = signers_line(WHO, key.public, f"git,{NAMESPACE}", *options)
    ours = Signers.parse(text.encode(), "signers")
    for at in (1_793_491_199, 1_793_491_200, 1_793_491_201, 1_796_083_199, 1_796_083_200):
        try:
            mine = ours.principal(key.blob, NAMESPACE, at) == WHO
        except SignatureInvalid:
            mine = False
        when = time.strftime("%Y%m%d%H%M%SZ", time.gmtime(at))
        assert ssh_keygen_accepts(armored, MESSAGE, NAMESPACE, WHO, text, when) == mine
