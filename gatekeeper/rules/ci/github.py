# SPDX-License-Identifier: Apache-2.0
"""What is true of a workflow or action in GitHub's format: power, secrets, whose code runs, and failures that hide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.ci import pins, untrusted
from gatekeeper.rules.ci.facts import RISKY, UNTRUSTED, Fact
from gatekeeper.rules.ci.scripts import of_script
from gatekeeper.rules.ci.workflow import Job, Step, Workflow, read, texts
from gatekeeper.rules.deps.formats import yaml

_DANGEROUS = {
    "pull_request_target": "runs for pull requests of strangers with this repository's secrets and a token that writes",
    "workflow_run": "runs after another workflow with this repository's secrets, whoever caused that one",
}


def facts(content: bytes) -> tuple[Fact, ...]:
    """Everything worth comparing, in no order. Raises Unreadable."""
    flow = read(content)
    return (*_of_whole(flow), *(fact for job in flow.jobs for fact in _of_job(flow, job)), *_secrets(flow))


def _of_whole(flow: Workflow) -> Iterator[Fact]:
    for trigger, line in flow.triggers.items():
        if trigger in _DANGEROUS:
            yield Fact(RISKY, ("trigger", trigger), line, f"the trigger {trigger} {_DANGEROUS[trigger]}", whole=True)
    yield from _permissions(flow.fields, whole=True)
    if "permissions" not in flow.fields and any("permissions" not in job.fields for job in flow.jobs):
        message = "no permissions are set for some jobs, so their token has all that the repository allows"
        yield Fact(RISKY, ("default permissions",), None, message, whole=True, only_changes=True)
    yield from _environment(flow.fields)


def _of_job(flow: Workflow, job: Job) -> Iterator[Fact]:
    fields = job.fields
    yield from _permissions(fields, whole=False)
    yield from _environment(fields)
    yield from _runner(fields)
    yield from _quiet(Step(fields), f"job '{job.name}'")
    yield from pins.of_job(fields)
    yield from untrusted.of_job(flow, job)
    for step in job.steps:
        yield from _quiet(step, "a step")
        yield from _environment(step.fields)
        yield from pins.of_step(step)
        yield from of_script(step.text("run"), step.line("run"))
        yield from _injected(step)


def _permissions(place: yaml.Map, whole: bool) -> Iterator[Fact]:
    value, line = place.get("permissions"), place.lines.get("permissions")
    if value == "write-all":
        yield Fact(UNTRUSTED, ("write-all",), line, "write-all gives the token every permission there is", whole)
    if isinstance(value, yaml.Map):
        for scope, access in value.items():
            if access == "write":
                message = f"the token may write: {scope}"
                yield Fact(RISKY, ("permission", scope), value.lines.get(scope), message, whole)


def _environment(place: yaml.Map) -> Iterator[Fact]:
    value = place.get("env")
    if isinstance(value, yaml.Map) and str(value.get("ACTIONS_ALLOW_UNSECURE_COMMANDS", "")).lower() == "true":
        line = value.lines["ACTIONS_ALLOW_UNSECURE_COMMANDS"]
        yield Fact(RISKY, ("unsecure commands",), line, "a step's output may set variables and the path of later steps")


def _runner(fields: yaml.Map) -> Iterator[Fact]:
    named = [text.lower() for text in texts(fields.get("runs-on"))]
    if any("self-hosted" in text for text in named):
        message = "a self-hosted runner keeps what one job leaves for the next"
        yield Fact(RISKY, ("self-hosted",), fields.lines.get("runs-on"), message)


def _quiet(place: Step, what: str) -> Iterator[Fact]:
    """Failures that do not show, and what no longer runs at all."""
    value = place.text("continue-on-error")
    if value and _expression(value) != "false":
        message = f"{what} no longer fails when it should: continue-on-error"
        yield Fact(RISKY, ("continue-on-error", _command(place)), place.line("continue-on-error"), message)
    if _expression(place.text("if")) == "false":
        yield Fact(RISKY, ("disabled", _command(place)), place.line("if"), f"{what} is switched off: if: false")


def _command(place: Step) -> str:
    """What a step runs, as far as tells it from others: the action, or the first words of its script."""
    return place.text("uses").partition("@")[0] or " ".join(place.text("run").split()[:2])


def _expression(text: str) -> str:
    """``${{ false }}`` as ``false``."""
    return text.strip().removeprefix("${{").removesuffix("}}").strip().lower()


def _secrets(flow: Workflow) -> Iterator[Fact]:
    """Secrets that pull requests can reach, each name once for each place that names it."""
    if not flow.on_pull_requests:
        return
    for place, number in _scalars(flow.fields, None, 0):
        for found in _secret().finditer(place):
            name = found[1] or found[2] or "every secret"
            if name.upper() != "GITHUB_TOKEN":
                message = f"a workflow that runs on pull requests reaches the secret {name}"
                yield Fact(RISKY, ("secret", name.upper()), number, message)
    for job in flow.jobs:
        if job.fields.get("secrets") == "inherit":
            message = "a workflow that runs on pull requests hands on every secret"
            yield Fact(RISKY, ("secret", "inherit"), job.fields.lines.get("secrets"), message)


def _scalars(value: object, line: int | None, depth: int) -> Iterator[tuple[str, int | None]]:
    """Every text of the document with its line."""
    if isinstance(value, str):
        if "secrets" in value:
            yield value, line
    elif depth < 12 and isinstance(value, yaml.Map):
        for key, inner in value.items():
            yield from _scalars(inner, value.lines.get(key, line), depth + 1)
    elif depth < 12 and isinstance(value, yaml.Seq):
        for inner, here in zip(value, value.lines, strict=True):
            yield from _scalars(inner, here, depth + 1)


def _injected(step: Step) -> Iterator[Fact]:
    script = step.inputs().get("script") if "github-script" in step.text("uses") else step.text("run")
    if not isinstance(script, str) or "${{" not in script:
        return
    for found in _attackers_words().finditer(script):
        line = step.line("run") or step.line("with")
        message = f"a script pastes in {found[1]}, which a stranger writes: pass it through env instead"
        yield Fact(RISKY, ("injection", found[1]), line, message)


@cache
def _secret() -> re.Pattern[str]:
    return re.compile(r"\bsecrets(?:\.(\w+)|\s*+\[\s*+['\"](\w+)['\"]\s*+\]|(?=\s*+[)\[}]))")


@cache
def _attackers_words() -> re.Pattern[str]:
    """Contexts whose text comes from whoever opens an issue, a pull request or writes a commit."""
    request = r"pull_request\.(?:title|body|head\.(?:ref|label|repo\.(?:default_branch|description|homepage)))"
    commit = r"(?:head_commit|commits\[\d+\]|workflow_run\.head_commit)\.(?:message|author\.(?:email|name))"
    event = rf"(?:{request}|(?:issue|discussion)\.(?:title|body)|(?:comment|review|review_comment)\.body|{commit})"
    return re.compile(
        rf"\$\{{\{{[^}}]{{0,200}}?\b(github\.(?:head_ref|event\.(?:{event}|workflow_run\.(?:head_branch|display_title))))\b"
    )
