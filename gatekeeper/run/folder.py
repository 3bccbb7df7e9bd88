# SPDX-License-Identifier: Apache-2.0
"""Where a run keeps its state, and who is at it: ``<common git dir>/gatekeeper/runs/<id>/``.

A run that has not ended has a marker, ``runs/.open/<id>``, which its supervisor holds locked (flock) as long as it
lives. So whoever gets that lock knows that the supervisor is gone, and no run waits for another.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Literal, NamedTuple

from gatekeeper.audit.files import read_file, write_file
from gatekeeper.errors import CannotDecide, StateUnwritable, UsageError

Phase = Literal["preparing", "running", "collecting", "judging", "promoting", "ended", "interrupted"]
ID = re.compile("[0-9a-f]{12}")


class State(NamedTuple):
    """What outlasts the supervisor. Nothing of it was said by the agent."""

    run: str
    agent: str
    email: str
    command: tuple[str, ...]
    started: int
    """Seconds since the epoch."""
    base: str
    target: str
    branch: str
    """Full name of the branch that promotion creates."""
    isolation: str
    worktree: str
    """Absolute; the folder around it is the run's own."""
    operator: str | None = None
    """The principal who started it."""
    phase: Phase = "preparing"
    processes: tuple[tuple[int, int], ...] = ()
    """(pid, start time in ticks) of the first process of every sandbox that was started."""
    head: str | None = None
    """What was collected; None before that, or where there was nothing."""
    promoted: bool = False
    kept: bool = False
    """The worktree is still there, because it was asked for or could not be collected."""
    verdict: str | None = None
    record: str | None = None
    """Id of the run's signed statement."""


class Folder(NamedTuple):
    """One run's folder."""

    run: str
    path: str
    marker: str

    def file(self, name: str) -> str:
        return os.path.join(self.path, name)

    @property
    def events(self) -> str:
        return self.file("events.jsonl")

    @property
    def shadow(self) -> str:
        return self.file("shadow")

    @property
    def quarantine(self) -> str:
        return self.file("quarantine.git")

    @property
    def predicate(self) -> str:
        """What the signed statement said."""
        return self.file("predicate.json")

    def read_state(self) -> State:
        """Raises CannotDecide where the file is damaged or gone."""
        try:
            said = json.loads(read_file(self.file("state.json")) or b"")
            processes = tuple((int(pid), int(start)) for pid, start in said["processes"])
            known = {name: said[name] for name in State._fields if name in said}
            return State(**{**known, "command": tuple(said["command"]), "processes": processes})
        except (ValueError, TypeError, KeyError) as error:
            raise CannotDecide(
                f"the state of run {self.run} cannot be read", f"see what is in {self.path}, and remove it"
            ) from error

    def write_state(self, state: State) -> None:
        write_file(self.file("state.json"), json.dumps(state._asdict(), ensure_ascii=True).encode() + b"\n")


class Claim:
    """A run's folder, locked by this process. Context manager: the lock goes with it, the folder stays."""

    def __init__(self, folder: Folder, lock: int) -> None:
        self.folder, self.lock = folder, lock

    def end(self) -> None:
        """The run has ended, one way or the other: nobody needs to look after it any more."""
        with suppress(FileNotFoundError):
            os.unlink(self.folder.marker)

    def __enter__(self) -> Claim:
        return self

    def __exit__(self, *error: object) -> None:
        os.close(self.lock)


def begin(state_dir: str, entropy: Callable[[int], bytes]) -> Claim:
    """Make the folder of a new run, under a name that no other has. Raises StateUnwritable."""
    runs = os.path.join(state_dir, "runs")
    try:
        os.makedirs(os.path.join(runs, ".open"), mode=0o700, exist_ok=True)
        while True:
            folder = _folder(runs, entropy(6).hex())
            try:
                os.mkdir(folder.path, 0o700)
            except FileExistsError:
                continue
            return Claim(folder, _mark(folder))
    except OSError as error:
        raise StateUnwritable(f"cannot write {runs}: {error.strerror}", "make room or permission") from error


def _mark(folder: Folder) -> int:
    """The marker appears locked: a sweep must never see it otherwise."""
    draft = os.path.join(os.path.dirname(folder.marker), f".{folder.run}")
    lock = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    os.rename(draft, folder.marker)
    return lock


def find(state_dir: str, run: str) -> Folder:
    """The folder of the run whose id begins with ``run``. Raises UsageError where there is none, or several."""
    runs = os.path.join(state_dir, "runs")
    known = sorted(name for name in _names(runs) if ID.fullmatch(name) and run and name.startswith(run))
    if len(known) != 1:
        what = "several runs begin" if known else "no run of this repository begins"
        raise UsageError(f"{what} with '{run}'", "list them with: gatekeeper run list")
    return _folder(runs, known[0])


def listed(state_dir: str) -> list[Folder]:
    """All runs of the repository that left a folder."""
    runs = os.path.join(state_dir, "runs")
    return [_folder(runs, name) for name in sorted(_names(runs)) if ID.fullmatch(name)]


def claim(folder: Folder) -> Claim:
    """Take over a run that has ended. Raises UsageError while its supervisor lives."""
    if not os.path.exists(folder.marker):
        os.close(os.open(folder.marker, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    lock = _lock(folder.marker)
    if lock is None:
        raise UsageError(f"run {folder.run} has not ended", "wait for it, or end it with ^C")
    return Claim(folder, lock)


def orphans(state_dir: str) -> Iterator[Claim]:
    """Runs whose supervisor is gone, one after the other, each locked while it is looked after."""
    runs = os.path.join(state_dir, "runs")
    for name in sorted(_names(os.path.join(runs, ".open"))):
        folder = _folder(runs, name)
        lock = _lock(folder.marker) if ID.fullmatch(name) else None
        if lock is not None:
            with Claim(folder, lock) as claim:
                yield claim


def _lock(marker: str) -> int | None:
    """The marker's lock; None where its supervisor lives, or somebody else was quicker."""
    try:
        lock = os.open(marker, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.exists(marker):
            return lock
    except BlockingIOError:
        pass
    os.close(lock)
    return None


def _names(path: str) -> list[str]:
    try:
        return os.listdir(path)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _folder(runs: str, run: str) -> Folder:
    return Folder(run, os.path.join(runs, run), os.path.join(runs, ".open", run))
