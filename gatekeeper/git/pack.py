# SPDX-License-Identifier: Apache-2.0
"""Writing many objects in one go: a pack stream without deltas, handed to one git process.

Formats: git's gitformat-pack(5) (version 2) and, for object ids, git's hash-function-transition.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence

from gatekeeper.git.repository import Repository

KINDS = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}
UNPACK_LIMIT = 100
"""Up to this many objects are written loose, more are kept as a pack: as git's ``transfer.unpackLimit``."""


def object_id(object_format: str, kind: str, content: bytes) -> str:
    """The id, in hex, that git gives to ``content`` as an object of type ``kind``."""
    return hashlib.new(object_format, b"%b %d\0" % (kind.encode(), len(content)) + content).hexdigest()


def pack(object_format: str, objects: Sequence[tuple[str, bytes]]) -> bytes:
    """A complete pack stream of ``(type, content)`` objects, trailer included."""
    parts = [b"PACK" + (2).to_bytes(4, "big") + len(objects).to_bytes(4, "big")]
    for kind, content in objects:
        parts.append(_header(KINDS[kind], len(content)))
        parts.append(zlib.compress(content, 1))
    body = b"".join(parts)
    return body + hashlib.new(object_format, body).digest()


def write_objects(repository: Repository, objects: Iterable[tuple[str, bytes]]) -> list[str]:
    """Write ``(type, content)`` objects with one spawn; their ids in order, equal objects written once.

    Raises GitFailed, StateUnwritable.
    """
    ids: list[str] = []
    fresh: dict[str, tuple[str, bytes]] = {}
    for kind, content in objects:
        oid = object_id(repository.object_format, kind, content)
        ids.append(oid)
        fresh[oid] = (kind, content)
    if fresh:
        words = ("unpack-objects", "-q") if len(fresh) <= UNPACK_LIMIT else ("index-pack", "--stdin")
        repository.git(*words, input=pack(repository.object_format, list(fresh.values())))
    return ids


def _header(kind: int, size: int) -> bytes:
    """Type and size: four bits of the size with the type, then seven a byte, lowest first."""
    byte = kind << 4 | size & 0x0F
    size >>= 4
    out = bytearray()
    while size:
        out.append(byte | 0x80)
        byte = size & 0x7F
        size >>= 7
    out.append(byte)
    return bytes(out)
