# SPDX-License-Identifier: Apache-2.0
"""Threat 5: neither a new ref, nor another name, nor a tag is a way round."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.served import MAIN, Served, secret


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


@pytest.mark.parametrize("ref", ["refs/heads/new", "refs/tags/new", "refs/notes/new", "refs/pull/1/head"])
def test_a_ref_that_no_pattern_names_is_inspected_for_what_is_denied(served: Served, ref: str) -> None:
    served.branch("agent/leak", {"key.txt": secret()})
    done = served.push(f"agent/leak:{ref}")
    assert done.code == 1
    assert f"denied: 1 commit for {ref} (1 to fix)" in done.err
    assert served.server.git("for-each-ref", ref) == ""


@pytest.mark.parametrize("ref", ["refs/heads/release/1", "refs/heads/MAIN", "refs/heads/Release/x"])
def test_a_new_ref_of_a_protected_name_asks_for_people(served: Served, ref: str) -> None:
    served.branch("agent/clean", {"b.txt": "b\n"})
    done = served.push(f"agent/clean:{ref}")
    assert done.code == 1
    assert f"needs approval: 1 commit for {ref} (1 to approve)" in done.err
    assert f"creates {ref}, a name that the policy protects; needs 1 of maintainers" in done.err
    assert served.refs() == {MAIN: served.base}


@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_ref_does_not_move_what_it_stands_for(served: Served, exists: bool) -> None:
    target = MAIN if exists else "refs/heads/release/1"
    served.server.git("symbolic-ref", "refs/heads/master", target)
    served.executable("agent/fix")
    done = served.push("agent/fix:master")
    assert done.code == 1
    assert f"refs/heads/master is only another name for {target}" in done.err
    assert f"next: push to {target} itself" in done.err
    assert served.server.git("rev-parse", MAIN) == served.base
    assert served.server.git("for-each-ref", "refs/heads/release") == ""


def test_renaming_a_protected_branch_deletes_it(served: Served) -> None:
    done = served.push("origin/main:refs/heads/trunk", ":refs/heads/main")
    assert done.code == 1
    assert "deletes the protected ref refs/heads/main" in done.err
    assert served.refs() == {MAIN: served.base}
