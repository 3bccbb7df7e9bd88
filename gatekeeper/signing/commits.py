# SPDX-License-Identifier: Apache-2.0
"""Signatures in commit objects, as git writes and checks them (gitformat-signature(5))."""

from __future__ import annotations

from gatekeeper.errors import SignatureInvalid
from gatekeeper.model import Commit
from gatekeeper.signing import sshsig
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.sshsig import Verified

NAMESPACE = "git"


def signed_payload(raw: bytes) -> bytes:
    """The bytes that a commit's signature is made over: the object without any signature header.

    git leaves out ``gpgsig`` and ``gpgsig-sha256`` alike, whichever of the two it checks.
    """
    return _split(raw)[0]


def signature_of(raw: bytes) -> bytes:
    """The armored SSH signature of a commit object. Raises :class:`SignatureInvalid` unless there is exactly one.

    The one must be git's for the object format: ``gpgsig`` under SHA-1, ``gpgsig-sha256`` under SHA-256.
    """
    signatures = _split(raw)[1]
    if not signatures:
        raise SignatureInvalid("commit is not signed")
    if len(signatures) > 1:
        raise SignatureInvalid(f"commit has {len(signatures)} signatures; exactly one proves something")
    header, armored = signatures[0]
    tree = raw.partition(b"\n")[0]
    wanted = b"gpgsig-sha256" if len(tree) == len(b"tree ") + 64 else b"gpgsig"
    if header != wanted:
        raise SignatureInvalid(f"commit has no {wanted.decode()} header, only a signature for another object format")
    if not armored.startswith(sshsig.BEGIN):
        raise SignatureInvalid("commit is signed, but that is not an SSH signature")
    return armored


def verify_commit(commit: Commit, signers: Signers, now: int) -> tuple[str, Verified]:
    """The principal who signed ``commit``, and the signature. Raises :class:`SignatureInvalid` with the reason.

    ``now``, in seconds since the epoch, is the clock by which the key's validity is judged. The dates in the commit
    are its author's claim, and are not asked.
    """
    blob = sshsig.dearmor(signature_of(commit.raw))
    principal = signers.principal(sshsig.parse(blob).key.blob, NAMESPACE, now)
    return principal, sshsig.verify(blob, signed_payload(commit.raw), NAMESPACE)


def _split(raw: bytes) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """The object without signature headers, and those headers as (name, value), continuation lines unfolded."""
    if not raw.startswith(b"tree "):
        raise SignatureInvalid("not a commit object")
    head, separator, message = raw.partition(b"\n\n")
    kept: list[bytes] = []
    signatures: list[list[bytes]] = []
    inside = False
    for line in head.split(b"\n"):
        if inside and line.startswith(b" "):
            signatures[-1].append(line[1:])
            continue
        # As git does, whatever begins so is no part of what is signed; here it then counts as a signature.
        inside = line.startswith(b"gpgsig")
        if inside:
            signatures.append([*line.split(b" ", 1), b""][:2])
        else:
            kept.append(line)
    return b"\n".join(kept) + separator + message, [(name, b"\n".join(value)) for name, *value in signatures]
