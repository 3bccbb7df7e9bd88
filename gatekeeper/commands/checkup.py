# SPDX-License-Identifier: Apache-2.0
"""What ``doctor`` looks at. Each check returns findings about the set-up, with the command that repairs it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import Literal, NamedTuple

from gatekeeper.audit import journal
from gatekeeper.commands import hookfiles, settings
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.runners import found_runners
from gatekeeper.commands.shim import LOCAL, SERVER, this_installation
from gatekeeper.errors import CannotDecide, SignatureInvalid, SigningFailed
from gatekeeper.force import default_policy
from gatekeeper.git import process
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import Repository
from gatekeeper.git.trust import trust_ref
from gatekeeper.policy.effective import Effective
from gatekeeper.report.wording import quoted
from gatekeeper.signing import keygen, keys

OLDEST_GIT = (2, 38)
"""The first with ``git merge-tree --write-tree``, which the automatic merge is made by."""
STALE = 600
"""Seconds after which a lock file is taken for one that a crash left."""
PROBE = "import sys; sys.path += sys.argv[1].split(sys.argv[2]); import gatekeeper.gate, cryptography, yaml, pygit2"


class Line(NamedTuple):
    state: Literal["ok", "warn", "fail"]
    what: str
    repair: str = ""
    """A command, or what a person has to do; empty where the state is ok."""


class Patient(NamedTuple):
    """The repository that is looked at."""

    repository: Repository
    tree: str | None
    """The top of its work tree; None for a server's bare repository."""
    call: Invocation


def machine(call: Invocation) -> Iterator[Line]:
    """git, ssh-keygen, and a Python that starts isolated."""
    said = process.run(("version",), process.clean_environment(call.environ)).stdout.decode().strip()
    found = re.search(r"(\d+)\.(\d+)", said)
    if found and (int(found[1]), int(found[2])) >= OLDEST_GIT:
        yield Line("ok", said)
    else:
        yield Line("fail", f"{said} has no merge-tree --write-tree", "install git 2.38 or later")
    if shutil.which("ssh-keygen", path=call.environ.get("PATH")):
        yield Line("ok", "ssh-keygen")
    else:
        yield Line("fail", "ssh-keygen is not on PATH, so nothing can be signed", "install OpenSSH 8.2 or later")
    python, start, folders = this_installation()
    package = os.path.dirname(os.path.dirname(start))
    words = [python, "-I", "-S", "-c", PROBE, os.pathsep.join([package, *folders]), os.pathsep]
    done = subprocess.run(words, capture_output=True, check=False)
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        yield Line("fail", f"{python} -I -S cannot load gatekeeper: {reason}", "install gatekeeper again")
    else:
        yield Line("ok", f"hooks start {python}, isolated")


def hooks(patient: Patient) -> Iterator[Line]:
    """Hook files there, ours, and where git looks for them."""
    installation, tree = this_installation(), patient.tree
    folder = hookfiles.hooks_folder(patient.repository, tree, patient.call.environ)
    runners = found_runners(tree) if tree else ()
    install = "gatekeeper install" if tree else f"gatekeeper install --server {quoted(patient.repository.git_dir)}"
    if folder.configured:
        yield Line("warn", f"core.hooksPath is {folder.configured}, so git ignores .git/hooks", "know that it is meant")
    for name in LOCAL if tree else SERVER:
        state = hookfiles.state_of(folder.path, name, installation)
        if state == "ours":
            kept = hookfiles.saved(folder.path, name)
            yield Line("ok", f"hook {name}" + (f", and {os.path.basename(kept)} with it" if kept else ""))
        elif runners and state in ("absent", "foreign"):
            yield Line(
                "warn", f"hook {name}: {runners[0].name} runs it, if its configuration says so", "gatekeeper init"
            )
        else:
            what = {
                "absent": "is not installed",
                "outdated": "is from another installation of gatekeeper",
                "not executable": "is not executable, so git skips it",
                "foreign": "is not gatekeeper's",
            }[state]
            yield Line("warn" if tree else "fail", f"hook {name} {what}", install)
    if tree and any(hookfiles.within(path, tree) for path in (installation.start, *installation.folders)):
        yield Line(
            "warn", "gatekeeper runs from inside this work tree, where an agent can edit it", "install it elsewhere"
        )


def policy(patient: Patient) -> Iterator[Line]:
    """The trust ref, the policy in force and who can approve under it; last, how they sign."""
    repository = patient.repository
    trusted = trust_ref(repository)
    if trusted is None:
        yield Line("warn", "no ref is trusted, so each base's own policy decides", "gatekeeper install")
    elif repository.resolve(trusted) is None:
        yield Line("warn", f"the trust ref {trusted} does not exist yet", "make its first commit, or fetch it")
    else:
        yield Line("ok", f"trust ref {trusted}")
    try:
        with Objects(repository) as objects:
            force = default_policy(objects)
    except CannotDecide as error:
        yield Line("fail", str(error), error.next_step)
        return
    if force.is_built_in:
        yield Line("warn", force.notices[0] if force.notices else "no policy", _first_policy(patient))
    else:
        yield Line("ok", f"policy {force.id.source}, serial {force.id.serial}, {force.id.preset}")
        yield from (Line("warn", notice, "gatekeeper policy check") for notice in force.notices)
    yield from _people(force)
    yield from _agent_socket(force, patient)
    yield from _gate_key(force, patient)


def server(patient: Patient) -> Iterator[Line]:
    """What only a server's repository needs."""
    if patient.tree is not None:
        return
    if (patient.repository.config("receive.fsckobjects") or "").lower() in ("true", "1", "yes", "on"):
        yield Line("ok", "receive.fsckObjects")
    else:
        repair = f"git -C {quoted(patient.repository.git_dir)} config receive.fsckObjects true"
        yield Line("fail", "receive.fsckObjects is off, so malformed objects are accepted", repair)


def leftovers(patient: Patient) -> Iterator[Line]:
    """What a crash left: decisions that are not on record yet, lock files."""
    found, broken = journal.intents(patient.repository)
    if found:
        what = "1 push or merge is" if len(found) == 1 else f"{len(found)} pushes or merges are"
        yield Line("warn", f"{what} not on record yet", "gatekeeper doctor --repair")
    yield from (Line("warn", f"{path} is damaged", "gatekeeper doctor --repair puts it aside") for path in broken)
    now = patient.call.clock()
    for path in _lock_files(patient.repository):
        age = int(now - os.stat(path).st_mtime)
        if age > STALE:
            yield Line(
                "warn", f"{path} is {age // 60} minutes old; a crashed git may have left it", f"rm -- {quoted(path)}"
            )


def _first_policy(patient: Patient) -> str:
    if patient.tree:
        return "gatekeeper init"
    pinned = len(patient.repository.configs("gatekeeper.pin"))
    if pinned:
        return "push the first policy and signers that are pinned here"
    server = quoted(patient.repository.git_dir)
    return f"gatekeeper init in a clone, then: gatekeeper install --server {server} --pin FILE FILE"


def _people(force: Effective) -> Iterator[Line]:
    people = len(force.persons)
    if people:
        yield Line("ok", f"{people} {'person' if people == 1 else 'people'} can sign approvals")
    elif not force.is_built_in:
        yield Line("fail", "nobody in the signers file can approve", f"list people in {force.policy.signers_path}")


def _agent_socket(force: Effective, patient: Patient) -> Iterator[Line]:
    socket = patient.call.environ.get("SSH_AUTH_SOCK", "")
    if patient.tree and socket and os.path.exists(socket) and force.policy.approval.presence == "none":
        yield Line(
            "warn",
            "any program of yours can sign as you through the ssh-agent, because no presence is asked for",
            "set approval.presence: touch in the policy, with hardware keys",
        )


def _gate_key(force: Effective, patient: Patient) -> Iterator[Line]:
    repository, environ = patient.repository, patient.call.environ
    path = settings.gate_key(repository, environ).path
    install = "gatekeeper install" if patient.tree else f"gatekeeper install --server {quoted(repository.git_dir)}"
    try:
        blob = keys.parse_line(keygen.public_line(path)).blob
    except (SigningFailed, SignatureInvalid) as reason:
        yield Line("warn" if patient.tree else "fail", f"no gate key, so decisions are not signed: {reason}", install)
        return
    if os.path.isfile(path) and os.stat(path).st_mode & 0o077 and os.name == "posix":
        yield Line("fail", f"the gate key {path} can be read by others", f"chmod 600 {quoted(path)}")
    try:
        name = force.signers.principal(blob, "gatekeeper-decision", int(patient.call.clock()))
    except SignatureInvalid:
        name = ""
    if name in force.policy.gates:
        yield Line("ok", f"gate key of {name}")
    elif patient.tree:
        yield Line("ok", "gate key (records of this clone count as local)")
    else:
        yield Line(
            "warn", "this gate is not listed, so its records count as local", "list the line that install prints"
        )


def _lock_files(repository: Repository) -> Iterator[str]:
    for folder in dict.fromkeys((repository.git_dir, repository.common_dir)):
        yield from (os.path.join(folder, name) for name in sorted(os.listdir(folder)) if name.endswith(".lock"))
    for folder, _, names in os.walk(os.path.join(repository.common_dir, "refs")):
        yield from (os.path.join(folder, name) for name in sorted(names) if name.endswith(".lock"))
