# SPDX-License-Identifier: Apache-2.0
"""``install``: hook files, settings and a gate key, in a clone or in a server's bare repository."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from typing import TYPE_CHECKING

from gatekeeper.commands.hookfiles import HooksFolder, hooks_folder, install_steps, within, work_tree
from gatekeeper.commands.settings import (
    config_step,
    gate_key,
    gate_key_step,
    gate_line,
    log_step,
    pin_step,
    pinned_files,
    trust_ref_steps,
)
from gatekeeper.commands.shim import LOCAL, SERVER, Installation, this_installation
from gatekeeper.commands.steps import Step, as_documents, carry_out
from gatekeeper.errors import UsageError
from gatekeeper.git.repository import Repository, open_repository
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import block
from gatekeeper.report.wording import quoted

if TYPE_CHECKING:
    import argparse

    from gatekeeper.commands.invocation import Invocation

HELP = """Put gatekeeper into the hooks of this repository, or with --server into those of a bare one.
A hook that is there already is kept, runs as well, and comes back with gatekeeper uninstall."""


def configure(parser: argparse.ArgumentParser) -> None:
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--hooks", metavar="LIST", help=f"which local hooks (default: {','.join(LOCAL)})")
    which.add_argument("--server", metavar="BARE.git", help=f"a server's repository: {' and '.join(SERVER)}")
    parser.add_argument("--pin", metavar="FILE", nargs="+", help="the policy and signers files that may land first")
    parser.add_argument("--gate-name", metavar="PRINCIPAL", help="who this gate is in the signers file")
    parser.add_argument(
        "--review-refs", action="store_true", help="refs/for/* as changes to review (not available yet)"
    )


def run(args: argparse.Namespace, call: Invocation) -> int:
    if args.review_refs:
        raise UsageError("--review-refs is not available in this version yet", "install without it")
    names = SERVER if args.server else chosen(args.hooks)
    where = os.path.join(call.cwd, args.server or args.repo)
    repository, tree = open_repository(where, call.environ), work_tree(where, call.environ)
    if args.server and not repository.bare:
        raise UsageError(f"{args.server} has a work tree, so it is no server's repository", "gatekeeper install")
    if repository.bare and not args.server:
        raise UsageError("this repository is bare", f"gatekeeper install --server {quoted(repository.git_dir)}")
    installation, folder = this_installation(), hooks_folder(repository, tree, call.environ)
    principal = args.gate_name or gate_principal()
    steps = [
        *install_steps(folder.path, names, installation),
        *trust_ref_steps(repository),
        gate_key_step(repository, call.environ, principal),
        log_step(repository, call.environ, int(call.clock())),
    ]
    if args.server:
        steps.append(config_step(repository, "receive.fsckObjects", "true"))
    if args.pin:
        steps.append(pin_step(repository, pinned_files(args.pin, call.cwd)))
    carry_out(steps, call.stderr, dry_run=False)
    _tell(args, call, repository, folder, notices(folder, tree, installation), principal, steps)
    return 0


def chosen(listed: str | None) -> tuple[str, ...]:
    """The hooks of a ``--hooks`` list, in our order. Raises UsageError for an unknown one."""
    names = [name.strip() for name in (listed or ",".join(LOCAL)).split(",") if name.strip()]
    for name in names:
        if name not in LOCAL:
            raise UsageError(f"there is no local hook '{name}'", f"choose from: {', '.join(LOCAL)}")
    if not names:
        raise UsageError("--hooks names none", f"choose from: {', '.join(LOCAL)}")
    return tuple(name for name in LOCAL if name in names)


def gate_principal() -> str:
    """Who this gate is unless it is told: ``gate@`` and the machine's name."""
    return f"gate@{socket.gethostname() or 'localhost'}"


def notices(folder: HooksFolder, tree: str | None, installation: Installation) -> list[str]:
    """What a person should know about where the hooks went."""
    told = []
    if folder.configured:
        whose = "other repositories may use it too" if folder.shared else "it decides here, not .git/hooks"
        told.append(f"core.hooksPath is {folder.configured}: {whose}")
    if tree and any(within(path, tree) for path in (installation.start, *installation.folders)):
        told.append("gatekeeper runs from inside this work tree: whoever can edit it can edit the local hooks' code")
    if tree:
        told.append("local hooks are comfort (--no-verify skips them): what protects a branch is the server's gate")
    return told


def _tell(
    args: argparse.Namespace,
    call: Invocation,
    repository: Repository,
    folder: HooksFolder,
    told: Sequence[str],
    principal: str,
    steps: Sequence[Step],
) -> None:
    line = gate_line(repository, call.environ, principal)
    step = "gatekeeper doctor" + (f" --repo {quoted(args.server)}" if args.server else "")
    if args.json:
        key = {"path": block(gate_key(repository, call.environ).path)[0], "principal": principal, "line": line}
        document = {"schema": "gatekeeper.install/1", "hooks": block(folder.path)[0], "steps": as_documents(steps)}
        write({**document, "gate_key": key, "notices": [block(one)[0] for one in told], "next": step}, call.stdout)
        return
    call.stdout.write(f"hooks: {block(folder.path)[0]}\n")
    if line:
        call.stdout.write(f"this gate's line for the signers file (and under gates: in the policy):\n  {line}\n")
    for one in told:
        call.stdout.write(f"note: {block(one)[0]}\n")
    call.stdout.write(f"next: {block(step)[0]}\n")
