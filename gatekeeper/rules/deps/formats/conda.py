# SPDX-License-Identifier: Apache-2.0
"""``environment.yml`` of conda, with the pip packages inside."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats import pypi, requirements, yaml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Inventory, Setting, Unreadable
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "conda"
_SPEC = re.compile(r"(?:([^\s:\[]+)::)?([A-Za-z0-9_.-]+)\s*(.*)", re.DOTALL)


def parse(data: bytes, path: str) -> Inventory:
    found: list[Dependency] = []
    channels: list[Setting] = []
    for document in yaml.load(decode(data)):
        if not isinstance(document, yaml.Map):
            raise Unreadable("it is no environment of conda")
        names = document.get("channels")
        if isinstance(names, yaml.Seq):
            channels += [Setting("channel", str(name), line) for name, line in zip(names, names.lines, strict=True)]
        rows = document.get("dependencies")
        for row, line in zip(rows, rows.lines, strict=True) if isinstance(rows, yaml.Seq) else ():
            if isinstance(row, yaml.Map):
                found += _pip(row.get("pip"), path)
            elif isinstance(row, str) and (spec := _SPEC.fullmatch(row)):
                if spec[1]:
                    channels.append(Setting("channel", spec[1], line))
                found.append(Dependency(spec[2].lower(), ECOSYSTEM, spec[3], REGISTRY, "runtime", line, shown=spec[2]))
    return Inventory(ECOSYSTEM, tuple(found), registries=tuple(channels))


def _pip(rows: object, path: str) -> list[Dependency]:
    found: list[Dependency] = []
    for row, line in zip(rows, rows.lines, strict=True) if isinstance(rows, yaml.Seq) else ():
        if isinstance(row, str):
            inner = requirements.parse(row.encode("utf-8", "surrogatepass"), path)
            found += [wanted._replace(line=line, ecosystem=pypi.ECOSYSTEM) for wanted in inner.dependencies]
    return found
