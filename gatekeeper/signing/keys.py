# SPDX-License-Identifier: Apache-2.0
"""SSH public keys: which are accepted, their one encoding, and their names.

Formats: RFC 4253 section 6.6 (RSA), RFC 5656 section 3.1 (ECDSA), RFC 8709 (Ed25519) and OpenSSH's PROTOCOL.u2f
(hardware keys). Each key has exactly one accepted blob, so that keys are compared by blob.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing.wire import Reader, from_base64, quoted, to_base64

MIN_RSA_BITS, MAX_RSA_BITS = 2048, 16384
MAX_BLOB = 8192
ED25519 = ("ssh-ed25519", "sk-ssh-ed25519@openssh.com")
CURVES = {
    "ecdsa-sha2-nistp256": (b"nistp256", 65),
    "ecdsa-sha2-nistp384": (b"nistp384", 97),
    "ecdsa-sha2-nistp521": (b"nistp521", 133),
    "sk-ecdsa-sha2-nistp256@openssh.com": (b"nistp256", 65),
}
"""ECDSA key types, with the curve's SSH name and the length of an uncompressed point in bytes."""
KEY_TYPES = (*ED25519, *CURVES, "ssh-rsa")
_PRIME = 2**255 - 19


class PublicKey(NamedTuple):
    """A key that may verify. Exactly one of ``point`` and ``numbers`` is filled."""

    blob: bytes
    key_type: str
    """One of :data:`KEY_TYPES`."""
    point: bytes
    """Ed25519: the 32 bytes of the key. ECDSA: the uncompressed point."""
    numbers: tuple[int, int]
    """RSA: public exponent and modulus."""
    application: str | None
    """Hardware keys: the FIDO application, always ``ssh:`` or beginning with it."""

    @property
    def hardware(self) -> bool:
        """True for the ``sk-`` types. It is the key's own claim: no attestation is asked for."""
        return self.application is not None


def parse(blob: bytes) -> PublicKey:
    """The key in ``blob`` (wire encoding). Raises :class:`SignatureInvalid` for any that is not accepted."""
    if len(blob) > MAX_BLOB:
        raise SignatureInvalid("public key is too large")
    reader = Reader(blob, "public key")
    name = reader.string()
    key_type = name.decode("ascii", "replace")
    point, numbers = b"", (0, 0)
    if key_type in ED25519:
        point = reader.string()
        _check_ed25519(point)
    elif key_type in CURVES:
        curve, length = CURVES[key_type]
        if reader.string() != curve:
            raise SignatureInvalid(f"the curve of the {key_type} key is not the one that its type names")
        point = reader.string()
        if len(point) != length or point[0] != 4:
            raise SignatureInvalid(f"the point of the {key_type} key is not in uncompressed form")
    elif key_type == "ssh-rsa":
        numbers = (reader.mpint(), reader.mpint())
        _check_rsa(*numbers)
    else:
        raise SignatureInvalid(_refusal(name))
    application = _application(reader) if key_type.startswith("sk-") else None
    reader.end()
    return PublicKey(blob, key_type, point, numbers, application)


def parse_line(line: str) -> PublicKey:
    """The key of a public key line, ``TYPE BASE64 [COMMENT]``. Raises :class:`SignatureInvalid`."""
    words = line.split(None, 2)
    if len(words) < 2:
        raise SignatureInvalid("a public key line is TYPE BASE64 [COMMENT]")
    key = parse(from_base64(words[1].encode(errors="surrogateescape"), "public key"))
    if key.key_type != words[0]:
        raise SignatureInvalid(f"the line names the type {words[0]!r}, the key itself {key.key_type!r}")
    return key


def line(blob: bytes, comment: str = "") -> str:
    """The public key line of ``blob``, without a line end."""
    key_type = Reader(blob, "public key").string().decode("ascii", "replace")
    return f"{key_type} {to_base64(blob).decode()} {comment}".rstrip()


def fingerprint(blob: bytes) -> str:
    """``SHA256:`` and the unpadded base64 of the digest, as ``ssh-keygen -l`` prints it."""
    return "SHA256:" + to_base64(hashlib.sha256(blob).digest()).decode().rstrip("=")


def gate_id(blob: bytes) -> str:
    """The last part of a gate's log ref: the SHA-256 of its public key blob, 64 hex digits."""
    return hashlib.sha256(blob).hexdigest()


def _refusal(name: bytes) -> str:
    if name.endswith(b"-cert-v01@openssh.com"):
        return "certificates are not accepted: sign with the plain key, and list that key"
    if name == b"ssh-dss":
        return "DSA keys are not accepted"
    return f"key type {quoted(name)} is not accepted"


def _application(reader: Reader) -> str:
    # Another application means that the token was asked by something else than SSH, a website for one.
    application = reader.string()
    if not application.startswith(b"ssh:"):
        raise SignatureInvalid(f"hardware key is for the application {quoted(application)}, not for ssh:")
    try:
        return application.decode("ascii")
    except UnicodeDecodeError:
        raise SignatureInvalid(f"hardware key has an application outside ASCII: {quoted(application)}") from None


def _check_rsa(exponent: int, modulus: int) -> None:
    bits = modulus.bit_length()
    if not MIN_RSA_BITS <= bits <= MAX_RSA_BITS:
        raise SignatureInvalid(f"RSA key of {bits} bits: accepted are {MIN_RSA_BITS} to {MAX_RSA_BITS}")
    if exponent < 3 or exponent.bit_length() > 64 or not exponent & modulus & 1:
        raise SignatureInvalid("RSA key with an exponent or modulus that no RSA key has")


def _check_ed25519(point: bytes) -> None:
    """Refuse a second encoding of a key, and points of small order: under one of those anybody can sign.

    A point's order divides 8 exactly where y(y^2-1)(121665y^4 - 243332y^2 + 121666) = 0, from the doubling
    formulas of the curve (RFC 8032 section 5.1).
    """
    if len(point) != 32:
        raise SignatureInvalid("Ed25519 key is not 32 bytes long")
    y = int.from_bytes(point, "little") & (2**255 - 1)
    square = y * y % _PRIME
    if y >= _PRIME or y * (square - 1) * (121665 * square * square - 243332 * square + 121666) % _PRIME == 0:
        raise SignatureInvalid("Ed25519 key is a point that no honest key is")
