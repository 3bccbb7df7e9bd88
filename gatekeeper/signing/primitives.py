# SPDX-License-Identifier: Apache-2.0
"""The signature algorithms themselves, over ``cryptography``.

That library takes 30 ms to import, so it is imported where a signature is checked and nowhere else.
"""

from __future__ import annotations

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing.keys import ED25519, PublicKey
from gatekeeper.signing.wire import Reader, quoted


def verify(key: PublicKey, algorithm: bytes, value: bytes, signed: bytes) -> None:
    """Check the inner signature ``value`` over the bytes ``signed``.

    ``algorithm`` is the name that stands in the signature; it must be one that belongs to the key's type.
    Raises :class:`SignatureInvalid` for everything that is not a good signature.
    """
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm

    wanted = (b"rsa-sha2-256", b"rsa-sha2-512") if key.key_type == "ssh-rsa" else (key.key_type.encode(),)
    if algorithm not in wanted:
        why = ": that is RSA over SHA-1" if algorithm == b"ssh-rsa" else ""
        raise SignatureInvalid(f"signature algorithm {quoted(algorithm)} does not count for {key.key_type} keys{why}")
    try:
        if key.key_type in ED25519:
            _ed25519(key.point, value, signed)
        elif key.key_type == "ssh-rsa":
            _rsa(key.numbers, algorithm, value, signed)
        else:
            _ecdsa(key.point, value, signed)
    except InvalidSignature:
        raise SignatureInvalid("signature does not fit the content") from None
    except (ValueError, UnsupportedAlgorithm):
        raise SignatureInvalid(f"the {key.key_type} key or its signature is malformed") from None


def _ed25519(point: bytes, value: bytes, signed: bytes) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    Ed25519PublicKey.from_public_bytes(point).verify(value, signed)


def _rsa(numbers: tuple[int, int], algorithm: bytes, value: bytes, signed: bytes) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    digest = hashes.SHA512() if algorithm == b"rsa-sha2-512" else hashes.SHA256()
    rsa.RSAPublicNumbers(*numbers).public_key().verify(value, signed, padding.PKCS1v15(), digest)


def _ecdsa(point: bytes, value: bytes, signed: bytes) -> None:
    """RFC 5656 section 3.1.2: two numbers; the digest goes with the curve's size."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    curve: ec.EllipticCurve
    digest: hashes.HashAlgorithm
    if len(point) == 65:
        curve, digest = ec.SECP256R1(), hashes.SHA256()
    elif len(point) == 97:
        curve, digest = ec.SECP384R1(), hashes.SHA384()
    else:
        curve, digest = ec.SECP521R1(), hashes.SHA512()
    reader = Reader(value, "ECDSA signature")
    r, s = reader.mpint(), reader.mpint()
    reader.end()
    public = ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
    public.verify(encode_dss_signature(r, s), signed, ec.ECDSA(digest))
