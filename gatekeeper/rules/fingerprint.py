# SPDX-License-Identifier: Apache-2.0
"""What makes two findings the same one: rule, path and the changed bytes, whatever line they moved to."""

from __future__ import annotations

import hashlib
from collections import Counter

from gatekeeper.model import FileChange

LENGTH = 20
"""Hex digits of a fingerprint: 80 bits."""
_SCRYPT_COST, _SCRYPT_BLOCK = 2**12, 8


def changed(rule: str, path: bytes | None, *parts: bytes) -> str:
    """20 hex digits over rule, path and parts, each with its length before it.

    A missing path and an empty one differ.
    """
    digest = hashlib.sha256()
    for part in (rule.encode(), b"-" if path is None else b"/" + path, *parts):
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()[:LENGTH]


def file_change(rule: str, file: FileChange, old: bytes, new: bytes) -> str:
    """The fingerprint of what happened to a file: its modes and the lines lost and gained, with their counts.

    Line numbers, order and unchanged lines have no part in it, so it survives a rebase over changes
    elsewhere in the file. A side that is a submodule has no bytes; its object id stands for them.
    """
    before, after = _lines(file.old_mode, file.old_oid, old), _lines(file.new_mode, file.new_oid, new)
    modes = b"%o %o" % (file.old_mode, file.new_mode)
    lost, gained = before - after, after - before
    return changed(rule, file.path, modes, *_parts(lost), b"", *_parts(gained))


def secret(rule: str, value: bytes, repository: str) -> str:
    """20 hex digits of scrypt (n=4096, r=8, p=1) over rule and value, salted with the repository's name."""
    message = b"%d:" % len(rule) + rule.encode() + value
    raw = hashlib.scrypt(message, salt=repository.encode(), n=_SCRYPT_COST, r=_SCRYPT_BLOCK, p=1, dklen=LENGTH // 2)
    return raw.hex()


def _lines(mode: int, oid: str, content: bytes) -> Counter[bytes]:
    if mode == 0o160000:
        return Counter([oid.encode()])
    return Counter(content.splitlines(keepends=True))


def _parts(lines: Counter[bytes]) -> list[bytes]:
    return [b"%d %s" % (lines[line], line) for line in sorted(lines)]
