# SPDX-License-Identifier: Apache-2.0
"""Threat 28: MD5 or SHA-1 inside an SSHSIG."""

from __future__ import annotations

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import sshsig
from tests.signers import SoftKey


@pytest.mark.parametrize("name", ["md5", "sha1", "sha224", "sha384", "sha3_256"])
def test_a_weak_or_unknown_digest_is_refused(name: str) -> None:
    blob = SoftKey("alice").sign(b"message", "gatekeeper-approval", hash_name=name)
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.verify(blob, b"message", "gatekeeper-approval")
    assert str(caught.value) == f"signature over a {name!r} digest; accepted are sha256 and sha512"


@pytest.mark.parametrize("name", ["", "SHA512", "sha512 ", "sha256,sha512", "none"])
def test_names_are_compared_exactly(name: str) -> None:
    alice = SoftKey("alice")
    good = alice.sign(b"message", "n")
    blob = good.replace(b"\0\0\0\x06sha512", len(name).to_bytes(4, "big") + name.encode())
    with pytest.raises(SignatureInvalid, match="digest; accepted are sha256 and sha512"):
        sshsig.verify(blob, b"message", "n")
