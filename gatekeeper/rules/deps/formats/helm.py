# SPDX-License-Identifier: Apache-2.0
"""``Chart.yaml``, ``requirements.yaml``, and ``Chart.lock`` of Helm."""

from __future__ import annotations

from gatekeeper.rules.deps.formats import sources, yaml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Inventory, LockEntry, Source
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "helm"


def parse(data: bytes, path: str) -> Inventory:
    rows: list[tuple[yaml.Map, int]] = []
    for document in yaml.load(decode(data)):
        members = document.get("dependencies") if isinstance(document, yaml.Map) else None
        if isinstance(members, yaml.Seq):
            pairs = zip(members, members.lines, strict=True)
            rows += [(row, line) for row, line in pairs if isinstance(row, yaml.Map)]
    if path.lower().rstrip(". ").endswith(".lock"):
        entries = [LockEntry(_text(row, "name"), _text(row, "version"), _source(row, path), line) for row, line in rows]
        return Inventory(ECOSYSTEM, entries=tuple(entries), version="lock")
    wanted = [
        Dependency(_text(row, "name"), ECOSYSTEM, _text(row, "version"), _source(row, path), "chart", line)
        for row, line in rows
    ]
    return Inventory(ECOSYSTEM, tuple(wanted))


def _source(row: yaml.Map, path: str) -> Source:
    address = _text(row, "repository")
    if address.startswith("file:"):
        return sources.path(address, path.rpartition("/")[0] + "/x")
    return sources.url(address)._replace(kind="registry") if "://" in address else REGISTRY


def _text(row: yaml.Map, key: str) -> str:
    value = row.get(key)
    return value if isinstance(value, str) else ""
