# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper run take``: promote commits that wait in a run's quarantine."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper import force
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.run import free_branch, own_gate
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from gatekeeper.report.json import document, write
from gatekeeper.report.options import Options, wants_color
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.report.text import render
from gatekeeper.report.wording import count
from gatekeeper.run import folder
from gatekeeper.run.removal import remove_tree
from gatekeeper.run.take import take

if TYPE_CHECKING:
    import argparse

HELP = "Judge a run's commits up to one of them again, and promote that part to a branch unless it is denied."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the run, or the beginning of its id")
    parser.add_argument("--upto", metavar="COMMIT", help="the last commit to take (default: all)")
    parser.add_argument("--branch", metavar="NAME", help="the branch to create (default: the run's)")


def run(args: argparse.Namespace, call: Invocation) -> int:
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    found = folder.find(repository.state_dir, args.id)
    with Objects(repository) as objects:
        policy = force.default_policy(objects)
    branch = free_branch(args.branch or found.read_state().branch, repository, policy)
    with folder.claim(found) as claim:
        taken = take(repository, own_gate(repository, call), found, args.upto, branch, call.clock)
        if found.read_state().promoted:
            remove_tree(found.quarantine)
        claim.end()
    short = (taken.branch or "").removeprefix("refs/heads/")
    if args.json:
        said = document(taken.verdict, short or None)
        more = {
            "run": found.run,
            "branch": unicode_text(taken.branch) if taken.branch else None,
            "record": taken.record,
        }
        write({**said, "schema": "gatekeeper.run-take/1", **more}, call.stdout)
        return taken.verdict.exit_code
    options = Options(wants_color(args.color, call.environ, call.stdout), short or None)
    call.stdout.write(render(taken.verdict, options))
    if taken.branch:
        call.stdout.write(f"taken: {count(len(taken.commits), 'commit')} on {line(short)}\n")
    return taken.verdict.exit_code
