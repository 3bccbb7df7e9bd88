# SPDX-License-Identifier: Apache-2.0
"""What a sandbox may use of the machine: limits that the kernel keeps, and a watch over what it does not add up.

The kernel's limits are per process (memory, file size), or per user namespace (processes), and the latter not for
root. So the supervisor counts as well, over all processes of the sandbox, and ends it where it is too much.
"""

from __future__ import annotations

import os
import resource
import time

from gatekeeper.policy.schema import Limits

PAGE = resource.getpagesize()
FLOOR = 256 << 20
"""Bytes that a sandbox must leave free on the disk that it writes to; less where the disk is small."""
SHARE = 64
"""The floor is at most so many parts of the disk."""
OFTEN = 0.02
"""Seconds between two looks, or twenty times what looking takes, so that it costs little."""


def confine(pid: int, limits: Limits) -> None:
    """Limit the first process of a sandbox, and so all that come after, from outside.

    Set once it has its own user namespace, the number of processes counts those of the sandbox alone.
    """
    wanted = (
        (resource.RLIMIT_NPROC, limits.processes),
        (resource.RLIMIT_DATA, limits.memory),
        (resource.RLIMIT_FSIZE, limits.file_size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 8 << 20),
        (resource.RLIMIT_MSGQUEUE, 1 << 20),
        (resource.RLIMIT_RTPRIO, 0),
    )
    for kind, most in wanted:
        hard = resource.prlimit(pid, kind)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.prlimit(pid, kind, (most, most))


class Watch:
    """Over one sandbox, through its own ``/proc``, whose first process is ``pid``; close it."""

    def __init__(self, pid: int, limits: Limits, disk: str) -> None:
        self._pid, self._limits, self._disk = pid, limits, disk
        self._proc: int | None = None
        self._due = 0.0

    def wait(self) -> float:
        """Seconds until the next look is due."""
        return max(0.0, self._due - time.monotonic())

    def over(self) -> str | None:
        """What the sandbox uses too much of, fit to follow "stopped:"; None where it keeps its limits."""
        began = time.monotonic()
        processes, memory = self._used()
        self._due = began + max(OFTEN, 20 * (time.monotonic() - began))
        if processes > self._limits.processes:
            return f"more than {self._limits.processes} processes"
        if memory > self._limits.memory:
            return f"more than {self._limits.memory >> 20} MiB of memory"
        return "the disk is nearly full" if disk_is_full(self._disk) else None

    def _used(self) -> tuple[int, int]:
        """(processes, resident bytes)."""
        if self._proc is None and not self._find():
            return 0, 0
        try:
            listing = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._proc)
        except OSError:  # the sandbox has ended, and its /proc with it
            return 0, 0
        try:
            names = [name for name in os.listdir(listing) if name.isdigit()]
            if len(names) > self._limits.processes:
                return len(names), 0
            return len(names), sum(_resident(listing, name) for name in names)
        finally:
            os.close(listing)

    def _find(self) -> bool:
        """Open the sandbox's ``/proc``, once it has one: until then it sees this machine's."""
        try:
            found = os.open(f"/proc/{self._pid}/root/proc", os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError:
            return False
        if os.fstat(found).st_dev == os.stat("/proc").st_dev:
            os.close(found)
            return False
        self._proc = found
        return True

    def close(self) -> None:
        if self._proc is not None:
            os.close(self._proc)
            self._proc = None


def disk_is_full(path: str) -> bool:
    """Whether the disk that ``path`` is on has less room than a sandbox must leave."""
    disk = os.statvfs(path)
    return disk.f_bavail * disk.f_frsize < min(FLOOR, disk.f_blocks * disk.f_frsize // SHARE)


def _resident(listing: int, name: str) -> int:
    try:
        handle = os.open(f"{name}/statm", os.O_RDONLY | os.O_CLOEXEC, dir_fd=listing)
    except OSError:  # it has ended
        return 0
    try:
        return int(os.read(handle, 256).split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
    finally:
        os.close(handle)
