# SPDX-License-Identifier: Apache-2.0
"""Commit objects that git did not write, or that programs read differently (docs/adr, ``git.object``)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.model import Hit, Level
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import CommitView

RULE = "git.object"
_ONCE = (b"tree", b"author", b"committer", b"encoding", b"gpgsig", b"gpgsig-sha256")
_LAST_SECOND = 4_102_444_800
"""2100-01-01T00:00:00Z."""
_FARTHEST_ZONE = 1400
"""UTC+14:00, the largest offset in use."""


class CommitObjects:
    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        raw, parents = view.commit.raw, view.commit.parents
        if not raw or (b"\0" not in raw and _usual().match(raw) and len(set(parents)) == len(parents)):
            return
        head, _, message = raw.partition(b"\n\n")
        for text, escalate in _oddities(head, message):
            yield Hit(RULE, None, None, text, fingerprint.changed(RULE, None, text.encode(), head), escalate)


@cache
def _usual() -> re.Pattern[bytes]:
    """The commit object as git writes it today, with one signature at most and no other header."""
    oid, plain = rb"(?:[0-9a-f]{40}|[0-9a-f]{64})", rb"[^\0-\x1f\x7f<>]*"
    who = rb"%s<%s> [1-3]?\d{1,9} [+-](?:0\d|1[0-3])[0-5]\d\n" % (plain, plain)
    parent = rb"(?:parent %s\n)*+" % oid
    signature = rb"(?:gpgsig(?:-sha256)? [^\n]*\n(?: [^\n]*\n)*+)?"
    return re.compile(rb"tree %s\n%sauthor %scommitter %s%s\n" % (oid, parent, who, who, signature))


@cache
def _ascii_based() -> re.Pattern[bytes]:
    """Encodings in which ASCII bytes are ASCII letters."""
    return re.compile(
        rb"(?i)utf-?8|(?:us-)?ascii|iso-?8859-?\d{1,2}|latin-?\d{1,2}|(?:windows|cp)-?\d{3,4}|koi8-[ru]"
        rb"|euc-?(?:jp|kr|cn|tw)|gbk?|gb2312|gb18030|big5|macintosh|tis-620"
    )


def _oddities(head: bytes, message: bytes) -> Iterator[tuple[str, Level | None]]:
    if b"\0" in head:
        yield "the commit's header holds a NUL byte", "deny"
    if b"\0" in message:
        yield "the message holds a NUL byte; git shows nothing of what follows it", "deny"
    fields = [line.partition(b" ")[::2] for line in head.split(b"\n") if not line.startswith(b" ")]
    names = [name for name, _ in fields]
    for name in _ONCE:
        if names.count(name) > 1:
            count = names.count(name)
            yield f"the commit has {count} '{name.decode()}' headers; programs differ in which one counts", "deny"
    unsigned = [name for name in names if name.startswith(b"gpgsig") and name not in _ONCE]
    if unsigned:
        shown = unsigned[0].decode("utf-8", "surrogateescape")
        yield f"the header '{shown}' holds text that no signature covers", "deny"
    if b"gpgsig" in names and b"gpgsig-sha256" in names:
        yield "the commit carries two signatures; exactly one proves something", None
    order = [name for name in names if name in (b"tree", b"parent", b"author", b"committer")]
    expected = [b"tree", *[b"parent"] * names.count(b"parent"), b"author", b"committer"]
    if order != expected or names[: len(expected)] != expected:
        yield "the commit's headers are missing or not in git's order", "deny"
    yield from _parents([value for name, value in fields if name == b"parent"])
    for name, value in fields:
        if name in (b"author", b"committer"):
            yield from _identity(name.decode(), value)
        elif name == b"encoding" and not _ascii_based().fullmatch(value):
            shown = value.decode("utf-8", "surrogateescape")
            yield f"the encoding '{shown}' makes the message read otherwise than its bytes", None


def _parents(parents: list[bytes]) -> Iterator[tuple[str, Level | None]]:
    if len(set(parents)) < len(parents):
        yield "the commit names one parent twice", None
    if not all(re.fullmatch(rb"[0-9a-f]{40}|[0-9a-f]{64}", parent) for parent in parents):
        yield "a parent is not an object id", "deny"


def _identity(role: str, value: bytes) -> Iterator[tuple[str, Level | None]]:
    found = re.fullmatch(rb"([^<>]*)<([^<>]*)> (-?\d{1,20}) ([+-])(\d{1,6})", value)
    if found is None:
        yield f"the {role} line cannot be read in one way", None
        return
    if any(byte < 32 or byte == 127 for byte in found[1] + found[2]):
        yield f"the {role}'s name holds control characters", None
    if not 0 <= int(found[3]) < _LAST_SECOND:
        yield f"the {role}'s date is not between 1970 and 2100", None
    if int(found[5]) > _FARTHEST_ZONE or int(found[5]) % 100 > 59:
        yield f"the {role}'s time zone does not exist", None
