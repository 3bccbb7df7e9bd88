# SPDX-License-Identifier: Apache-2.0
"""Bytes to text once, JSON and TOML to values, and where a name stands in the text."""

from __future__ import annotations

import json
import re
from typing import Any

from gatekeeper.rules.deps.formats.interface import Unreadable

_BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_DEEPEST_LINE = 6


def decode(data: bytes, *, utf16: bool = False) -> str:
    """Strict UTF-8, with or without a BOM; with ``utf16`` also UTF-16 with one. Raises Unreadable."""
    codec = "utf-8"
    for bom, name in _BOMS:
        if data.startswith(bom) and (utf16 or name == "utf-8-sig"):
            codec = name
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is not {codec.upper().removesuffix('-SIG')} text") from error


def load_json(text: str) -> dict[str, Any]:
    """A JSON object as npm and composer read it (the last of equal keys wins). Raises Unreadable."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        raise Unreadable("it is not JSON", line) from error
    if not isinstance(value, dict):
        raise Unreadable("it is not a JSON object")
    return value


def load_jsonc(text: str) -> dict[str, Any]:
    """JSON with comments and trailing commas. Raises Unreadable."""
    piece = r'("(?:[^"\\\n]|\\.)*+")|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|,(?=\s*+[}\]])'
    bare = re.sub(piece, lambda found: found[1] or "", text)
    return load_json(re.sub(piece, lambda found: found[1] or "", bare))


def table(value: object) -> dict[str, Any]:
    """``value`` where it is a mapping, an empty one where it is absent. Raises Unreadable for anything else."""
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable("a table was expected where there is another value")
    return value


def array(value: object) -> list[Any]:
    """``value`` where it is a list, an empty one where it is absent. Raises Unreadable for anything else."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise Unreadable("a list was expected where there is another value")
    return value


def string(value: object) -> str:
    """``value`` where it is text, empty where it is absent. Raises Unreadable for anything else."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable("text was expected where there is another value")
    return value


def json_lines(text: str) -> dict[tuple[str, ...], int]:
    """The line of each key of a JSON document by its path; a member of an array has its index for a key.

    Only for showing: of equal keys the last one counts, as in :func:`load_json`.
    """
    lines: dict[tuple[str, ...], int] = {}
    number = 1
    stack: list[list[Any]] = []  # [is object, key or index, a key comes next]
    for found in re.finditer(r'"(?:[^"\\\n]|\\.)*"|[{}\[\],\n]', text):
        piece = found[0]
        if piece == "\n":
            number += 1
        elif piece in "{[":
            stack.append([piece == "{", 0, piece == "{"])
        elif piece in "}]":
            del stack[-1:]
        elif not stack:
            continue
        elif piece == ",":
            if stack[-1][0]:
                stack[-1][2] = True
            else:
                stack[-1][1] += 1
        elif stack[-1][2]:
            stack[-1][1:] = [_unquote(piece), False]
            if len(stack) <= _DEEPEST_LINE:
                lines[tuple(str(frame[1]) for frame in stack)] = number
        elif not stack[-1][0] and len(stack) <= _DEEPEST_LINE:
            lines[tuple(str(frame[1]) for frame in stack)] = number
    return lines


class TomlLines:
    """Where keys and strings of a TOML document stand. Only for showing."""

    _PIECE = r"""^[ \t]*\[\[?([^\]\n]*)\]|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|^[ \t]*([\w-]+)[ \t]*[.=]|\n"""

    def __init__(self, text: str) -> None:
        self._lines: dict[str, list[tuple[str, int]]] = {}
        header, number = "", 1
        for found in re.finditer(self._PIECE, text, re.MULTILINE):
            if found[0] == "\n":
                number += 1
            elif found[1] is not None:
                header = re.sub(r"[\s\"']", "", found[1])
                self._lines.setdefault("[" + header, []).append((header, number))
            else:
                piece = next(group for group in (found[2], found[3], found[4]) if group is not None)
                self._lines.setdefault(piece, []).append((header, number))

    def find(self, under: str, piece: str) -> int | None:
        """The first line with ``piece`` in a table whose header starts with ``under``, else anywhere."""
        places = self._lines.get(piece) or self._lines.get(f"[{under}.{piece}", [])
        for header, number in places:
            if header.startswith(under):
                return number
        return places[0][1] if places else None


def _unquote(piece: str) -> str:
    if "\\" not in piece:
        return piece[1:-1]
    try:
        return str(json.loads(piece))
    except ValueError:
        return piece[1:-1]
