# SPDX-License-Identifier: Apache-2.0
"""Starting a program with its three streams, without what ``subprocess`` costs to import and to call.

A hook starts some eight gits in 30 ms; ``subprocess`` alone took a third of that (docs/adr/0006). Where the system
has no ``posix_spawn`` or no anonymous files, ``git.spawn_portable`` does the same.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from signal import SIGPIPE, SIGXFSZ
from types import TracebackType
from typing import BinaryIO, NamedTuple, Protocol

IS_FAST = hasattr(os, "posix_spawn") and hasattr(os, "memfd_create")
PIPE = 32 * 1024
"""Bytes that a pipe holds for sure, so that writing them cannot wait for the reader."""
_found: dict[tuple[str, str], str] = {}


class Completed(NamedTuple):
    returncode: int
    """Negative: the signal that ended it."""
    stdout: bytes
    stderr: bytes


class Program(Protocol):
    """A running program with both ends piped; what it says on stderr is dropped."""

    stdin: BinaryIO
    stdout: BinaryIO

    def close(self) -> int:
        """Close both ends and wait; its exit code."""
        ...

    def __enter__(self) -> Program: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def start_program(words: Sequence[str], env: Mapping[str, str]) -> Program:
    """Start ``words``, found on the PATH of ``env``. Raises OSError where it cannot be started."""
    if IS_FAST:
        return Spawned(words, env)
    from gatekeeper.git.spawn_portable import Opened

    return Opened(words, env)


def run_program(words: Sequence[str | bytes], env: Mapping[str, str], stdin: bytes = b"") -> Completed:
    """Run ``words`` to the end. Raises OSError where it cannot be started."""
    if IS_FAST:
        return _run(words, env, stdin)
    from gatekeeper.git.spawn_portable import run

    return run(words, env, stdin)


class Spawned:
    """A :class:`Program` by ``posix_spawn``."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        into, self._stdin = os.pipe()
        self._stdout, out = os.pipe()
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            self._pid = _spawn(words, env, (into, out, nowhere))
        except OSError:
            os.close(self._stdin)
            os.close(self._stdout)
            raise
        finally:
            for end in (into, out, nowhere):
                os.close(end)
        self.stdin: BinaryIO = open(self._stdin, "wb")  # noqa: SIM115 - closed in close
        self.stdout: BinaryIO = open(self._stdout, "rb")  # noqa: SIM115

    def __enter__(self) -> Spawned:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> int:
        self.stdin.close()
        self.stdout.close()
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])


def _run(words: Sequence[str | bytes], env: Mapping[str, str], stdin: bytes) -> Completed:
    source = _source(stdin)
    try:
        errors = os.memfd_create("stderr")
        try:
            outcome, out = os.pipe()
            try:
                pid = _spawn(words, env, (source, out, errors))
            except OSError:
                os.close(outcome)
                raise
            finally:
                os.close(out)
            with open(outcome, "rb") as stream:
                stdout = stream.read()
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            stderr = os.pread(errors, os.fstat(errors).st_size, 0)
        finally:
            os.close(errors)
    finally:
        os.close(source)
    return Completed(status, stdout, stderr)


def _source(content: bytes) -> int:
    """A descriptor from which ``content`` is read to its end."""
    if not content:
        return os.open(os.devnull, os.O_RDONLY)
    if len(content) <= PIPE:
        source, end = os.pipe()
        os.write(end, content)
        os.close(end)
        return source
    source = os.memfd_create("stdin")
    with open(os.dup(source), "wb") as file:
        file.write(content)
    os.lseek(source, 0, os.SEEK_SET)
    return source


def _spawn(words: Sequence[str | bytes], env: Mapping[str, str], streams: tuple[int, int, int]) -> int:
    actions = [(os.POSIX_SPAWN_DUP2, end, number) for number, end in enumerate(streams)]
    return os.posix_spawn(
        _program(os.fsdecode(words[0]), env.get("PATH", os.defpath)),
        [*words],
        env,
        file_actions=actions,
        setsigdef=(SIGPIPE, SIGXFSZ),  # Python ignores these, and a child would inherit that
    )


def _program(name: str, path: str) -> str:
    """``name`` as the first executable file of ``path`` (the child's, as a shell would look it up)."""
    found = _found.get((name, path))
    if found is None:
        candidates = [os.path.join(folder or os.curdir, name) for folder in path.split(os.pathsep)]
        found = next((one for one in candidates if os.access(one, os.X_OK) and os.path.isfile(one)), None)
        if found is None:
            raise FileNotFoundError(2, "No such file or directory", name)
        _found[name, path] = found
    return found
