# SPDX-License-Identifier: Apache-2.0
"""Threat 30: trailing bytes, junk in the armor, reserved bytes set. ssh-keygen lets the last two pass."""

from __future__ import annotations

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import sshsig
from tests.signers import SoftKey, blob, signed_data

ALICE = SoftKey("alice")
INNER = ALICE.inner(signed_data(b"message", "n"))
GOOD = sshsig.armor(blob(ALICE.blob, "n", INNER))


@pytest.mark.parametrize(
    ("armored", "reason"),
    [
        (GOOD + b"x", "the armor of the signature is damaged"),
        (GOOD + b"\n", "the armor of the signature is damaged"),
        (GOOD + GOOD, "armored signature is not base64 in its one canonical form"),
        (b"junk\n" + GOOD, "not an SSH signature"),
        (GOOD.replace(b"\n", b"\n ", 1), "armored signature is not base64 in its one canonical form"),
        (GOOD.replace(b"\n", b"\r\n"), "not an SSH signature"),
        (GOOD.replace(b"\n", b"\n\n", 1), "the armor of the signature is damaged"),
        (sshsig.armor(blob(ALICE.blob, "n", INNER) + b"\0"), "signature has 1 bytes too many"),
        (sshsig.armor(blob(ALICE.blob, "n", INNER + b"\0")), "signature has 1 bytes too many"),
        (sshsig.armor(blob(ALICE.blob + b"\0", "n", INNER)), "public key has 1 bytes too many"),
        (sshsig.armor(blob(ALICE.blob, "n", INNER, reserved=b"\0")), "signature has reserved bytes set"),
    ],
)
def test_a_signature_has_one_encoding(armored: bytes, reason: str) -> None:
    sshsig.verify(sshsig.dearmor(GOOD), b"message", "n")
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.verify(sshsig.dearmor(armored), b"message", "n")
    assert str(caught.value) == reason
