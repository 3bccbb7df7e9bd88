# SPDX-License-Identifier: Apache-2.0
"""Threat 18: nobody approves their own change; people are compared, not keys."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import AGENT, RepoBuilder
from tests.scene import ALICE, NAMESPACES, Scene, finding, scene
from tests.signers import SoftKey


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_the_author_by_address(stage: Scene) -> None:
    head = stage.agent_commit(who=("Alice", ALICE))
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found)
    assert stage.reason(change, found) == "approver is the commit's author"


@pytest.mark.parametrize("who", [AGENT, ("Alice", "alice@home.example")])
def test_the_author_by_signature_with_another_key_and_another_address(stage: Scene, who: tuple[str, str]) -> None:
    stage.policy = stage.policy._replace(humans="same")
    second = SoftKey("alice's second key")
    stage.lines.append(f"{ALICE} {NAMESPACES} {second.public}")
    head = stage.signed(stage.agent_commit(who=who), ALICE, key=second)
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found)
    assert stage.reason(change, found) == "approver is the commit's author"


def test_the_committer(stage: Scene) -> None:
    stage.repo.write({"a.txt": "agent\n"})
    stage.repo.git("commit", "-q", "-m", "work", env={"GIT_AUTHOR_NAME": AGENT[0], "GIT_AUTHOR_EMAIL": AGENT[1]})
    head = stage.repo.git("rev-parse", "HEAD")
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found)
    assert stage.reason(change, found) == "approver is the commit's committer"
