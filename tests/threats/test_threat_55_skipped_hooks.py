# SPDX-License-Identifier: Apache-2.0
"""Threat 55: whoever skips the local hooks meets the server, which decides again."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import gatekeeper
from tests.served import Served, secret


@pytest.fixture
def served(tmp_path: Path) -> Served:
    served = Served(tmp_path)
    assert gatekeeper("install", "--repo", str(served.clone.path)).code == 0
    served.clone.branch("agent/leak", "refs/remotes/origin/main")
    return served


def test_the_local_hook_stops_what_is_not_skipped(served: Served) -> None:
    served.clone.write({"key.txt": secret()})
    done = served.clone.run("commit", "-m", "Add a key", check=False)
    assert done.returncode != 0
    assert b"denied: the new commit" in done.stderr
    assert b"secrets." in done.stderr


def test_a_variable_skips_nothing(served: Served) -> None:
    served.clone.write({"key.txt": secret()})
    done = served.clone.run("commit", "-m", "x", check=False, env={"SKIP": "gatekeeper", "GATEKEEPER_SKIP": "1"})
    assert done.returncode != 0
    assert b"denied" in done.stderr


@pytest.mark.parametrize("way", ["--no-verify", "core.hooksPath", "the hooks are gone"])
def test_the_server_decides_again(served: Served, way: str) -> None:
    clone = served.clone
    clone.write({"key.txt": secret()})
    options = ["-c", "core.hooksPath=/dev/null"] if way == "core.hooksPath" else []
    skip = ["--no-verify"] if way == "--no-verify" else []
    if way == "the hooks are gone":
        for name in ("pre-commit", "commit-msg", "pre-push"):
            (clone.path / ".git/hooks" / name).unlink()
    clone.git(*options, "commit", "-q", *skip, "-m", "Add a key")
    before = served.refs()
    done = clone.run(*options, "push", *skip, "origin", "HEAD:main", check=False)
    assert done.returncode == 1
    assert b"remote: denied: 1 commit for refs/heads/main (1 to fix)" in done.stderr
    assert b"pre-receive hook declined" in done.stderr
    assert served.refs() == before
    assert secret().splitlines()[1].encode() not in done.stderr


def test_doctor_says_that_local_hooks_are_advisory(served: Served) -> None:
    told = gatekeeper("doctor", "--repo", str(served.clone.path))
    assert "advisory here:\n  local hooks: --no-verify, SKIP= and core.hooksPath pass them by" in told.out
