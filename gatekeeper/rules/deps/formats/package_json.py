# SPDX-License-Identifier: Apache-2.0
"""``package.json`` as npm, pnpm, yarn and bun read it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import Dependency, Inventory, Setting, Source
from gatekeeper.rules.deps.formats.text import decode, json_lines, load_json, string, table

ECOSYSTEM = "npm"
SECTIONS = {
    "dependencies": "runtime",
    "devDependencies": "dev",
    "optionalDependencies": "optional",
    "peerDependencies": "peer",
}
LIFECYCLE = (
    "preinstall", "install", "postinstall", "prepublish", "preprepare", "prepare", "postprepare",
    "prepack", "postpack", "dependencies",
)  # fmt: skip
"""Scripts that ``npm install`` runs in the project itself, or when others install it from git."""
_OVERRIDES = (("overrides",), ("resolutions",), ("pnpm", "overrides"), ("pnpm", "patchedDependencies"),
              ("patchedDependencies",), ("pnpm", "packageExtensions"))  # fmt: skip
_GRANTS = (("pnpm", "onlyBuiltDependencies"), ("pnpm", "dangerouslyAllowAllBuilds"), ("trustedDependencies",),
           ("lavamoat", "allowScripts"), ("allowScripts",), ("dependenciesMeta",))  # fmt: skip


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document = load_json(text)
    lines = json_lines(text)
    return Inventory(
        ECOSYSTEM,
        tuple(_dependencies(document, lines, path)),
        overrides=tuple(_settings(document, lines, _OVERRIDES)),
        scripts=tuple(_scripts(document, lines)),
        grants=tuple(setting for setting in _settings(document, lines, _GRANTS) if setting.value != "False"),
        registries=tuple(_settings(document, lines, (("publishConfig", "registry"),))),
    )


def dependency(name: str, spec: str, scope: str, line: int | None, path: str) -> Dependency:
    """One ``name: spec`` pair; an alias (``npm:real@range``) counts as the real package."""
    wanted, asked = name, spec.strip()
    if asked.startswith("npm:"):
        wanted, asked = split_version(asked[4:])
        wanted = wanted or name
    source: Source = sources.npm(spec, path)
    return Dependency(wanted, ECOSYSTEM, asked, source, scope, line, shown=name if name == wanted else f"{wanted}")


def split_version(text: str) -> tuple[str, str]:
    """``@scope/name@range`` as name and range; the range is empty where there is none."""
    at = text.find("@", 1)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


def _dependencies(document: dict[str, Any], lines: dict[tuple[str, ...], int], path: str) -> Iterator[Dependency]:
    for section, scope in SECTIONS.items():
        values = document.get(section)
        for name, spec in table(values if values != [] else None).items():
            yield dependency(name, string(spec), scope, lines.get((section, name)), path)


def _scripts(document: dict[str, Any], lines: dict[tuple[str, ...], int]) -> Iterator[Setting]:
    for name, command in table(document.get("scripts")).items():
        if name in LIFECYCLE:
            yield Setting(name, string(command), lines.get(("scripts", name)))


def _settings(
    document: dict[str, Any], lines: dict[tuple[str, ...], int], places: tuple[tuple[str, ...], ...]
) -> Iterator[Setting]:
    for place in places:
        value: Any = document
        for key in place:
            value = value.get(key) if isinstance(value, dict) else None
        yield from flatten(value, place, lines)


def flatten(value: Any, place: tuple[str, ...], lines: dict[tuple[str, ...], int]) -> Iterator[Setting]:
    """Every leaf under ``place`` as one setting; nested tables have their keys joined by ``/``."""
    pending = [(place, value)]
    while pending:
        here, value = pending.pop()
        if isinstance(value, dict):
            pending += [((*here, key), inner) for key, inner in reversed(value.items())]
        elif isinstance(value, list):
            for index, inner in enumerate(value):
                yield Setting("/".join(here), str(inner), lines.get((*here, str(index)), lines.get(here)))
        elif value is not None:
            yield Setting("/".join(here), str(value), lines.get(here))
