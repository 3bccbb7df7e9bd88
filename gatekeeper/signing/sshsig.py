# SPDX-License-Identifier: Apache-2.0
"""SSH signatures (OpenSSH's PROTOCOL.sshsig), parsed strictly and verified in process.

Stricter than ``ssh-keygen -Y verify`` where that one is lenient: nothing may follow the armor, the reserved field is
empty, and each value has one encoding. Whatever this accepts, ssh-keygen accepts too.
"""

from __future__ import annotations

import hashlib
from typing import Literal, NamedTuple

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import keys, primitives
from gatekeeper.signing.wire import Reader, from_base64, quoted, string, to_base64

Presence = Literal["none", "touch", "verify"]

BEGIN, END = b"-----BEGIN SSH SIGNATURE-----", b"-----END SSH SIGNATURE-----"
MAX_BLOB = 16384
_MAGIC = b"SSHSIG"
_HASHES = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}
_PRESENT, _VERIFIED = 0x01, 0x04
"""Bits of the authenticator's flags byte (WebAuthn section 6.1): user present, user verified."""


class Verified(NamedTuple):
    """A signature that is good: which key made it, and what that key says of the person at it."""

    key: bytes
    """The public key blob."""
    fingerprint: str
    """``SHA256:...``"""
    key_type: str
    hardware: bool
    """The key is of a FIDO type. Its own claim: nothing attests the device."""
    touched: bool
    """A hardware key that signed only after somebody touched it; False for every other key."""
    verified: bool
    """A hardware key that checked a PIN or a fingerprint before it signed; False for every other key."""
    counter: int | None
    """A hardware key's signature counter; many devices keep it at 0."""
    application: str | None

    def lacks(self, presence: Presence) -> str:
        """Why this signature does not prove ``presence``, or an empty string. ``verify`` includes ``touch``."""
        if presence == "none":
            return ""
        if not self.hardware:
            return f"a hardware key is asked for (presence: {presence}), and {self.key_type} is none"
        if not self.touched:
            return f"nobody touched the hardware key (presence: {presence})"
        if presence == "verify" and not self.verified:
            return "the hardware key checked neither PIN nor fingerprint (presence: verify)"
        return ""


class Parsed(NamedTuple):
    """The fields of an SSHSIG blob. Nothing is verified yet."""

    key: keys.PublicKey
    namespace: bytes
    hash_name: bytes
    signature: bytes


def parse(blob: bytes) -> Parsed:
    """Take ``blob`` (not armored) apart. Raises :class:`SignatureInvalid` unless it is well formed to the last byte."""
    if len(blob) > MAX_BLOB:
        raise SignatureInvalid("signature is too large")
    reader = Reader(blob, "signature")
    if reader.take(len(_MAGIC)) != _MAGIC:
        raise SignatureInvalid("not an SSH signature")
    version = reader.uint32()
    if version != 1:
        raise SignatureInvalid(f"SSH signature of version {version}; only 1 is known")
    key = reader.string()
    namespace, reserved, hash_name, signature = (reader.string() for _ in range(4))
    reader.end()
    if reserved:
        raise SignatureInvalid("signature has reserved bytes set")
    if hash_name not in _HASHES:
        raise SignatureInvalid(f"signature over a {quoted(hash_name)} digest; accepted are sha256 and sha512")
    return Parsed(keys.parse(key), namespace, hash_name, signature)


def verify(blob: bytes, message: bytes, namespace: str) -> Verified:
    """Check that ``blob`` signs ``message`` for ``namespace``. Raises :class:`SignatureInvalid` with the reason.

    Whether the key may sign is not asked here: see :mod:`gatekeeper.signing.allowed_signers`.
    """
    parsed = parse(blob)
    key = parsed.key
    if not namespace or parsed.namespace != namespace.encode():
        raise SignatureInvalid(f"signature is for the namespace {quoted(parsed.namespace)}, not for {namespace!r}")
    digest = _HASHES[parsed.hash_name](message).digest()
    signed = _MAGIC + string(parsed.namespace) + string(b"") + string(parsed.hash_name) + string(digest)

    reader = Reader(parsed.signature, "signature")
    algorithm, value = reader.string(), reader.string()
    flags, counter = 0, None
    if key.application is not None:
        flags, counter = reader.byte(), reader.uint32()
        # PROTOCOL.u2f: the device signs these four, not the data itself.
        application = hashlib.sha256(key.application.encode()).digest()
        signed = application + bytes([flags]) + counter.to_bytes(4, "big") + hashlib.sha256(signed).digest()
    reader.end()
    primitives.verify(key, algorithm, value, signed)
    return Verified(
        key=key.blob,
        fingerprint=keys.fingerprint(key.blob),
        key_type=key.key_type,
        hardware=key.hardware,
        touched=bool(flags & _PRESENT),
        verified=bool(flags & _VERIFIED),
        counter=counter,
        application=key.application,
    )


def dearmor(armored: bytes) -> bytes:
    """The SSHSIG blob of one armored signature; one final newline may be there or not.

    Raises :class:`SignatureInvalid` for anything before, after or between, and for other kinds of signatures.
    """
    if len(armored) > 2 * MAX_BLOB:
        raise SignatureInvalid("signature is too large")
    lines = armored.removesuffix(b"\n").split(b"\n")
    if lines[0] != BEGIN:
        raise SignatureInvalid("not an SSH signature")
    if lines[-1] != END or b"" in lines:
        raise SignatureInvalid("the armor of the signature is damaged")
    return from_base64(b"".join(lines[1:-1]), "armored signature")


def armor(blob: bytes) -> bytes:
    """``blob`` as ``ssh-keygen`` writes it to a file: markers, base64 in lines of 70, a final newline."""
    text = to_base64(blob)
    return b"\n".join([BEGIN, *(text[at : at + 70] for at in range(0, len(text), 70)), END, b""])
