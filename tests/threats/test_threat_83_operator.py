# SPDX-License-Identifier: Apache-2.0
"""Threat 83: who started the agent's run does not alone approve what a rule gives to named approvers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatekeeper.policy.schema import PathRule
from tests.repo import RepoBuilder
from tests.scene import ALICE, CAROL, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


LEDGER = PathRule("ledger", ("ledger/**",), "approval", (("security", 1),))


@pytest.mark.parametrize("parties", [{"operators": (CAROL,)}, {"pusher": CAROL}])
def test_operator_and_pusher_are_excluded(stage: Scene, parties: dict[str, object]) -> None:
    stage.policy = stage.policy._replace(paths=(LEDGER,))
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, "paths.ledger", approvers=LEDGER.approvers)]
    stage.approve(CAROL, change, found)
    assert stage.reason(change, found, **parties) in (
        "approver started the agent's run",
        "approver pushed the change",
    )
    stage.approve(ALICE, change, found)
    assert stage.judge(change, found, **parties).findings[0].covered  # type: ignore[arg-type]
