# SPDX-License-Identifier: Apache-2.0
"""Content that no reviewer can read."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import filetypes, fingerprint
from gatekeeper.rules.moves import moved
from gatekeeper.rules.rule import CommitView

RULE = "git.binary"
_MARKS = ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


class Binaries:
    """Binary files that are not media by name and first bytes, and NUL bytes in what is text by its name."""

    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        placed = moved(view.files)
        for file in view.files:
            if not file.is_text_candidate or file.new_oid == file.old_oid or file.path in placed:
                continue
            content = view.new(file)
            if b"\0" not in content:
                continue
            message = _message(view, file, content)
            if message is not None:
                mark = fingerprint.changed(RULE, file.path, content)
                yield Hit(RULE, file.path, None, message, mark)


def _message(view: CommitView, file: FileChange, content: bytes) -> str | None:
    for byte_order_mark, encoding in _MARKS:
        if content.startswith(byte_order_mark):
            return None if _decodes(content, encoding) else f"begins like {encoding.upper()} and is not"
    if filetypes.is_text_by_name(file.path):
        return "is text by its name and holds a NUL byte, which hides it from diffs"
    if not view.is_binary(file) or filetypes.is_media(file.path, content):
        return None
    if filetypes.is_media_by_name(file.path):
        return "is media by its name, not by its content"
    return f"a binary of {len(content):,} bytes that nobody can review"


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return "\0" not in text
