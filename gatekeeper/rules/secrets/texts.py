# SPDX-License-Identifier: Apache-2.0
"""The texts that a commit adds, and how much of a file must be read to judge a part of it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gatekeeper.model import MODE_LINK, Commit, FileChange
from gatekeeper.rules.rule import CommitView, Region
from gatekeeper.rules.secrets.archive import is_archive
from gatekeeper.rules.secrets.decode import has_run, is_wide
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scene import Scene

FIELDS = 5
"""Lines before the message in the text of a commit."""
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c\x1b")
_WIDE_REGION = 4096
"""Bytes of a region from which on it pays to leave out the lines that are not new."""
_BEFORE, _AFTER = 6, 1
"""Unchanged lines kept around an added one: a name may stand above its value."""


class Text(NamedTuple):
    """One text, and where it stands."""

    scene: Scene
    file: FileChange | None
    """None for the commit's own words, and for paths."""
    first_line: int
    """1-based line of its first byte in the file, or in the message."""
    numbers: tuple[int, ...] = ()
    """Line numbers of its lines where they do not follow one another."""
    paths: bool = False
    """True for the list of new paths, one a line."""

    def lines(self, match: Match) -> tuple[int, int]:
        """First and last line of a match."""
        content = self.scene.text
        first = content.count(b"\n", 0, match.start)
        last = first + content.count(b"\n", match.start, max(match.start, match.end - 1))
        if self.numbers:
            return self.numbers[first], self.numbers[last]
        return self.first_line + first, self.first_line + last


def texts_of_commit(view: CommitView) -> tuple[list[Text], list[FileChange]]:
    """What a commit adds: message and names, new paths, symlink targets, and of each changed file the added part.

    Second the files that have no such part, because their bytes are not their text.
    """
    texts = [Text(Scene(committed(view.commit), None), None, 1 - FIELDS)]
    paths, packed = [], []
    for file in view.files:
        if file.added:
            paths.append(file.path.replace(b"\n", b"?"))
        if file.old_oid == file.new_oid or file.removed:
            continue
        if file.is_text_candidate:
            region = view.region(file)
            if _is_packed(view.new(file)):
                packed.append(file)
            elif region.text:
                texts.append(_added_part(view, file, region))
        elif file.new_mode == MODE_LINK:
            texts.append(Text(Scene(view.new(file), file.path), file, 1))
    if paths:
        texts.append(Text(Scene(b"\n".join(paths), None), None, 1, paths=True))
    return texts, packed


def committed(commit: Commit) -> bytes:
    """Author, committer and message of ``commit`` as one text, the message from line 6 on."""
    author, committer = commit.author, commit.committer
    return b"\n".join((author.name, author.email, committer.name, committer.email, b"", commit.message))


def _is_packed(content: bytes) -> bool:
    """True for content whose bytes are not its text: archives and UTF-16."""
    return is_archive(content) or is_wide(content)


def is_binary(content: bytes) -> bool:
    """True where over one byte in a hundred is a control character; one NUL does not make a text binary."""
    if b"\0" not in content:
        return False
    return (len(content) - len(content.translate(None, _CONTROL))) * 100 > len(content)


def _added_part(view: CommitView, file: FileChange, region: Region) -> Text:
    """The added part of a file, or all of it where a part may belong to something that began before it."""
    new = view.new(file)
    binary = is_binary(region.text)
    if len(region.text) < len(new) and not binary and _continues(region.text, new, file.path):
        return Text(Scene(new, file.path), file, 1)
    if len(region.text) > _WIDE_REGION and not file.added and not binary and not file.path.endswith(b".sql"):
        return _narrowed(view, file, region)
    return Text(Scene(region.text, file.path, binary), file, region.first_line)


def _narrowed(view: CommitView, file: FileChange, region: Region) -> Text:
    """The lines that the old side has nowhere, with some around them: distant changes leave a region mostly old."""
    lines = region.text.split(b"\n")
    old = set(view.old(file).split(b"\n"))
    kept: list[int] = []
    end = 0
    for at in [at for at, line in enumerate(lines) if line not in old]:
        kept.extend(range(max(end, at - _BEFORE), min(at + _AFTER + 1, len(lines))))
        end = at + _AFTER + 1
    numbers = tuple([region.first_line + at for at in kept])
    return Text(Scene(b"\n".join([lines[at] for at in kept]), file.path), file, 0, numbers or (region.first_line,))


def _continues(part: bytes, whole: bytes, path: bytes) -> bool:
    if has_run(part):
        if b"PRIVATE KEY" in whole or b"PuTTY-User" in whole:
            return True
        if path.endswith((b".yaml", b".yml", b".json", b".tpl")) and b"ecret" in whole:
            return True
    elif path.endswith((b".yaml", b".yml", b".json", b".tpl")) and b"ind: Secret" in whole:
        return True
    return _value_first().match(part) is not None


@cache
def _value_first() -> re.Pattern[bytes]:
    """A ``value`` whose name stands on a line before."""
    return re.compile(rb"(?:[^\r\n]{0,200}\n)?[^\r\n]{0,80}?\b(?:[vV]alue|default|password|secret|token)\b")
