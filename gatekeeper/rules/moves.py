# SPDX-License-Identifier: Apache-2.0
"""Files that only changed their place. What they hold is not new, so rules about new content leave them alone."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.model import FileChange
from gatekeeper.rules import filetypes


def moved(files: Sequence[FileChange]) -> frozenset[bytes]:
    """Both paths of each file that one commit removes and adds again with the same bytes, mode and extension.

    With another extension or mode the same bytes can mean something else: text becomes code.
    """
    removed = {_what(file, file.old_mode, file.old_oid): file.path for file in files if file.removed}
    if not removed:
        return frozenset()
    found: set[bytes] = set()
    for file in files:
        if file.added:
            before = removed.get(_what(file, file.new_mode, file.new_oid))
            if before is not None:
                found |= {file.path, before}
    return frozenset(found)


def _what(file: FileChange, mode: int, oid: str) -> tuple[int, str, bytes]:
    return mode, oid, filetypes.extension(file.path)
