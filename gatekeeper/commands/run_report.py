# SPDX-License-Identifier: Apache-2.0
"""How a run is told: one JSON object, or a few lines for whoever started it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TextIO

from gatekeeper.report.json import document, write
from gatekeeper.report.options import Options
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.report.text import findings
from gatekeeper.report.wording import count, headline, next_step, short

if TYPE_CHECKING:
    from gatekeeper.run.session import Order, Outcome

SCHEMA = "gatekeeper.run/1"
HEADS = "refs/heads/"


def write_json(outcome: Outcome, order: Order, stream: TextIO) -> None:
    verdict = document(outcome.verdict) if outcome.verdict else {}
    ended = outcome.ended
    write(
        {
            "schema": SCHEMA,
            "run": outcome.run,
            "branch": unicode_text(outcome.branch) if outcome.branch else None,
            "target": unicode_text(order.target),
            "base": outcome.base,
            "head": outcome.head,
            "commits": list(outcome.commits),
            "verdict": outcome.verdict.outcome if outcome.verdict else None,
            "error": unicode_text(str(outcome.trouble)) if outcome.trouble else None,
            "exit": outcome.exit_code,
            "agent": {
                "name": order.agent,
                "command": [unicode_text(word) for word in order.shown],
                "status": ended.status,
                "signal": ended.signal,
                "timed_out": ended.timed_out,
                "stopped": ended.stopped,
            },
            "isolation": outcome.isolation,
            "events": unicode_text(f"{outcome.folder}/events.jsonl"),
            "refused": [
                {"kind": one.kind, "what": unicode_text(one.what), "count": one.times} for one in outcome.refused
            ],
            "findings": verdict.get("findings", []),
            "leftovers": outcome.told.left or ("discarded" if outcome.told.discarded else None),
            "left_behind": [{"commit": oid, "branch": unicode_text(name)} for oid, name in outcome.told.others],
            "worktree": unicode_text(outcome.kept) if outcome.kept else None,
            "record": outcome.record,
            "next": unicode_text(_next(outcome)),
        },
        stream,
    )


def write_text(outcome: Outcome, order: Order, stream: TextIO) -> None:
    """To standard error: standard output is the agent's."""
    lines = [_first(outcome)]
    ended = outcome.ended
    if ended.timed_out:
        lines.append(f"stopped after {order.seconds} seconds")
    elif ended.stopped:
        lines.append(f"stopped: {ended.stopped}")
    elif ended.failed:
        lines.append(f"the command ended with {_how(ended.status, ended.signal)}")
    if outcome.told.left:
        lines.append(f"what it left uncommitted is commit {short(outcome.told.left)}")
    if outcome.told.discarded:
        lines.append("what it left uncommitted was discarded")
    for oid, name in outcome.told.others:
        lines.append(f"not collected: {line(name.removeprefix(HEADS))} ({short(oid)}), which HEAD does not contain")
    lines += [f"refused: {line(one.what)}{_times(one.times)}" for one in outcome.refused]
    if outcome.verdict is not None:
        lines += [headline(outcome.verdict), *findings(outcome.verdict.findings, Options())]
    if outcome.trouble is not None:
        lines.append(f"cannot decide: {line(str(outcome.trouble))}")
    if outcome.kept:
        lines.append(f"its files are in {line(outcome.kept)} until: gatekeeper run drop {outcome.run}")
    step = _next(outcome)
    stream.write(_indented([*lines, *([f"next: {step}"] if step else [])]))


def _first(outcome: Outcome) -> str:
    made = count(len(outcome.commits), "commit")
    if outcome.branch:
        return f"run {outcome.run}: {made} on {line(outcome.branch.removeprefix(HEADS))}"
    if outcome.commits:
        return f"run {outcome.run}: {made}, kept apart"
    return f"run {outcome.run}: no commits"


def _next(outcome: Outcome) -> str:
    verdict = outcome.verdict
    if verdict is not None and verdict.outcome == "denied":
        clean = clean_part(outcome.commits, (one.commit for one in verdict.findings if one.level == "deny"))
        return f"gatekeeper run take {outcome.run} --upto {clean}" if clean else f"gatekeeper run show {outcome.run}"
    if verdict is not None and outcome.branch:
        return next_step(verdict, outcome.branch.removeprefix(HEADS))
    if outcome.trouble is not None:
        return outcome.trouble.next_step
    return ""


def clean_part(commits: tuple[str, ...], denied: Iterable[str]) -> str | None:
    """The last commit before the first that is denied, parents before children; None where the first is."""
    bad = set(denied)
    first = next((number for number, oid in enumerate(commits) if oid in bad), 0)
    return commits[first - 1] if first else None


def _how(status: int, number: int | None) -> str:
    return f"signal {number}" if number else f"status {status}"


def _times(number: int) -> str:
    return f" ({number} times)" if number > 1 else ""


def _indented(lines: list[str]) -> str:
    return "".join(f"gatekeeper: {one}\n" if not number else f"  {one}\n" for number, one in enumerate(lines))
