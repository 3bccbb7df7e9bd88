# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper run``: an agent in a sandboxed throwaway worktree; and what earlier runs left."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, cast

from gatekeeper import force
from gatekeeper.audit.gate_key import Gate
from gatekeeper.commands.boundary import without_secrets
from gatekeeper.commands.hookfiles import work_tree
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.receive import open_own_gate
from gatekeeper.commands.settings import gate_key_step
from gatekeeper.errors import CannotDecide, SignatureInvalid, SigningFailed, UsageError
from gatekeeper.git.changes import build_change
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import Repository, open_repository
from gatekeeper.git.revisions import commit_id, full_ref, named_ref, target_tip
from gatekeeper.policy.effective import Effective
from gatekeeper.report.sanitise import line

if TYPE_CHECKING:
    import argparse

    from gatekeeper.run.confine import Confinement
    from gatekeeper.run.session import Order, World

HELP = """Run an agent in a throwaway worktree that it cannot leave. Its commits are collected, judged, recorded, and
promoted to a branch. Exit code 5 where the agent's own command failed.

  gatekeeper run [options] -- COMMAND...
  gatekeeper run list | show ID | verify ID | take ID [--upto COMMIT] | drop ID"""
ISOLATIONS = ("required", "none")
LEFTOVERS = ("commit", "discard")
DURATION = re.compile("([0-9]{1,6})(s|m|h|d)")
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
WORD = re.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,63}")
LATER = {name: f"gatekeeper.commands.run_{name}" for name in ("list", "show", "verify", "take", "drop")}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--agent", metavar="NAME", help="who works: one word, the author of its commits")
    parser.add_argument("--base", metavar="REF", default="HEAD", help="where it starts (default: HEAD)")
    parser.add_argument("--branch", metavar="NAME", help="the branch to create (default: agent/ID)")
    parser.add_argument(
        "--target", metavar="REF", help="where the work is to land (default: the first protected branch)"
    )
    parser.add_argument("--allow", metavar="HOST", action="append", default=[], help="a host it may reach, HOST:PORT")
    parser.add_argument("--read", metavar="PATH", action="append", default=[], help="a folder it may read besides")
    parser.add_argument("--timeout", metavar="TIME", help="such as 90s, 30m, 2h; never longer than the policy's")
    parser.add_argument("--isolation", choices=ISOLATIONS, default="required", help="none: unconfined, and recorded so")
    parser.add_argument("--leftovers", choices=LEFTOVERS, default="commit", help="what it leaves uncommitted")
    parser.add_argument("--keep", action="store_true", help="keep the worktree, until: gatekeeper run drop ID")
    parser.add_argument("command", nargs="...", metavar="-- COMMAND", help="the agent")


def run(args: argparse.Namespace, call: Invocation) -> int:
    words = list(args.command)
    if words[:1] and words[0] in LATER:
        return _earlier(words, args, call)
    if words[:1] == ["--"]:
        words = words[1:]
    elif words:
        raise UsageError(f"'{words[0]}' is no option", "write -- before the agent's command: gatekeeper run -- COMMAND")
    if not words:
        raise UsageError("no command given", "gatekeeper run -- COMMAND")
    return _run(tuple(words), args, call)


def _earlier(words: list[str], args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.commands.main import Command, Verb, parser_of

    command = cast(Command, import_module(LATER[words[0]]))
    parser = parser_of(Verb(f"run {words[0]}", LATER[words[0]], command.HELP), command)
    parser.set_defaults(repo=args.repo, json=args.json, color=args.color, debug=args.debug)
    try:
        inner = parser.parse_args(words[1:])
    except SystemExit as done:
        return int(done.code or 0)
    return command.run(inner, call)


def _run(words: tuple[str, ...], args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.commands import run_report
    from gatekeeper.run import session, sweep
    from gatekeeper.run.confine import confinement

    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    for sentence in sweep.sweep(repository, call.clock):
        call.stderr.write(f"gatekeeper: {line(sentence)}\n")
    with Objects(repository) as objects:
        base = commit_id(repository, args.base)
        target = full_ref(repository, args.target) if args.target else force.default_target(objects)
        tip = target_tip(repository, target)
        policy = force.policy_in_force(objects, build_change(objects, target, tip, base, (base,)))
        if args.isolation == "none" and policy.policy.run.isolation == "required":
            raise CannotDecide("the policy requires isolation (run.isolation)", "run it without --isolation none")
        ground = confinement(repository, policy.policy.run, call.environ, args.isolation != "none", args.read)
        order = _order(words, args, call, objects, policy, base, target)
    gate = own_gate(repository, call)
    world = _world(order, ground, policy, gate, call, args)
    outcome = session.run(order, world)
    if args.json:
        run_report.write_json(outcome, order, call.stdout)
    else:
        run_report.write_text(outcome, order, call.stderr)
    return outcome.exit_code


def _order(
    words: tuple[str, ...],
    args: argparse.Namespace,
    call: Invocation,
    objects: Objects,
    policy: Effective,
    base: str,
    target: str,
) -> Order:
    from gatekeeper.run.session import Order

    repository = objects.repository
    agent, email = _agent(args.agent, words, policy)
    name, _ = named_ref(repository, args.base)
    limits = policy.policy.run.limits
    seconds = _seconds(args.timeout) if args.timeout else limits.wall
    if seconds > limits.wall:
        call.stderr.write(f"gatekeeper: the policy ends a run after {limits.wall} seconds\n")
    return Order(
        command=words,
        shown=tuple(without_secrets(word, call.environ) for word in words),
        agent=agent,
        email=email,
        operator=_operator(repository, policy, call),
        base=base,
        base_ref=name,
        target=target,
        branch=_branch(args.branch, repository, policy),
        seconds=min(seconds, limits.wall),
        leftovers=args.leftovers,
        keep=args.keep,
        allowed={"network": tuple(args.allow), "read": tuple(args.read)},
        prefix=_prefix(repository, objects, base, args, call),
    )


def _world(
    order: Order, ground: Confinement, policy: Effective, gate: Gate, call: Invocation, args: argparse.Namespace
) -> World:
    from gatekeeper.run.attachments import attachments
    from gatekeeper.run.launch import Streams
    from gatekeeper.run.session import World

    def redact(text: str) -> str:
        return without_secrets(text, call.environ)

    def notice(text: str) -> None:
        call.stderr.write(f"gatekeeper: {text}\n")

    return World(
        repository=ground.repository,
        policy=policy,
        gate=gate,
        streams=Streams(0, 2, 2) if args.json else Streams(0, 1, 2),
        clock=call.clock,
        entropy=os.urandom,
        redact=redact,
        notice=notice,
        make_cell=ground.cell,
        attachments=attachments(ground, policy, tuple(args.allow)),
        inside=ground.for_git(order.agent, order.email),
        agent=ground.for_agent(),
    )


def _agent(chosen: str | None, words: Sequence[str], policy: Effective) -> tuple[str, str]:
    """Name and address of the agent: the policy's principal that begins with its name, or one that is nobody's."""
    if chosen is not None and not WORD.fullmatch(chosen):
        raise UsageError(f"--agent takes one word, not {chosen!r}", "gatekeeper run --agent claude -- claude")
    named = {principal.partition("@")[0]: principal for principal in reversed(policy.policy.agents)}
    program = os.path.basename(words[0])
    name = chosen or (program if program in named else "agent")
    return name, named.get(name, f"{name}@agents.invalid")


def _operator(repository: Repository, policy: Effective, call: Invocation) -> str | None:
    """The principal whose key is configured here; None where it is nobody's, or cannot be read."""
    from gatekeeper.commands.approver import key_of
    from gatekeeper.signing import keygen, keys
    from gatekeeper.signing.statement import BY_PEOPLE

    try:
        blob = keys.parse_line(keygen.public_line(key_of(None, repository, call))).blob
        return policy.signers.principal(blob, BY_PEOPLE, int(call.clock()))
    except (UsageError, SigningFailed, SignatureInvalid):
        return None


def _branch(chosen: str | None, repository: Repository, policy: Effective) -> str | None:
    if chosen is None:
        if repository.ref("refs/heads/agent") is not None:
            raise UsageError("a branch called 'agent' is in the way of agent/ID", "name another: --branch NAME")
        return None
    return free_branch(chosen, repository, policy)


def free_branch(chosen: str, repository: Repository, policy: Effective) -> str:
    """The full name of a branch that can be created. Raises UsageError for one that exists or is protected."""
    full = full_ref(repository, chosen)
    if not full.startswith("refs/heads/"):
        raise UsageError(f"{full} is no branch", "gatekeeper run --branch NAME -- COMMAND")
    if policy.is_protected(full):
        raise UsageError(f"{chosen} is protected", "name a branch of the agent's own: --branch NAME")
    parents = [full.rsplit("/", number)[0] for number in range(1, full.count("/") - 1)]
    taken = repository.refs(full, *parents)
    if any(name == full or name in parents or name.startswith(full + "/") for name in taken):
        raise UsageError(f"{chosen} exists already", "name a new branch: --branch NAME")
    return full


def _seconds(text: str) -> int:
    found = DURATION.fullmatch(text)
    if found is None or not int(found[1]):
        raise UsageError(f"--timeout takes a time such as 90s, 30m or 2h, not {text!r}", "gatekeeper run --timeout 30m")
    return int(found[1]) * SECONDS[found[2]]


def _prefix(repository: Repository, objects: Objects, base: str, args: argparse.Namespace, call: Invocation) -> str:
    """The folder to start in: as the caller's, where the base has it."""
    top = work_tree(call.cwd, call.environ) if args.repo == "." and not repository.bare else None
    here = os.path.realpath(call.cwd)
    if top is None or not here.startswith(top + "/"):
        return ""
    prefix = os.path.relpath(here, top)
    found = objects.find(base, os.fsencode(prefix))
    return prefix if found is not None and found.mode == 0o040000 else ""


def own_gate(repository: Repository, call: Invocation) -> Gate:
    """This gate. Its key is made where there is none yet: a run is always recorded."""
    own = open_own_gate(repository, call.environ)
    if own is None:
        os.makedirs(repository.state_dir, mode=0o700, exist_ok=True)
        folder = os.open(repository.state_dir, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)  # several first runs at once
            step = gate_key_step(repository, call.environ, "local@gates.invalid")
            if step.apply is not None:
                step.apply()
        finally:
            os.close(folder)
        own = open_own_gate(repository, call.environ)
    assert own is not None
    return own
