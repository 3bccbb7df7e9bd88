# SPDX-License-Identifier: Apache-2.0
"""People and keys for tests: real keys made once by ssh-keygen, and software keys that can sign what no real one would.

``key("alice")`` is the same key throughout a session. ``SoftKey`` signs in process: fast, deterministic, and, given an
application, a hardware key whose flags and counter the test chooses.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from gatekeeper.signing import dsse, keys, sshsig, statement
from gatekeeper.signing.wire import string

KINDS = ("ed25519", "ecdsa-256", "ecdsa-384", "ecdsa-521", "rsa-2048")
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


class Key(NamedTuple):
    """A key pair in files, without a passphrase."""

    path: str
    """Of the private key; the public one is at ``path + ".pub"``."""
    public: str
    """``TYPE BASE64 COMMENT``"""

    @property
    def blob(self) -> bytes:
        return keys.parse_line(self.public).blob

    def sign(self, message: bytes, namespace: str, *options: str) -> bytes:
        """What ``ssh-keygen -Y sign`` writes for ``message``, as an SSHSIG blob."""
        words = ["ssh-keygen", "-q", "-Y", "sign", "-f", self.path, "-n", namespace, *options]
        done = subprocess.run(words, input=message, capture_output=True, check=True)
        return sshsig.dearmor(done.stdout)


@functools.cache
def folder() -> Path:
    """A directory for keys, removed at the end of the session."""
    path = tempfile.mkdtemp(prefix="signers-")
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return Path(path)


def key(name: str, kind: str = "ed25519", passphrase: str = "") -> Key:
    """The key of ``name``: ``kind`` is one of :data:`KINDS`, or any ``TYPE-BITS`` that ssh-keygen makes."""
    return _make(name, kind, passphrase)


@functools.cache
def _make(name: str, kind: str, passphrase: str) -> Key:
    path = folder() / f"{name}-{kind}{'-locked' if passphrase else ''}"
    algorithm, _, bits = kind.partition("-")
    words = ["ssh-keygen", "-q", "-t", algorithm, *(["-b", bits] if bits else []), "-N", passphrase, "-C", name]
    subprocess.run([*words, "-f", str(path)], check=True, capture_output=True)
    return Key(str(path), Path(f"{path}.pub").read_text().strip())


class SoftKey:
    """A key held in the test process; with ``application`` it plays a hardware key."""

    def __init__(self, name: str, kind: str = "ed25519", application: str | None = None) -> None:
        seed = hashlib.sha256(name.encode()).digest()
        self.application = application
        self.ed25519 = Ed25519PrivateKey.from_private_bytes(seed)
        self.p256 = ec.derive_private_key(int.from_bytes(seed, "big") % (P256_ORDER - 1) + 1, ec.SECP256R1())
        self.elliptic = kind == "ecdsa"
        plain = "ecdsa-sha2-nistp256" if self.elliptic else "ssh-ed25519"
        self.key_type = plain if application is None else f"sk-{plain}@openssh.com"

    @property
    def blob(self) -> bytes:
        if self.elliptic:
            point = self.p256.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
            material = string(b"nistp256") + string(point)
        else:
            material = string(self.ed25519.public_key().public_bytes_raw())
        application = b"" if self.application is None else string(self.application.encode())
        return string(self.key_type.encode()) + material + application

    @property
    def public(self) -> str:
        return keys.line(self.blob, "soft")

    def sign(
        self, message: bytes, namespace: str, flags: int = 1, counter: int = 7, hash_name: str = "sha512"
    ) -> bytes:
        """An SSHSIG blob over ``message``."""
        return blob(
            self.blob, namespace, self.inner(signed_data(message, namespace, hash_name), flags, counter), hash_name
        )

    def inner(self, data: bytes, flags: int = 1, counter: int = 7) -> bytes:
        """The inner signature over ``data``: algorithm name, value, and what a hardware key adds."""
        tail = b""
        if self.application is not None:
            tail = bytes([flags]) + counter.to_bytes(4, "big")
            application = hashlib.sha256(self.application.encode()).digest()
            data = application + tail + hashlib.sha256(data).digest()
        value = ecdsa_value(*self.numbers(data)) if self.elliptic else self.ed25519.sign(data)
        return string(self.key_type.encode()) + string(value) + tail

    def numbers(self, data: bytes) -> tuple[int, int]:
        """r and s of an ECDSA signature over ``data``."""
        return decode_dss_signature(self.p256.sign(data, ec.ECDSA(hashes.SHA256(), deterministic_signing=True)))

    def seal(self, predicate_type: str, subjects: list[str], predicate: dict[str, object]) -> bytes:
        """A whole statement as an envelope's line."""
        payload = statement.build(predicate_type, subjects, predicate)
        message = dsse.pae(dsse.PAYLOAD_TYPE, payload)
        return dsse.encode(payload, self.sign(message, statement.NAMESPACES[predicate_type]))


def mpint(number: int) -> bytes:
    """RFC 4251's encoding of a positive number."""
    return string(number.to_bytes(number.bit_length() // 8 + 1, "big"))


def ecdsa_value(r: int, s: int) -> bytes:
    assert encode_dss_signature(r, s)
    return mpint(r) + mpint(s)


def signed_data(message: bytes, namespace: str, hash_name: str = "sha512") -> bytes:
    """What an SSHSIG signs (PROTOCOL.sshsig section 3)."""
    digest = hashlib.new(hash_name, message).digest()
    return b"SSHSIG" + string(namespace.encode()) + string(b"") + string(hash_name.encode()) + string(digest)


def blob(
    public: bytes, namespace: str, signature: bytes, hash_name: str = "sha512", reserved: bytes = b"", version: int = 1
) -> bytes:
    """An SSHSIG blob of any fields."""
    fields = (public, namespace.encode(), reserved, hash_name.encode(), signature)
    return b"SSHSIG" + version.to_bytes(4, "big") + b"".join(map(string, fields))


def signers_line(principal: str, public: str, namespaces: str = "git,gatekeeper-approval", *options: str) -> str:
    """One line of a signers file, with its line end; ``public`` is a public key line."""
    words = ",".join([f'namespaces="{namespaces}"', *options])
    return f"{principal} {words} {' '.join(public.split()[:2])}\n"


def ssh_keygen_accepts(
    armored: bytes, message: bytes, namespace: str, principal: str, signers: str, when: str = ""
) -> bool:
    """Whether ``ssh-keygen -Y verify`` calls the signature good; ``when`` is ``YYYYMMDDHHMMSSZ``."""
    with tempfile.TemporaryDirectory(dir=folder()) as scratch:
        signature, allowed = Path(scratch, "sig"), Path(scratch, "allowed")
        signature.write_bytes(armored)
        allowed.write_text(signers)
        words = [
            "ssh-keygen",
            "-Y",
            "verify",
            "-f",
            str(allowed),
            "-I",
            principal,
            "-n",
            namespace,
            "-s",
            str(signature),
        ]
        words += [f"-Overify-time={when}"] if when else []
        done = subprocess.run(words, input=message, capture_output=True, check=False, env={**os.environ, "TZ": "UTC"})
    return done.returncode == 0 and done.stdout.startswith(b"Good")
