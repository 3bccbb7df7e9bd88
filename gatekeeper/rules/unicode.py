# SPDX-License-Identifier: Apache-2.0
"""Text that reads otherwise than it runs: in added lines, new paths, messages and names. Family ``unicode``."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gatekeeper.git.diff import added_lines
from gatekeeper.model import Commit, FileChange, Hit, Level, strictest
from gatekeeper.rules import filetypes, fingerprint
from gatekeeper.rules.moves import moved
from gatekeeper.rules.rule import ChangeRule, ChangeView, CommitView, Rule
from gatekeeper.rules.unicode_scan import BIDI, INVISIBLE, MIXED, TAGS, Found, scan

NAMES = (BIDI, TAGS, MIXED, INVISIBLE)
MOST = 1000
"""Lines of one file that are told one by one for a rule."""
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32-le"),
    (b"\0\0\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_WIDE_MARKS = tuple(mark for mark, _ in _WIDE)


class Characters:
    """One pass for all four rules: they look for the same bytes."""

    names = NAMES

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        yield from _of_commit(view.commit)
        placed = moved(view.files)
        for file in view.files:
            if file.added and not file.path.isascii():
                for found in scan(file.path, code=True):
                    yield _hit(found, file.path, None, "in the path: ")
            if file.is_text_candidate and file.path not in placed:
                yield from _of_file(view, file)


class TagMessages:
    """The same for the annotated tag at the tip of a change."""

    names = NAMES

    def inspect_change(self, view: ChangeView) -> Iterator[Hit]:
        if view.tag is not None and not view.tag.isascii():
            for found in scan(view.tag, code=False):
                yield _hit(found, None, None, "in the tag: ")


def rules() -> tuple[Rule, ...]:
    return (Characters(),)


def change_rules() -> tuple[ChangeRule, ...]:
    return (TagMessages(),)


def _of_commit(commit: Commit) -> Iterator[Hit]:
    if not commit.message.isascii():
        for found in scan(commit.message, code=False):
            yield _hit(found, None, found.line + 1, "in the message: ")
    for who, ident in (("author", commit.author), ("committer", commit.committer)):
        for text in (ident.name, ident.email):
            if not text.isascii():
                for found in scan(text, code=False):
                    yield _hit(found, None, None, f"in the {who}'s name: ")


def _of_file(view: CommitView, file: FileChange) -> Iterator[Hit]:
    if view.new(file).startswith(_WIDE_MARKS):
        yield from _of_wide_file(view, file)
        return
    region = view.region(file)
    if region.text.isascii() or (b"\0" in view.new(file) and not filetypes.is_text_by_name(file.path)):
        return
    found = scan(region.text, code=filetypes.is_code(file.path), at_start=region.first_line == 1)
    yield from _on_added_lines(view, file, found, region.first_line, lambda: {line.number for line in view.added(file)})


def _of_wide_file(view: CommitView, file: FileChange) -> Iterator[Hit]:
    """UTF-16 and UTF-32 by their mark: lines are those of the decoded text."""
    old, new = _as_utf8(view.old(file)), _as_utf8(view.new(file))
    found = scan(new, code=filetypes.is_code(file.path), at_start=True)
    yield from _on_added_lines(view, file, found, 1, lambda: {number for number, _ in added_lines(old, new)})


def _on_added_lines(
    view: CommitView, file: FileChange, found: Iterator[Found], first_line: int, added: Callable[[], set[int]]
) -> Iterator[Hit]:
    """A hit for each line, up to ``MOST`` for a rule; the others of a flood are told as one."""
    numbers: set[int] | None = None
    seen = dict.fromkeys(NAMES, 0)
    worst: dict[str, list[Level]] = {}
    for one in found:
        if numbers is None:
            numbers = added()
        if one.line + first_line not in numbers:
            continue
        seen[one.rule] += 1
        if seen[one.rule] <= MOST:
            yield _hit(one, file.path, one.line + first_line)
        elif one.escalate and one.escalate not in worst.setdefault(one.rule, []):
            worst[one.rule].append(one.escalate)
    for rule, count in seen.items():
        if count > MOST:
            mark = fingerprint.changed(rule, file.path, b"more", view.new(file))
            levels = worst.get(rule)
            escalate = strictest(*levels) if levels else None
            yield Hit(rule, file.path, None, f"{count - MOST:,} more lines like these", mark, escalate)


def _as_utf8(content: bytes) -> bytes:
    for mark, encoding in _WIDE:
        if content.startswith(mark):
            return content.decode(encoding, "replace").encode("utf-8", "replace")
    return content


def _hit(found: Found, path: bytes | None, line: int | None, where: str = "") -> Hit:
    mark = fingerprint.changed(found.rule, path, found.text)
    return Hit(found.rule, path, line, where + found.message, mark, found.escalate)
