# SPDX-License-Identifier: Apache-2.0
"""Approvals that ``gatekeeper approve`` would not write: signed by a person's real key, and noted in a clone."""

from __future__ import annotations

import os

from gatekeeper import force, gate
from gatekeeper.approvals import make
from gatekeeper.approvals.facts import GitFacts
from gatekeeper.approvals.predicates import Approval
from gatekeeper.approvals.publish import publish
from gatekeeper.commands import approver
from gatekeeper.commands.subject import context_for
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from tests import signers
from tests.scene import NONE
from tests.served import BOB, MAIN, Served

DAY = 86400


def approval(served: Served, spec: str, who: str = BOB, onto: str = MAIN, **fields: object) -> Approval:
    """What ``who`` would sign of ``spec`` for ``onto``, whether it counts or not.

    ``fields`` stand in it instead of what is true.
    """
    now = int(served.now())
    with Objects(open_repository(str(served.clone.path), os.environ)) as objects:
        subject = approver.proposal(objects, spec, onto)
        context = context_for(gate.Context(objects, now, is_hook=True), subject)
        found = force.policy_in_force(objects, subject.change)
        verdict = gate.decide(subject.change, context)
        facts = GitFacts(objects, subject.change, found.signers, now, context.known)
        said = make.approval(
            subject.change,
            facts.content(subject.change),
            [finding for finding in verdict.findings if finding.level == "approval"],
            repository=found.repository,
            policy=found.id,
            approver=who,
            key=NONE,
            shown=make.displayed("", "nothing"),
            reason="",
            now=now,
            expires=now + DAY,
            nonce=bytes(make.NONCE),
        )
    return said._replace(**fields)  # type: ignore[arg-type]


def note(served: Served, said: Approval, key: str | None = None) -> None:
    """Sign ``said`` with the key of ``key`` (default: its approver's) and append it to the clone's approvals."""
    repository = open_repository(str(served.clone.path), os.environ)
    sealed = make.sign(said, signers.key(key or said.approver).path, repository.environ)
    with PlumbingStore(repository) as store:
        publish(store, sealed, said.approver, int(served.now()))


def identity(said: Approval) -> str:
    """The id that ``said`` has once it is signed."""
    return make.identity(said)
