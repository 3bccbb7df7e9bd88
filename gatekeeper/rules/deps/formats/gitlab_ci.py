# SPDX-License-Identifier: Apache-2.0
"""``.gitlab-ci.yml``: images, services, and configuration that is included from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.rules.deps.formats import images, sources, yaml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Inventory
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "gitlab"


def parse(data: bytes, path: str) -> Inventory:
    found: list[Dependency] = []
    for document in yaml.load(decode(data)):
        if isinstance(document, yaml.Map):
            found += _images(document)
            found += _includes(document)
            for job in document.values():
                found += _images(job) if isinstance(job, yaml.Map) else []
    return Inventory(ECOSYSTEM, tuple(found))


def _images(place: yaml.Map) -> Iterator[Dependency]:
    services = place.get("services")
    lines = services.lines if isinstance(services, yaml.Seq) else []
    places = [(place.get("image"), place.lines.get("image"))]
    places += list(zip(services, lines, strict=True)) if isinstance(services, yaml.Seq) else []
    for value, line in places:
        text = value.get("name") if isinstance(value, yaml.Map) else value
        wanted = images.dependency(text, "job", line) if isinstance(text, str) else None
        yield from [wanted] if wanted else []


def _includes(document: yaml.Map) -> Iterator[Dependency]:
    value, line = document.get("include"), document.lines.get("include")
    rows = value if isinstance(value, yaml.Seq) else [value]
    lines = value.lines if isinstance(value, yaml.Seq) else [line]
    for row, here in zip(rows, lines, strict=True):
        fields = row if isinstance(row, yaml.Map) else {}
        remote = fields.get("remote") or (row if isinstance(row, str) and "://" in row else None)
        if isinstance(remote, str):
            source = sources.url(remote)
            yield Dependency(remote.lower(), ECOSYSTEM, "", source, "include", here, shown=remote)
        for key in ("project", "component"):
            if isinstance(name := fields.get(key), str):
                name, _, version = name.partition("@")
                ref = fields.get("ref") if isinstance(fields.get("ref"), str) else version
                yield Dependency(name.lower(), ECOSYSTEM, ref or "", REGISTRY, "include", here, shown=name)
