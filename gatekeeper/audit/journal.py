# SPDX-License-Identifier: Apache-2.0
"""The journal: what a gate let through and has still to record.

A server's pre-receive may not move refs, so it writes an intent and post-receive records it. Whoever comes
next finishes what a crash between the two left. Nothing is locked: recording is idempotent, so that two
processes at the same intent do what one does. docs/adr/0043.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import NamedTuple

from gatekeeper.audit.draft import readable
from gatekeeper.audit.gate_key import Gate
from gatekeeper.audit.intents import Intent, Update, intents, put_aside, remove_intent, write_intent
from gatekeeper.audit.record import Logged, Recorded, logged_since, record
from gatekeeper.errors import CannotDecide, ObjectMissing
from gatekeeper.git.store import RefUpdate, Store
from gatekeeper.signing import statement

__all__ = ["Completed", "Intent", "Update", "complete", "intents", "land", "unfinished", "write_intent"]

SAFE = 3600
"""Seconds after which a ref update that is not to be seen did not happen: far more than a push takes to end."""


class Completed(NamedTuple):
    recorded: int
    """Ref updates that are on record now and were not before."""
    waiting: tuple[str, ...]
    """Refs of updates that may still happen."""
    dropped: tuple[str, ...]
    """A sentence for each update that never happened, or each intent that cannot be read."""


def land(
    store: Store, gate: Gate, updates: Sequence[Update], now: int, sleep: Callable[[float], None] = time.sleep
) -> Recorded:
    """Move the refs of ``updates`` and record them in one transaction; a kill in the middle of it is repaired later.

    Raises as :func:`~gatekeeper.audit.record.record`; then no ref has moved.
    """
    zero = store.repository.zero
    moves = [RefUpdate(one.ref, _or_none(one.new, zero), _or_none(one.old, zero)) for one in updates]
    drafts = [draft for one in updates for draft in one.drafts]
    negative = {key: line for one in updates for key, line in one.negative.items()}
    path = write_intent(store.repository, updates, now)
    try:
        done = record(store, gate, drafts, now, since=now, negative=negative, updates=moves, sleep=sleep)
    except CannotDecide:
        if all(store.ref(one.ref) != _or_none(one.new, zero) for one in updates):
            remove_intent(path)
        raise
    remove_intent(path)
    return done


def _or_none(oid: str, zero: str) -> str | None:
    return None if oid == zero else oid


def complete(
    store: Store,
    gate: Gate | None,
    now: int,
    landed: Collection[tuple[str, str, str]] = (),
    sleep: Callable[[float], None] = time.sleep,
) -> Completed:
    """Record every intent whose ref update has happened; drop those that never will.

    ``landed`` are (ref, old, new) that post-receive was told of. Elsewhere a ref update has happened where the
    ref holds its new value, or one made from it. The repository must be opened outside a push's quarantine, where
    git moves no refs. Raises CannotDecide where there is something to record and no key to sign it with.
    """
    recorded = 0
    waiting: list[str] = []
    dropped: list[str] = []
    found, broken = intents(store.repository)
    for intent in found:
        fates = [(update, _fate(store, gate, intent, update, now, landed)) for update in intent.updates]
        happened = [update for update, fate in fates if fate == "happened"]
        if happened:
            recorded += _record(store, gate, intent, happened, now, sleep)
        left = [update.ref for update, fate in fates if fate == "waiting"]
        waiting.extend(left)
        never = [update for update, fate in fates if fate == "never"]
        dropped.extend(f"the push of {update.new} to {readable(update.ref)} never arrived" for update in never)
        if not left:
            _finish(intent, keep=bool(never))
    for path in broken:
        dropped.append(f"{path} is damaged and was put aside")
        put_aside(path)
    return Completed(recorded, tuple(waiting), tuple(dropped))


def unfinished(store: Store, gate: Gate | None, now: int) -> tuple[str, ...]:
    """A sentence for each ref update that happened and is not on record yet, and for each damaged intent."""
    found, broken = intents(store.repository)
    happened = [
        f"the push of {update.new} to {readable(update.ref)} is not on record yet"
        for intent in found
        for update in intent.updates
        if _fate(store, gate, intent, update, now, ()) == "happened"
    ]
    return (*happened, *(f"{path} is damaged" for path in broken))


def _record(
    store: Store, gate: Gate | None, intent: Intent, updates: Iterable[Update], now: int, sleep: Callable[[float], None]
) -> int:
    count = 0
    for update in updates:
        if not update.drafts and not update.negative:
            continue
        if gate is None:
            raise CannotDecide(
                f"the push of {update.new} to {readable(update.ref)} is not on record, and this gate has no key",
                "make one with: gatekeeper install",
            )
        done = record(
            store, gate, update.drafts, now, since=intent.created, negative=dict(update.negative), sleep=sleep
        )
        count += done.fresh
    return count


def _fate(
    store: Store, gate: Gate | None, intent: Intent, update: Update, now: int, landed: Collection[tuple[str, str, str]]
) -> str:
    """``happened``, ``never`` or ``waiting``."""
    if (update.ref, update.old, update.new) in landed:
        return "happened"
    if any((other.ref, other.old, other.new) in landed for other in intent.updates):
        return "never"  # git told of this very push, and of this ref not: an update hook or a race refused it
    zero = store.repository.zero
    current = store.ref(update.ref) or zero
    if current == update.new:
        return "happened"
    log = logged_since(store, store.ref(gate.log), intent.created) if gate is not None else ()
    followed, superseded = _traces(log, update, intent.created)
    if followed or _was_passed(store, current, update):
        return "never" if superseded and not followed else "happened"
    return "never" if superseded or now - intent.created > SAFE else "waiting"


def _traces(log: Iterable[Logged], update: Update, created: int) -> tuple[bool, bool]:
    """Whether a later decision started from the update's new value, and whether another one took its place."""
    ref = readable(update.ref)
    heads = {str(draft.predicate.get("head")) for draft in update.drafts} | {update.new}
    bases = {str(draft.predicate.get("base")) for draft in update.drafts} | {update.old}
    followed = superseded = False
    for one in log:
        if one.predicate_type == statement.DECISION and one.predicate.get("target") == ref:
            # Within the same second it may as well have been the decision before: then the ref itself has to show it.
            followed |= one.when > created and one.predicate.get("base") in heads
            superseded |= one.predicate.get("base") in bases and one.predicate.get("head") not in heads
    return followed, superseded


def _was_passed(store: Store, current: str, update: Update) -> bool:
    """Whether the ref has gone on from the update's new value. A rewind leaves no such trace."""
    if not _is_there(store, update.new) or not _is_there(store, current):
        return False
    if _is_there(store, update.old) and store.contains(update.old, update.new):
        return False
    return store.contains(current, update.new)


def _is_there(store: Store, oid: str) -> bool:
    """True for a commit or tag of this repository. What a refused push brought is in none."""
    try:
        return bool(oid.strip("0")) and store.read(oid)[0] in ("commit", "tag")
    except ObjectMissing:
        return False


def _finish(intent: Intent, *, keep: bool) -> None:
    if keep:
        put_aside(intent.path)
    else:
        remove_intent(intent.path)
