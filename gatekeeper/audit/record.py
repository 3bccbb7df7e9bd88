# SPDX-License-Identifier: Apache-2.0
"""Putting statements on record: one entry of the gate's log and the notes, in one transaction."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.audit import seen
from gatekeeper.audit.draft import Draft
from gatekeeper.audit.gate_key import Gate
from gatekeeper.errors import SignatureInvalid
from gatekeeper.git import chain, notes, notetree
from gatekeeper.git.refs import persist
from gatekeeper.git.store import RefUpdate, Store
from gatekeeper.signing import dsse, statement


class Recorded(NamedTuple):
    tip: str
    """Of the gate's log."""
    ids: tuple[str, ...]
    """Of the statements, in the order of the drafts."""
    fresh: bool
    """False where all of it was on record already."""


class Logged(NamedTuple):
    """A statement found in a log."""

    id: str
    predicate_type: str
    predicate: Mapping[str, object]
    line: bytes
    when: int
    """Of its entry, seconds since the epoch."""


def begin(store: Store, gate: Gate, when: int, sleep: Callable[[float], None] = time.sleep) -> str:
    """Open the gate's log with the repository's branches and tags as they are now; its tip.

    What they reach now was there before the gate, so no record of it is asked for. A log that is there stays.
    """

    def attempt() -> str:
        tip = seen.current_tip(store, gate.log)
        if tip is not None:
            return tip
        values = store.repository.refs("refs/heads/", "refs/tags/")
        refs = {name: value.commit for name, value in values.items() if value.commit}
        planned = chain.plan(
            store, None, chain.Addition(b"Begin this gate's log\n", refs=refs), gate.ident, when, gate.sign_commit
        )
        store.write(planned.objects)
        store.update_refs([RefUpdate(gate.log, planned.tip, None)])
        return planned.tip

    tip = persist(attempt, sleep)
    seen.remember(store.repository, gate.log, tip)
    return tip


def record(
    store: Store,
    gate: Gate,
    drafts: Sequence[Draft],
    when: int,
    *,
    since: int,
    negative: Mapping[str, bytes] | None = None,
    updates: Sequence[RefUpdate] = (),
    sleep: Callable[[float], None] = time.sleep,
) -> Recorded:
    """Sign ``drafts``, add them to the gate's log and note them, together with moving the refs of ``updates``.

    ``negative`` are people's rejections and revocations, by id, to be logged too. Times are seconds since the
    epoch; ``since`` is before anybody can have recorded these drafts: what the log holds of them since then is not
    logged twice, but its notes are made good. All of it happens or none. Raises RefMoved where one of ``updates``
    lost its race, CannotDecide where the log was rolled back, SigningFailed, StateUnwritable.
    """
    signed: dict[str, bytes] = {}
    planned_ids = {draft.id(): draft for draft in drafts}

    def attempt() -> Recorded:
        tip = seen.current_tip(store, gate.log)
        known = {one.id: one.line for one in logged_since(store, tip, since) if one.id in planned_ids}
        lines = {}
        for key, draft in planned_ids.items():
            if key not in known and key not in signed:
                signed[key] = gate.seal(draft.payload()).envelope.line
            lines[key] = known.get(key) or signed[key]
        fresh = [line for key, line in lines.items() if key not in known]
        standing = _unlogged(store, tip, negative or {})
        moves, top = list(updates), tip
        objects: list[tuple[str, bytes]] = []
        if fresh or standing:
            addition = chain.Addition(_message(drafts, standing), (*fresh, *standing.values()), standing)
            entry = chain.plan(store, tip, addition, gate.ident, when, gate.sign_commit)
            moves.append(RefUpdate(gate.log, entry.tip, tip))
            objects.extend(entry.objects)
            top = entry.tip
        for ref, additions in _noted(planned_ids, lines).items():
            current = store.ref(ref)
            note = notes.plan(store, current, additions, gate.ident, when)
            if note is not None:
                moves.append(RefUpdate(ref, note.tip, current))
                objects.extend(note.objects)
        store.write(objects)
        store.update_refs(moves)
        return Recorded(top or store.repository.zero, tuple(planned_ids), bool(moves))

    done = persist(attempt, sleep, fixed=[update.name for update in updates])
    if done.tip.strip("0"):
        seen.remember(store.repository, gate.log, done.tip)
    return done


def logged_since(store: Store, tip: str | None, since: int) -> Iterable[Logged]:
    """The gates' own statements in the entries that are not older than ``since``, newest entry first."""
    for entry in chain.walk(store, tip):
        if entry.commit.committer.time < since:
            return
        for line in chain.lines_of(store, entry):
            try:
                said = statement.parse(dsse.parse(line, len(line)))
            except SignatureInvalid:
                continue  # audit verify names it; it is nothing that is asked for here
            if statement.NAMESPACES[said.predicate_type] == statement.BY_GATES:
                yield Logged(said.id, said.predicate_type, said.predicate, line, entry.commit.committer.time)


def _unlogged(store: Store, tip: str | None, negative: Mapping[str, bytes]) -> dict[str, bytes]:
    if not negative or tip is None:
        return dict(negative)
    tree = chain.read_entry(store, tip).negative
    return {key: line for key, line in negative.items() if not notetree.find(store, tree, key)}


def _noted(drafts: Mapping[str, Draft], lines: Mapping[str, bytes]) -> dict[str, dict[str, list[bytes]]]:
    """Notes ref to noted commit to lines."""
    found: dict[str, dict[str, list[bytes]]] = {}
    for key, draft in drafts.items():
        if draft.notes is not None:
            for oid in draft.subjects:
                found.setdefault(draft.notes, {}).setdefault(oid, []).append(lines[key])
    return found


def _message(drafts: Sequence[Draft], standing: Mapping[str, bytes]) -> bytes:
    """A subject line for people who read the log with git; nothing relies on it."""
    words = []
    for draft in drafts:
        predicate = draft.predicate
        if draft.predicate_type == statement.DECISION:
            base, head = str(predicate.get("base"))[:12], str(predicate.get("head"))[:12]
            words.append(f"{predicate.get('target')} {base}..{head}: {predicate.get('verdict')}")
        else:
            words.append(f"run {predicate.get('run')}")
    if standing:
        words.append(f"{len(standing)} negative statements by people")
    subject = words[0] if len(words) == 1 else f"{len(words)} statements\n\n" + "\n".join(words)
    return "".join(char for char in subject if char.isprintable() or char == "\n").encode() + b"\n"
