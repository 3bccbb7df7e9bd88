# SPDX-License-Identifier: Apache-2.0
"""``uninstall``: the hook files are taken out, and what was there before is put back exactly."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper.commands.hookfiles import hooks_folder, uninstall_steps, work_tree
from gatekeeper.commands.shim import this_installation
from gatekeeper.commands.steps import as_documents, carry_out
from gatekeeper.git.repository import open_repository
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import block

if TYPE_CHECKING:
    import argparse

    from gatekeeper.commands.invocation import Invocation

HELP = """Take gatekeeper's hook files out and put back the hooks that were there before.
Settings, records and the gate's key stay: removing the key would make its records unverifiable."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--server", metavar="BARE.git", help="a server's repository instead of the one around here")


def run(args: argparse.Namespace, call: Invocation) -> int:
    where = os.path.join(call.cwd, args.server or args.repo)
    repository = open_repository(where, call.environ)
    folder = hooks_folder(repository, work_tree(where, call.environ), call.environ)
    steps = list(uninstall_steps(folder.path, this_installation()))
    carry_out(steps, call.stderr, dry_run=False)
    kept = f"settings (git config gatekeeper.*), records and keys in {block(repository.state_dir)[0]} are kept"
    if args.json:
        document = {"schema": "gatekeeper.uninstall/1", "hooks": block(folder.path)[0], "steps": as_documents(steps)}
        write({**document, "notices": [kept]}, call.stdout)
        return 0
    if not steps:
        call.stdout.write(f"no hook of gatekeeper's in {block(folder.path)[0]}\n")
    call.stdout.write(f"note: {kept}\n")
    return 0
