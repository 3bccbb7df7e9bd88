# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper hook NAME``: what the hook files call. No argparse here: people wait for this."""

from __future__ import annotations

from importlib import import_module

from gatekeeper import force, gate
from gatekeeper.commands.invocation import Invocation
from gatekeeper.errors import UsageError
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import Repository, open_repository
from gatekeeper.git.staged import message_commit, staged_commit
from gatekeeper.model import Verdict

SCISSORS = b"------------------------ >8 ------------------------"
"""Below this line ``git commit --verbose`` shows the diff; git itself cuts there."""

STAGES = {
    "pre-commit": (__name__, "pre_commit"),
    "commit-msg": (__name__, "commit_msg"),
    "pre-push": (__name__, "pre_push"),
    "pre-receive": ("gatekeeper.commands.receive", "pre_receive"),
    "post-receive": ("gatekeeper.commands.receive", "post_receive"),
}
"""Hook to the module and function that serve it: a stage loads only what it needs."""


def run(words: list[str], call: Invocation) -> int:
    """The exit code of the hook ``words[0]`` with the arguments that git gave it."""
    if words[0] not in STAGES:
        raise UsageError(f"gatekeeper has no hook {words[0]!r}", f"it has: {', '.join(STAGES)}")
    module, function = STAGES[words[0]]
    stage = getattr(import_module(module), function)
    repository = open_repository(".", call.environ, git_dir=call.environ.get("GIT_DIR"))
    return int(stage(repository, words[1:], call))


def pre_commit(repository: Repository, words: list[str], call: Invocation) -> int:
    """Judge what is staged. Approval comes before the merge, not before the commit, so only a denial stops."""
    with Objects(repository) as objects:
        commit = staged_commit(repository, objects, call.environ.get("GIT_INDEX_FILE"), b"")
        context = gate.Context(objects, int(call.clock()), is_hook=True)
        verdict = gate.decide_unmade(commit, None, context)
    return _before_commit(verdict, call)


def commit_msg(repository: Repository, words: list[str], call: Invocation) -> int:
    """Judge the message alone; what is staged was judged before it was written."""
    if len(words) != 1:
        raise UsageError("commit-msg needs the file with the message", "run it as git's commit-msg hook")
    with open(words[0], "rb") as file:
        message = file.read().partition(SCISSORS)[0]
    with Objects(repository) as objects:
        commit = message_commit(repository, objects, message)
        context = gate.Context(objects, int(call.clock()), is_hook=True)
        verdict = gate.decide_unmade(commit, None, context)
    return _before_commit(verdict, call)


def _before_commit(verdict: Verdict, call: Invocation) -> int:
    if verdict.findings:
        _say(verdict, call)
    return 0 if verdict.outcome == "needs-approval" else verdict.exit_code


def _say(verdict: Verdict, call: Invocation) -> None:
    from gatekeeper.report.formats import report_check
    from gatekeeper.report.options import Options, wants_color

    report_check(verdict, "text", call.stderr, Options(wants_color("auto", call.environ, call.stderr)))


def pre_push(repository: Repository, words: list[str], call: Invocation) -> int:
    """Judge every ref of the push. A ref that the policy does not protect is stopped by a denial alone."""
    from gatekeeper.hosts.push import client_changes, parse_client_updates

    updates = parse_client_updates(call.stdin.read(), repository.zero)
    remote = words[0] if words else ""
    codes = [0]
    with Objects(repository) as objects:
        policy = force.default_policy(objects)
        for change, known in client_changes(objects, updates, remote, policy.is_protected):
            context = gate.Context(objects, int(call.clock()), is_hook=True, known=known)
            verdict = gate.decide(change, context)
            if verdict.findings or verdict.exit_code:
                call.stderr.write(f"{verdict.change.target}:\n")
                _say(verdict, call)
            codes.append(verdict.exit_code)
    return worst(codes)


def worst(codes: list[int]) -> int:
    """The exit code that stands for several: cannot decide before denied before needs approval."""
    return next((code for code in (4, 1, 3) if code in codes), 0)
