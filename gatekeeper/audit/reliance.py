# SPDX-License-Identifier: Apache-2.0
"""What decisions rest on: the approvals and commit signatures they counted, held against the signers of today.

A key whose validity was ended back to before a decision (``valid-before``: "compromised since") voids what it
signed, so that decision is named. A key that is listed no longer is named as well, and nothing more: people leave.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from gatekeeper.audit.logs import Log, Problem
from gatekeeper.audit.scan import Found
from gatekeeper.errors import ObjectMissing, SignatureInvalid
from gatekeeper.git import notes
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.recordrefs import APPROVALS
from gatekeeper.git.store import Store
from gatekeeper.signing import commits, dsse, keys, sshsig, statement
from gatekeeper.signing.allowed_signers import Signers

OWN = "commit-signature:"
"""Before a commit's id: that commit's own signature filled a slot."""


class Touched(NamedTuple):
    problems: tuple[Problem, ...]
    notices: tuple[str, ...]


class _Basis(NamedTuple):
    key: bytes
    namespace: str


def reliance(store: Store, signers: Signers, logs: Iterable[Log]) -> Touched:
    """The accepted decisions of ``logs`` that rest on a key that did not count then, by the signers of now."""
    resting = [(when, found) for log in logs for when, found in log.found if found.decided and found.decided.counted]
    if not resting:
        return Touched((), ())
    approvals = dict(_approvals(store))
    problems: list[Problem] = []
    unlisted: dict[bytes, int] = {}
    for when, found in resting:
        for oid in found.decided.counted if found.decided else ():
            basis = _signature(store, oid) if oid.startswith(OWN) else approvals.get(oid)
            if basis is None:
                continue  # pruned, or not fetched: the decision says by its id what it counted
            reason = _objection(signers, basis, when)
            if reason and any(line.key == basis.key for line in signers.lines):
                problems.append(_problem(found, oid, reason))
            elif reason:
                unlisted[basis.key] = unlisted.get(basis.key, 0) + 1
    notices = [
        f"decisions rest on {keys.fingerprint(key)}, which is listed no longer: {count}"
        for key, count in unlisted.items()
    ]
    return Touched(tuple(problems), tuple(notices))


def _objection(signers: Signers, basis: _Basis, when: int) -> str:
    try:
        signers.principal(basis.key, basis.namespace, when)
    except SignatureInvalid as reason:
        return str(reason)
    return ""


def _problem(found: Found, oid: str, reason: str) -> Problem:
    what = f"commit {oid.removeprefix(OWN)[:12]}'s signature" if oid.startswith(OWN) else f"approval {oid[:12]}"
    target = found.decided.target if found.decided else None
    return Problem(
        f"record {found.id[:12]} on {found.subjects[-1]}",
        f"let it onto {target} by {what}: {reason}",
        f"look at what it brought: git show {found.subjects[-1]}",
    )


def _approvals(store: Store) -> Iterator[tuple[str, _Basis]]:
    """Id and key of every approval here, its signature checked."""
    for _, note in notes.all_notes(store, APPROVALS):
        for line in split_lines(note):
            try:
                envelope = dsse.parse(line)
                pae = dsse.pae(envelope.payload_type, envelope.payload)
                sshsig.verify(envelope.sig, pae, statement.BY_PEOPLE)
            except SignatureInvalid:
                continue  # no decision can have counted it
            yield dsse.statement_id(envelope), _Basis(envelope.key, statement.BY_PEOPLE)


def _signature(store: Store, oid: str) -> _Basis | None:
    try:
        commit = notes.read_commit(store, oid.removeprefix(OWN))
        key = sshsig.parse(sshsig.dearmor(commits.signature_of(commit.raw))).key.blob
    except (ObjectMissing, SignatureInvalid):
        return None
    return _Basis(key, commits.NAMESPACE)
