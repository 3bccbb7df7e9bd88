# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper run show``: what a run did, in a minute's reading."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper.commands.invocation import Invocation
from gatekeeper.git.repository import open_repository
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.report.wording import count, quoted, short
from gatekeeper.run import folder
from gatekeeper.run.summary import Commit, Reached, Summary, summarise
from gatekeeper.signing.times import rfc3339

if TYPE_CHECKING:
    import argparse

HELP = "Show a run: what ran, what it reached for and was refused, what it changed, what it was told, how it ended."
MOST = 12
WIDE = 160


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the run, or the beginning of its id")


def run(args: argparse.Namespace, call: Invocation) -> int:
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    found = folder.find(repository.state_dir, args.id)
    summary = summarise(found)
    if args.json:
        write(_document(summary, found.events), call.stdout)
    else:
        call.stdout.write("\n".join(_text(summary, found)) + "\n")
    return 0


def _text(said: Summary, found: folder.Folder) -> list[str]:
    state = said.state
    command = " ".join(quoted(word) for word in state.command)
    base = f"{line(said.base_name.removeprefix('refs/heads/'))} " if said.base_name else ""
    lines = [
        f"run {state.run}: {_how(said)}",
        f"  started   {rfc3339(state.started)}{f' by {line(state.operator)}' if state.operator else ''}, "
        f"{said.seconds:.0f} s, {'in a sandbox' if said.isolation != 'none' else 'WITHOUT ISOLATION'}",
        f"  command   {line(command, WIDE)}",
        f"  agent     {line(state.agent)}, from {base}{short(state.base)}, for {line(state.target)}",
        f"  verdict   {said.verdict or 'none'}{_where(said)}",
    ]
    lines += _section("changed", [_commit(one) for one in said.commits], count(len(said.commits), "commit"))
    lines += _section("findings", [f"{level}  {rule}  {line(path)}" for level, rule, path in said.findings])
    refused = [_reached(one) for one in said.reached if one.decision == "deny"]
    lines += _section("refused", refused)
    lines += _section("look at", [line(words, WIDE) for words in said.risky])
    programs = ", ".join(f"{line(name)} {number}" for name, number in said.programs[:MOST])
    lines += _section("ran", [programs] if programs else [], _more(len(said.programs) - MOST, "other program"))
    lines += _section("reached", [_reached(one) for one in said.reached if one.decision != "deny"])
    lines += _section("told", [f"{line(name)} {number}" for name, number in said.told])
    if state.kept:
        lines.append(f"  files     {line(state.worktree)}, until: gatekeeper run drop {state.run}")
    if state.head and not state.promoted:
        lines.append(f"  kept      {short(state.head)}, not promoted: gatekeeper run take {state.run} --upto COMMIT")
    return [*lines, f"  record    {short(state.record) if state.record else 'none'}; events: {line(found.events)}"]


def _how(said: Summary) -> str:
    if said.timed_out:
        return "stopped by its time limit"
    if said.stopped:
        return f"stopped: {line(said.stopped)}"
    if said.status is None:
        return "not ended" if said.state.phase != "interrupted" else "its supervisor was killed"
    return "ended well" if said.status == 0 else f"its command ended with status {said.status}"


def _where(said: Summary) -> str:
    return f"; on {line(said.state.branch.removeprefix('refs/heads/'))}" if said.state.promoted else ""


def _section(name: str, rows: list[str], first: str = "") -> list[str]:
    shown = [*([first] if first and rows else []), *rows[:MOST]]
    more = _more(len(rows) - MOST, "more")
    shown += [more] if more else []
    return [f"  {name if not number else '':<9} {row}" for number, row in enumerate(shown)]


def _more(number: int, what: str) -> str:
    return f"and {number} {what}" if number > 0 else ""


def _commit(one: Commit) -> str:
    files = ", ".join(line(name) for name in one.files[:3])
    more = f" and {one.file_count - 3} more" if one.file_count > 3 else ""
    left = " (left uncommitted by the agent)" if one.leftovers else ""
    return f"{short(one.oid)} {line(one.subject, 60)}{left}: {files}{more}"


def _reached(one: Reached) -> str:
    rule = f" by {line(one.rule)}" if one.rule else ""
    word = {"deny": "refused", "allow": "allowed", "connect": "tried to connect"}.get(one.decision, one.decision)
    return f"{line(one.where)}: {word}{rule}, {count(one.times, 'time')}"


def _document(said: Summary, events: str) -> dict[str, object]:
    state = said.state
    return {
        "schema": "gatekeeper.run-show/1",
        "run": state.run,
        "agent": unicode_text(state.agent),
        "operator": unicode_text(state.operator) if state.operator else None,
        "command": [unicode_text(word) for word in state.command],
        "started": rfc3339(state.started),
        "seconds": round(said.seconds, 3),
        "isolation": said.isolation,
        "base": state.base,
        "head": state.head,
        "target": unicode_text(state.target),
        "branch": unicode_text(state.branch) if state.promoted else None,
        "phase": state.phase,
        "status": said.status,
        "timed_out": said.timed_out,
        "stopped": said.stopped or None,
        "verdict": said.verdict or None,
        "commits": [{"commit": one.oid, "subject": one.subject, "files": list(one.files)} for one in said.commits],
        "findings": [{"level": level, "rule": rule, "path": path} for level, rule, path in said.findings],
        "programs": [{"name": name, "count": number} for name, number in said.programs],
        "look_at": list(said.risky),
        "reached": [
            {"where": one.where, "decision": one.decision, "rule": one.rule, "count": one.times} for one in said.reached
        ],
        "told": [{"event": name, "count": number} for name, number in said.told],
        "record": state.record,
        "events": unicode_text(events),
    }
