# SPDX-License-Identifier: Apache-2.0
"""Leaving nothing behind: processes, the worktree and its entry, the shadow, what was not promoted.

Of a run that has ended its folder keeps the events, the state and the signed statement, and, where commits were not
promoted, the quarantine.
"""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Iterable
from contextlib import suppress

from gatekeeper.run.folder import Folder, State
from gatekeeper.run.removal import remove_tree
from gatekeeper.run.worktree import entry_of

GONE = 10.0
"""Seconds that a killed sandbox may take to be gone."""


def start_time(pid: int) -> int | None:
    """When the process started, in ticks since boot: with its pid it names a process. None where it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            return int(file.read().rpartition(b")")[2].split()[19])
    except (OSError, IndexError, ValueError):
        return None


def end_processes(processes: Iterable[tuple[int, int]]) -> None:
    """Kill each sandbox by its first process, and wait until it is gone."""
    for pid, started in processes:
        with suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            try:
                if start_time(pid) == started:
                    signal.pidfd_send_signal(handle, signal.SIGKILL)
                    select.select([handle], [], [], GONE)
            finally:
                os.close(handle)


def clean(folder: Folder, state: State, common_dir: str) -> None:
    """Remove what the run needed while it ran. Raises StateUnwritable."""
    remove_worktree(state, common_dir)
    for name in ("shadow", "restore", "etc"):
        remove_tree(folder.file(name))
    if state.promoted or state.head is None:
        remove_tree(folder.quarantine)


def remove_worktree(state: State, common_dir: str) -> None:
    """Remove the worktree, the agent's home and temporary files, and the entry in the real repository."""
    scratch = os.path.dirname(state.worktree)
    if os.path.basename(scratch) == state.run:
        remove_tree(scratch)
        with suppress(OSError):  # other runs are there
            os.removedirs(os.path.dirname(scratch))
    entry = entry_of(common_dir, state.worktree)
    if entry is not None:
        remove_tree(entry)
        with suppress(OSError):  # other worktrees are there
            os.rmdir(os.path.dirname(entry))
