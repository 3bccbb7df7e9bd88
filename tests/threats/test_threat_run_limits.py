# SPDX-License-Identifier: Apache-2.0
"""An agent that takes too much: it is stopped, the machine lives on, and nothing of it is left."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import policies
from tests.runs import PEOPLE, ROOT, Stage, document, temporary_stage

LIMITS = """\
run:
  limits: {wall: 60s, memory: 192MiB, processes: 48, file_size: 8MiB}
"""


@pytest.fixture(params=PEOPLE)
def limited(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with temporary_stage(request.param) as stage:
        _with_policy(stage)
        yield stage


def _with_policy(stage: Stage) -> None:
    for name, content in policies.files(LIMITS).items():
        path = stage.repo.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content)
    stage.git("add", "-A")
    stage.git("commit", "-q", "-m", "policy")
    stage.own()


def left_running(result: dict[str, object]) -> list[str]:
    """Command lines of processes of the run that are still there."""
    mark = f"GATEKEEPER_RUN={result['run']}".encode()
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            if mark in (place / "environ").read_bytes():
                found.append((place / "cmdline").read_text())
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue
    return found


def test_a_fork_bomb_ends(limited: Stage) -> None:
    result = limited.shell("bomb() { bomb | bomb & }; bomb; sleep 2; echo ended")
    said = document(result)
    # An ordinary user's forks fail, and the bomb dies of it; nothing limits root's but the watch.
    if limited.who == ROOT:
        assert said["agent"]["stopped"] == "more than 48 processes"  # type: ignore[index]
        assert result.code == 5
        assert {"kind": "limit", "what": "more than 48 processes", "count": 1} in said["refused"]  # type: ignore[operator]
    assert left_running(said) == []


def test_a_process_that_takes_too_much_memory_gets_none(limited: Stage) -> None:
    result = limited.shell("/usr/bin/python3 -c 'x = bytearray(1 << 30)' || echo refused")
    assert "MemoryError" in result.err
    assert "refused" in result.err


def test_many_processes_that_take_too_much_memory_together_are_stopped(limited: Stage) -> None:
    hog = "/usr/bin/python3 -c 'import time; x = bytearray(90 << 20); time.sleep(30)' &"
    result = limited.shell(f"{hog} {hog} {hog} {hog} wait")
    said = document(result)
    assert said["agent"]["stopped"] == "more than 192 MiB of memory"  # type: ignore[index]
    assert result.code == 5
    assert left_running(said) == []


def test_a_file_that_grows_too_large_is_cut_off(limited: Stage) -> None:
    result = limited.shell("head -c 64M /dev/zero >big; stat -c %s big; rm big")
    assert result.err.splitlines()[-1] == str(8 << 20)


def test_shared_memory_is_bounded(limited: Stage) -> None:
    result = limited.shell("for n in 1 2 3 4 5 6 7 8; do cat /dev/zero >/dev/shm/$n; done; du -sm /dev/shm | cut -f1")
    assert int(result.err.split()[-1]) <= 192


def test_endless_output_goes_by_without_being_kept(limited: Stage) -> None:
    result = limited.shell("while :; do echo again and again; done", "--timeout", "1s")
    said = document(result)
    assert said["agent"]["timed_out"] is True  # type: ignore[index]
    assert result.code == 5


def test_a_run_that_takes_too_long_is_ended_even_if_it_does_not_want_to(limited: Stage) -> None:
    began = time.monotonic()
    result = limited.shell("trap '' TERM INT HUP; echo work >done; while :; do sleep 1; done", "--timeout", "1s")
    said = document(result)
    assert time.monotonic() - began < 20
    assert result.code == 5
    assert said["agent"]["timed_out"] is True  # type: ignore[index]
    assert said["leftovers"], "what it had done is kept"
    assert left_running(said) == []


def test_processes_in_the_background_end_with_the_run(limited: Stage) -> None:
    result = limited.shell("setsid sleep 600 & (nohup sleep 600 &) ; sleep 600 & disown 2>/dev/null; exit 0")
    assert result.code == 0
    assert left_running(document(result)) == []


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a small disk")
def test_a_full_disk_ends_the_run_and_not_the_machine() -> None:
    with temporary_stage(ROOT) as stage:
        small = stage.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", str(small)], check=False).returncode:
            pytest.skip("mounting is not permitted here")
        try:
            stage.git("config", "gatekeeper.worktrees", str(small))
            result = stage.shell("for n in $(seq 100); do head -c 1M /dev/urandom >$n; done; sleep 5")
            said = document(result)
            assert said["agent"]["stopped"] == "the disk is nearly full"  # type: ignore[index]
            assert result.code in (4, 5)
            assert list(small.iterdir()) == [] or said["worktree"]
        finally:
            subprocess.run(["umount", str(small)], check=True)
