# SPDX-License-Identifier: Apache-2.0
"""Both ways to start a program do the same."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from gatekeeper.git import spawn, spawn_portable
from gatekeeper.git.spawn import Completed

ENV = {"PATH": os.environ["PATH"], "MARK": "here"}


class Run(Protocol):
    def __call__(self, words: Sequence[str | bytes], env: Mapping[str, str], stdin: bytes = b"") -> Completed: ...


@pytest.fixture(params=[spawn.run_program, spawn_portable.run], ids=["spawn", "portable"])
def run(request: pytest.FixtureRequest) -> Run:
    chosen: Run = request.param
    return chosen


def python(code: str) -> list[str]:
    return [sys.executable, "-I", "-S", "-c", code]


@pytest.mark.parametrize("size", [0, 1, 32 * 1024, 32 * 1024 + 1, 3_000_000])
def test_all_streams_pass_whole(run: Run, size: int) -> None:
    code = (
        "import sys; data = sys.stdin.buffer.read(); sys.stdout.buffer.write(data); sys.stderr.buffer.write(data[::-1])"
    )
    data = (b"0123456789" * (size // 10 + 1))[:size]
    assert run(python(code), ENV, data) == (0, data, data[::-1])


def test_codes_and_signals_are_told(run: Run) -> None:
    assert run(python("import sys; sys.exit(7)"), ENV).returncode == 7
    assert run(python("import os; os.kill(os.getpid(), 9)"), ENV).returncode == -9


def test_only_the_environment_given_is_there(run: Run) -> None:
    listed = run(python("import os; print(sorted(os.environ))"), {**ENV, "PATH": ENV["PATH"]}).stdout.decode()
    assert "MARK" in listed
    assert "HOME" not in listed


def test_the_program_is_looked_up_on_the_path_given(run: Run, tmp_path: Path) -> None:
    program = tmp_path / "git"
    program.write_text("#!/bin/sh\necho mine\n")
    program.chmod(0o755)
    assert run(["git"], {"PATH": f"{tmp_path}:{ENV['PATH']}"}).stdout == b"mine\n"
    with pytest.raises(FileNotFoundError):
        run(["git"], {"PATH": str(tmp_path / "nowhere")})


def test_signals_that_python_ignores_are_not_ignored_by_children(run: Run) -> None:
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        assert run(["sh", "-c", "kill -XFSZ $$; echo survived"], ENV).returncode == -signal.SIGXFSZ
    finally:
        signal.signal(signal.SIGXFSZ, before)


@pytest.mark.parametrize("kind", [spawn.Spawned, spawn_portable.Opened])
def test_a_running_program_answers(kind: type[spawn.Spawned] | type[spawn_portable.Opened]) -> None:
    code = "import sys\nfor line in sys.stdin: print(line.upper(), end='', flush=True)\nsys.exit(3)"
    program = kind(python(code), ENV)
    for word in (b"one\n", b"two\n"):
        program.stdin.write(word)
        program.stdin.flush()
        assert program.stdout.readline() == word.upper()
    assert program.close() == 3


def test_no_descriptor_is_left(run: Run) -> None:
    before = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    for _ in range(20):
        run(python("pass"), ENV, b"x" * 50_000)
        with pytest.raises(FileNotFoundError):
            run(["no-such-program"], ENV)
    after = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    assert before == after
