# SPDX-License-Identifier: Apache-2.0
"""Where a run's commands run: in a sandbox, or, where somebody asked for that, beside everything else."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, Protocol

from gatekeeper.errors import CannotDecide
from gatekeeper.policy.schema import Limits
from gatekeeper.run.interface import Attachment, Mount
from gatekeeper.run.launch import Child, Start, Streams, launch
from gatekeeper.run.limits import Watch
from gatekeeper.run.sandbox import Private, Sandbox
from gatekeeper.run.supervise import Guard, Process

CONTROLLED = ("setsid", "-c")
"""util-linux and busybox: a session whose controlling terminal is standard input, then the command itself."""
PATIENT = 3600.0


class Running(Process, Protocol):
    """A command that waits for :meth:`release`."""

    pid: int
    """Of the first process of the sandbox, or of the command itself."""

    def settle(self) -> None: ...

    def close(self) -> None: ...


class Job(NamedTuple):
    """One command of a run."""

    command: tuple[str, ...]
    folder: str
    environ: Mapping[str, str]
    private: Private | None = None
    """The agent's own folders; None for what runs before or after it."""
    extra: tuple[Mount, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    controls: bool = False
    """Standard input becomes its controlling terminal."""


class Cell(Protocol):
    """Starts a run's commands."""

    @property
    def isolation(self) -> str:
        """What is in force, for the record."""
        ...

    @property
    def borrowed(self) -> str | None:
        """Where commands find the folders of real objects, numbered; None: where they are on this machine."""
        ...

    def start(self, job: Job, streams: Streams, told: Callable[[int], None]) -> Running:
        """``told`` gets the pid that must be gone before anything is cleaned up. Raises CannotDecide."""
        ...

    def guard(self, running: Running, disk: str) -> Guard: ...


class Confined(NamedTuple):
    """Every command in a sandbox of its own, all made alike."""

    sandbox: Sandbox
    filter: bytes
    limits: Limits
    borrowed: str
    isolation: str = "bubblewrap"

    def start(self, job: Job, streams: Streams, told: Callable[[int], None]) -> Running:
        command = (*CONTROLLED, *job.command) if job.controls else job.command
        extra = (*job.extra, *(mount for one in job.attachments for mount in one.mounts()))
        environ = dict(job.environ)
        for one in job.attachments:
            environ.update(one.environment())
        return launch(
            Start(
                lambda options: self.sandbox.words(command, job.folder, job.private, extra, options),
                environ,
                self.filter,
                self.limits,
                tuple(descriptor for one in job.attachments for descriptor in one.descriptors()),
                tuple(one.before_exec for one in job.attachments if one.before_exec is not None),
            ),
            streams,
            told,
        )

    def guard(self, running: Running, disk: str) -> Guard:
        assert isinstance(running, Child)
        return Watch(running.pid, self.limits, disk)


class Bare(NamedTuple):
    """No isolation at all: the command may do what its user may. Only its git directory is the shadow."""

    isolation: str = "none"
    borrowed: None = None

    def start(self, job: Job, streams: Streams, told: Callable[[int], None]) -> Running:
        command = (*CONTROLLED, *job.command) if job.controls else job.command
        return BareProcess(command, job, streams, told)

    def guard(self, running: Running, disk: str) -> Guard:
        return NoGuard()


class NoGuard:
    def wait(self) -> float:
        return PATIENT

    def over(self) -> str | None:
        return None


class BareProcess:
    """A process in a session of its own, held until it is released."""

    def __init__(self, command: Sequence[str], job: Job, streams: Streams, told: Callable[[int], None]) -> None:
        held, self._gate = os.pipe()
        waiting = ("sh", "-c", f'read -r _ <&{held}; exec {held}<&-; exec "$@"', "sh", *command)
        try:
            self._process = subprocess.Popen(
                waiting,
                cwd=job.folder,
                env=dict(job.environ),
                stdin=streams.stdin,
                stdout=streams.stdout,
                stderr=streams.stderr,
                pass_fds=(held,),
                start_new_session=True,
            )
        except OSError as error:
            os.close(self._gate)
            raise CannotDecide(f"sh cannot be started: {error.strerror}", "see PATH") from error
        finally:
            os.close(held)
        self.handle, self._gone = os.pipe()
        self.pid = self._process.pid
        told(self.pid)
        # Not a pidfd: this is for systems that are not Linux, too.
        threading.Thread(target=self._watch, daemon=True).start()

    def _watch(self) -> None:
        self._process.wait()
        os.close(self._gone)

    def settle(self) -> None:
        return None

    def release(self) -> None:
        os.write(self._gate, b"\n")

    def signal(self, number: int) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def wait(self) -> int | None:
        """The command's exit status; its process group is ended with it."""
        code = self._process.wait()
        self.kill()
        return code if code >= 0 else 128 - code

    def close(self) -> None:
        if self.handle >= 0:
            self.kill()
            self._process.wait()
            os.close(self.handle)
            os.close(self._gate)
            self.handle = -1
