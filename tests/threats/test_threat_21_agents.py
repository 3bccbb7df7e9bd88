# SPDX-License-Identifier: Apache-2.0
"""Threat 21: an agent's key among the approvers is refused, always."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import CLAUDE, SERVER, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


@pytest.mark.parametrize(("name", "word"), [(CLAUDE, "agents"), (SERVER, "gates")])
def test_in_a_team_or_not(stage: Scene, name: str, word: str) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    stage.approve(name, change, found)
    assert stage.reason(change, found).endswith(f"and {word} never approve")
    stage.policy = stage.policy._replace(teams={"maintainers": (name,)})
    assert stage.reason(change, found).endswith(f"and {word} never approve")


def test_by_signing_the_commit(stage: Scene) -> None:
    stage.policy = stage.policy._replace(teams={"maintainers": (CLAUDE,)})
    head = stage.signed(stage.agent_commit(), CLAUDE)
    assert not stage.judge(stage.change(head), [finding(head)]).findings[0].covered
