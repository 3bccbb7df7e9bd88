# SPDX-License-Identifier: Apache-2.0
"""The syntax of ``.gitattributes``, and what each attribute means to somebody who reviews."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

Macros = Mapping[bytes, str]
"""Each macro that hides or runs something, and what it does."""

_LETTERS = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}

_SET = {
    b"binary": "hides changes as binary",
    b"linguist-generated": "folds changes away in reviews",
    b"linguist-vendored": "folds changes away in reviews",
    b"gitlab-generated": "folds changes away in reviews",
    b"export-ignore": "leaves files out of archives, which then differ from the tree",
    b"ident": "rewrites content at checkout",
}
_UNSET = {b"diff": "hides changes from diffs"}
_VALUED = {
    b"diff": "has diffs made by a driver, which can run a program",
    b"filter": "runs a filter program",
    b"merge": "has merges made by a driver, which can run a program",
    b"working-tree-encoding": "rewrites content at checkout",
    b"encoding": "shows content under another encoding",
}
_NAMES = {*_SET, *_VALUED}
_UTF8 = (b"utf-8", b"utf8")


class Line(NamedTuple):
    number: int
    """1-based."""
    text: bytes
    pattern: bytes
    """Unquoted; the name of a macro where ``macro`` is true."""
    macro: bool
    words: tuple[bytes, ...]
    """``diff``, ``-diff``, ``!diff`` or ``diff=name``."""


def lines(content: bytes) -> Iterator[Line]:
    """The lines that say something."""
    for number, raw in enumerate(content.removeprefix(b"\xef\xbb\xbf").split(b"\n"), 1):
        text = raw.strip(b" \t\r")
        if not text or text.startswith(b"#"):
            continue
        pattern, rest = _pattern(text)
        macro = pattern.startswith(b"[attr]")
        if macro:
            pattern, rest = _pattern((pattern.removeprefix(b"[attr]") + b" " + rest).strip(b" \t\r"))
        yield Line(number, text, pattern, macro, tuple(rest.replace(b"\r", b" ").split()))


def macros(found: Iterable[Line]) -> Macros:
    """The macros of a file that hide or run something, by themselves or through another."""
    known: dict[bytes, str] = {}
    users: dict[bytes, list[bytes]] = {}
    for line in found:
        if line.macro:
            for word in line.words:
                users.setdefault(word, []).append(line.pattern)
                said = hides(word, {})
                if said is not None:
                    known.setdefault(line.pattern, said)
    waiting = list(known)
    while waiting:
        name = waiting.pop()
        fresh = [user for user in users.get(name, ()) if user not in known]
        known.update(dict.fromkeys(fresh, known[name]))
        waiting += fresh
    return known


def hides(word: bytes, known: Macros) -> str | None:
    """What one attribute hides or runs, as a verb phrase; None for the harmless ones."""
    sign, name, value = _split(word)
    if sign == b"!" or (value == b"false" and name in _SET):
        return None
    if value and not (value == b"true" and name in _SET):
        return None if name == b"encoding" and value.lower() in _UTF8 else _VALUED.get(name)
    if sign:
        return _UNSET.get(name)
    return _SET.get(name) or known.get(name)


def shows(word: bytes) -> bytes | None:
    """The attribute that a word takes back, which another line may set; None for a word that takes nothing back."""
    sign, name, value = _split(word)
    if name == b"diff":
        return name if sign != b"-" and not value else None
    return name if name in _NAMES and (sign or value == b"false") else None


def attribute(word: bytes) -> bytes:
    """The attribute that a word speaks of; ``diff`` for ``binary``, which unsets it."""
    name = _split(word)[1]
    return b"diff" if name == b"binary" else name


def _split(word: bytes) -> tuple[bytes, bytes, bytes]:
    """(``-``, ``!`` or nothing; name; value)."""
    sign = word[:1] if word[:1] in (b"-", b"!") else b""
    name, _, value = word.removeprefix(sign).partition(b"=")
    return sign, name, value


def _pattern(text: bytes) -> tuple[bytes, bytes]:
    if not text.startswith(b'"'):
        pattern, _, rest = text.replace(b"\t", b" ").partition(b" ")
        return pattern, rest
    quoted = re.match(rb'"((?:[^"\\]|\\.)*)"', text)
    if quoted is None:
        pattern, _, rest = text.replace(b"\t", b" ").partition(b" ")
        return pattern, rest
    return re.sub(rb"\\(?:([0-7]{3})|(.))", _unescaped, quoted[1], flags=re.DOTALL), text[quoted.end() :]


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[1]:
        return bytes([int(match[1], 8) & 0xFF])
    return _LETTERS.get(match[2], match[2])
