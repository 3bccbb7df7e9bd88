# SPDX-License-Identifier: Apache-2.0
"""YAML as people write small configuration files, with the line of every key; enough for what dependency files hold.

Block and flow collections, all scalar styles, comments, documents, anchors, aliases and merge keys are read; scalars
stay text, tags are dropped. Complex keys, tabs for indentation and anything else that is not plainly one of these is
refused: a reader must never disagree silently with the tool that runs the file. A full loader takes longer to import
than a commit hook may take.
"""

from __future__ import annotations

import re
from typing import Any, NoReturn

from gatekeeper.rules.deps.formats.interface import Unreadable

_DEEPEST = 64
_MOST_MERGED = 100_000
_KEY = re.compile(
    r"""(?:"((?:[^"\\]|\\.)*+)"|'((?:[^']|'')*+)'|((?![-?:,\[\]{}#&*!|>'"%@` ])(?:[^\s:#]|:(?=\S)|(?<=\S)\#|[ \t]++(?![ \t#]))*+|[-?:](?=[^\s])(?:[^\s:#]|:(?=\S)|(?<=\S)\#|[ \t]++(?![ \t#]))*+))[ \t]*+:(?:[ \t]++|$)"""  # noqa: E501
)
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}[ \t]*+(?:#.*)?")
_PROPERTY = re.compile(r"(?:&([^\s,\[\]{}]++)|!(?:<[^>]*>|[^\s,\[\]{}]*+))(?:[ \t]++|$)")
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "\n": ""}


class Map(dict[str, Any]):
    """A mapping; ``lines`` has the 1-based line of each key."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: dict[str, int] = {}


class Seq(list[Any]):
    """A sequence; ``lines`` has the 1-based line of each member."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[int] = []


def load(text: str) -> list[Any]:
    """The documents of ``text``, each a Map, a Seq, a text or None. Raises Unreadable."""
    reader = _Reader(text)
    try:
        return reader.documents()
    except RecursionError as error:
        raise Unreadable("it is nested too deeply", reader.at + 1) from error


class _Reader:
    def __init__(self, text: str) -> None:
        self.lines = text.replace("\r\n", "\n").split("\n")
        self.at = 0
        self.anchors: dict[str, Any] = {}
        self.merged = 0

    def documents(self) -> list[Any]:
        found: list[Any] = []
        while self._skip():
            line = self.lines[self.at]
            if line.startswith("%") or line.rstrip() == "...":
                self.at += 1
                continue
            if re.match(r"---(?:\s|$)", line):
                self.lines[self.at] = "   " + line[3:]
                if not self._skip() or re.match(r"---(?:\s|$)", self.lines[self.at]):
                    continue
            self.anchors = {}
            found.append(self._node(-1, 0))
            if self._skip() and not re.match(r"(?:---|\.\.\.)(?:\s|$)", self.lines[self.at]):
                self._refuse("this line does not fit")
        return found

    def _refuse(self, reason: str) -> NoReturn:
        raise Unreadable(reason, min(self.at, len(self.lines) - 1) + 1)

    def _skip(self) -> bool:
        """Go to the next line with content; False at the end."""
        while self.at < len(self.lines):
            stripped = self.lines[self.at].lstrip(" \t")
            if stripped and not stripped.startswith("#"):
                return True
            self.at += 1
        return False

    def _indent(self) -> int:
        line = self.lines[self.at]
        content = line.lstrip(" ")
        if content.startswith("\t"):
            self._refuse("a tab indents it")
        if line.startswith(("---", "...")) and line[3:4] in ("", " "):
            return -1
        return len(line) - len(content)

    def _node(self, parent: int, depth: int) -> Any:
        """What stands deeper than ``parent``, from the current line on; None for nothing."""
        if depth > _DEEPEST:
            self._refuse("it is nested too deeply")
        if not self._skip() or (indent := self._indent()) <= parent:
            return None
        line = self.lines[self.at]
        content = line[indent:]
        if content == "-" or content.startswith(("- ", "-\t")):
            return self._sequence(indent, depth)
        if _KEY.match(content):
            return self._mapping(indent, depth)
        if content.startswith("? ") or content == "?":
            self._refuse("complex keys are not read")
        return self._value(content, parent, depth, indent)

    def _sequence(self, indent: int, depth: int) -> Seq:
        found = Seq()
        while self._skip() and self._indent() == indent:
            line = self.lines[self.at]
            content = line[indent:]
            if content != "-" and not content.startswith(("- ", "-\t")):
                break
            found.lines.append(self.at + 1)
            rest = content[1:].lstrip(" \t")
            if not rest or rest.startswith("#"):
                self.at += 1
                found.append(self._node(indent, depth + 1))
            elif rest == "-" or rest.startswith("- ") or _KEY.match(rest):
                self.lines[self.at] = " " * (len(line) - len(rest)) + rest
                found.append(self._node(indent, depth + 1))
            else:
                found.append(self._value(rest, indent, depth + 1, indent))
        return found

    def _mapping(self, indent: int, depth: int) -> Map:
        found = Map()
        while self._skip() and self._indent() == indent:
            content = self.lines[self.at][indent:]
            key = _KEY.match(content)
            if key is None:
                if content.startswith(("- ", "? ")) or content in "-?":
                    break
                self._refuse("a key was expected")
            name, number = _key_text(key), self.at + 1
            if name in found and name != "<<":
                self._refuse(f"the key '{name[:60]}' stands twice")
            value = self._value(content[key.end() :], indent, depth + 1, indent, in_mapping=True)
            if name == "<<":
                self._merge(found, value)
            else:
                found[name] = value
                found.lines[name] = number
        return found

    def _merge(self, into: Map, value: Any) -> None:
        for other in value if isinstance(value, Seq) else [value]:
            if not isinstance(other, Map):
                self._refuse("a merge key needs a mapping")
            self.merged += len(other)
            if self.merged > _MOST_MERGED:
                self._refuse("it merges too much")
            for key, inner in other.items():
                into.setdefault(key, inner)
                into.lines.setdefault(key, other.lines[key])

    def _value(self, rest: str, parent: int, depth: int, indent: int, in_mapping: bool = False) -> Any:
        """What follows ``key:`` or ``-`` on the current line, and the lines that belong to it."""
        anchors = []
        while found := _PROPERTY.match(rest):
            anchors += [found[1]] if found[1] else []
            rest = rest[found.end() :]
        if not rest or rest.startswith("#"):
            self.at += 1
            value = self._below(parent, indent, depth, in_mapping)
        elif rest[0] in "|>" and _BLOCK.fullmatch(rest):
            value = self._block(parent)
        elif rest[0] in "[{":
            value = self._flow(rest)
        elif rest[0] in "\"'":
            value = self._quoted(rest)
        elif rest[0] == "*":
            name = rest[1:].partition(" #")[0].strip()
            if name not in self.anchors:
                self._refuse(f"the anchor '{name[:60]}' is not known")
            self.at += 1
            value = self.anchors.get(name)
        elif rest[0] in "%@`":
            self._refuse("a value cannot start like this")
        else:
            value = self._plain(rest, parent)
        for name in anchors:
            self.anchors[name] = value
        return value

    def _below(self, parent: int, indent: int, depth: int, in_mapping: bool) -> Any:
        """The node under a key; a sequence may stand at the key's own indentation."""
        if in_mapping and self._skip() and self._indent() == indent:
            content = self.lines[self.at][indent:]
            if content == "-" or content.startswith("- "):
                return self._sequence(indent, depth)
        return self._node(parent, depth)

    def _block(self, parent: int) -> str:
        found: list[str] = []
        self.at += 1
        while self.at < len(self.lines):
            line = self.lines[self.at]
            if _marks(line) or (line.strip(" ") and len(line) - len(line.lstrip(" ")) <= parent):
                break
            found.append(line)
            self.at += 1
        return "\n".join(line.strip() for line in found)

    def _plain(self, rest: str, parent: int) -> str:
        parts = []
        while True:
            cut = re.search(r"[ \t]#", rest)
            text = rest[: cut.start()] if cut else rest
            if re.search(r":(?:[ \t]|$)", text):
                self._refuse("a value holds ': '")
            parts.append(text.strip())
            self.at += 1
            if cut or self.at >= len(self.lines):
                break
            line = self.lines[self.at]
            content = line.strip(" \t")
            if content and (content.startswith("#") or len(line) - len(line.lstrip(" ")) <= parent or _marks(line)):
                break
            rest = content
        return " ".join(part for part in parts if part)

    def _quoted(self, rest: str) -> str:
        quote, start = rest[0], self.at
        pattern = r'"(?:[^"\\]|\\.)*+"' if quote == '"' else r"'(?:[^']|'')*+'"
        pieces = [rest]
        closing = rest[1:]
        while not _closes(closing, quote) and self.at + 1 < len(self.lines):
            self.at += 1
            closing = self.lines[self.at]
            if _marks(closing):
                self._refuse("a quoted value does not end well")
            pieces.append(closing)
        text = "\n".join(pieces)
        found = re.match(pattern, text, re.DOTALL)
        if found is None or not re.fullmatch(r"[ \t]*+(?:#.*)?", text[found.end() :]):
            self.at = start
            self._refuse("a quoted value does not end well")
        self.at += 1
        return _unquote(found[0])

    def _flow(self, rest: str) -> Any:
        start = self.at
        pieces, opened = [rest], _balance(rest)
        while opened > 0 and self.at + 1 < len(self.lines):
            self.at += 1
            if _marks(self.lines[self.at]):
                self._refuse("a flow collection is not closed")
            pieces.append(self.lines[self.at])
            opened += _balance(self.lines[self.at])
        found = _Flow("\n".join(pieces), start + 1, self.anchors)
        value = found.value(0)
        found.finish()
        self.at += 1
        return value


class _Flow:
    """One flow collection: JSON-like, with plain words."""

    _token = re.compile(
        r"""(?:[ \t\n]|(?:(?<=\s)|^)\#[^\n]*)*+(?:("(?:[^"\\]|\\.)*+")|('(?:[^']|'')*+')|([\[\]{},])|(:(?=[\s,\[\]{}]|$))|((?:[^\s,\[\]{}:#]|:(?=[^\s,\[\]{}])|(?<=\S)\#|[ \t]++(?=[^\s\#,\[\]{}:]))++))"""  # noqa: E501
    )

    def __init__(self, text: str, line: int, anchors: dict[str, Any]) -> None:
        self.text, self.line, self.anchors, self.position = text, line, anchors, 0
        self.next: tuple[int, str] = (0, "")
        self._advance()

    def _advance(self) -> None:
        found = self._token.match(self.text, self.position)
        if found is None:
            self.next = (0, "")
            return
        self.line += self.text.count("\n", self.position, found.end())
        self.position = found.end()
        self.next = (found.lastindex or 0, found[found.lastindex or 0])

    def finish(self) -> None:
        rest = self.text[self.position :]
        if self.next[0] or not re.fullmatch(r"[ \t]*+(?:#.*)?", rest):
            raise Unreadable("a flow collection does not end well", self.line)

    def value(self, depth: int) -> Any:
        kind, piece = self.next
        if depth > _DEEPEST:
            raise Unreadable("it is nested too deeply", self.line)
        if kind == 3 and piece in "[{":
            self._advance()
            return self._items(depth) if piece == "[" else self._pairs(depth)
        return self._scalar()

    def _scalar(self) -> Any:
        kind, piece = self.next
        if kind not in (1, 2, 5):
            raise Unreadable("a flow collection is not closed", self.line)
        self._advance()
        if kind < 5:
            return _unquote(piece)
        while found := _PROPERTY.match(piece + " "):
            piece = piece[found.end() :]
        if piece.startswith("*"):
            return self.anchors.get(piece[1:].strip(), piece)
        return piece.strip()

    def _items(self, depth: int) -> Seq:
        found = Seq()
        while self.next != (3, "]"):
            found.lines.append(self.line)
            member = self.value(depth + 1)
            if self.next[0] == 4 and isinstance(member, str):
                self._advance()
                single = Map()
                single.lines[member] = self.line
                single[member] = None if self.next[1] in (",", "]") else self.value(depth + 1)
                member = single
            found.append(member)
            self._comma("]")
        self._advance()
        return found

    def _pairs(self, depth: int) -> Map:
        found = Map()
        while self.next != (3, "}"):
            line, key = self.line, self._scalar()
            if not isinstance(key, str) or key in found:
                raise Unreadable("a key is no text or stands twice", line)
            found.lines[key] = line
            found[key] = None
            if self.next[0] == 4:
                self._advance()
                if self.next[0] != 3 or self.next[1] in "[{":
                    found[key] = self.value(depth + 1)
            self._comma("}")
        self._advance()
        return found

    def _comma(self, end: str) -> None:
        if self.next == (3, ","):
            self._advance()
        elif self.next != (3, end):
            raise Unreadable("a flow collection is not closed", self.line)


def _marks(line: str) -> bool:
    """True for a line that starts or ends a document."""
    return line[:3] in ("---", "...") and line[3:4] in ("", " ", "\t")


def _key_text(found: re.Match[str]) -> str:
    if found[1] is not None:
        return _unquote(f'"{found[1]}"')
    return found[2].replace("''", "'") if found[2] is not None else found[3].strip()


def _closes(text: str, quote: str) -> bool:
    body = r"(?:[^\"\\]|\\.)*+\"" if quote == '"' else r"(?:[^']|'')*+'"
    return re.match(body, text + ("\n" if text.endswith("\\") else ""), re.DOTALL) is not None


def _balance(line: str) -> int:
    """Opening minus closing brackets outside quotes and comments."""
    bare = re.sub(r""""(?:[^"\\]|\\.)*+"|'(?:[^']|'')*+'|(?:^|\s)#.*""", "", line)
    return sum(bare.count(mark) for mark in "[{") - sum(bare.count(mark) for mark in "]}")


def _unquote(text: str) -> str:
    folded = re.sub(r"[ \t]*+\n[ \t]*+", " ", text[1:-1]) if "\n" in text else text[1:-1]
    if text[0] == "'":
        return folded.replace("''", "'")
    if "\\" not in folded:
        return folded
    return _ESCAPE.sub(lambda found: _escape(found[1]), folded)


def _escape(code: str) -> str:
    if len(code) > 1:
        number = int(code[1:], 16)
        return chr(number) if number < 0x110000 else "\ufffd"
    return _ESCAPES.get(code, code)
