# SPDX-License-Identifier: Apache-2.0
"""``.pre-commit-config.yaml``: hook repositories, and packages that hooks install besides."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.rules.deps.formats import sources, yaml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Inventory
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "pre-commit"


def parse(data: bytes, path: str) -> Inventory:
    documents = yaml.load(decode(data))
    return Inventory(ECOSYSTEM, tuple(found for document in documents for found in _document(document)))


def _document(document: object) -> Iterator[Dependency]:
    repositories = document.get("repos") if isinstance(document, yaml.Map) else None
    for row in repositories if isinstance(repositories, yaml.Seq) else ():
        if not isinstance(row, yaml.Map):
            continue
        address = row.get("repo")
        if isinstance(address, str) and address not in ("local", "meta"):
            source = sources.git(address)
            name = f"{source.host or ''}/{source.location}".lower()
            rev = row.get("rev")
            version = rev if isinstance(rev, str) else ""
            yield Dependency(name, ECOSYSTEM, version, REGISTRY, "hook", row.lines.get("repo"), shown=address)
        hooks = row.get("hooks")
        for hook in hooks if isinstance(hooks, yaml.Seq) else ():
            extra = hook.get("additional_dependencies") if isinstance(hook, yaml.Map) else None
            if isinstance(extra, yaml.Seq):
                yield from _additional(extra)


def _additional(extra: yaml.Seq) -> Iterator[Dependency]:
    """Packages of whatever language the hook is in, so only the name is taken apart."""
    for text, line in zip(extra, extra.lines, strict=True):
        if isinstance(text, str):
            name = text.lstrip("@").replace("@", "==", 1).partition("==")[0]
            bare = text[: len(name) + text.startswith("@")].partition(">")[0].partition("~")[0].partition("<")[0]
            external = "://" in text
            source = sources.npm(text, "") if external else REGISTRY
            yield Dependency(bare.lower(), ECOSYSTEM, text[len(bare) :], source, "additional", line, shown=bare)
