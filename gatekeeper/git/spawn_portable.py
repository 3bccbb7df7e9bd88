# SPDX-License-Identifier: Apache-2.0
"""What ``git.spawn`` does, by ``subprocess``: for systems without ``posix_spawn`` or anonymous files."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import BinaryIO, cast

from gatekeeper.git.spawn import Completed


class Opened:
    """A ``git.spawn.Program``."""

    def __init__(self, words: Sequence[str], env: Mapping[str, str]) -> None:
        pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
        self._process = subprocess.Popen(words, env=env, stdin=pipe, stdout=pipe, stderr=nowhere)
        self.stdin = cast(BinaryIO, self._process.stdin)
        self.stdout = cast(BinaryIO, self._process.stdout)

    def __enter__(self) -> Opened:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> int:
        self.stdin.close()
        self.stdout.close()
        return self._process.wait()


def run(words: Sequence[str | bytes], env: Mapping[str, str], stdin: bytes = b"") -> Completed:
    """What ``git.spawn.run_program`` does."""
    done = subprocess.run(words, env=env, input=stdin, capture_output=True, check=False)
    return Completed(done.returncode, done.stdout, done.stderr)
