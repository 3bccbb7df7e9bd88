# SPDX-License-Identifier: Apache-2.0
"""Whether what a run left behind is what its gate signed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from gatekeeper.errors import SignatureInvalid
from gatekeeper.git import chain
from gatekeeper.git.recordrefs import LOG
from gatekeeper.git.store import Store
from gatekeeper.run import events
from gatekeeper.run.folder import Folder
from gatekeeper.signing import dsse, identify, keys, statement
from gatekeeper.signing.allowed_signers import Signers


class Signed(NamedTuple):
    """A run's statement, its signature checked."""

    id: str
    predicate: Mapping[str, object]
    key: bytes
    """The public key blob that signed it."""
    log: str
    """The ref of the log that holds it."""


class Proof(NamedTuple):
    lines: int
    """Events in order."""
    signed: Signed | None
    signer: str
    """The listed gate's principal, or the key's fingerprint."""
    listed: bool
    """The key is a gate's that the policy lists; else the record is ``unverified``."""
    problems: tuple[str, ...]


def prove(store: Store, folder: Folder, signers: Signers, gates: tuple[str, ...]) -> Proof:
    """Recompute the run's chain of events and hold it against the statements in the logs. Raises CannotDecide."""
    state = folder.read_state()
    stream = events.check(folder.events)
    problems = [stream.problem] if stream.problem else []
    found = list(statements(store, state.run, state.started))
    if not found:
        problems.append("no log holds a statement of it" + ("" if state.record else ": it was killed, or is running"))
        return Proof(stream.lines, None, "", False, tuple(problems))
    first = found[0]
    values = {event.chain for event in events.read(folder.events)} | {events.START}
    for signed in found:
        if signed.predicate.get("eventsChain") not in values:
            problems.append(f"statement {signed.id[:12]} was signed over other events")
    if state.phase == "ended" and first.predicate.get("eventsChain") != stream.head and not stream.problem:
        problems.append("there are events after those that were signed")
    signer, listed = who(first, signers, gates, state.started)
    return Proof(stream.lines, first, signer, listed, tuple(problems))


def statements(store: Store, run: str, since: int) -> Iterator[Signed]:
    """The statements of ``run`` in all logs, oldest first; entries before ``since`` (seconds) are not looked at."""
    for ref in store.refs(LOG):
        entries = []
        for entry in chain.walk(store, store.ref(ref)):
            if entry.commit.committer.time < since:
                break
            entries.append(entry)
        for entry in reversed(entries):
            for line in chain.lines_of(store, entry):
                try:
                    envelope = dsse.parse(line, len(line))
                    said, verified = identify.open_unlisted(envelope, statement.BY_GATES)
                except SignatureInvalid:
                    continue  # audit verify names it
                if said.predicate_type == statement.RUN and said.predicate.get("run") == run:
                    yield Signed(said.id, said.predicate, verified.key, ref)


def who(signed: Signed, signers: Signers, gates: tuple[str, ...], when: int) -> tuple[str, bool]:
    """(name, whether the policy lists it as a gate) of the key that signed."""
    try:
        principal = signers.principal(signed.key, statement.BY_GATES, when)
    except SignatureInvalid:
        return keys.fingerprint(signed.key), False
    return principal, principal.lower() in (gate.lower() for gate in gates)
