# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper check``: inspect a change and decide."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper import gate
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.progress import progress_on
from gatekeeper.commands.subject import context_for, named
from gatekeeper.errors import UsageError
from gatekeeper.git.objects import Objects
from gatekeeper.git.patch import patched_commit
from gatekeeper.git.repository import open_repository
from gatekeeper.git.revisions import full_ref, target_tip, whole_history
from gatekeeper.git.staged import staged_commit
from gatekeeper.model import Verdict
from gatekeeper.report.formats import report_check
from gatekeeper.report.options import Options, wants_color

if TYPE_CHECKING:
    import argparse

HELP = "Inspect a change and decide. Exit code 0 allowed, 1 denied, 3 needs approval, 4 cannot decide."


def configure(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "change",
        nargs="?",
        metavar="CHANGE",
        help="BASE..HEAD, a branch, one commit, or a tag (default: HEAD's branch)",
    )
    what.add_argument("--staged", action="store_true", help="what git commit would record now")
    what.add_argument("--patch", metavar="FILE", help="a unified diff; - reads standard input")
    what.add_argument("--history", metavar="REV", help="every commit that REV reaches, as if onto nothing")
    parser.add_argument(
        "--target", metavar="REF", help="the ref it would land on (default: the first protected branch)"
    )
    parser.add_argument(
        "--format", default="text", metavar="NAME", help="text, json or markdown (--json is --format json)"
    )
    parser.add_argument("--output", metavar="FILE", help="write the report there instead of standard output")
    parser.add_argument("--offline", action="store_true", help="ask no package index")


def run(args: argparse.Namespace, call: Invocation) -> int:
    repository = open_repository(args.repo, call.environ)
    with Objects(repository) as objects:
        context = gate.Context(
            objects, int(call.clock()), online=not args.offline, progress=progress_on(call.stderr, "inspecting")
        )
        verdict = judge(args, call, context)
    name = "json" if args.json else args.format
    subject = args.change if args.change and ".." not in args.change else None
    if args.output:
        with open(args.output, "w", encoding="utf-8", newline="\n") as stream:
            report_check(verdict, name, stream, Options(False, subject))
    else:
        report_check(verdict, name, call.stdout, Options(wants_color(args.color, call.environ, call.stdout), subject))
    return verdict.exit_code


def judge(args: argparse.Namespace, call: Invocation, context: gate.Context) -> Verdict:
    """The verdict on what the arguments name."""
    objects = context.objects
    repository = objects.repository
    target = full_ref(repository, args.target) if args.target else None
    if args.staged:
        return gate.decide_unmade(
            staged_commit(repository, objects, call.environ.get("GIT_INDEX_FILE"), b""), target, context
        )
    if args.patch:
        text = call.stdin.read() if args.patch == "-" else _read(os.path.join(call.cwd, args.patch))
        head = repository.resolve("HEAD") or repository.zero
        base = target_tip(repository, target) if args.target else head
        return gate.decide_unmade(patched_commit(objects, base, text), target, context)
    if args.history:
        return gate.decide(whole_history(objects, args.history), context)
    subject = named(objects, args.change or "HEAD", args.target)
    return gate.decide(subject.change, context_for(context, subject))


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", "name a file with a unified diff, or - for standard input"
        ) from error
