# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper merge``: decide, merge without a work tree, and record it, all in one ref transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatekeeper import force, gate
from gatekeeper.audit.decision import Circumstances, decision
from gatekeeper.audit.intents import Update
from gatekeeper.audit.journal import land
from gatekeeper.audit.record import begin
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.progress import progress_on
from gatekeeper.commands.receive import open_own_gate
from gatekeeper.commands.subject import Subject, context_for, named
from gatekeeper.errors import CannotDecide, UsageError
from gatekeeper.git.landing import checked_out, landing_commit
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from gatekeeper.hearing import people
from gatekeeper.model import Verdict
from gatekeeper.report import json as json_report
from gatekeeper.report.formats import report_check
from gatekeeper.report.options import Options, wants_color
from gatekeeper.report.sanitise import line

if TYPE_CHECKING:
    import argparse

HELP = "Decide, then merge without a work tree and record the decision. Nothing moves unless the verdict is allowed."
STRATEGIES = ("merge", "squash", "ff")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("branch", metavar="BRANCH", help="the branch (or commit) to land")
    parser.add_argument("--into", metavar="REF", help="the ref it lands on (default: the first protected branch)")
    parser.add_argument("--strategy", choices=STRATEGIES, default="merge", help="how it lands (default: merge)")
    parser.add_argument("--message", metavar="TEXT", help="message of the merge or squash commit")


def run(args: argparse.Namespace, call: Invocation) -> int:
    with Objects(open_repository(args.repo, call.environ)) as objects:
        subject = named(objects, args.branch, args.into)
        if ".." in args.branch or subject.change.creates:
            raise UsageError("merge takes a branch and a target that exists", "gatekeeper merge BRANCH --into REF")
        progress = progress_on(call.stderr, "inspecting")
        context = gate.Context(objects, int(call.clock()), online=True, progress=progress)
        verdict = gate.decide(subject.change, context_for(context, subject))
        landed = _land(args, call, context, subject, verdict) if verdict.outcome == "allowed" else None
    if args.json:
        document = json_report.document(verdict, args.branch)
        json_report.write({**document, "schema": "gatekeeper.merge/1", "landed": landed}, call.stdout)
        return verdict.exit_code
    options = Options(wants_color(args.color, call.environ, call.stdout), args.branch)
    report_check(verdict, "text", call.stdout, options)
    if landed:
        call.stdout.write(f"landed: {line(str(subject.change.target))} is now {landed}\n")
    return verdict.exit_code


def _land(args: argparse.Namespace, call: Invocation, context: gate.Context, subject: Subject, verdict: Verdict) -> str:
    """Make the landing commit, move the target from the judged base, record the decision: all of it or nothing."""
    objects, change = context.objects, subject.change
    repository, target = objects.repository, str(change.target)
    if not change.commits:
        raise UsageError(f"{target} has all of {args.branch} already", "there is nothing to merge")
    tree = checked_out(objects, target)
    if tree is not None:
        raise UsageError(
            f"{target} is checked out in {tree}, whose files would no longer fit",
            "switch that work tree to another branch, then run again",
        )
    own = open_own_gate(repository, call.environ)
    if own is None:
        raise CannotDecide("this gate has no key to sign the record with", "gatekeeper install")
    with PlumbingStore(repository) as store:
        landed = _landing(args, objects, store, subject, context.now)
        policy = force.policy_in_force(objects, change)
        signed = people(objects, change, policy, context.now)
        other = landed if landed != change.head else None
        draft = decision(
            verdict,
            Circumstances(own.fingerprint, context.now, None, other, signed),
            lambda oid: objects.commit(oid).parents,
        )
        begin(store, own, context.now)
        land(store, own, [Update(target, change.base, landed, (draft,))], context.now)
    return landed


def _landing(args: argparse.Namespace, objects: Objects, store: PlumbingStore, subject: Subject, now: int) -> str:
    change = subject.change
    if args.strategy == "ff":
        if change.result_tree != objects.commit(change.head).tree or not store.contains(change.head, change.base):
            raise UsageError(f"{args.branch} does not contain {change.target}", "rebase it, or use --strategy merge")
        return change.head
    squash = args.strategy == "squash"
    verb = "Squash" if squash else "Merge"
    message = args.message or f"{verb} {args.branch} into {str(change.target).removeprefix('refs/heads/')}"
    who = objects.repository.identity()
    text = message.encode("utf-8", "surrogateescape") + b"\n"
    return landing_commit(objects, store, change, text, who, now, squash)
