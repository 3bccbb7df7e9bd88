# SPDX-License-Identifier: Apache-2.0
"""What is true of a GitLab CI file: scripts, failures that are allowed, images, and what is included from elsewhere."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.rules.ci import pins
from gatekeeper.rules.ci.facts import RISKY, UNPINNED, Fact
from gatekeeper.rules.ci.scripts import of_script
from gatekeeper.rules.ci.workflow import as_map
from gatekeeper.rules.deps.formats import yaml
from gatekeeper.rules.deps.formats.interface import Unreadable

_SCRIPTS = ("script", "before_script", "after_script")
_MOST = 20_000


def facts(content: bytes) -> tuple[Fact, ...]:
    """Everything worth comparing, in no order. Raises Unreadable."""
    try:
        documents = yaml.load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8") from error
    found: list[Fact] = []
    for document in documents:
        if not isinstance(document, yaml.Map):
            raise Unreadable("it is not a mapping")
        found += _included(document)
        for place in (document, *map(as_map, document.values())):
            found += _of_job(place)
            if len(found) > _MOST:
                raise Unreadable(f"it has more than {_MOST:,} things to look at")
    return tuple(found)


def _of_job(fields: yaml.Map) -> Iterator[Fact]:
    for key in _SCRIPTS:
        value = fields.get(key)
        if isinstance(value, str):
            yield from of_script(value, fields.lines.get(key))
        elif isinstance(value, yaml.Seq):
            for line, here in zip(value, value.lines, strict=True):
                yield from of_script(line, here) if isinstance(line, str) else ()
    if _truth(fields.get("allow_failure")) or isinstance(fields.get("allow_failure"), yaml.Map):
        message = "a job no longer fails when it should: allow_failure"
        yield Fact(RISKY, ("allow_failure", _first_command(fields)), fields.lines["allow_failure"], message)
    variables = as_map(fields.get("variables"))
    if _truth(variables.get("CI_DEBUG_TRACE")):
        yield Fact(RISKY, ("debug trace",), variables.lines["CI_DEBUG_TRACE"], "CI_DEBUG_TRACE prints every secret")
    yield from _images(fields)


def _images(fields: yaml.Map) -> Iterator[Fact]:
    services = fields.get("services")
    for value in (fields.get("image"), *(services if isinstance(services, yaml.Seq) else ())):
        name = value.get("name") if isinstance(value, yaml.Map) else value
        if isinstance(name, str):
            yield from pins.image(name, fields.lines.get("image") or fields.lines.get("services"))


def _included(document: yaml.Map) -> Iterator[Fact]:
    value, line = document.get("include"), document.lines.get("include")
    for row in value if isinstance(value, yaml.Seq) else [value]:
        fields = row if isinstance(row, yaml.Map) else yaml.Map()
        remote = fields.get("remote") or (row if isinstance(row, str) and "://" in row else None)
        if isinstance(remote, str) and "integrity" not in fields:
            message = f"includes {remote}, whatever it holds that day"
            yield Fact(UNPINNED, ("include", remote), line, message, whole=True)
        for key in ("project", "component"):
            name = fields.get(key)
            if isinstance(name, str):
                base, _, version = name.partition("@")
                ref = str(fields.get("ref") or version)
                if not pins.is_commit(ref):
                    message = f"includes '{name}' without a full commit id"
                    yield Fact(UNPINNED, ("include", base), line, message, whole=True)


def _first_command(fields: yaml.Map) -> str:
    script = fields.get("script")
    first = script[0] if isinstance(script, yaml.Seq) and script else script
    return " ".join(first.split()[:2]) if isinstance(first, str) else ""


def _truth(value: object) -> bool:
    return isinstance(value, str) and value.lower() in ("true", "yes", "on", "1")
