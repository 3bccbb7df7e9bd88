# SPDX-License-Identifier: Apache-2.0
"""Threat 82: a commit signature taken from a person's ssh-agent fills one slot at most, and presence applies."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatekeeper.model import Requirement
from tests.repo import RepoBuilder
from tests.scene import ALICE, NAMESPACES, Scene, finding, scene
from tests.signers import SoftKey


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_it_fills_one_slot_of_that_commits_findings(stage: Scene) -> None:
    other = stage.agent_commit({"b.txt": "b\n"})
    head = stage.signed(stage.agent_commit(), ALICE)
    found = [finding(head), finding(head, "ci.risky", "f" * 20, (("maintainers", 2),)), finding(other)]
    coverage = stage.judge(stage.change(head), found)
    assert [one.covered for one in coverage.findings] == [True, False, False]
    assert coverage.missing == (Requirement("maintainers", 1),)


@pytest.mark.parametrize("rule", ["self.policy", "secrets.generic"])
def test_it_never_fills_policies_and_inline_allowed_secrets(stage: Scene, rule: str) -> None:
    head = stage.signed(stage.agent_commit(), ALICE)
    assert not stage.judge(stage.change(head), [finding(head, rule)]).findings[0].covered


def test_nor_what_the_whole_change_or_a_new_ref_asks_for(stage: Scene) -> None:
    head = stage.signed(stage.agent_commit(), ALICE)
    found = [finding(head, "ref.created"), finding(head, "size.huge")]
    assert not any(one.covered for one in stage.judge(stage.change(head), found, whole=found).findings)


@pytest.mark.parametrize(("flags", "covered"), [(0, False), (1, True)])
def test_presence_applies(stage: Scene, flags: int, covered: bool) -> None:
    stage.approval_settings(presence="touch")
    key = SoftKey("alice's hardware key", application="ssh:")
    stage.lines.append(f"{ALICE} {NAMESPACES} {key.public}")
    head = stage.signed(stage.agent_commit(), ALICE, flags, key)
    assert stage.judge(stage.change(head), [finding(head)]).findings[0].covered == covered
