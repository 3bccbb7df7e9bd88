# SPDX-License-Identifier: Apache-2.0
"""Every commit of a protected ref has a record, and every protected ref is where it was last decided to be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.audit.decision import commits_digest
from gatekeeper.audit.draft import readable
from gatekeeper.audit.logs import Log, Problem
from gatekeeper.audit.scan import Decided, Found
from gatekeeper.errors import ObjectMissing
from gatekeeper.git.repository import RefValue
from gatekeeper.git.store import Store

NAMED = 5
"""Commits without a record that are named one by one for each ref; the rest is counted."""


class Scope(NamedTuple):
    """What there has to be a record of."""

    protected: Mapping[str, RefValue]
    """The protected refs, by full name as decisions have them."""
    is_protected: Callable[[str], bool]
    installed: tuple[str, ...] = ()
    """Commits that need no record, nor what they reach: the configuration names them. A ref may have become
    protected only after the gate was installed."""
    since: str | None = None
    """Only what came after this commit."""
    hosts_gate: bool = False
    """True on the server: its protected refs move through its gate and in no other way."""


class Step(NamedTuple):
    """One accepted decision."""

    when: int
    decided: Decided
    found: Found


def presence_problems(store: Store, scope: Scope, logs: Sequence[Log]) -> Iterator[Problem]:
    """What is without a record. ``logs`` are those that count."""
    steps = sorted(_steps(scope, logs), key=lambda step: step.when)
    covered: set[str] = set()
    for step in steps:
        covered.update(step.found.subjects)
        yield from _listed(store, step, covered)
    known, begin = _installation(scope, logs)
    for ref, value in scope.protected.items():
        if scope.since is not None and (value.commit is None or not store.contains(value.commit, scope.since)):
            continue
        mine = [step for step in steps if step.decided.target == readable(ref)]
        if value.commit is None:
            yield Problem(ref, f"holds {value.oid}, which is no commit")
            continue
        before = known if begin is not None or not mine else (*known, mine[0].decided.base)
        yield from _unrecorded(store, ref, value.commit, _existing(store, before), covered)
        if scope.hosts_gate and scope.since is None and value.commit not in scope.installed:
            yield from _misplaced(ref, value, mine, begin)
    if scope.hosts_gate and scope.since is None:
        yield from _vanished(scope, steps)


def _steps(scope: Scope, logs: Iterable[Log]) -> Iterator[Step]:
    for when, found in (one for log in logs for one in log.found):
        decided = found.decided
        if decided is not None and decided.allowed and decided.target and scope.is_protected(decided.target):
            yield Step(when, decided, found)


def _listed(store: Store, step: Step, covered: set[str]) -> Iterator[Problem]:
    """Add the commits of a decision on too many to be named, once they are found to be the ones."""
    digest = step.decided.list
    if digest is None:
        return
    head = step.found.subjects[0]
    place = f"record {step.found.id[:12]} on {head}"
    try:
        commits = store.commits(head, digest.without)
    except ObjectMissing as error:
        yield Problem(place, f"names {digest.size} commits that cannot be found again: {error}", error.next_step)
        return
    if (len(commits), commits_digest(commits)) != (digest.size, digest.sha256):
        yield Problem(place, f"names {digest.size} commits, and others are there")
        return
    covered.update(commits)


def _installation(scope: Scope, logs: Sequence[Log]) -> tuple[tuple[str, ...], dict[str, str] | None]:
    """The commits that need no record for what they reach, and the refs of the gate that was first installed."""
    known = (*scope.installed, *((scope.since,) if scope.since is not None else ()))
    first = min(logs, key=lambda log: log.begun, default=None)
    if first is None or first.refs is None:
        return known, None
    return (*dict.fromkeys(first.refs.values()), *known), first.refs


def _existing(store: Store, oids: Iterable[str]) -> tuple[str, ...]:
    """Those that are here: a branch of the installation may have been deleted and collected since."""
    found = []
    for oid in dict.fromkeys(oids):
        if oid.strip("0"):
            try:
                store.read(oid)
            except ObjectMissing:
                continue
            found.append(oid)
    return tuple(found)


def _unrecorded(store: Store, ref: str, tip: str, known: Sequence[str], covered: set[str]) -> Iterator[Problem]:
    missing = [oid for oid in store.commits(tip, known) if oid not in covered]
    step = (
        "find out how it got there; if it was there before the ref was protected: "
        f"git config --add gatekeeper.installedAt {missing[-1] if missing else tip}"
    )
    for oid in missing[:NAMED]:
        yield Problem(f"commit {oid} on {readable(ref)}", "has no record of an accepted decision", step)
    if len(missing) > NAMED:
        yield Problem(readable(ref), f"has {len(missing) - NAMED} more commits without a record", step)


def _misplaced(ref: str, value: RefValue, mine: Sequence[Step], begin: Mapping[str, str] | None) -> Iterator[Problem]:
    name = readable(ref)
    if mine:
        last = {step.decided.tip for step in mine if step.when == mine[-1].when}
        if not last & {value.oid, value.commit}:
            yield Problem(name, f"is at {value.oid}, and the last decision set it to {mine[-1].decided.tip}")
    elif begin is not None and begin.get(name) != value.commit:
        yield Problem(name, f"is at {value.oid} and no decision set it there")


def _vanished(scope: Scope, steps: Sequence[Step]) -> Iterator[Problem]:
    here = {readable(ref) for ref in scope.protected}
    last = {step.decided.target: step.decided.tip for step in steps}
    for target, tip in last.items():
        if target is not None and target not in here and tip.strip("0"):
            yield Problem(target, f"is gone, and the last decision set it to {tip}")
