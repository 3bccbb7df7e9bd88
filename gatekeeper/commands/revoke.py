# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper revoke``: the signed withdrawal of one's own statement. It kills the statement's id for ever."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatekeeper import force
from gatekeeper.approvals import make
from gatekeeper.approvals.predicates import Revocation
from gatekeeper.approvals.publish import publish
from gatekeeper.commands import approver
from gatekeeper.commands.approver import Approver, Refusal
from gatekeeper.commands.invocation import Invocation
from gatekeeper.errors import SignatureInvalid, UsageError
from gatekeeper.git.notes import all_notes
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.recordrefs import APPROVALS
from gatekeeper.git.repository import open_repository
from gatekeeper.git.store import Store
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.signing import dsse, statement
from gatekeeper.signing.statement import Statement

if TYPE_CHECKING:
    import argparse

HELP = "Withdraw an approval or a rejection of your own, for ever. Its ID is what approve and reject print."
SHORTEST = 8
"""Digits of an id that are enough, where they name one statement."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("id", metavar="ID", help=f"the statement's id, or its first {SHORTEST} digits or more")
    parser.add_argument(
        "--key", metavar="PATH", help="your SSH key (default: git config gatekeeper.key, or git's signing key)"
    )
    parser.add_argument("--reason", metavar="TEXT", default="", help="why, for the record")
    parser.add_argument("--yes", action="store_true", help="sign without being asked at a terminal")


def run(args: argparse.Namespace, call: Invocation) -> int:
    reason = approver.reason_of(args.reason)
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    key = approver.key_of(args.key, repository, call)
    now = int(call.clock())
    with Objects(repository) as objects, PlumbingStore(repository) as store:
        effective = force.default_policy(objects)
        made = _find(store, args.id)
        who = approver.approver(key, effective.signers, now)
        refusal = who if isinstance(who, Refusal) else _not_ones_own(made, who)
        question = f"Withdraw {made.id}, signed by {line(str(made.predicate.get('approver')))}?"
        if refusal is None and not args.yes and approver.has_terminal(call) and not approver.agrees(call, question):
            refusal = Refusal("not signed")
        if refusal is not None or isinstance(who, Refusal):
            return approver.refuse(call, refusal or Refusal("not signed"), _document(made, None) if args.json else None)
        said = Revocation(
            id="",
            approver=who.principal,
            repository=effective.repository,
            revokes=made.id,
            head=made.subjects[0],
            reason=reason,
            nonce=os.urandom(make.NONCE).hex(),
        )
        sealed = make.sign(said, who.key, call.environ)
        publish(store, sealed, who.principal, now)
    said = said._replace(id=sealed.id)
    if args.json:
        write(_document(made, said), call.stdout)
        return 0
    call.stdout.write(f"revoked by {line(said.approver)}: {said.revokes} counts no more, wherever it is pushed again\n")
    hint = approver.push_hint(repository, APPROVALS)
    call.stdout.write(f"next: {hint}\n" if hint else "")
    return 0


def _find(store: Store, prefix: str) -> Statement:
    """The statement in the approvals notes whose id begins with ``prefix``. Raises UsageError."""
    if not re.fullmatch(f"[0-9a-f]{{{SHORTEST},64}}", prefix):
        raise UsageError(f"{prefix!r} is not the id of a statement", "see the ids with: gatekeeper check --json")
    found = {one.id: one for one in _statements(store) if one.id.startswith(prefix)}
    if len(found) != 1:
        what = "names several statements" if found else "is not in this repository's approvals"
        raise UsageError(f"{prefix} {what}", "give the whole id; or fetch the notes: git fetch origin " + APPROVALS)
    return next(iter(found.values()))


def _statements(store: Store) -> Iterator[Statement]:
    """All that is well formed. Whether it is signed by a listed key does not matter to whoever withdraws it."""
    for _, note in all_notes(store, APPROVALS):
        for raw in note.split(b"\n"):
            try:
                yield statement.parse(dsse.parse(raw))
            except SignatureInvalid:
                continue  # junk is no statement that could be meant


def _not_ones_own(made: Statement, who: Approver) -> Refusal | None:
    if made.predicate_type == statement.REVOCATION:
        return Refusal("a revocation cannot be withdrawn: sign a new approval or rejection instead")
    signer = str(made.predicate.get("approver"))
    if signer != who.principal:
        return Refusal(f"{signer} signed it, and only {signer} can withdraw it; this key is {who.principal}'s")
    return None


def _document(made: Statement, said: Revocation | None) -> dict[str, object]:
    return {
        "schema": "gatekeeper.revoke/1",
        "id": said.id if said else None,
        "revokes": made.id,
        "approver": unicode_text(said.approver) if said else None,
        "head": made.subjects[0],
    }
