# SPDX-License-Identifier: Apache-2.0
"""Threat 12: a change of white space alone is a change."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatekeeper.git.content import Digests
from tests.repo import AGENT, RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


GOOD, BAD = "if admin:\n    check()\ndelete()\n", "if admin:\n    check()\n    delete()\n"


def test_another_indentation_is_another_content(stage: Scene) -> None:
    head = stage.agent_commit({"a.py": GOOD})
    stage.repo.git("reset", "-q", "--hard", stage.base)
    other = stage.agent_commit({"a.py": BAD})
    first, second = Digests(stage.objects).of_commits([head, other])
    assert first != second
    patches = [stage.repo.run("diff-tree", "-p", oid).stdout for oid in (head, other)]
    assert len({stage.repo.git("patch-id", "--stable", stdin=patch).split()[0] for patch in patches}) == 1


def test_an_approval_does_not_cover_it(stage: Scene) -> None:
    head = stage.agent_commit({"a.py": GOOD})
    stage.approve(ALICE, stage.change(head), [finding(head)])
    stage.repo.write({"a.py": BAD})
    other = stage.repo.commit(None, "work", AGENT, "--amend")
    assert not stage.judge(stage.change(other), [finding(other)]).findings[0].covered
