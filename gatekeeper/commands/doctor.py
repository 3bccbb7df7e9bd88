# SPDX-License-Identifier: Apache-2.0
"""``doctor``: the set-up, line by line, with the command that repairs each; and what is only advisory here."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper.audit.journal import complete
from gatekeeper.commands import checkup
from gatekeeper.commands.hookfiles import work_tree
from gatekeeper.commands.receive import open_own_gate
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from gatekeeper.report.json import write
from gatekeeper.report.options import Options, wants_color
from gatekeeper.report.sanitise import block
from gatekeeper.report.wording import count

if TYPE_CHECKING:
    import argparse

    from gatekeeper.commands.invocation import Invocation

HELP = """Check the set-up. Each line is ok, warn or fail, with the command that repairs it.
Exit code 1 where something fails."""
COLORS = {"ok": "good", "warn": "approval", "fail": "deny"}
ADVISORY_CLONE = (
    "local hooks: --no-verify, SKIP= and core.hooksPath pass them by",
    "check, review and this clone's records: whoever owns the clone can change its refs and settings",
)
ADVISORY_SERVER = ("what people do before they push: this server decides again",)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repair", action="store_true", help="sweep what interrupted runs and records left")


def run(args: argparse.Namespace, call: Invocation) -> int:
    where = os.path.join(call.cwd, args.repo)
    patient = checkup.Patient(open_repository(where, call.environ), work_tree(where, call.environ), call)
    repaired = _repair(patient) if args.repair else []
    lines = [
        *checkup.machine(call),
        *checkup.hooks(patient),
        *checkup.policy(patient),
        *checkup.server(patient),
        *checkup.leftovers(patient),
    ]
    advisory = ADVISORY_CLONE if patient.tree else ADVISORY_SERVER
    code = 1 if any(line.state == "fail" for line in lines) else 0
    if args.json:
        checks = [{key: block(value)[0] for key, value in line._asdict().items()} for line in lines]
        document = {"schema": "gatekeeper.doctor/1", "repaired": repaired, "checks": checks}
        write({**document, "advisory": list(advisory), "exit": code}, call.stdout)
        return code
    options = Options(wants_color(args.color, call.environ, call.stdout))
    for sentence in repaired:
        call.stdout.write(f"repaired: {sentence}\n")
    for line in lines:
        call.stdout.write(f"{options.paint(COLORS[line.state], f'{line.state:<4}')}  {block(line.what)[0]}\n")
        if line.repair:
            call.stdout.write(f"      repair: {block(line.repair)[0]}\n")
    call.stdout.write("advisory here:\n" + "".join(f"  {one}\n" for one in advisory))
    return code


def _repair(patient: checkup.Patient) -> list[str]:
    """Put on record what landed and was not recorded, and put aside what never landed; a sentence for each."""
    repository, call = patient.repository, patient.call
    with PlumbingStore(repository) as store:
        done = complete(store, open_own_gate(repository, call.environ), int(call.clock()))
    recorded = [f"{count(done.recorded, 'decision')} put on record"] if done.recorded else []
    waiting = [f"{ref} may still be moving; try again later" for ref in done.waiting]
    return [block(sentence)[0] for sentence in (*recorded, *done.dropped, *waiting)]
