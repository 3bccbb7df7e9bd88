# SPDX-License-Identifier: Apache-2.0
"""Reads the git-config syntax of ``.gitmodules`` (git-config(1), "Syntax")."""

from __future__ import annotations

import re
from typing import NamedTuple

_SECTION = re.compile(rb'\[([-.A-Za-z0-9]+)(?:[ \t\r]+"((?:[^"\\\n]|\\[^\n])*)")?\]')
_KEY = re.compile(rb"([A-Za-z][-A-Za-z0-9]*)[ \t]*(=?)")
_SPACE = re.compile(rb"[ \t\r\n]*")
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
    found: list[Setting] = []
    section = name = b""
    at = _after_space(text, 0)
    while at < len(text):
        if text[at : at + 1] in (b"#", b";"):
            end = text.find(b"\n", at)
            at = len(text) if end < 0 else end
        elif match := _SECTION.match(text, at):
            section, _, name = match[1].lower().partition(b".")
            if match[2] is not None:
                section, name = match[1].lower(), re.sub(rb"\\(.)", rb"\1", match[2], flags=re.DOTALL)
            at = match.end()
        elif match := _KEY.match(text, at):
            line = _line(text, at)
            value, at = _value(text, match.end(), line) if match[2] else (b"true", _bare(text, match.end(), line))
            found.append(Setting(section, name, match[1].lower(), value, line))
        else:
            raise NotGitConfig(f"line {_line(text, at)}")
        at = _after_space(text, at)
    return tuple(found)


def _bare(text: bytes, at: int, line: int) -> int:
    """The end of a key without a value: nothing may follow on its line."""
    end = text.find(b"\n", at)
    rest = text[at:end].removesuffix(b"\r") if end >= 0 else text[at:]
    if rest.strip(b" \t"):
        raise NotGitConfig(f"line {line}")
    return end if end >= 0 else len(text)


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
            end = text.find(b"\n", at)
            at = len(text) if end < 0 else end
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


def _line(text: bytes, at: int) -> int:
    return text.count(b"\n", 0, at) + 1


def _after_space(text: bytes, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
