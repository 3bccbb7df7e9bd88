# SPDX-License-Identifier: Apache-2.0
"""``init``: a first policy and signers file in the work tree, pinned, and the local hooks if wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.commands import settings
from gatekeeper.commands.hookfiles import hooks_folder, install_steps, work_tree
from gatekeeper.commands.install import gate_principal, notices
from gatekeeper.commands.runners import AFTERWARDS, Runner, found_runners
from gatekeeper.commands.shim import LOCAL, this_installation
from gatekeeper.commands.signers import own_line, remote_name
from gatekeeper.commands.steps import Step, as_documents, carry_out
from gatekeeper.errors import UsageError
from gatekeeper.git.repository import Repository, open_repository
from gatekeeper.git.trust import default_branch, trust_ref
from gatekeeper.policy.schema import POLICY_PATH, SIGNERS_PATH
from gatekeeper.policy.starter import starter
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import block

if TYPE_CHECKING:
    import argparse

    from gatekeeper.commands.invocation import Invocation

HELP = """Write a commented .gatekeeper/policy.yaml and .gatekeeper/allowed_signers with your own SSH key, pin both,
and offer the local hooks. What is there already is left as it is; twice is the same as once."""
FILES = f"{POLICY_PATH} {SIGNERS_PATH}"
SIGNERS_HEAD = """\
# Who may sign what (ssh-keygen(1), ALLOWED SIGNERS): PRINCIPAL namespaces="..." KEY
# git: commits; gatekeeper-approval: approvals by people; gatekeeper-decision: records of gates.
"""


class File(NamedTuple):
    """One file as it will stand in the work tree."""

    path: str
    content: bytes
    there: bool


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    parser.add_argument("--yes", action="store_true", help="install the local hooks without asking")
    parser.add_argument("--key", metavar="PATH", help="your SSH key (default: the one git signs with, or ~/.ssh/*.pub)")
    parser.add_argument("--name", metavar="NAME", help="the repository's name in signed statements")


def run(args: argparse.Namespace, call: Invocation) -> int:
    where = os.path.join(call.cwd, args.repo)
    repository, tree = open_repository(where, call.environ), work_tree(where, call.environ)
    if tree is None:
        raise UsageError("init needs a work tree to write to", "run it in a clone; here: gatekeeper install --server")
    files = planned_files(repository, tree, args.key, args.name, call)
    runners = found_runners(tree)
    steps = [_file_step(tree, file) for file in files]
    told = []
    pin = settings.pin_step(repository, [file.content for file in files])
    if not pin.needed or not any(file.there for file in files):
        steps.append(pin)
    elif not _in_force(repository):  # somebody else may have put them there: a person reads before they count
        told.append(f"not pinned, because it was there already: read both, then: gatekeeper install --pin {FILES}")
    steps += settings.trust_ref_steps(repository)
    steps.append(settings.gate_key_step(repository, call.environ, gate_principal()))
    folder, installation = hooks_folder(repository, tree, call.environ), this_installation()
    offered = [] if runners else list(install_steps(folder.path, LOCAL, installation))
    wanted = not any(step.needed for step in offered) or args.yes or _agrees(args, call)
    if wanted:
        steps += offered
    carry_out(steps, call.stderr, dry_run=args.dry_run)
    if wanted and offered:
        told += notices(folder, tree, installation)
    elif not wanted:
        told.append("the local hooks are not installed: gatekeeper install")
    _tell(args, call, steps, runners, told, settings.gate_line(repository, call.environ, gate_principal()))
    return 0


def planned_files(
    repository: Repository, tree: str, key: str | None, name: str | None, call: Invocation
) -> tuple[File, File]:
    """What stands there, and a starter for what does not. Raises UsageError where no SSH key can be found for one."""
    policy, signers = _existing(tree, POLICY_PATH), _existing(tree, SIGNERS_PATH)
    there = policy is not None, signers is not None
    if policy is None or signers is None:
        principal, line = own_line(repository, key, call.environ)
        branch = default_branch(repository)
        called = name or remote_name(repository) or os.path.basename(tree)
        if policy is None:
            policy = starter(called, [branch], {"maintainers": [principal]}).encode()
        if signers is None:
            signers = f"{SIGNERS_HEAD}{line}\n".encode()
    return File(POLICY_PATH, policy, there[0]), File(SIGNERS_PATH, signers, there[1])


def _in_force(repository: Repository) -> bool:
    """True where the trust ref has a policy, so that nothing needs a pin any more."""
    trusted = trust_ref(repository)
    if trusted is None:
        return False
    return repository.git("cat-file", "-e", f"{trusted}:{POLICY_PATH}", check=False).returncode == 0


def _file_step(tree: str, file: File) -> Step:
    if file.there:
        return Step(file.path, None)
    return Step(f"{file.path} written", partial(_create, os.path.join(tree, file.path), file.content))


def _create(path: str, content: bytes) -> None:
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "xb") as file:
        file.write(content)


def _existing(tree: str, path: str) -> bytes | None:
    try:
        with open(os.path.join(tree, path), "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def _agrees(args: argparse.Namespace, call: Invocation) -> bool:
    """Ask at a terminal; anywhere else the answer is no."""
    if args.dry_run or args.json or not (sys.stdin and sys.stdin.isatty() and call.stderr.isatty()):
        return False
    call.stderr.write(f"Install the local hooks ({', '.join(LOCAL)})? [Y/n] ")
    call.stderr.flush()
    return call.stdin.readline().strip().lower() in (b"", b"y", b"yes")


def _tell(
    args: argparse.Namespace,
    call: Invocation,
    steps: Sequence[Step],
    runners: Sequence[Runner],
    told: Sequence[str],
    gate_line: str | None,
) -> None:
    written = any(step.needed and step.what.endswith(" written") for step in steps)
    step = "git add .gatekeeper && git commit -m 'Let gatekeeper decide'" if written else "gatekeeper doctor"
    if args.json:
        document = {
            "schema": "gatekeeper.init/1",
            "dry_run": args.dry_run,
            "steps": as_documents(steps),
            "gate_line": gate_line,
            "runners": [{"name": one.name, "where": one.where, "lines": one.lines} for one in runners],
            "notices": [block(one)[0] for one in told],
            "next": step,
        }
        write(document, call.stdout)
        return
    for one in runners:
        call.stdout.write(f"{one.name} runs this project's hooks. Put this into {one.where}:\n{one.lines}")
        call.stdout.write(f"and run, so that every ref of a push is seen: {AFTERWARDS}\n")
    for notice in told:
        call.stdout.write(f"note: {block(notice)[0]}\n")
    call.stdout.write(f"next: {step}\n")
