# SPDX-License-Identifier: Apache-2.0
"""Threat 31: keys are judged by the gate's clock, not by a time that the signer chose."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, DAY, NAMESPACES, NOW, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_an_expired_key_cannot_sign_for_the_time_before(stage: Scene) -> None:
    stage.lines[0] = f'{ALICE} valid-before="20260101Z",{NAMESPACES} {stage.keys[ALICE].public}'
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found, not_before=NOW - 500 * DAY)
    assert stage.reason(change, found) == f"the key of {ALICE} expired at 2026-01-01T00:00:00Z"


def test_nor_by_quoting_what_outlives_keys(stage: Scene) -> None:
    stage.lines[0] = f'{ALICE} valid-before="20260101Z",{NAMESPACES} {stage.keys[ALICE].public}'
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found, reason="urn:gatekeeper:rejection:v1")
    assert stage.reason(change, found) == f"the key of {ALICE} expired at 2026-01-01T00:00:00Z"


def test_an_expired_key_cannot_sign_commits_of_that_time(stage: Scene) -> None:
    stage.lines[0] = f'{ALICE} valid-before="20260101Z",{NAMESPACES} {stage.keys[ALICE].public}'
    head = stage.signed(stage.agent_commit(), ALICE)  # its dates are of 2023
    assert not stage.judge(stage.change(head), [finding(head)]).findings[0].covered


def test_a_signer_cannot_outlive_what_the_policy_gives(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    stage.approve(ALICE, change, found, not_before=NOW - 8 * DAY, expires=NOW + 365 * DAY)
    assert stage.reason(change, found) == "it expired at 2027-01-14T08:00:00Z"
