# SPDX-License-Identifier: Apache-2.0
"""``pom.xml``: dependencies, plugins, extensions and repositories, by their elements."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Inventory, Setting, Unreadable
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "maven"
_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_TAG = re.compile(r"<(/?)([A-Za-z][\w.-]*)([^<>]*?)(/?)>([^<]*)")
_ASKS = {"dependency": "runtime", "plugin": "build", "extension": "build", "parent": "parent"}
_PLACES = ("repository", "pluginRepository", "snapshotRepository", "mirror")


def parse(data: bytes, path: str) -> Inventory:
    text = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), decode(data, utf16=True))
    if re.search(r"<!(?:DOCTYPE|ENTITY|\[CDATA)", text):
        raise Unreadable("it defines entities or holds raw sections")
    if "<project" not in text:
        raise Unreadable("it is no project of maven")
    return Inventory(ECOSYSTEM, *_read(text))


def _read(text: str) -> tuple[tuple[Dependency, ...], tuple[()], tuple[()], tuple[()], tuple[()], tuple[Setting, ...]]:
    found: list[Dependency] = []
    places: list[Setting] = []
    properties: dict[str, str] = {}
    stack: list[tuple[str, int, dict[str, str]]] = []
    number, position = 1, 0
    for tag in _TAG.finditer(text):
        number += text.count("\n", position, tag.start())
        position = tag.start()
        closing, name, _, empty, content = tag.groups()
        if closing:
            if not stack or stack[-1][0] != name:
                raise Unreadable("its elements are not closed in order", number)
            element, line, fields = stack.pop()
            if element in _ASKS and "artifactId" in fields:
                group = fields.get("groupId", "org.apache.maven.plugins" if element == "plugin" else "")
                full = f"{group}:{fields['artifactId']}"
                version = fields.get("version", "")
                version = properties.get(version[2:-1], version) if version.startswith("${") else version
                found.append(Dependency(full, ECOSYSTEM, version, REGISTRY, fields.get("scope", _ASKS[element]), line))
            elif element in _PLACES and "url" in fields:
                places.append(Setting(element, fields["url"], line))
            continue
        if stack:
            stack[-1][2].setdefault(name, content.strip())
            if stack[-1][0] == "properties":
                properties.setdefault(name, content.strip())
        if not empty:
            stack.append((name, number, {}))
    if stack:
        raise Unreadable("its elements are not closed")
    return tuple(found), (), (), (), (), tuple(places)
