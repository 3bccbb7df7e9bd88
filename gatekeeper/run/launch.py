# SPDX-License-Identifier: Apache-2.0
"""Starting one sandbox: it is made, then limited and attended to from outside, and only then its command starts."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.policy.schema import Limits
from gatekeeper.run import limits as caps


class Streams(NamedTuple):
    """Descriptors of the command's standard input, output and errors."""

    stdin: int
    stdout: int
    stderr: int


class Start(NamedTuple):
    """What to start and how."""

    words: Callable[[Sequence[str]], list[str]]
    """From options of bubblewrap to its whole command line."""
    environ: Mapping[str, str]
    """Of bubblewrap and of the command: all of it can be read inside."""
    filter: bytes
    """The seccomp program."""
    limits: Limits
    descriptors: tuple[int, ...] = ()
    """Left open for the command."""
    before_exec: tuple[Callable[[], None], ...] = ()


class Child:
    """A sandbox whose command waits. :meth:`release` lets it run; :meth:`close` ends whatever is left."""

    def __init__(self, outer: subprocess.Popen[bytes], pid: int, gate: int, status: int) -> None:
        self.outer = outer
        self.pid = pid
        """The sandbox's first process, as this machine counts: when it is gone, all of the sandbox is."""
        self._first = os.pidfd_open(pid)
        self.handle = os.pidfd_open(outer.pid)
        """Readable once the sandbox is gone."""
        self._gate, self._status = gate, status

    def settle(self) -> None:
        """Wait until the sandbox's root is its own, so that all of it but the command is there."""
        outside = os.stat("/proc").st_dev
        while not select.select([self.handle], [], [], 0.0005)[0]:
            with suppress(OSError):
                if os.stat(f"/proc/{self.pid}/root/proc").st_dev != outside:
                    return

    def release(self) -> None:
        os.write(self._gate, b"x")
        os.close(self._gate)
        self._gate = -1

    def signal(self, number: int) -> None:
        """Send ``number`` to the command and what it started in its own process group."""
        command = self._command()
        with suppress(ProcessLookupError, PermissionError):
            signal.pidfd_send_signal(self._first, 0)
            os.killpg(os.getpgid(command or self.pid), number)

    def kill(self) -> None:
        """End every process of the sandbox."""
        with suppress(ProcessLookupError):
            signal.pidfd_send_signal(self._first, signal.SIGKILL)

    def wait(self) -> int | None:
        """The command's exit status once the sandbox is gone, 128 + N where signal N ended it.

        None where it ended without a word: it was killed, or the command could not be executed.
        """
        self.outer.wait()
        said = b""
        while chunk := os.read(self._status, 4096):
            said += chunk
        for line in said.splitlines():
            document = json.loads(line)
            if "exit-code" in document:
                return int(document["exit-code"])
        return None

    def close(self) -> None:
        if self.outer.returncode is None:
            self.kill()
            self.outer.wait()
        for descriptor in (self.handle, self._first, self._gate, self._status):
            if descriptor >= 0:
                os.close(descriptor)
        self.handle = self._first = self._gate = self._status = -1

    def _command(self) -> int | None:
        """The command itself, the first child of the first process."""
        try:
            with open(f"/proc/{self.pid}/task/{self.pid}/children", "rb") as file:
                return int(file.read().split()[0])
        except (OSError, IndexError):
            return None


def launch(start: Start, streams: Streams, told: Callable[[int], None]) -> Child:
    """Make a sandbox. Its first process's pid goes to ``told`` before anything else happens.

    Raises CannotDecide, with what bubblewrap said where ``streams.stderr`` does not show it.
    """
    status, status_end = os.pipe()
    gate_end, gate = os.pipe()
    filter_end = os.memfd_create("seccomp", 0)
    passed = (status_end, gate_end, filter_end, *start.descriptors)
    try:
        os.write(filter_end, start.filter)
        os.lseek(filter_end, 0, os.SEEK_SET)
        options = ["--json-status-fd", str(status_end), "--block-fd", str(gate_end), "--seccomp", str(filter_end)]
        outer = subprocess.Popen(
            start.words(options),
            env=dict(start.environ),
            stdin=streams.stdin,
            stdout=streams.stdout,
            stderr=streams.stderr,
            pass_fds=passed,
            start_new_session=True,
            preexec_fn=partial(_call, start.before_exec) if start.before_exec else None,
        )
    except OSError as error:
        os.close(status)
        os.close(gate)
        raise CannotDecide(f"bubblewrap cannot be started: {error.strerror}", "apt-get install bubblewrap") from error
    finally:
        for descriptor in passed[:3]:
            os.close(descriptor)
    pid = _first_process(status)
    if pid is None:
        outer.kill()
        outer.wait()
        os.close(status)
        os.close(gate)
        raise SandboxFailed("bubblewrap could not make the sandbox")
    child = Child(outer, pid, gate, status)
    try:
        told(pid)
        caps.confine(pid, start.limits)
    except BaseException:
        child.close()
        raise
    return child


def _call(hooks: Sequence[Callable[[], None]]) -> None:
    for hook in hooks:
        hook()


class SandboxFailed(CannotDecide):
    """There is no sandbox; ``requirements.explain`` says why."""

    said = b""
    """What bubblewrap wrote on its standard error, where that was ours to read."""


def _first_process(status: int) -> int | None:
    said = b""
    while b"\n" not in said:
        chunk = os.read(status, 4096)
        if not chunk:
            return None
        said += chunk
    return int(json.loads(said.splitlines()[0])["child-pid"])
