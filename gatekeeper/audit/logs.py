# SPDX-License-Identifier: Apache-2.0
"""The gates' logs, checked: every signature, the chain, who the gate is, and what it says was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from gatekeeper.audit import seen
from gatekeeper.audit.scan import CHUNK, EntryFacts, Found, negative_ids, scan_log
from gatekeeper.errors import CannotDecide, SignatureInvalid
from gatekeeper.git import chain
from gatekeeper.git.recordrefs import LOG, log_refs
from gatekeeper.git.store import Store
from gatekeeper.signing import commits, keys, statement
from gatekeeper.signing.allowed_signers import Signers

Status = Literal["listed", "local", "unlisted"]
NEGATIVE = (statement.REJECTION, statement.REVOCATION)


class Problem(NamedTuple):
    place: str
    """Of what is wrong: a ref, a commit, an entry of a log."""
    what: str
    """A sentence without its subject, the place, and without a full stop."""
    next_step: str = ""


class Trust(NamedTuple):
    """Whose records count."""

    signers: Signers
    gates: tuple[str, ...]
    """Principals that the policy lists as gates."""
    local: bytes | None
    """The public key blob of this machine's own gate; None where it has none."""

    def status(self, key: bytes) -> Status:
        """How the gate with this public key blob stands."""
        if any(line.key == key and line.principals[0] in self.gates for line in self.signers.lines):
            return "listed"
        return "local" if key == self.local else "unlisted"

    def name(self, key: bytes) -> str | None:
        """The principal of the listed gate with this key; None for any other key."""
        if self.status(key) != "listed":
            return None
        return next(line.principals[0] for line in self.signers.lines if line.key == key)

    def key_of(self, gate_id: str) -> bytes | None:
        """The public key blob with this id, of those that are known here."""
        known = [line.key for line in self.signers.lines] + ([self.local] if self.local is not None else [])
        return next((key for key in known if keys.gate_id(key) == gate_id), None)

    def objection(self, key: bytes, when: int) -> str:
        """Why the listed gate with this key did not count at ``when``; empty where it did, or is not listed."""
        if self.status(key) != "listed":
            return ""
        for namespace in (commits.NAMESPACE, statement.BY_GATES):
            try:
                self.signers.principal(key, namespace, when)
            except SignatureInvalid as reason:
                return str(reason)
        return ""


class Tip(NamedTuple):
    """Where one gate's log stands: compare it with another clone's."""

    ref: str
    oid: str
    status: Status
    gate: str
    """The principal of a listed gate, else the fingerprint of its key."""
    entries: int
    when: int
    """Of the newest entry, seconds since the epoch."""


class Log(NamedTuple):
    """One gate's log as far as it was read."""

    tip: Tip
    found: tuple[tuple[int, Found], ...]
    """(time of the entry, statement), oldest first."""
    refs: dict[str, str] | None
    """Refs at installation, where the first entry has them."""
    begun: int
    """Time of the first entry that was read."""
    problems: tuple[Problem, ...]


def read_logs(store: Store, trust: Trust, since: str | None) -> Iterator[Log]:
    """Every log of this repository; with ``since``, back to the entry that has the record of that commit."""
    tips = store.refs(LOG)
    for ref in log_refs(tips):
        yield _read_log(store, trust, ref, tips[ref], since)


def lost_logs(store: Store) -> tuple[Problem, ...]:
    """Logs that were seen here and are no more, or lost entries."""
    problems = []
    for ref in seen.seen_tips(store.repository):
        try:
            seen.current_tip(store, ref)
        except CannotDecide as error:
            problems.append(Problem(ref, str(error), error.next_step))
    return tuple(problems)


def _read_log(store: Store, trust: Trust, ref: str, oid: str, since: str | None) -> Log:
    gate_id = ref.removeprefix(LOG)
    oids = store.commits(oid, ())
    entries = list(_entries(store, gate_id, oids, since))
    key = trust.key_of(gate_id)
    status = trust.status(key) if key is not None else "unlisted"
    gate = f"an unknown key (id {gate_id[:16]})"
    if key is not None:
        gate = trust.name(key) or keys.fingerprint(key)
    problems = tuple(_problems(store, trust, ref, entries, whole=len(entries) == len(oids)))
    refs = chain.refs_of(store, chain.read_entry(store, entries[0].oid)) if entries[0].refs else None
    found = tuple((entry.when, one) for entry in entries for one in entry.found)
    return Log(Tip(ref, oid, status, gate, len(oids), entries[-1].when), found, refs, entries[0].when, problems)


def _entries(store: Store, gate_id: str, oids: Sequence[str], since: str | None) -> Iterable[EntryFacts]:
    """Oldest first."""
    if since is None:
        return scan_log(store, gate_id, oids)
    read: list[EntryFacts] = []
    while len(read) < len(oids):
        end = len(oids) - len(read)
        part = list(scan_log(store, gate_id, oids[max(0, end - CHUNK) : end]))
        read = [*part, *read]
        if any(since in found.subjects for entry in part for found in entry.found):
            break
    return read


def _problems(store: Store, trust: Trust, ref: str, entries: Sequence[EntryFacts], *, whole: bool) -> Iterator[Problem]:
    restore = "compare the signed tips with another clone's, and restore the log from the one that is right"
    before: EntryFacts | None = None
    for entry in entries:
        place = f"{ref} entry {entry.oid}"
        if entry.problem:
            yield Problem(place, entry.problem, restore)
        elif entry.key:
            wrong = trust.objection(entry.key, entry.when)
            if wrong:
                yield Problem(place, f"was signed when the gate did not count: {wrong}", "ask whoever runs the gate")
        expected = (before.oid,) if before is not None else () if whole else entry.parents[:1]
        if entry.parents != expected:
            yield Problem(place, "does not follow the entry before it alone", restore)
        if before is not None and entry.when < before.when:
            yield Problem(place, "is older than the entry before it", restore)
        if entry.refs and (before is not None or not whole):
            yield Problem(place, "claims an installation in the middle of the log", restore)
        if before is not None or whole:
            yield from _negative_problems(store, place, before, entry)
        before = entry


def _negative_problems(store: Store, place: str, before: EntryFacts | None, entry: EntryFacts) -> Iterator[Problem]:
    old = before.negative if before is not None else None
    said = {found.id for found in entry.found if found.kind in NEGATIVE}
    if old == entry.negative and not said:
        return
    if negative_ids(store, old, entry.negative) != said:
        yield Problem(
            place, "does not carry on the rejections and revocations logged so far", "ask whoever runs the gate"
        )
