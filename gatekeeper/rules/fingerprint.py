# SPDX-License-Identifier: Apache-2.0
"""What makes two findings the same one: rule, path and the changed bytes, whatever line they moved to."""

from __future__ import annotations

import hashlib
from collections import Counter

from gatekeeper.git.diff import windows
from gatekeeper.model import MODE_GITLINK, FileChange

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
    """The fingerprint of what happened to a file: its modes, and the lines lost and gained with their counts.

    Line numbers, order and unchanged lines have no part in it, so it survives a rebase over changes
    elsewhere in the file. A file that is added or removed counts as one piece. A side that is a submodule
    has no bytes; its object id stands for them.
    """
    modes = b"%o %o" % (file.old_mode, file.new_mode)
    if file.old_mode == MODE_GITLINK:
        old = file.old_oid.encode()
    if file.new_mode == MODE_GITLINK:
        new = file.new_oid.encode()
    if file.added or file.removed:
        return changed(rule, file.path, modes, old or new)
    lost, gained = differing_lines(old, new)
    return changed(rule, file.path, modes, b"\n".join(sorted(lost)), b"\n".join(sorted(gained)))


def differing_lines(old: bytes, new: bytes) -> tuple[list[bytes], list[bytes]]:
    """The lines that the old side has more often, and those that the new side has, as often as that; in no order.

    Lines are without their end; a last one that has none carries one, so that it is like no other.
    """
    old_start, old_end, new_start, new_end = windows(old, new)
    before, after = Counter(_lines(old[old_start:old_end])), Counter(_lines(new[new_start:new_end]))
    return _surplus(before, after), _surplus(after, before)


def secret(rule: str, value: bytes, repository: str) -> str:
    """20 hex digits of scrypt (n=4096, r=8, p=1) over rule and value, salted with the repository's name."""
    message = b"%d:" % len(rule) + rule.encode() + value
    raw = hashlib.scrypt(message, salt=repository.encode(), n=_SCRYPT_COST, r=_SCRYPT_BLOCK, p=1, dklen=LENGTH // 2)
    return raw.hex()


def _lines(text: bytes) -> list[bytes]:
    lines = text.split(b"\n")
    last = lines.pop()
    return [*lines, last + b"\n"] if last else lines


def _surplus(some: Counter[bytes], other: Counter[bytes]) -> list[bytes]:
    count_of = other.get
    differ = [(line, count - count_of(line, 0)) for line, count in some.items() if count_of(line) != count]
    return [line for line, more in differ for _ in range(more)]
