# SPDX-License-Identifier: Apache-2.0
"""A file that becomes executable, or another kind of thing."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import MODE_EXEC, MODE_FILE, MODE_GITLINK, MODE_LINK, FileChange, Hit
from gatekeeper.rules import fingerprint
from gatekeeper.rules.moves import moved
from gatekeeper.rules.rule import CommitView

RULE = "git.mode"
_KINDS = {MODE_FILE: "file", 0o100664: "file", MODE_EXEC: "file", MODE_LINK: "symbolic link", MODE_GITLINK: "submodule"}


class Modes:
    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        placed = moved(view.files)
        for file in view.files:
            if file.old_mode == file.new_mode or file.removed or file.path in placed:
                continue
            message = _message(file)
            if message is not None:
                odd = file.new_mode not in _KINDS
                mark = fingerprint.file_change(RULE, file, view.old(file), view.new(file))
                yield Hit(RULE, file.path, None, message, mark, "deny" if odd else None)


def _message(file: FileChange) -> str | None:
    old, new = _KINDS.get(file.old_mode), _KINDS.get(file.new_mode)
    if new is None:
        return f"has the mode {file.new_mode:o}, which git does not write"
    if old is not None and old != new:
        return f"a {old} becomes a {new}"
    if file.new_mode == MODE_EXEC:
        return "is a new executable file" if file.added else "becomes executable"
    return None
