# SPDX-License-Identifier: Apache-2.0
"""Workflows that run with this repository's rights and check out what a stranger proposes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.ci.facts import RISKY, UNTRUSTED, Fact
from gatekeeper.rules.ci.workflow import Job, Step, Workflow, as_map, texts
from gatekeeper.rules.deps.formats import yaml

_WITH_RIGHTS = ("pull_request_target", "workflow_run", "issue_comment")


def of_job(flow: Workflow, job: Job) -> Iterator[Fact]:
    """One fact for each step that brings the head of a pull request, in a workflow that has rights."""
    trigger = next((name for name in _WITH_RIGHTS if name in flow.triggers), None)
    if trigger is None:
        return
    rule = UNTRUSTED if trigger == "pull_request_target" else RISKY
    for step in job.steps:
        names = _heads_by_name(flow.fields, job.fields, step.fields)
        line = _checks_out(step, names)
        if line is not None:
            message = f"{trigger} runs with this repository's rights and checks out what the pull request proposes"
            yield Fact(rule, ("untrusted checkout", trigger), line, message)
    if job.fields.get("uses") and any(_head().search(text) for text in texts(job.fields.get("with"))):
        message = f"{trigger} runs with this repository's rights and hands a workflow the head of a pull request"
        yield Fact(RISKY, ("untrusted input", trigger), job.fields.lines.get("with"), message)


def _checks_out(step: Step, names: frozenset[str]) -> int | None:
    """The line where the step brings the head of a pull request; None where it does not."""
    if "checkout" in step.text("uses").partition("@")[0]:
        inputs = step.inputs()
        for key in ("ref", "repository"):
            text = inputs.get(key)
            if isinstance(text, str) and _means_head(text, names):
                return inputs.lines.get(key)
    script = step.text("run")
    if "gh pr checkout" in script or "hub pr checkout" in script:
        return step.line("run")
    for line in script.split("\n"):
        if _git().search(line) and (_head().search(line) or _pulled().search(line) or _named(line, names)):
            return step.line("run")
    return None


def _means_head(text: str, names: frozenset[str]) -> bool:
    return bool(_head().search(text) or _pulled().search(text)) or any(
        name in names for name in re.findall(r"\benv\.(\w+)", text)
    )


def _named(line: str, names: frozenset[str]) -> bool:
    return any(name in names for name in re.findall(r"\$\{?(?:\{\s*env\.)?(\w+)", line))


def _heads_by_name(*places: yaml.Map) -> frozenset[str]:
    """Variables of ``env`` that hold the head's branch, commit or repository."""
    pairs = [pair for place in places for pair in as_map(place.get("env")).items()]
    return frozenset(name for name, value in pairs if isinstance(value, str) and _head().search(value))


@cache
def _head() -> re.Pattern[str]:
    return re.compile(
        r"github\.(?:head_ref|event\.(?:pull_request\.(?:head\.(?:sha|ref|repo\.(?:full_name|clone_url|ssh_url|html_url))"
        r"|merge_commit_sha)|workflow_run\.(?:head_(?:sha|branch|commit\.id)|head_repository\.full_name)))"
    )


@cache
def _pulled() -> re.Pattern[str]:
    return re.compile(r"(?:refs/)?pull/(?:\$|\d)")


@cache
def _git() -> re.Pattern[str]:
    return re.compile(r"\bgit\s++(?:-\S++\s++)*+(?:checkout|fetch|pull|clone|merge|switch|reset|worktree)\b")
