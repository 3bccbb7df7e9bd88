# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper reject``: a signed veto that follows the content of a change until its signer revokes it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper import force, gate
from gatekeeper.approvals import make
from gatekeeper.approvals.facts import GitFacts
from gatekeeper.approvals.predicates import Rejection
from gatekeeper.approvals.publish import proposed_tip, publish
from gatekeeper.commands import approver
from gatekeeper.commands.approver import Approver, Refusal
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.progress import progress_on
from gatekeeper.commands.subject import Subject, context_for
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.recordrefs import APPROVALS
from gatekeeper.git.repository import open_repository
from gatekeeper.model import Verdict
from gatekeeper.policy.effective import Effective
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import line, unicode_text

if TYPE_CHECKING:
    import argparse

HELP = """Sign that a change must not land. It is denied wherever its content reappears, rebased or squashed,
until you withdraw that: gatekeeper revoke ID."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("change", metavar="CHANGE", help="a branch, BASE..HEAD, a tag, or a commit and all before it")
    parser.add_argument(
        "--target", metavar="REF", help="the ref it would land on (default: the first protected branch)"
    )
    parser.add_argument(
        "--key", metavar="PATH", help="your SSH key (default: git config gatekeeper.key, or git's signing key)"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, for the record")
    parser.add_argument("--yes", action="store_true", help="sign without being asked at a terminal")


def run(args: argparse.Namespace, call: Invocation) -> int:
    reason = approver.reason_of(args.reason)
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    key = approver.key_of(args.key, repository, call)
    with Objects(repository) as objects:
        subject = approver.proposal(objects, args.change, args.target)
        context = context_for(
            gate.Context(objects, int(call.clock()), progress=progress_on(call.stderr, "inspecting")), subject
        )
        effective = force.policy_in_force(objects, subject.change)
        who = approver.approver(key, effective.signers, context.now)
        empty = _document(subject, None, None)
        if isinstance(who, Refusal):
            return approver.refuse(call, who, empty if args.json else None)
        said = _draft(subject, context, effective, who, reason)
        question = f"Sign this rejection as {line(who.principal)} with {who.best.fingerprint}?"
        if not args.yes and approver.has_terminal(call) and not approver.agrees(call, question):
            return approver.refuse(call, Refusal("not signed"), empty if args.json else None)
        done = _sign(subject, context, said, who, call)
    if isinstance(done, Refusal):
        return approver.refuse(call, done, empty if args.json else None)
    said, verdict = done
    if args.json:
        write(_document(subject, said, verdict), call.stdout)
        return 0
    call.stdout.write(f"rejected by {line(said.approver)}: {line(said.target)} will not take {said.head}\n")
    call.stdout.write(f"statement: {said.id}, noted in {APPROVALS}\n")
    hint = approver.push_hint(repository, APPROVALS)
    call.stdout.write(f"next: {hint}\n" if hint else "")
    return 0


def _draft(subject: Subject, context: gate.Context, effective: Effective, who: Approver, reason: str) -> Rejection:
    change = subject.change
    facts = GitFacts(context.objects, change, effective.signers, context.now, context.known)
    return Rejection(
        id="",
        approver=who.principal,
        repository=effective.repository,
        target=change.target or "",
        base=change.base,
        head=change.head,
        content=facts.content(change),
        reason=reason,
        nonce=os.urandom(make.NONCE).hex(),
    )


def _sign(
    subject: Subject, context: gate.Context, said: Rejection, who: Approver, call: Invocation
) -> tuple[Rejection, Verdict] | Refusal:
    sealed = make.sign(said, who.key, call.environ)
    with PlumbingStore(context.objects.repository) as store:
        tip = proposed_tip(store, sealed, who.principal, context.now)
        verdict = gate.decide(subject.change, context._replace(approvals_tip=tip))
        if sealed.id not in verdict.vetoes:
            return Refusal(f"a rejection by {who.principal} would not count: {_why(verdict)}")
        publish(store, sealed, who.principal, context.now)
    return said._replace(id=sealed.id), verdict


def _why(verdict: Verdict) -> str:
    return "the signer is in no team that is asked" if verdict.required else "nothing in the change needs approval"


def _document(subject: Subject, said: Rejection | None, verdict: Verdict | None) -> dict[str, object]:
    target = subject.change.target
    return {
        "schema": "gatekeeper.reject/1",
        "id": said.id if said else None,
        "approver": unicode_text(said.approver) if said else None,
        "target": None if target is None else unicode_text(target),
        "head": subject.change.head,
        "verdict": verdict.outcome if verdict else None,
    }
