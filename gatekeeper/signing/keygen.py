# SPDX-License-Identifier: Apache-2.0
"""Keys on disk and in agents: making a signature, making a gate's key, reading a public key.

Signing spawns ``ssh-keygen -Y sign``, so that agents, hardware keys, PINs and passphrases work as they do for git.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from gatekeeper.errors import SignatureInvalid, SigningFailed, StateUnwritable
from gatekeeper.signing import keys, sshsig
from gatekeeper.signing.wire import Reader, from_base64

_KEPT = (
    *("PATH", "HOME", "TERM", "TMPDIR", "LANG"),
    *("SSH_AUTH_SOCK", "SSH_ASKPASS", "SSH_ASKPASS_REQUIRE", "SSH_SK_PROVIDER"),
    *("DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"),
    *("SYSTEMROOT", "USERPROFILE", "TEMP", "TMP"),
)
"""All that ssh-keygen and the programs it asks for a passphrase with may need; tokens stay outside."""
_PEM_BEGIN, _PEM_END = b"-----BEGIN OPENSSH PRIVATE KEY-----", b"-----END OPENSSH PRIVATE KEY-----"
_NEXT_STEPS = (
    ("incorrect passphrase", "run it again and give the key's passphrase, or load the key: ssh-add {key}"),
    ("are too open", "make the key yours alone: chmod 600 {key}"),
    ("No private key found", "load the key into your agent (ssh-add), or give the private key's path"),
    ("agent refused", "confirm in your agent, or load the key again: ssh-add {key}"),
    ("device not found", "plug in the hardware key and run it again"),
)


def sign(message: bytes, key: str, namespace: str, environ: Mapping[str, str]) -> bytes:
    """Sign ``message`` under ``namespace``: the SSHSIG blob, not armored.

    ``key`` is what git's ``user.signingKey`` may be: the path of a private key, of a public key whose private half is
    in the agent or beside it, or a public key itself (``key::ssh-ed25519 ...``). Prompts for a passphrase, a PIN or a
    touch go to the terminal. Raises :class:`SigningFailed`.
    """
    from tempfile import TemporaryDirectory

    try:
        with TemporaryDirectory(prefix="gatekeeper-sign-", dir=environ.get("TMPDIR")) as folder:
            armored = _sign_in(folder, message, key, namespace, environ)
    except OSError as error:
        raise StateUnwritable(f"cannot write a temporary file to sign: {error.strerror}", "free some space") from error
    try:
        blob = sshsig.dearmor(armored)
        sshsig.verify(blob, message, namespace)
    except SignatureInvalid as reason:
        raise SigningFailed(
            f"the signature by {key} would not be accepted: {reason}",
            "sign with an Ed25519, ECDSA or RSA key (at least 2048 bits)",
        ) from None
    return blob


def make(path: str, comment: str) -> str:
    """Make an Ed25519 key without a passphrase at ``path`` (mode 0600) and ``path.pub``; its public key line.

    Raises :class:`SigningFailed` where there is a key already, :class:`StateUnwritable` where it cannot be written.
    """
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    for taken in (path, path + ".pub"):
        if os.path.lexists(taken):
            raise SigningFailed(f"there is a key already: {taken}", "use it, or move it away first")
    private = Ed25519PrivateKey.generate()
    encoding, form = serialization.Encoding, serialization.PrivateFormat
    pem = private.private_bytes(encoding.PEM, form.OpenSSH, serialization.NoEncryption())
    public = private.public_key().public_bytes(encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
    line = f"{public} {' '.join(comment.split())}".rstrip()
    try:
        os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
        _write(path, pem, 0o600)
        _write(path + ".pub", line.encode() + b"\n", 0o644)
    except OSError as error:
        raise StateUnwritable(f"cannot write the key {path}: {error.strerror}") from error
    return line


def public_line(key: str) -> str:
    """The public key line (``TYPE BASE64 [COMMENT]``) of ``key``: a path, or a public key itself, as for :func:`sign`.

    No passphrase is asked for. A path that begins with ``~/`` goes through :func:`expand_home` first.
    Raises :class:`SigningFailed` where there is none, or one that is not accepted.
    """
    if _is_literal(key):
        return _checked(key.removeprefix("key::"), key)
    private = _read(key)
    if private.startswith(_PEM_BEGIN):
        return _checked(keys.line(_public_half(private, key)), key)
    text = private if private and not private.startswith(b"-----") else _read(key + ".pub")
    if not text:
        raise SigningFailed(f"there is no public key at {key}", f"write it: ssh-keygen -y -f {key} > {key}.pub")
    return _checked(text.decode(errors="replace").strip(), key)


def expand_home(path: str, environ: Mapping[str, str]) -> str:
    """``path`` with a leading ``~/`` replaced by the home directory."""
    return os.path.join(environ["HOME"], path[2:]) if path.startswith("~/") and "HOME" in environ else path


def _is_literal(key: str) -> bool:
    return key.startswith(("key::", *(name + " " for name in keys.KEY_TYPES)))


def _literal(key: str, folder: str) -> str:
    """Path of a file that holds the public key that ``key`` itself is; empty where it is a path."""
    if not _is_literal(key):
        return ""
    path = os.path.join(folder, "key.pub")
    _write(path, key.removeprefix("key::").encode() + b"\n", 0o600)
    return path


def _checked(line: str, key: str) -> str:
    try:
        keys.parse_line(line)
    except SignatureInvalid as reason:
        raise SigningFailed(f"{key}: {reason}", "make another key: ssh-keygen -t ed25519") from None
    return line


def _public_half(pem: bytes, key: str) -> bytes:
    """The public key blob that stands, never encrypted, in OpenSSH's private key format (PROTOCOL.key)."""
    body = pem.partition(_PEM_BEGIN)[2].partition(_PEM_END)[0]
    try:
        reader = Reader(from_base64(b"".join(body.split()), "private key"), "private key")
        magic, _cipher, _kdf, _options = reader.take(15), reader.string(), reader.string(), reader.string()
        if magic != b"openssh-key-v1\0" or reader.uint32() != 1:
            raise SignatureInvalid("private key of an unknown version")
        return reader.string()
    except SignatureInvalid as reason:
        raise SigningFailed(f"{key}: {reason}", f"check it: ssh-keygen -y -f {key}") from None


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(keys.MAX_BLOB * 4)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise SigningFailed(f"cannot read {path}: {error.strerror}") from error


def _sign_in(folder: str, message: bytes, key: str, namespace: str, environ: Mapping[str, str]) -> bytes:
    """The armored signature, made by way of files in ``folder``, which is empty."""
    from subprocess import DEVNULL

    path = _literal(key, folder) or expand_home(key, environ)
    if not (os.path.isfile(path) or os.path.isfile(path + ".pub")):
        raise SigningFailed(f"there is no key at {path}", "name one with --key PATH or git config gatekeeper.key")
    # A file, as git does it: with the message on standard input ssh-keygen would not ask on the terminal.
    content = os.path.join(folder, "message")
    _write(content, message, 0o600)
    words = ["ssh-keygen", "-q", "-Y", "sign", "-f", path, "-n", namespace, content]
    kept = {name: environ[name] for name in _KEPT if name in environ}
    status, said = _spawn(words, {**kept, "LC_ALL": "C"}, None if os.isatty(0) else DEVNULL)
    if status or not os.path.exists(content + ".sig"):
        raise _failure(key, path, said)
    with open(content + ".sig", "rb") as file:
        return file.read()


def _write(path: str, content: bytes, mode: int) -> None:
    """Make a new file; never follow or replace one."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)


def _spawn(words: list[str], environ: Mapping[str, str], stdin: int | None) -> tuple[int, str]:
    """Run ``words``; status and what it said. A person at a terminal sees it at once: it may ask for a touch."""
    from subprocess import PIPE, STDOUT, Popen

    said = b""
    try:
        with Popen(words, stdin=stdin, stdout=PIPE, stderr=STDOUT, env=environ) as process:
            assert process.stdout
            while chunk := os.read(process.stdout.fileno(), 4096):
                said += chunk
                if os.isatty(2):
                    os.write(2, chunk)
    except (FileNotFoundError, PermissionError):
        raise SigningFailed("there is no ssh-keygen to run", "install OpenSSH 8.2 or later") from None
    return process.returncode, said.decode(errors="replace")


def _failure(key: str, path: str, said: str) -> SigningFailed:
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it gave no reason"]
    for words, step in _NEXT_STEPS:
        known = [line for line in lines if words in line]
        if known:
            return SigningFailed(f"ssh-keygen could not sign with {key}: {known[0]}", step.format(key=path))
    return SigningFailed(
        f"ssh-keygen could not sign with {key}: {lines[-1]}",
        f"try it by hand: ssh-keygen -Y sign -n test -f {path} FILE",
    )
