# SPDX-License-Identifier: Apache-2.0
"""Threat 61: a push is all or nothing, and every ref of it is seen, also by the local hook."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import gatekeeper
from tests.repo import RepoBuilder
from tests.served import Served, secret


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def test_one_refused_ref_refuses_the_approved_one(served: Served) -> None:
    before = served.refs()
    served.executable("agent/approved")
    assert served.approve("agent/approved").code == 0
    served.executable("agent/unapproved")
    served.clone.commit({"b.txt": "b\n"})
    refs = ["refs/notes/gatekeeper/approvals", "agent/approved:main", "agent/unapproved:release/1"]
    done = served.push(*refs)
    assert done.code == 1
    assert "nothing of this push was taken: a refusal of one ref refuses all" in done.err
    assert served.refs() == before
    assert served.push(*refs[:2]).code == 0
    assert served.refs()["refs/heads/main"] != before["refs/heads/main"]


@pytest.mark.parametrize("order", [["agent/clean:clean", "agent/leak:leak"], ["agent/leak:leak", "agent/clean:clean"]])
def test_the_second_ref_is_judged_like_the_first(served: Served, order: list[str]) -> None:
    before = served.refs()
    served.branch("agent/clean", {"b.txt": "b\n"})
    served.branch("agent/leak", {"key.txt": secret()})
    done = served.push(*order)
    assert done.code == 1
    assert "denied" in done.err
    assert served.refs() == before


@pytest.mark.parametrize("order", [["agent/clean", "agent/leak"], ["agent/leak", "agent/clean"]])
def test_the_local_hook_reads_every_ref(served: Served, tmp_path: Path, order: list[str]) -> None:
    other = RepoBuilder.create(tmp_path / "other.git", bare=True)
    served.clone.git("remote", "set-url", "origin", str(other.path))
    assert gatekeeper("install", "--repo", str(served.clone.path), "--hooks", "pre-push").code == 0
    served.branch("agent/clean", {"b.txt": "b\n"})
    served.branch("agent/leak", {"key.txt": secret()})
    done = served.push(*order)
    assert done.code == 1
    assert "refs/heads/agent/leak" in done.err
    assert "denied" in done.err
    assert other.git("for-each-ref") == ""
    assert served.push("agent/clean").code == 0


def test_a_hook_that_was_there_before_sees_every_ref_too(served: Served, tmp_path: Path) -> None:
    other = RepoBuilder.create(tmp_path / "other.git", bare=True)
    served.clone.git("remote", "set-url", "origin", str(other.path))
    hook = served.clone.path / ".git/hooks/pre-push"
    hook.write_text(f"#!/bin/sh\ncat > '{tmp_path}/seen'\n")
    hook.chmod(0o755)
    gatekeeper("install", "--repo", str(served.clone.path), "--hooks", "pre-push")
    served.branch("agent/one", {"b.txt": "b\n"})
    served.branch("agent/two", {"c.txt": "c\n"})
    assert served.push("agent/one", "agent/two").code == 0
    seen = (tmp_path / "seen").read_text()
    assert "refs/heads/agent/one" in seen
    assert "refs/heads/agent/two" in seen
