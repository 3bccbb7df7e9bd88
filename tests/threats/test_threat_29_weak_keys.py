# SPDX-License-Identifier: Apache-2.0
"""Threat 29: RSA over SHA-1, RSA under 2048 bits, DSA."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_ssh_private_key

from gatekeeper.errors import PolicyInvalid, SignatureInvalid
from gatekeeper.signing import keys, sshsig
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.wire import string
from tests import signers
from tests.signers import blob, mpint, signed_data, signers_line

NAMESPACE = "gatekeeper-approval"


def rsa_signature(key: signers.Key, algorithm: str, digest: hashes.HashAlgorithm) -> bytes:
    """What ssh-keygen no longer makes: any digest under any name."""
    with open(key.path, "rb") as file:
        private = load_ssh_private_key(file.read(), None)
    assert isinstance(private, rsa.RSAPrivateKey)
    value = private.sign(signed_data(b"message", NAMESPACE), padding.PKCS1v15(), digest)
    return blob(key.blob, NAMESPACE, string(algorithm.encode()) + string(value))


def refusal(signature: bytes) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.verify(signature, b"message", NAMESPACE)
    return str(caught.value)


def test_rsa_over_sha1() -> None:
    key = signers.key("alice", "rsa-2048")
    sshsig.verify(rsa_signature(key, "rsa-sha2-256", hashes.SHA256()), b"message", NAMESPACE)
    sshsig.verify(rsa_signature(key, "rsa-sha2-512", hashes.SHA512()), b"message", NAMESPACE)
    assert refusal(rsa_signature(key, "ssh-rsa", hashes.SHA1())) == (
        "signature algorithm 'ssh-rsa' does not count for ssh-rsa keys: that is RSA over SHA-1"
    )
    assert refusal(rsa_signature(key, "rsa-sha2-256", hashes.SHA1())) == "signature does not fit the content"


def test_rsa_under_2048_bits() -> None:
    for bits in (1024, 2047):
        key = signers.key("alice", f"rsa-{bits}")
        reason = f"RSA key of {bits} bits: accepted are 2048 to 16384"
        assert refusal(key.sign(b"message", NAMESPACE)) == reason
        with pytest.raises(PolicyInvalid, match=f"signers:1: {reason}"):
            Signers.parse(signers_line("alice@example.org", key.public).encode(), "signers")


@pytest.mark.parametrize(
    ("exponent", "modulus"), [(1, 2**2047 + 1), (2, 2**2047 + 1), (3, 2**2047), (2**64 + 1, 2**2047 + 1)]
)
def test_rsa_with_numbers_that_make_forging_or_checking_a_joke(exponent: int, modulus: int) -> None:
    public = string(b"ssh-rsa") + mpint(exponent) + mpint(modulus)
    assert refusal(blob(public, NAMESPACE, b"")) == "RSA key with an exponent or modulus that no RSA key has"


def test_dsa() -> None:
    public = string(b"ssh-dss") + mpint(2**1023 + 1) + mpint(2**159 + 1) + mpint(5) + mpint(7)
    assert refusal(blob(public, NAMESPACE, string(b"ssh-dss") + string(bytes(40)))) == "DSA keys are not accepted"
    with pytest.raises(PolicyInvalid, match="signers:1: DSA keys are not accepted"):
        Signers.parse(signers_line("alice@example.org", keys.line(public)).encode(), "signers")
