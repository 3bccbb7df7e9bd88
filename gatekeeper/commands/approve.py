# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper approve``: show a change, then sign that it may land. Only what can count is written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper import force, gate
from gatekeeper.approvals import make
from gatekeeper.approvals.case import Case
from gatekeeper.approvals.cover import cover
from gatekeeper.approvals.facts import GitFacts
from gatekeeper.approvals.predicates import Approval, Displayed
from gatekeeper.approvals.publish import proposed_tip, publish
from gatekeeper.approvals.read import Reader, Statements
from gatekeeper.commands import approver
from gatekeeper.commands.approver import Approver, Refusal
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.progress import progress_on
from gatekeeper.commands.review import pages
from gatekeeper.commands.subject import Subject, context_for
from gatekeeper.errors import UsageError
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.recordrefs import APPROVALS
from gatekeeper.git.repository import open_repository
from gatekeeper.model import Requirement, Verdict
from gatekeeper.policy.effective import Effective
from gatekeeper.report.json import write
from gatekeeper.report.options import Options, wants_color
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.report.wording import count, people, quoted
from gatekeeper.signing.times import rfc3339

if TYPE_CHECKING:
    import argparse

HELP = """Show a change, then sign that it may land. Nothing is written that could not count."""
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 7 * 86400}


class Session(NamedTuple):
    """One approval being made."""

    args: argparse.Namespace
    call: Invocation
    objects: Objects
    subject: Subject
    context: gate.Context
    force: Effective
    verdict: Verdict
    """Before it."""


class Done(NamedTuple):
    said: Approval
    verdict: Verdict
    """With it."""
    satisfies: tuple[Requirement, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("change", metavar="CHANGE", help="a branch, BASE..HEAD, a tag, or a commit and all before it")
    parser.add_argument(
        "--target", metavar="REF", help="the ref it would land on (default: the first protected branch)"
    )
    parser.add_argument(
        "--key", metavar="PATH", help="your SSH key (default: git config gatekeeper.key, or git's signing key)"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, for the record")
    parser.add_argument(
        "--expires", metavar="TIME", help="how long it counts, such as 12h or 7d (default: the policy's)"
    )
    parser.add_argument("--yes", action="store_true", help="sign without being asked")
    parser.add_argument("--offline", action="store_true", help="ask no package index")


def run(args: argparse.Namespace, call: Invocation) -> int:
    reason = approver.reason_of(args.reason)
    lifetime = None if args.expires is None else seconds(args.expires)
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    if not args.yes and not approver.has_terminal(call):
        raise UsageError("approve asks before it signs, and there is no terminal", "add --yes if you have read it")
    key = approver.key_of(args.key, repository, call)
    with Objects(repository) as objects:
        subject = approver.proposal(objects, args.change, args.target)
        progress = progress_on(call.stderr, "inspecting")
        context = context_for(
            gate.Context(objects, int(call.clock()), online=not args.offline, progress=progress), subject
        )
        session = Session(
            args,
            call,
            objects,
            subject,
            context,
            force.policy_in_force(objects, subject.change),
            gate.decide(subject.change, context),
        )
        done = approve(session, key, reason, lifetime)
    if isinstance(done, Refusal):
        return approver.refuse(call, done, document(session.verdict) if args.json else None)
    if args.json:
        write({**document(done.verdict), **said_fields(done)}, call.stdout)
    else:
        call.stdout.write(text(session, done))
    return 0


def approve(session: Session, key: str, reason: str, lifetime: int | None) -> Done | Refusal:
    """Show, ask, sign, and write if a gate then counts it."""
    refusal = _hopeless(session)
    who = refusal or approver.approver(key, session.force.signers, session.context.now)
    if isinstance(who, Refusal):
        return who
    said = _draft(session, who, reason, lifetime)
    refusal = _uncounted(session, said)
    if refusal is not None:
        return refusal
    review = _show(session)
    for note in _notes(session, who.principal, lifetime):
        session.call.stderr.write(f"note: {line(note)}\n")
    if not session.args.yes and not approver.agrees(
        session.call, f"Sign this approval as {line(who.principal)} with {who.best.fingerprint}?"
    ):
        return Refusal("not signed")
    how = "not asked (--yes)" if session.args.yes else "confirmed at a terminal"
    shown = make.displayed(review, f"{_size(session.verdict)}; {how}")
    said = said._replace(displayed=shown)
    return _sign(session, said, who)


def _hopeless(session: Session) -> Refusal | None:
    """Why no approval of this change could count, whoever gave it."""
    verdict, change = session.verdict, session.subject.change
    denied = next((finding for finding in verdict.findings if finding.level == "deny"), None)
    if denied is not None:
        return Refusal(
            f"{denied.rule} denies this change, and no approval lifts that: {denied.message}",
            f"gatekeeper explain {quoted(denied.rule)}",
        )
    if change.result_tree is None:
        return Refusal(f"it does not merge cleanly with {change.target}", "rebase it, or merge the target into it")
    if not any(finding.level == "approval" for finding in verdict.findings):
        return Refusal("nothing in this change needs approval")
    tips = approver.tips_of(session.objects.repository, change)
    if change.base not in tips.values():
        words = ["gatekeeper", "approve", change.head, "--target", change.target or ""]
        return Refusal(
            f"{change.target} is not at {change.base}, so an approval on that base could not count",
            f"approve it onto the target as it is: {' '.join(map(quoted, words))}",
        )
    return None


def _notes(session: Session, principal: str, lifetime: int | None) -> Iterator[str]:
    """What the approver should know besides."""
    change, policy = session.subject.change, session.force.policy
    for name, tip in approver.tips_of(session.objects.repository, change).items():
        if tip != change.base:
            yield f"{name} is at {tip}; a gate there will ask for another approval"
    teams = {team for team, members in policy.teams.items() if principal in members}
    named = sorted({one.rule for one in session.verdict.findings if teams & dict(policy.approvers_of(one.rule)).keys()})
    if named:
        yield f"{', '.join(named)}: the rule names who approves, so somebody else must push it"
    if session.verdict.vetoes:
        yield f"it stays denied until whoever rejected it revokes {', '.join(session.verdict.vetoes)}"
    if lifetime is not None and lifetime > policy.approval.expires:
        yield f"the policy ends every approval after {policy.approval.expires // 3600} hours"


def _draft(session: Session, who: Approver, reason: str, lifetime: int | None) -> Approval:
    """What is to be signed, with nothing shown yet."""
    longest, now = session.force.policy.approval.expires, session.context.now
    facts = _facts(session)
    return make.approval(
        session.subject.change,
        facts.content(session.subject.change),
        [finding for finding in session.verdict.findings if finding.level == "approval"],
        repository=session.force.repository,
        policy=session.force.id,
        approver=who.principal,
        key=who.best,
        shown=Displayed("", ""),
        reason=reason,
        now=now,
        expires=now + min(longest, lifetime or longest),
        nonce=os.urandom(make.NONCE),
    )


def _uncounted(session: Session, said: Approval) -> Refusal | None:
    """Why ``said`` would not count if its key proved all that it can; asked before anybody touches a key."""
    findings = [finding._replace(covered_by=()) for finding in session.verdict.findings]
    case = Case(session.subject.change, findings, (), session.force.policy, _facts(session), session.context.now)
    reader = Reader(session.force.repository, session.force.signers, session.context.now)
    coverage = cover(case, Statements(approvals=(said,)), reader)
    if said.id in coverage.present:
        return None
    return Refusal(f"an approval by {said.approver} would not count: {coverage.ignored[0].reason}")


def _facts(session: Session) -> GitFacts:
    signers, context = session.force.signers, session.context
    return GitFacts(session.objects, session.subject.change, signers, context.now, context.known)


def _show(session: Session) -> str:
    """Print the review (beside ``--json`` on stderr); the same text without colours."""
    stream = session.call.stderr if session.args.json else session.call.stdout
    colored = wants_color(session.args.color, session.call.environ, stream)
    plain = _review(session, Options())
    stream.write(_review(session, Options(color=True)) if colored else plain)
    stream.flush()
    return plain


def _review(session: Session, options: Options) -> str:
    """The review, but for its last line, which says to approve."""
    return "".join(
        piece for piece in pages(session.objects, session.verdict, options) if not piece.startswith("next: ")
    )


def _size(verdict: Verdict) -> str:
    commits, findings = len(verdict.change.commits), len(verdict.findings)
    return f"{count(commits, 'commit')}, {count(verdict.scanned.blobs, 'file version')}, {count(findings, 'finding')}"


def _sign(session: Session, said: Approval, who: Approver) -> Done | Refusal:
    sealed = make.sign(said, who.key, session.call.environ)
    now = session.context.now
    with PlumbingStore(session.objects.repository) as store:
        tip = proposed_tip(store, sealed, who.principal, now)
        verdict = gate.decide(session.subject.change, session.context._replace(approvals_tip=tip))
        if sealed.id not in verdict.present:
            reasons = [one.reason for one in verdict.ignored if one.id == sealed.id]
            return Refusal(f"the signature was made, but would not count: {', '.join(reasons) or 'it is not needed'}")
        publish(store, sealed, who.principal, now)
    before = {one.team: one.people for one in session.verdict.missing}
    after = {one.team: one.people for one in verdict.missing}
    gained = {team: number - after.get(team, 0) for team, number in before.items()}
    satisfies = tuple(Requirement(team, number) for team, number in gained.items() if number > 0)
    return Done(said._replace(id=sealed.id), verdict, satisfies)


def document(verdict: Verdict) -> dict[str, object]:
    """The answer's JSON, ``gatekeeper.approve/1``, where nothing was signed."""
    target = verdict.change.target
    return {
        "schema": "gatekeeper.approve/1",
        "id": None,
        "approver": None,
        "target": None if target is None else unicode_text(target),
        "head": verdict.change.head,
        "expires": None,
        "satisfies": [],
        "missing": [{"team": unicode_text(one.team), "count": one.people} for one in verdict.missing],
        "verdict": verdict.outcome,
    }


def said_fields(done: Done) -> dict[str, object]:
    """What of the JSON is about the statement."""
    return {
        "id": done.said.id,
        "approver": unicode_text(done.said.approver),
        "expires": rfc3339(done.said.expires),
        "satisfies": [{"team": unicode_text(one.team), "count": one.people} for one in done.satisfies],
    }


def text(session: Session, done: Done) -> str:
    said, verdict = done.said, done.verdict
    lines = [
        f"approved by {line(said.approver)} until {rfc3339(said.expires)}, for {line(said.target)}",
        f"statement: {said.id}, noted on {said.head} in {APPROVALS}",
    ]
    if done.satisfies:
        lines.append(f"satisfies: {people(done.satisfies)}")
    if verdict.missing:
        lines.append(f"missing: {people(verdict.missing)}")
    lines.append(f"verdict with it: {verdict.outcome}")
    hint = approver.push_hint(session.objects.repository, APPROVALS)
    if not hint and verdict.outcome == "allowed":
        hint = " ".join(map(quoted, ("gatekeeper", "merge", session.args.change, "--into", said.target)))
    return "".join(f"{one}\n" for one in (*lines, *([f"next: {hint}"] if hint else [])))


def seconds(text: str) -> int:
    """``12h`` as seconds. Raises UsageError."""
    unit = UNITS.get(text[-1:])
    number = text[:-1]
    if unit is None or not number.isascii() or not number.isdigit() or not 0 < int(number) < 100_000:
        raise UsageError(f"--expires {text!r} is not a time", "write a number and s, m, h, d or w, such as 12h or 7d")
    return int(number) * unit
