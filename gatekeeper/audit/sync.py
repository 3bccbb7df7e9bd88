# SPDX-License-Identifier: Apache-2.0
"""``audit sync``: this repository's record and a remote's become one. Nothing is lost, nothing is forced."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from gatekeeper.audit import seen
from gatekeeper.audit.logs import Problem
from gatekeeper.errors import CannotDecide
from gatekeeper.git import chain, notes
from gatekeeper.git.notediff import Comparison
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.recordrefs import APPEND_ONLY, AUDIT, LOG, log_refs
from gatekeeper.git.refs import persist
from gatekeeper.git.store import RefUpdate, Store
from gatekeeper.git.transfer import fetch, push

NOTES = (*APPEND_ONLY, AUDIT)
FETCHED = "refs/gatekeeper/fetched/"
"""Where a remote's record lies while it is joined with ours."""


class Synced(NamedTuple):
    brought: tuple[str, ...]
    """Refs of ours that grew."""
    sent: tuple[str, ...]
    """Refs of the remote's that grew."""
    refused: dict[str, str]
    """Refs that the remote did not take, with its reason."""
    problems: tuple[Problem, ...]
    """Logs of which two views were found."""


def sync(store: Store, remote: str, ident: bytes, now: int, sleep: Callable[[float], None] = time.sleep) -> Synced:
    """Fetch the notes and logs of ``remote``, join them with ours, push what it lacks.

    ``ident`` (``name <address>``) and ``now`` (seconds since the epoch) go into the commits that join notes.
    Raises CannotDecide where the remote cannot be reached.
    """
    _sweep(store, now)
    space = f"{FETCHED}{now}/"
    fetch(
        store.repository,
        remote,
        [f"+refs/notes/gatekeeper/*:{space}notes/*", f"+{LOG}*:{space}log/*"],
    )
    try:
        theirs = {_home(ref, space): oid for ref, oid in store.refs(space).items()}
        brought, problems = [], []
        for ref in (*log_refs(theirs), *sorted(theirs.keys() & set(NOTES))):
            join = _join_log if ref.startswith(LOG) else _join_notes
            outcome = persist(partial(join, store, ref, theirs[ref], ident, now), sleep)
            if isinstance(outcome, Problem):
                problems.append(outcome)
            elif outcome:
                brought.append(ref)
    finally:
        store.update_refs([RefUpdate(ref, None, oid) for ref, oid in store.refs(space).items()])
    sent, refused = _send(store, remote, theirs, {problem.place for problem in problems})
    return Synced(tuple(brought), tuple(sent), refused, tuple(problems))


def _sweep(store: Store, now: int) -> None:
    """Remove what a sync that was killed an hour ago or more left."""
    left = store.refs(FETCHED).items()
    old = [(ref, oid) for ref, oid in left if _is_older(ref.removeprefix(FETCHED).partition("/")[0], now - 3600)]
    store.update_refs([RefUpdate(ref, None, oid) for ref, oid in old])


def _is_older(name: str, than: int) -> bool:
    return not name.isdecimal() or int(name) < than


def _home(ref: str, space: str) -> str:
    rest = ref.removeprefix(space)
    return LOG + rest.removeprefix("log/") if rest.startswith("log/") else "refs/notes/gatekeeper/" + rest[6:]


def _join_log(store: Store, ref: str, theirs: str, ident: bytes, now: int) -> bool | Problem:
    try:
        chain.read_entry(store, theirs)
    except CannotDecide as error:
        return Problem(ref, f"is no gate's log there: {error}", "ask whoever runs the remote")
    ours = seen.current_tip(store, ref)
    if ours == theirs or (ours is not None and store.contains(ours, theirs)):
        return False
    if ours is not None and not store.contains(theirs, ours):
        return Problem(
            ref,
            f"has two views: {ours} here and {theirs} there, and neither contains the other",
            "find out which of the two the gate's own machine has; the other was made to deceive",
        )
    store.update_refs([RefUpdate(ref, theirs, ours)])
    return True


def _join_notes(store: Store, ref: str, theirs: str, ident: bytes, now: int) -> bool:
    ours = store.ref(ref)
    if ours == theirs or (ours is not None and store.contains(ours, theirs)):
        return False
    if ours is None or (store.contains(theirs, ours) and not _lacks(store, theirs, ours)):
        store.update_refs([RefUpdate(ref, theirs, ours)])
        return True
    joined = notes.plan_merge(store, ours, theirs, ident, now)
    store.write(joined.objects)
    store.update_refs([RefUpdate(ref, joined.tip, ours)])
    return True


def _lacks(store: Store, newer: str, older: str) -> bool:
    """Whether the notes commit ``newer`` lacks a line of ``older``."""
    trees = notes.read_commit(store, older).tree, notes.read_commit(store, newer).tree
    for _, before, after in Comparison(store, len(newer)).differences(*trees):
        held = {line for oid in after for line in split_lines(store.read(oid)[1])}
        if any(line not in held for oid in before for line in split_lines(store.read(oid)[1])):
            return True
    return False


def _send(store: Store, remote: str, theirs: dict[str, str], forked: set[str]) -> tuple[list[str], dict[str, str]]:
    """Push what the remote lacks. What only gates may write goes apart, so that its refusal stops nothing else."""
    logs = store.refs(LOG)
    ours = {ref: oid for ref in NOTES if (oid := store.ref(ref)) is not None} | {
        ref: logs[ref] for ref in log_refs(logs)
    }
    ahead = [ref for ref, oid in ours.items() if oid != theirs.get(ref) and ref not in forked]
    sent: list[str] = []
    refused: dict[str, str] = {}
    for part in ([ref for ref in ahead if ref in APPEND_ONLY], [ref for ref in ahead if ref not in APPEND_ONLY]):
        if part:
            answers = push(store.repository, remote, part)
            refused.update(answers)
            sent.extend(ref for ref in part if ref not in answers)
    return sent, refused
