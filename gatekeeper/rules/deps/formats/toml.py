# SPDX-License-Identifier: Apache-2.0
"""TOML as package managers write it, read a line at a time; everything else goes to ``tomllib``.

``tomllib`` takes several times as long for a large lockfile. The scanner here knows only the plain shapes that lock
writers use and gives up (:class:`_Unusual`) at anything else, so that its answer is ``tomllib``'s or none: a lockfile
dressed up in rare syntax costs time, it does not read differently. Bare dates are left as text.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

from gatekeeper.rules.deps.formats.interface import Unreadable
from gatekeeper.rules.deps.formats.text import array, table

T = TypeVar("T")

_PLAIN = r'[^"\\\x00-\x08\x0a-\x1f\x7f]*+'
_STRING = rf'"({_PLAIN}(?:\\["\\]{_PLAIN})*+)"(?!")'
_KEY = r"([A-Za-z0-9_-]++|\"[A-Za-z0-9_.@/+ -]++\")"
_NAME = r"[A-Za-z0-9_-]++|\"[A-Za-z0-9_@/+ -]++\""
_FLAT_PAIR = rf'[ \t]*+([A-Za-z0-9_-]++)[ \t]*+=[ \t]*+"({_PLAIN})"(?!")[ \t]*+'
_TAIL = r"[ \t]*+(?:#[^\x00-\x08\x0a-\x1f\x7f]*+)?+"
_DATE = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"
_MOST_DOTS = 1000
"""On a line: tomllib takes a time quadratic in the parts of a dotted key."""
_DEEPEST = 20


class _Unusual(Exception):
    """Not a shape this scanner is sure of."""


def load(text: str) -> dict[str, Any]:
    """A TOML document. Raises Unreadable."""
    text = text.replace("\r\n", "\n")
    try:
        return _Scanner(text).document()
    except _Unusual:
        return _slow(text)


def rows(
    text: str, header: str, build: Callable[[dict[str, Any], str], T], path: str
) -> tuple[dict[str, Any], list[T]]:
    """The document without its ``[[header]]`` tables, and what ``build(table, path)`` makes of each of those.

    Tables that were read before, on the other side of a change, are not read again. Raises Unreadable.
    """
    text = text.replace("\r\n", "\n")
    first, *chunks = f"\n{text}".split(f"\n[[{header}]]\n")
    try:
        rest = _Scanner(first[1:]).document()
        found: list[T] = []
        for chunk in chunks:
            value, more = _row(chunk, header, build, path)
            found.append(value)
            for key in more:
                _put(rest, key, more[key])
        if header in rest:
            raise _Unusual
    except _Unusual:
        rest = _slow(text)
        tables = array(rest.pop(header, None))
        found = [build(table(row), path) for row in tables]
    return rest, found


@lru_cache(maxsize=8192)
def _row(chunk: str, header: str, build: Callable[[dict[str, Any], str], T], path: str) -> tuple[T, dict[str, Any]]:
    document = _Scanner(f"[[{header}]]\n{chunk}").document()
    if len(document[header]) != 1:
        raise _Unusual
    (row,) = document.pop(header)
    return build(row, path), document


def _slow(text: str) -> dict[str, Any]:
    import tomllib

    if any(line.count(".") > _MOST_DOTS for line in text.split("\n")):
        raise Unreadable("a line has too many dots")

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable("it is not TOML") from error


class _Scanner:
    _pair = re.compile(rf"{_KEY}[ \t]*+=[ \t]*+(.*+)", re.DOTALL)
    _string_line = re.compile(rf"{_KEY} = {_STRING}{_TAIL}")
    _header = re.compile(rf"(\[\[?)((?:{_NAME})(?:\.(?:{_NAME}))*+)(\]\]?){_TAIL}")
    _flat_table = re.compile(rf"[ \t]*+\{{{_FLAT_PAIR},{_FLAT_PAIR}\}}[ \t]*+,?+")
    _text_item = re.compile(rf"[ \t]*+{_STRING}[ \t]*+,?+")
    _closing = re.compile(rf"[ \t]*+\]{_TAIL}")
    _ignored = re.compile(_TAIL)
    _tokens = re.compile(rf"[ \t]*+(?:{_STRING}|([\[\]{{}},=])|({_DATE})(?![\w.+-])|([A-Za-z0-9_-]++)(?![.+:]))")

    def __init__(self, text: str) -> None:
        self.lines = text.split("\n")
        self.root: dict[str, Any] = {}
        self.closed: set[int] = set()
        """Ids of inline tables and arrays, which no header may extend."""

    def document(self) -> dict[str, Any]:
        here, index, lines = self.root, 0, self.lines
        string_line, pair = self._string_line, self._pair
        while index < len(lines):
            line = lines[index]
            index += 1
            if found := string_line.fullmatch(line):
                _put(here, _bare(found[1]), _text(found[2]))
            elif line[:1] == "[":
                here = self._table(line)
            elif found := pair.fullmatch(line):
                key, rest = _bare(found[1]), found[2]
                if rest == "[":
                    value, index = self._array(index)
                else:
                    value = self._value(rest)
                _put(here, key, value)
            elif not self._ignored.fullmatch(line):
                raise _Unusual
        return self.root

    def _table(self, line: str) -> dict[str, Any]:
        """Open the table of a header line. A table named twice, or through a value, is left to tomllib."""
        found = self._header.fullmatch(line)
        if found is None or len(found[1]) != len(found[3]):
            raise _Unusual
        *path, last = re.findall(r'"[^"]*"|[^.]+', found[2])
        here = self.root
        for key in path:
            inner = here.setdefault(_bare(key), {})
            if id(inner) in self.closed:
                raise _Unusual
            inner = inner[-1] if isinstance(inner, list) and inner else inner
            if not isinstance(inner, dict) or id(inner) in self.closed:
                raise _Unusual
            here = inner
        fresh: dict[str, Any] = {}
        if len(found[1]) == 1:
            _put(here, _bare(last), fresh)
            return fresh
        rows = here.setdefault(_bare(last), [])
        if not isinstance(rows, list) or id(rows) in self.closed:
            raise _Unusual
        rows.append(fresh)
        return fresh

    def _array(self, index: int) -> tuple[list[Any], int]:
        """The lines of an array that opened at the end of a line, one member a line."""
        found: list[Any] = []
        self.closed.add(id(found))
        flat, text, lines, comma = self._flat_table, self._text_item, self.lines, True
        while index < len(lines):
            line = lines[index]
            index += 1
            if self._closing.fullmatch(line):
                return found, index
            if not comma:
                raise _Unusual
            if row := flat.fullmatch(line):
                if row[1] == row[3]:
                    raise _Unusual
                found.append({row[1]: row[2], row[3]: row[4]})
            elif item := text.fullmatch(line):
                found.append(_text(item[1]))
            elif line.strip(" \t"):
                found.append(self._value(line.rstrip(" \t").removesuffix(",")))
            else:
                continue
            comma = line.rstrip(" \t").endswith(",")
        raise _Unusual

    def _value(self, text: str) -> Any:
        """One value that ends with its line."""
        pieces: list[tuple[str, str]] = []
        position = 0
        while position < len(text):
            found = self._tokens.match(text, position)
            if found is None:
                if self._ignored.fullmatch(text, position):
                    break
                raise _Unusual
            kind = found.lastindex or 0
            pieces.append(("sodw"[kind - 1], found[kind]))
            position = found.end()
        value, rest = self._read(pieces, 0, 0)
        if rest != len(pieces):
            raise _Unusual
        return value

    def _read(self, pieces: list[tuple[str, str]], at: int, depth: int) -> tuple[Any, int]:
        kind, piece = _piece(pieces, at)
        if depth > _DEEPEST:
            raise _Unusual
        if kind == "s":
            return _text(piece), at + 1
        if kind == "d":
            return piece, at + 1
        if kind == "w":
            return _word(piece), at + 1
        if piece == "[":
            return self._items(pieces, at + 1, depth)
        if piece == "{":
            return self._pairs(pieces, at + 1, depth)
        raise _Unusual

    def _items(self, pieces: list[tuple[str, str]], at: int, depth: int) -> tuple[list[Any], int]:
        found: list[Any] = []
        self.closed.add(id(found))
        while _piece(pieces, at) != ("o", "]"):
            value, at = self._read(pieces, at, depth + 1)
            found.append(value)
            if _piece(pieces, at) == ("o", ","):
                at += 1
            elif _piece(pieces, at) != ("o", "]"):
                raise _Unusual
        return found, at + 1

    def _pairs(self, pieces: list[tuple[str, str]], at: int, depth: int) -> tuple[dict[str, Any], int]:
        found: dict[str, Any] = {}
        self.closed.add(id(found))
        while _piece(pieces, at) != ("o", "}"):
            kind, key = _piece(pieces, at)
            if kind not in "ws" or _piece(pieces, at + 1) != ("o", "="):
                raise _Unusual
            value, at = self._read(pieces, at + 2, depth + 1)
            _put(found, _text(key) if kind == "s" else key, value)
            if _piece(pieces, at) == ("o", ",") and _piece(pieces, at + 1) != ("o", "}"):
                at += 1
            elif _piece(pieces, at) != ("o", "}"):
                raise _Unusual
        return found, at + 1


def _piece(pieces: list[tuple[str, str]], at: int) -> tuple[str, str]:
    if at >= len(pieces):
        raise _Unusual
    return pieces[at]


def _put(here: dict[str, Any], key: str, value: Any) -> None:
    if key in here:
        raise _Unusual
    here[key] = value


def _bare(key: str) -> str:
    return key[1:-1] if key[:1] == '"' else key


def _text(raw: str) -> str:
    return re.sub(r"\\(.)", r"\1", raw) if "\\" in raw else raw


def _word(piece: str) -> Any:
    if piece in ("true", "false"):
        return piece == "true"
    if re.fullmatch(r"0|[1-9][0-9]{0,17}", piece):
        return int(piece)
    raise _Unusual
