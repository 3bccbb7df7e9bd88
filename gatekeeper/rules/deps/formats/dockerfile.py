# SPDX-License-Identifier: Apache-2.0
"""Dockerfile and Containerfile: every image that a build pulls (Dockerfile reference)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from gatekeeper.rules.deps.formats import images
from gatekeeper.rules.deps.formats.interface import Dependency, Inventory
from gatekeeper.rules.deps.formats.text import decode

_DIRECTIVE = re.compile(r"#\s*(syntax|escape|check)\s*=\s*(\S+)", re.IGNORECASE)
_HEREDOC = re.compile(r"<<(-?)(['\"]?)([A-Za-z_][\w.]*)\2")
_FROM = re.compile(r"(?:^|\s)--(?:from=|mount=(?:[^\s,]*,)*?from=)([^\s,]+)")


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    values: dict[str, str] = {}
    stages: set[str] = set()
    found: list[Dependency] = []

    def add(reference: str, scope: str, line: int) -> None:
        filled = images.substitute(reference, values)
        if filled.lower() not in stages and not filled.isdigit():
            wanted = images.dependency(filled, scope, line)
            found.extend([wanted] if wanted else [])

    for line, word, rest in _instructions(text):
        if word == "SYNTAX":
            add(rest, "syntax", line)
        elif word == "ARG" and not stages:
            for name, default in re.findall(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S*)", rest):
                values[name] = images.substitute(default.strip("\"'"), values)
        elif word == "FROM":
            words = [word for word in rest.split() if not word.startswith("--")]
            add(words[0] if words else "", "from", line)
            stages.add(words[2].lower() if len(words) == 3 and words[1].lower() == "as" else "\0")
        elif word in ("COPY", "ADD", "RUN"):
            for reference in _FROM.findall(rest):
                add(reference, "copy", line)
    return Inventory(images.ECOSYSTEM, tuple(found))


def _instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """``(line, WORD, rest)`` with continuations joined, comments and here-documents left out."""
    lines = text.replace("\r\n", "\n").split("\n")
    escape, at = "\\", 0
    ends: dict[str, list[int]] = {}
    for number, line in enumerate(lines):
        ends.setdefault(line.lstrip("\t"), []).append(number)
    while at < len(lines) and (found := _DIRECTIVE.fullmatch(lines[at].strip())):
        if found[1].lower() == "escape":
            escape = found[2]
        elif found[1].lower() == "syntax":
            yield at + 1, "SYNTAX", found[2]
        at += 1
    while at < len(lines):
        start = at
        parts: list[str] = []
        while at < len(lines):
            line = lines[at].rstrip()
            at += 1
            if line.lstrip().startswith("#") or (parts and not line):
                continue
            parts.append(line.removesuffix(escape))
            if not line.endswith(escape):
                break
        word, _, rest = " ".join(parts).strip().partition(" ")
        if word:
            yield start + 1, word.upper(), rest.strip()
        if word.upper() in ("RUN", "COPY", "ADD"):
            for _, _, end in _HEREDOC.findall(rest):
                at = _after(ends.get(end, []), at)


def _after(ends: list[int], at: int) -> int:
    """The line after a here-document's end; where it never ends, the document is not skipped."""
    index = bisect_left(ends, at)
    return ends[index] + 1 if index < len(ends) else at
