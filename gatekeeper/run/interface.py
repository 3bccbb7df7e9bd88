# SPDX-License-Identifier: Apache-2.0
"""What the parts of a run know of each other: events, mounts, and what else serves one sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

Value = str | bool | int | float | Sequence[str]
"""What an event's attribute may hold. Text may hold surrogate escapes; they are written as ``\\xNN``."""


class Events(Protocol):
    def append(self, name: str, attributes: Mapping[str, Value]) -> None:
        """Add one event, time-stamped now, to the run's stream. May be called by any thread."""
        ...


class Mount(NamedTuple):
    """A path of this machine that a sandbox sees."""

    source: str
    target: str
    """Absolute, inside. Its parents must not be in a tree that an agent has written to."""
    writable: bool = False


class Refusal(NamedTuple):
    """Something the agent reached for and did not get."""

    kind: str
    """``network``, ``limit``, ``collect``, ..."""
    what: str
    times: int = 1


class Observed(NamedTuple):
    """What an attachment saw, for the run's record."""

    counts: Mapping[str, int] = {}
    refused: tuple[Refusal, ...] = ()


class Attachment:
    """Something that serves one agent's sandbox from outside, such as a proxy or telemetry. This one does nothing.

    Called in this order: ``mounts``, ``environment``, ``descriptors``; in the new process ``before_exec``; ``attach``;
    ``readers``; ``finish``, always, also after a failure.
    """

    def mounts(self) -> Sequence[Mount]:
        return ()

    def environment(self) -> Mapping[str, str]:
        """Variables for the agent, over those that the sandbox sets."""
        return {}

    def descriptors(self) -> Sequence[int]:
        """Descriptors that stay open, under their numbers, in the sandbox."""
        return ()

    before_exec: Callable[[], None] | None = None
    """Runs in the new process just before bubblewrap is executed: the place to install a seccomp listener and to
    send it out through a socket pair. It must not allocate much, import, or take locks."""

    def attach(self, pid: int) -> None:
        """The sandbox is made and its network namespace is up; its command waits until all attachments return.

        ``pid``, as this machine counts, is the sandbox's first process: ``/proc/<pid>/ns/net`` is its network.
        """

    def readers(self) -> Mapping[int, Callable[[], None]]:
        """What the supervisor is to call, in its own loop, when a descriptor has something to read."""
        return {}

    def finish(self) -> Observed:
        """The sandbox is gone: stop, release everything, say what was seen."""
        return Observed()
