# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper run verify``: recompute a run's chain of events and hold it against what the gate signed."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper import force
from gatekeeper.commands.invocation import Invocation
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.report.wording import count, short
from gatekeeper.run import folder
from gatekeeper.run.proof import prove

if TYPE_CHECKING:
    import argparse

HELP = "Recompute a run's chain of events and hold it against the signed statement. Exit code 1 where they differ."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help="the run, or the beginning of its id")


def run(args: argparse.Namespace, call: Invocation) -> int:
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    found = folder.find(repository.state_dir, args.id)
    with Objects(repository) as objects:
        policy = force.default_policy(objects)
    with PlumbingStore(repository) as store:
        proof = prove(store, found, policy.signers, policy.policy.gates)
    code = 1 if proof.problems else 0
    status = "listed" if proof.listed else "unverified"
    if args.json:
        document = {
            "schema": "gatekeeper.run-verify/1",
            "run": found.run,
            "exit": code,
            "events": proof.lines,
            "record": proof.signed.id if proof.signed else None,
            "signer": unicode_text(proof.signer) or None,
            "status": status,
            "problems": [unicode_text(one) for one in proof.problems],
        }
        write(document, call.stdout)
        return code
    for problem in proof.problems:
        call.stdout.write(f"wrong: {line(problem)}\n")
    if proof.signed is not None:
        note = "" if proof.listed else ", which is no gate of the policy: unverified"
        call.stdout.write(f"record {short(proof.signed.id)} signed by {line(proof.signer)}{note}\n")
    call.stdout.write(f"{count(proof.lines, 'event')} in order\n")
    return code
