# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper run list``: the runs of this repository."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper.commands.invocation import Invocation
from gatekeeper.errors import CannotDecide
from gatekeeper.git.repository import open_repository
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.run import folder
from gatekeeper.run.folder import State
from gatekeeper.signing.times import rfc3339

if TYPE_CHECKING:
    import argparse

HELP = "List the runs of this repository, the newest first."


def configure(parser: argparse.ArgumentParser) -> None:
    return None


def run(args: argparse.Namespace, call: Invocation) -> int:
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    states = []
    for one in folder.listed(repository.state_dir):
        try:
            states.append(one.read_state())
        except CannotDecide as error:
            call.stderr.write(f"gatekeeper: {line(str(error))}\n")
    states.sort(key=lambda state: (-state.started, state.run))
    if args.json:
        write({"schema": "gatekeeper.run-list/1", "runs": [_document(state) for state in states]}, call.stdout)
    else:
        call.stdout.write("".join(_text(state) + "\n" for state in states))
    return 0


def _text(state: State) -> str:
    what = state.verdict or state.phase
    place = f"  {state.branch.removeprefix('refs/heads/')}" if state.promoted else ""
    kept = "  commits wait" if state.head and not state.promoted else ""
    return line(f"{state.run}  {rfc3339(state.started)}  {state.agent}  {what}{place}{kept}")


def _document(state: State) -> dict[str, object]:
    return {
        "run": state.run,
        "agent": unicode_text(state.agent),
        "started": rfc3339(state.started),
        "phase": state.phase,
        "verdict": state.verdict,
        "branch": unicode_text(state.branch) if state.promoted else None,
        "head": state.head,
    }
