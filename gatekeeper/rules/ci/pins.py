# SPDX-License-Identifier: Apache-2.0
"""Actions, reusable workflows and images, and whether what they name can change without a commit here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.ci.facts import UNPINNED, Fact
from gatekeeper.rules.ci.workflow import Step, as_map
from gatekeeper.rules.deps.formats import yaml


def of_job(fields: yaml.Map) -> Iterator[Fact]:
    """What a job calls and the containers that it starts."""
    yield from of_step(Step(fields))
    yield from _container(fields, "container")
    services = as_map(fields.get("services"))
    for service in services.values():
        yield from _container(as_map(service), "image")
    if fields.get("using") == "docker":
        yield from _container(fields, "image")


def of_step(step: Step) -> Iterator[Fact]:
    """``uses:`` of a step or job."""
    used, line = step.text("uses").strip(), step.line("uses")
    if not used or used.startswith((".", "$/")):
        return
    if used.startswith("docker://"):
        yield from image(used, line)
        return
    name, _, ref = used.partition("@")
    if is_commit(ref):
        return
    released = ("action", name.lower(), "release")
    if _release().fullmatch(ref):
        yield Fact(UNPINNED, released, line, f"'{used}' is not pinned to a full commit id", whole=True)
    else:
        message = f"'{used}' is whatever its branch holds that day"
        yield Fact(UNPINNED, ("action", name.lower(), "branch"), line, message, whole=True, covers=released)


def image(name: str, line: int | None) -> Iterator[Fact]:
    """A container image; nothing for one with a digest, or one that is built here."""
    plain = name.strip().removeprefix("docker://")
    if (
        not plain
        or "@sha256:" in plain
        or "${{" in plain
        or plain.startswith((".", "$"))
        or "dockerfile" in plain.lower()
    ):
        return
    base = re.sub(r":[\w.-]*$", "", plain)
    yield Fact(UNPINNED, ("image", base.lower()), line, f"image '{plain}' has no digest", whole=True, lesser=True)


def is_commit(ref: str) -> bool:
    """True for a full commit id, which cannot come to mean something else."""
    return _commit().fullmatch(ref) is not None


def _container(fields: yaml.Map, key: str) -> Iterator[Fact]:
    value, line = fields.get(key), fields.lines.get(key)
    if isinstance(value, yaml.Map):
        line = value.lines.get("image", line)
        value = value.get("image")
    if isinstance(value, str):
        yield from image(value, line)


def used_in(content: bytes, name: str) -> bool:
    """True where the text of a workflow uses the action ``name`` by a tag or branch."""
    wanted = name.encode("utf-8", "surrogateescape") + b"@"
    lowered, at = content.lower(), 0
    while (at := lowered.find(wanted, at)) >= 0:
        at += len(wanted)
        ref = re.match(rb"[^\s'\"#]{0,200}", content[at : at + 200])
        if ref and not is_commit(ref[0].decode("latin-1")):
            return True
    return False


@cache
def _release() -> re.Pattern[str]:
    """Tags as releases are named."""
    return re.compile(r"[\w./-]*?v?\d+(?:\.\d+)*(?:[-+.][\w.+-]+)?")


@cache
def _commit() -> re.Pattern[str]:
    return re.compile(r"[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")
