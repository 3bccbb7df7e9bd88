# SPDX-License-Identifier: Apache-2.0
"""Threat 19: a person with two keys is one person."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatekeeper.model import Requirement
from tests.repo import RepoBuilder
from tests.scene import ALICE, BOB, NAMESPACES, Scene, finding, scene
from tests.signers import SoftKey


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_two_approvals_by_two_keys_fill_one_slot(stage: Scene) -> None:
    second = SoftKey("alice's second key")
    stage.lines.append(f"{ALICE} {NAMESPACES} {second.public}")
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, approvers=(("maintainers", 2),))]
    stage.approve(ALICE, change, found)
    stage.note(stage.approval(ALICE, change, found)._replace(nonce="02"), second)
    coverage = stage.judge(change, found)
    assert coverage.missing == (Requirement("maintainers", 1),)
    stage.approve(BOB, change, found)
    assert stage.judge(change, found).findings[0].covered


def test_an_approval_and_a_commit_signature_by_one_person_fill_one_slot(stage: Scene) -> None:
    stage.approval_settings(exclude=())
    head = stage.signed(stage.agent_commit(), ALICE)
    change, found = stage.change(head), [finding(head, approvers=(("maintainers", 2),))]
    stage.approve(ALICE, change, found)
    assert stage.judge(change, found).missing == (Requirement("maintainers", 1),)


def test_a_person_in_two_teams_fills_one_slot(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, approvers=(("maintainers", 1), ("security", 1)))]
    stage.approve(ALICE, change, found)
    assert sum(one.people for one in stage.judge(change, found).missing) == 1
