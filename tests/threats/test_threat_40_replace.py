# SPDX-License-Identifier: Apache-2.0
"""Threat 40: replace refs, on either side, change nothing of what is judged; and none comes in by a push."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import gatekeeper
from tests.repo import AGENT
from tests.served import MAIN, Served, secret


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def test_a_replaced_commit_is_judged_as_it_is(served: Served) -> None:
    innocent = served.branch("innocent", {"b.txt": "b\n"})
    leak = served.branch("agent/leak", {"key.txt": secret()})
    for where in (served.clone, served.server):
        where.git("fetch", "-q", str(served.clone.path), leak, innocent)
        where.git("update-ref", f"refs/replace/{leak}", innocent)
    words = ("--target", MAIN, "--offline", "--repo", str(served.clone.path))
    told = gatekeeper("check", leak, *words)
    assert told.code == 1
    assert "key.txt:1  deny  secrets.ssh-private-key" in told.out
    done = served.push(f"{leak}:refs/heads/agent/leak")
    assert done.code == 1
    assert "denied: 1 commit for refs/heads/agent/leak (1 to fix)" in done.err


def test_a_replaced_blob_is_judged_as_it_is(served: Served) -> None:
    leak = served.branch("agent/leak", {"key.txt": secret()})
    innocent = served.clone.blob(b"nothing\n")
    served.clone.git("update-ref", f"refs/replace/{served.clone.git('rev-parse', 'HEAD:key.txt')}", innocent)
    told = gatekeeper("check", leak, "--target", MAIN, "--offline", "--repo", str(served.clone.path))
    assert told.code == 1


@pytest.mark.parametrize("name", ["refs/replace/", "refs/Replace/"])
def test_a_replace_ref_is_not_taken(served: Served, name: str) -> None:
    served.clone.branch("agent/other", "refs/remotes/origin/main")
    served.clone.commit({"app.py": "print('other')\n"}, "other", AGENT)
    done = served.push(f"agent/other:{name}{served.base}")
    assert done.code == 1
    assert "would make git show another object than the one that was judged" in done.err
    assert served.server.git("for-each-ref", "refs/replace", "refs/Replace") == ""
