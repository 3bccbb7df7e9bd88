# SPDX-License-Identifier: Apache-2.0
"""GitHub Actions workflows and ``action.yml``: actions, reusable workflows and images."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.rules.deps.formats import images, yaml
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Inventory
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "actions"


def parse(data: bytes, path: str) -> Inventory:
    documents = yaml.load(decode(data))
    return Inventory(ECOSYSTEM, tuple(found for document in documents for found in _document(document)))


def _document(document: object) -> Iterator[Dependency]:
    for job in _values(_map(document).get("jobs")):
        yield from _uses(job)
        yield from _image(job, "container")
        for service in _values(job.get("services")):
            yield from _image(service, "image")
        yield from _steps(job)
    runs = _map(_map(document).get("runs"))
    yield from _steps(runs)
    yield from _image(runs, "image")


def _steps(place: yaml.Map) -> Iterator[Dependency]:
    steps = place.get("steps")
    for step in steps if isinstance(steps, yaml.Seq) else ():
        yield from _uses(_map(step))


def _uses(place: yaml.Map) -> Iterator[Dependency]:
    text, line = place.get("uses"), place.lines.get("uses")
    if not isinstance(text, str) or text.startswith("."):
        return
    if text.startswith("docker://"):
        wanted = images.dependency(text, "step", line)
        yield from [wanted] if wanted else []
        return
    name, _, ref = text.partition("@")
    yield Dependency(name.lower(), ECOSYSTEM, ref, REGISTRY, "step", line, shown=name)


def _image(place: yaml.Map, key: str) -> Iterator[Dependency]:
    value, line = place.get(key), place.lines.get(key)
    if isinstance(value, yaml.Map):
        line = value.lines.get("image", line)
        value = value.get("image")
    if isinstance(value, str) and not value.startswith(("Dockerfile", ".", "${{")) and not value.endswith("Dockerfile"):
        wanted = images.dependency(value, "container", line)
        yield from [wanted] if wanted else []


def _map(value: object) -> yaml.Map:
    return value if isinstance(value, yaml.Map) else yaml.Map()


def _values(value: object) -> Iterator[yaml.Map]:
    for inner in _map(value).values():
        yield _map(inner)
