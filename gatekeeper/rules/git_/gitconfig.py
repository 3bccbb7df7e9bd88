# SPDX-License-Identifier: Apache-2.0
"""Reads the git-config syntax of ``.gitmodules`` (git-config(1), "Syntax")."""

from __future__ import annotations

import re
from typing import NamedTuple

_SECTION = rb'\[([-.A-Za-z0-9]+)(?:[ \t\r]+"((?:[^"\\\n]|\\[^\n])*)")?\]'
_KEY = rb"([A-Za-z][-A-Za-z0-9]*)[ \t]*(=?)"
_SPACES = (b" ", b"\t", b"\r", b"\n")
_ESCAPES = {b"n": b"\n", b"t": b"\t", b"b": b"\b", b'"': b'"', b"\\": b"\\"}


class Setting(NamedTuple):
    """One ``key = value`` line."""

    section: bytes
    """In lower case; empty before the first header."""
    name: bytes
    """The subsection, without quotes and escapes; in lower case where it follows a dot; empty for none."""
    key: bytes
    """In lower case."""
    value: bytes
    """Unquoted; ``true`` where the line has no ``=``."""
    line: int
    """1-based."""


class NotGitConfig(ValueError):
    """git itself would refuse the file. ``str()`` names the line."""


def parse(text: bytes) -> tuple[Setting, ...]:
    """Every setting in order; raises NotGitConfig."""
    text = text.removeprefix(b"\xef\xbb\xbf")
    header_at, key_at = re.compile(_SECTION).match, re.compile(_KEY).match
    found: list[Setting] = []
    section = name = b""
    lines = _Lines(text)
    at = _after_space(text, 0)
    while at < len(text):
        line = lines.at(at)
        if text[at : at + 1] in (b"#", b";"):
            at = _line_end(text, at)
        elif match := header_at(text, at):
            section, _, name = match[1].lower().partition(b".")
            if match[2] is not None:
                section, name = match[1].lower(), re.sub(rb"\\(.)", rb"\1", match[2], flags=re.DOTALL)
            at = match.end()
        elif match := key_at(text, at):
            value, at = _value(text, match.end(), line) if match[2] else (b"true", _bare(text, match.end(), line))
            found.append(Setting(section, name, match[1].lower(), value, line))
        else:
            raise NotGitConfig(f"line {line}")
        at = _after_space(text, at)
    return tuple(found)


class _Lines:
    """Line numbers of places that only go forward, in one pass over the text."""

    def __init__(self, text: bytes) -> None:
        self._text, self._at, self._number = text, 0, 1

    def at(self, place: int) -> int:
        self._number += self._text.count(b"\n", self._at, place)
        self._at = place
        return self._number


def _bare(text: bytes, at: int, line: int) -> int:
    """The end of a key without a value: nothing may follow on its line."""
    end = _line_end(text, at)
    rest = text[at:end].removesuffix(b"\r") if end < len(text) else text[at:]
    if rest.strip(b" \t"):
        raise NotGitConfig(f"line {line}")
    return end


def _value(text: bytes, at: int, line: int) -> tuple[bytes, int]:
    """The value from ``at`` on, and where it ends. Spaces at its ends go, unless quoted.

    A tab or carriage return inside is kept, as git does since 2.45; before, it became a space.
    """
    out = bytearray()
    kept = 0
    quoted = False
    while at < len(text):
        char = text[at : at + 1]
        at += 1
        if char == b"\n" or (char == b"\r" and text[at : at + 1] == b"\n"):
            if quoted:
                raise NotGitConfig(f"line {line}")
            break
        if not quoted and char in (b"#", b";"):
            at = _line_end(text, at)
            break
        if char == b"\\":
            follow = text[at : at + 1]
            at += 1
            if follow == b"\r" and text[at : at + 1] == b"\n":
                follow, at = b"\n", at + 1
            if follow == b"\n":
                continue
            if follow not in _ESCAPES:
                raise NotGitConfig(f"line {line}")
            out += _ESCAPES[follow]
            kept = len(out)
        elif char == b'"':
            quoted = not quoted
            kept = len(out)
        elif not quoted and char in b" \t\r":
            if out:
                out += char
        else:
            out += char
            kept = len(out)
    if quoted:
        raise NotGitConfig(f"line {line}")
    return bytes(out[:kept]), at


def _line_end(text: bytes, at: int) -> int:
    end = text.find(b"\n", at)
    return len(text) if end < 0 else end


def _after_space(text: bytes, at: int) -> int:
    while text[at : at + 1] in _SPACES:
        at += 1
    return at
