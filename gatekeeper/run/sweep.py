# SPDX-License-Identifier: Apache-2.0
"""After a supervisor that was killed: nothing of its run stays, and what the agent had committed is not lost.

Its commits go into the run's quarantine, unjudged and on no branch, where ``gatekeeper run take`` finds them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress

from gatekeeper import force
from gatekeeper.errors import CannotDecide
from gatekeeper.git.changes import new_commits
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import Repository
from gatekeeper.run import collect, folder, quarantine, teardown
from gatekeeper.run.alternates import object_folders
from gatekeeper.run.collect import Site
from gatekeeper.run.confine import confinement
from gatekeeper.run.events import EventLog
from gatekeeper.run.folder import Claim, Folder, State
from gatekeeper.run.removal import remove_tree
from gatekeeper.run.worktree import entry_of


def sweep(repository: Repository, clock: Callable[[], float] = time.time) -> list[str]:
    """Clean up after every run of the repository whose supervisor is gone; a sentence for each."""
    found = [_sweep(repository, claim, clock) for claim in folder.orphans(repository.state_dir)]
    return [sentence for sentence in found if sentence]


def _sweep(repository: Repository, claim: Claim, clock: Callable[[], float]) -> str:
    """What to tell of one run; empty where it had ended and only its end was not marked."""
    place = claim.folder
    try:
        state = place.read_state()
    except CannotDecide:
        remove_tree(place.path)  # it was killed before it had begun
        claim.end()
        return f"run {place.run} was killed before it began"
    teardown.end_processes(state.processes)
    if state.phase in ("ended", "interrupted"):
        claim.end()
        return ""
    if state.phase == "promoting" and repository.ref(state.branch) is not None:
        state = state._replace(promoted=True)
    elif state.phase in ("running", "collecting", "judging", "promoting") and not state.kept:
        state = _salvage(repository, place, state)
    if state.kept:
        said = f"run {state.run} was killed, and its work cannot be collected: its files are in {state.worktree}"
    elif state.promoted:
        said = f"run {state.run} was killed after its commits were promoted to {state.branch}"
    elif state.head:
        said = f"run {state.run} was killed; its commits wait, unjudged: gatekeeper run take {state.run}"
    else:
        said = f"run {state.run} was killed, and there is nothing to keep"
    if not state.kept:
        teardown.clean(place, state, repository.common_dir)
    _say(place, clock)
    place.write_state(state._replace(phase="interrupted"))
    claim.end()
    return said


def _salvage(repository: Repository, place: Folder, state: State) -> State:
    """Collect what the agent has committed; ``kept`` where that cannot be done."""
    entry = entry_of(repository.common_dir, state.worktree)
    if entry is None or not os.path.isdir(place.shadow):
        return state
    try:
        with Objects(repository) as objects:
            run = force.default_policy(objects).policy.run
            ground = confinement(repository, run, repository.environ, state.isolation != "none", ())
        site = Site(
            run=state.run,
            worktree=state.worktree,
            common_dir=repository.common_dir if ground.isolated else place.shadow,
            admin=os.path.basename(entry),
            restore=place.file("restore"),
            environ=ground.for_git(state.agent, state.email),
        )
        real = object_folders(repository.common_dir)
        cell = ground.cell(site, place, real)
        told = collect.tidy(cell, site, state.base, "commit", _unheard)
        if told.head is None or told.head == state.base:
            return state._replace(head=None)
        remove_tree(place.quarantine)
        quarantine.create(place.quarantine, repository, real)
        collect.fetch(cell, site, told.head, state.base, run.limits, place.quarantine, _unheard)
        with Objects(quarantine.opened(repository, place.quarantine)) as objects:
            quarantine.check_connected(objects, told.head, state.base)
            made = new_commits(objects, told.head, (state.base,))
        if made:
            quarantine.set_branch(place.quarantine, state.branch, told.head)
        return state._replace(head=told.head if made else None)
    except CannotDecide:
        return state._replace(kept=True)


def _unheard(pid: int) -> None:
    """Should this sweep be killed as well, its sandbox dies with it."""


def _say(place: Folder, clock: Callable[[], float]) -> None:
    with suppress(CannotDecide):  # a stream that was tampered with is left as it is
        events = EventLog(place.events, place.run, clock)
        events.append("gatekeeper.run.finished", {"gatekeeper.interrupted": True})
        events.close()
