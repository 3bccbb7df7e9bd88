# SPDX-License-Identifier: Apache-2.0
"""What people have said of a change: their statements, read where they are noted and logged, held against it."""

from __future__ import annotations

from gatekeeper.approvals.case import Case
from gatekeeper.approvals.cover import cover
from gatekeeper.approvals.coverage import Coverage
from gatekeeper.approvals.facts import GitFacts
from gatekeeper.approvals.read import Reader, read
from gatekeeper.context import Context
from gatekeeper.errors import SignatureInvalid
from gatekeeper.git import chain, notes
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.recordrefs import APPROVALS, LOG
from gatekeeper.model import Change, Finding
from gatekeeper.policy.effective import Effective
from gatekeeper.rules.inspection import check_time
from gatekeeper.signing.commits import verify_commit


def hear(
    change: Change, of_commits: tuple[Finding, ...], of_change: tuple[Finding, ...], force: Effective, context: Context
) -> Coverage:
    """Which findings people have approved, who is missing, and who said no. Raises what makes that unknowable."""
    with PlumbingStore(context.objects.repository) as store:
        tip = context.approvals_tip or store.ref(APPROVALS)
        reader = Reader(force.repository, force.signers, context.now, lambda: check_time(context.deadline))
        logged = [line for log in store.refs(LOG).values() for _, line in chain.negatives(store, log)]
        statements = read(reader, notes.all_notes_at(store, tip), change, logged)
    case = Case(
        change=change,
        findings=(*of_commits, *of_change),
        whole=of_change,
        policy=force.policy,
        facts=GitFacts(context.objects, change, force.signers, context.now, context.known),
        now=context.now,
        pusher=context.pusher,
        operators=context.operators,
    )
    return cover(case, statements, reader)


def people(objects: Objects, change: Change, force: Effective, now: int) -> dict[str, str]:
    """Commits of ``change`` that a person's key signed, with the principal. All others are agent work."""
    found = {}
    for oid in change.commits:
        commit = objects.commit(oid)
        if commit.signatures:
            try:
                principal, _ = verify_commit(commit, force.signers, now)
            except SignatureInvalid:
                continue  # signed by nobody who is listed: agent work
            if force.is_person(principal):
                found[oid] = principal
    return found
