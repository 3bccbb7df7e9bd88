# SPDX-License-Identifier: Apache-2.0
"""Finds characters that make text read otherwise than it runs: in bytes first, then in the lines that hold one.

The search is over bytes, so bytes that are not UTF-8 hide nothing elsewhere. Sequences that a writer needs
(emoji, Arabic and Indic joiners, flags) are taken out before what is left is reported.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.model import Level
from gatekeeper.rules import unicode_patterns as patterns
from gatekeeper.rules.unicode_confusables import GREEK, OTHERS, TWINS

BIDI, TAGS, MIXED, INVISIBLE = "unicode.bidi", "unicode.tags", "unicode.mixed-script", "unicode.invisible"


class Found(NamedTuple):
    """One rule on one line."""

    rule: str
    line: int
    """0-based, within the text that was scanned."""
    text: bytes
    """The line, without its end."""
    message: str
    escalate: Level | None = None


def scan(text: bytes, *, code: bool, at_start: bool = False) -> Iterator[Found]:
    """Every line of ``text`` that one of the rules speaks about. Linear in the input.

    ``code``: the stricter reading for what runs; ``at_start``: a byte order mark may come first.
    """
    if text.isascii():
        return
    number = counted = 0
    for start, end in _suspect_lines(text):
        number += text.count(b"\n", counted, start)
        counted = start
        raw = text[start:end].removesuffix(b"\r")
        line = raw.decode("utf-8", "surrogateescape")
        if at_start and start == 0:
            line = line.removeprefix("\ufeff")
        for rule, message, escalate in (*_hidden(line, code), *_mixed(line, code)):
            yield Found(rule, number, raw, message, escalate)


def _suspect_lines(text: bytes) -> Iterator[tuple[int, int]]:
    """(start, end) of each line that holds a byte sequence worth decoding the line for."""
    searches = [patterns.hidden_bytes()]
    if patterns.foreign_bytes().search(text):
        searches.append(patterns.mixed_bytes())
    following = [search.search(text) for search in searches]
    at = 0
    while any(following):
        first = min(match.start() for match in following if match)
        start = text.rfind(b"\n", at, first) + 1 or at
        end = text.find(b"\n", first)
        if end < 0:
            end = len(text)
        yield start, end
        at = end + 1
        following = [
            match if match is None or match.start() >= end else search.search(text, end)
            for match, search in zip(following, searches, strict=True)
        ]


def _hidden(line: str, code: bool) -> Iterator[tuple[str, str, Level | None]]:
    marks = patterns.needed(code).sub("", line)
    if not code and patterns.right_to_left().search(line):
        marks = marks.translate(patterns.DIRECTION_MARKS)
    marks = "".join(patterns.hidden_characters().findall(marks))
    if not marks:
        return
    bidi = [mark for mark in marks if "\u202a" <= mark <= "\u202e" or "\u2066" <= mark <= "\u2069"]
    if bidi:
        yield BIDI, f"bidirectional control {_names(bidi)}: the line reads in another order than it runs", None
    tags = [mark for mark in marks if "\U000e0000" <= mark <= "\U000e007f"]
    if tags:
        spelled = "".join(chr(ord(tag) - 0xE0000) for tag in tags if "\U000e0020" <= tag <= "\U000e007e")
        says = f" that spell '{spelled}'" if spelled else ""
        yield TAGS, f"{len(tags)} invisible tag character{'s' * (len(tags) > 1)}{says}", None
    rest = [mark for mark in marks if mark not in bidi and mark not in tags]
    if rest:
        yield _invisible(line, rest, code)


def _invisible(line: str, marks: list[str], code: bool) -> tuple[str, str, Level | None]:
    if run := patterns.smuggled().search(line):
        return INVISIBLE, f"{len(run[0])} variation selectors in a row: hidden text", "deny"
    if run := patterns.zero_width_run().search(line):
        return INVISIBLE, f"{len(run[0])} zero-width characters in a row: hidden text", "approval"
    if code and (fillers := [mark for mark in marks if mark in "\u3164\uffa0\u115f\u1160"]):
        return INVISIBLE, f"{_names(fillers)} in code: a name that nobody sees", "approval"
    if code and (ends := [mark for mark in marks if mark in "\u2028\u2029"]):
        return INVISIBLE, f"{_names(ends)} in code: some languages end the line there", "approval"
    return INVISIBLE, f"invisible {_names(marks)}", None


def _mixed(line: str, code: bool) -> Iterator[tuple[str, str, Level | None]]:
    for match in patterns.words().finditer(line):
        word = match[1]
        if word.isascii():
            continue
        letter = _lookalike(word, code, isolated=_isolated(line, match.start(1), match.end(1)))
        if letter:
            read = GREEK.get(letter) or OTHERS.get(letter) or _compatible(letter)
            yield MIXED, f"'{word}' mixes scripts: {_names([letter])} reads as '{read}'", None
            return


def _isolated(line: str, start: int, end: int) -> bool:
    """False inside a character range or a format (``[a-zА-Я]``, ``%sА``), where letters stand side by side."""
    return line[start - 1 : start] not in ("-", "%", "\\") and line[end : end + 1] != "-"


def _lookalike(word: str, code: bool, isolated: bool) -> str | None:
    """The letter in ``word`` that a reader takes for a Latin one; None for a word that mixes nothing.

    A word with a letter of another script that nobody mistakes is not Latin to begin with.
    """
    enough = 1 if code and isolated else 2
    for part in (*word.split("_"), word):
        latin = sum(map(_is_latin, part))
        foreign = [letter for letter in part if letter.isalpha() and not _is_latin(letter)]
        if not foreign or not latin:
            continue
        greek = [letter for letter in foreign if letter in GREEK]
        others = [letter for letter in foreign if letter in OTHERS]
        wide = [letter for letter in foreign if code and _compatible(letter)]
        if len(greek) + len(others) + len(wide) < len(foreign):
            continue
        if others and latin >= enough:
            return others[0]
        if wide:
            return wide[0]
        seen = greek if code else [letter for letter in greek if letter in TWINS]
        if seen and latin >= 2 and (part is not word or "_" not in word):
            return seen[0]
    return None


def _is_latin(letter: str) -> bool:
    return letter.isalpha() and (letter < "\u0250" or "\u1e00" <= letter <= "\u1eff")


def _compatible(letter: str) -> str | None:
    """The ASCII letter that a mathematical or full-width one stands for in languages that normalise names."""
    if not ("\U0001d400" <= letter <= "\U0001d7ff" or "\uff21" <= letter <= "\uff5a"):
        return None
    import unicodedata

    plain = unicodedata.normalize("NFKC", letter)
    return plain if plain.isascii() else None


def _names(marks: list[str]) -> str:
    """``U+200B ZERO WIDTH SPACE``, and how many more."""
    import unicodedata

    name = unicodedata.name(marks[0], "")
    first = f"U+{ord(marks[0]):04X} {name}".rstrip()
    return first if len(marks) == 1 else f"{first} and {len(marks) - 1} more"
