# SPDX-License-Identifier: Apache-2.0
"""``data.destructive``: statements and settings that a change adds to migrations, SQL and infrastructure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import fingerprint
from gatekeeper.rules.data.patterns import GRANTS, NEEDLES, UNPROTECTED, compiled, directions
from gatekeeper.rules.data.places import Kind, kind_of
from gatekeeper.rules.marked import Span, holds, lines_with, spans
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.wholefile import Places

RULE = "data.destructive"
_DOWN = (b".down.", b"_down.", b"-down.", b"/down/", b"rollback", b"/undo", b"revert")
_AROUND = 400
"""Bytes around what differs that are read, so that a statement is seen whole where only its end is new."""


class _Found(NamedTuple):
    what: str
    text: str
    """In lower case, with single spaces."""
    start: int


class Destruction:
    """One finding for each such statement that the new side has more often."""

    names = (RULE,)

    def __init__(self) -> None:
        self._places = Places[Kind](kind_of)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file, kind in self._places.among(view.files):
            if file.is_text_candidate and not _goes_down(file.path):
                yield from _of_file(view, file, kind)
            if kind == "infrastructure" and not file.removed and not file.added:
                yield from _protections_lost(view, file)


def _of_file(view: CommitView, file: FileChange, kind: Kind) -> Iterator[Hit]:
    region = view.region(file).text
    if not region or not holds(region.lower(), NEEDLES[kind]):
        return
    old, new = view.old(file), view.new(file)
    differing = spans(old, new)
    spare = Counter(found.text for span in differing for found in _found(old, span, kind, old_side=True))
    for span in differing:
        for found in _found(new, span, kind):
            if spare[found.text] > 0:
                spare[found.text] -= 1
            elif not _is_way_down(new, found, kind) and not _is_refusal(new, found):
                mark = fingerprint.changed(RULE, file.path, found.text.encode("utf-8", "surrogateescape"))
                line = new.count(b"\n", 0, found.start) + 1
                yield Hit(RULE, file.path, line, f"{found.what}: {found.text[:100]}", mark)


def _found(content: bytes, span: Span, kind: Kind, old_side: bool = False) -> Iterator[_Found]:
    """What stands in one span, comments left out."""
    start, end = (span.old_start, span.old_end) if old_side else (span.new_start, span.new_end)
    first = content.rfind(b"\n", 0, max(start - _AROUND, 0)) + 1
    for begin, text in _worth_reading(content[first : end + _AROUND], kind):
        for what, pattern in compiled(kind):
            for match in pattern.finditer(text):
                at = first + begin + match.start()
                if first + begin + match.end() > start and at < end and not _in_comment(text, match.start()):
                    yield _Found(what, " ".join(match[0].lower().split()), at)


def _worth_reading(content: bytes, kind: Kind) -> Iterator[tuple[int, str]]:
    """(offset, text) of the lines that hold a needle, each with what follows; those that meet are one."""
    at, until = -1, -1
    for start, line in lines_with(content.lower(), NEEDLES[kind]):
        if start > until:
            if at >= 0:
                yield at, content[at:until].decode("latin-1")
            at = start
        until = start + len(line) + _AROUND
    if at >= 0:
        yield at, content[at:until].decode("latin-1")


def _in_comment(text: str, at: int) -> bool:
    before = text[text.rfind("\n", 0, at) + 1 : at]
    return re.match(r"\s*(?:--|#|//|\*|/\*)", before) is not None or " -- " in before


def _goes_down(path: bytes) -> bool:
    name = path.lower()
    return any(mark in name for mark in _DOWN)


def _is_way_down(content: bytes, found: _Found, kind: Kind) -> bool:
    """True in the part of a migration that takes back what the other part made, and for a table made anew."""
    if kind not in ("sql", "migration"):
        return False
    before = content[: found.start + 1].decode("latin-1")
    headers = list(directions().finditer(before))
    if headers:
        return any(headers[-1].groups())
    if kind == "sql" and (table := re.match(r"drop table (?:if exists )?([\w.\"`\[\]]+)", found.text)):
        made = re.search(
            rf"(?i)create\s+table\s+(?:if\s+not\s+exists\s+)?{re.escape(table[1])}(?![\w.])",
            content[found.start :].decode("latin-1"),
        )
        return made is not None
    return False


def _is_refusal(content: bytes, found: _Found) -> bool:
    """True for everybody in a statement that denies."""
    if found.what != GRANTS:
        return False
    before = content[max(found.start - 600, 0) : found.start].lower()
    at = before.rfind(b"effect")
    return at >= 0 and b"deny" in before[at : at + 40]


def _protections_lost(view: CommitView, file: FileChange) -> Iterator[Hit]:
    """``prevent_destroy = true`` and the like, which were there and are not any more."""
    old, new = view.old(file), view.new(file)
    if not holds(old, (b"prevent_destroy", b"eletion_protection", b"eletionProtection")):
        return
    pattern = re.compile(rb"(prevent_destroy|deletion_?protection\w*)\"?\s*[=:]\s*\"?true", re.IGNORECASE)
    now = Counter(match[1].lower() for match in pattern.finditer(new))
    for name, count in Counter(match[1].lower() for match in pattern.finditer(old)).items():
        if now[name] < count and not (b"false" in new and now[name] + new.lower().count(name) > count):
            shown = name.decode("latin-1")
            mark = fingerprint.changed(RULE, file.path, b"lost", name)
            yield Hit(RULE, file.path, None, f"{UNPROTECTED}: {shown} is no longer true", mark)
