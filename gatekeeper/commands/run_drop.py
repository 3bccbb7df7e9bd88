# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper run drop``: remove a run's kept files and commits that were not promoted."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper.commands.invocation import Invocation
from gatekeeper.git.repository import open_repository
from gatekeeper.report.json import write
from gatekeeper.run import folder, teardown

if TYPE_CHECKING:
    import argparse

HELP = "Remove what a run kept: its worktree, and commits that were not promoted. Its record and its events stay."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the run, or the beginning of its id")


def run(args: argparse.Namespace, call: Invocation) -> int:
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    found = folder.find(repository.state_dir, args.id)
    with folder.claim(found) as claim:
        state = found.read_state()._replace(kept=False, head=None)
        teardown.end_processes(state.processes)
        teardown.clean(found, state, repository.common_dir)
        found.write_state(state)
        claim.end()
    if args.json:
        write({"schema": "gatekeeper.run-drop/1", "run": found.run}, call.stdout)
    else:
        call.stdout.write(f"dropped: run {found.run}; its record and its events stay\n")
    return 0
