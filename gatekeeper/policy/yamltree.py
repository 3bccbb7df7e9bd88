# SPDX-License-Identifier: Apache-2.0
"""A YAML document as a tree of texts, lists and tables that know their lines.

Scalars stay what was written: ``off`` is the word off, ``2h`` and ``1:30`` are words. What builds more than
is written (anchors, aliases, tags, several documents) is refused, and so is what a reader cannot see.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.errors import PolicyInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator

    import yaml

MAX_BYTES = 256 * 1024
MAX_NODES = 20_000
MAX_DEPTH = 16
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")
_WITHOUT_LINE_ENDS = dict.fromkeys(map(ord, "\t\n\r"))


class Text(NamedTuple):
    line: int
    """1-based."""
    value: str
    plain: bool
    """True where it was written without quotes."""


class Items(NamedTuple):
    line: int
    nodes: tuple[Node, ...]


class Table(NamedTuple):
    line: int
    pairs: tuple[tuple[Text, Node], ...]
    """In the order of the file, duplicate keys included."""


Node = Text | Items | Table


def read(content: bytes, source: str) -> Node:
    """The one document in ``content``; raises PolicyInvalid with the line for anything that is refused."""
    import yaml

    text = _decode(content, source)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(source)
    try:
        return builder.document(yaml.parse(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or "cannot be read"
        raise PolicyInvalid(source, mark.line + 1 if mark else None, f"not YAML: {problem}") from error


def _decode(content: bytes, source: str) -> str:
    if len(content) > MAX_BYTES:
        raise PolicyInvalid(source, None, f"{len(content)} bytes are too many; a policy has at most {MAX_BYTES}")
    try:
        text = content.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PolicyInvalid(source, line, "not UTF-8 text", "save the file as UTF-8") from error
    at = _invisible(text)
    if at is not None:
        raise PolicyInvalid(source, text.count("\n", 0, at) + 1, _unseen(text[at]), "remove the character")
    return text


def _invisible(text: str) -> int | None:
    """The place of the first character that a reader cannot see, or None."""
    if text.translate(_WITHOUT_LINE_ENDS).isprintable():
        return None
    unseen = (at for at, char in enumerate(text) if char not in "\t\n\r" and unicodedata.category(char) in _INVISIBLE)
    return next(unseen, None)


def _unseen(char: str) -> str:
    return f"the invisible character U+{ord(char):04X}: what is read must be what counts"


def _line(event: yaml.Event) -> int:
    mark = event.start_mark
    return mark.line + 1 if mark else 1


class _Builder:
    """Builds the tree from parser events, without recursion deeper than MAX_DEPTH."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.nodes = 0

    def document(self, events: Iterator[yaml.Event]) -> Node:
        import yaml

        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise self.refuse(event, "a second document; a policy is one")
                if event.tags:
                    raise self.refuse(event, "a %TAG directive; types are not declared here")
                root = self.node(next(events), events, 1)
        if root is None:
            raise PolicyInvalid(self.source, None, "the file is empty", "write a policy with: gatekeeper init")
        return root

    def node(self, event: yaml.Event, events: Iterator[yaml.Event], depth: int) -> Node:
        import yaml

        line = _line(event)
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self.refuse(event, f"more than {MAX_NODES} values")
        if depth > MAX_DEPTH:
            raise self.refuse(event, f"more than {MAX_DEPTH} levels of nesting")
        if isinstance(event, yaml.AliasEvent):
            raise self.refuse(event, f"the alias *{event.anchor}; write the value out")
        assert isinstance(event, yaml.NodeEvent)
        if event.anchor is not None:
            raise self.refuse(event, f"the anchor &{event.anchor}; write each value out where it counts")
        if getattr(event, "tag", None) is not None:
            raise self.refuse(event, "a type tag; write the value alone")
        if isinstance(event, yaml.ScalarEvent):
            at = _invisible(event.value)
            if at is not None:
                raise self.refuse(event, _unseen(event.value[at]))
            return Text(line, event.value, not event.style)
        if isinstance(event, yaml.SequenceStartEvent):
            nodes = []
            while not isinstance(following := next(events), yaml.SequenceEndEvent):
                nodes.append(self.node(following, events, depth + 1))
            return Items(line, tuple(nodes))
        pairs = []
        while not isinstance(following := next(events), yaml.MappingEndEvent):
            key = self.node(following, events, depth + 1)
            value = self.node(next(events), events, depth + 1)
            if not isinstance(key, Text):
                raise PolicyInvalid(self.source, key.line, "a key is one word")
            pairs.append((key, value))
        return Table(line, tuple(pairs))

    def refuse(self, event: yaml.Event, message: str) -> PolicyInvalid:
        return PolicyInvalid(self.source, _line(event), message)
