# SPDX-License-Identifier: Apache-2.0
"""A workflow or action of GitHub's format as jobs and steps, with the line of each.

Read by structure. What cannot be read is :class:`Unreadable`, and its callers ask a person.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.rules.deps.formats import yaml
from gatekeeper.rules.deps.formats.interface import Unreadable

_MOST = 20_000
"""Steps that are read; aliases can make many of few bytes."""


class Step(NamedTuple):
    """One step, or a job or container that takes its place."""

    fields: yaml.Map

    def text(self, key: str) -> str:
        """A field's text; empty where it has none."""
        value = self.fields.get(key)
        return value if isinstance(value, str) else ""

    def line(self, key: str) -> int | None:
        return self.fields.lines.get(key)

    def inputs(self, key: str = "with") -> yaml.Map:
        return as_map(self.fields.get(key))


class Job(NamedTuple):
    name: str
    line: int | None
    fields: yaml.Map
    steps: tuple[Step, ...]


class Workflow(NamedTuple):
    fields: yaml.Map
    triggers: dict[str, int | None]
    """Event to line."""
    jobs: tuple[Job, ...]
    """Of an action: one, for what it runs."""

    @property
    def on_pull_requests(self) -> bool:
        return any(trigger.startswith("pull_request") for trigger in self.triggers)


def read(content: bytes) -> Workflow:
    """The workflow or action in ``content``. Raises Unreadable."""
    try:
        documents = yaml.load(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise Unreadable("it is not UTF-8") from error
    if len(documents) != 1 or not isinstance(documents[0], yaml.Map):
        raise Unreadable("it is not one mapping")
    fields = documents[0]
    jobs = [_job(name, job, jobs_of) for jobs_of in [as_map(fields.get("jobs"))] for name, job in jobs_of.items()]
    if "runs" in fields:
        jobs.append(_job("runs", fields["runs"], fields))
    if sum(len(job.steps) for job in jobs) > _MOST:
        raise Unreadable(f"it has more than {_MOST:,} steps")
    return Workflow(fields, _triggers(fields), tuple(jobs))


def as_map(value: object) -> yaml.Map:
    return value if isinstance(value, yaml.Map) else yaml.Map()


def texts(value: object, depth: int = 0) -> Iterator[str]:
    """Every text inside a value, to a small depth."""
    if isinstance(value, str):
        yield value
    elif depth < 4 and isinstance(value, (yaml.Map, yaml.Seq)):
        for inner in value.values() if isinstance(value, yaml.Map) else value:
            yield from texts(inner, depth + 1)


def _job(name: str, job: object, place: yaml.Map) -> Job:
    fields = as_map(job)
    steps = fields.get("steps")
    found = [Step(as_map(step)) for step in steps] if isinstance(steps, yaml.Seq) else []
    if len(found) > _MOST:
        raise Unreadable(f"it has more than {_MOST:,} steps")
    return Job(name, place.lines.get(name), fields, tuple(found))


def _triggers(fields: yaml.Map) -> dict[str, int | None]:
    value, line = fields.get("on"), fields.lines.get("on")
    if isinstance(value, yaml.Map):
        return dict(value.lines)
    if isinstance(value, yaml.Seq):
        return {name: here for name, here in zip(value, value.lines, strict=True) if isinstance(name, str)}
    return {value: line} if isinstance(value, str) else {}
