# SPDX-License-Identifier: Apache-2.0
"""Threat 15: a withdrawn approval stays dead, and a veto follows the content through rebases."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, BOB, NAMESPACES, Scene, finding, scene
from tests.signers import SoftKey


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_a_revoked_approval_stays_dead_whatever_is_pushed_again(stage: Scene) -> None:
    second = SoftKey("alice's second key")
    stage.lines.append(f"{ALICE} {NAMESPACES} {second.public}")
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    said = stage.approval(ALICE, change, found)
    stage.notes.append((head, stage.line(stage.revocation(ALICE, said))))
    stage.note(said)
    stage.note(said, second)  # signed again: the id is that of what is said, not of the signature
    assert stage.reason(change, found) == "its signer revoked it"


def test_only_its_signer_can_withdraw_it(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    said = stage.approval(ALICE, change, found)
    stage.note(said)
    stage.note(stage.revocation(BOB, said))
    assert stage.judge(change, found).present == (said.id,)


@pytest.mark.parametrize("squashed", [False, True])
def test_a_veto_follows_the_content(stage: Scene, squashed: bool) -> None:
    stage.agent_commit()
    head = stage.agent_commit({"b.txt": "b\n"})
    said = stage.rejection(BOB, stage.change(head))
    stage.note(said)
    stage.repo.git("reset", "-q", "--hard", stage.base)
    base = stage.repo.commit({"other": "x\n"})
    if not squashed:
        stage.agent_commit()
    rebased = stage.agent_commit({"a.txt": "agent\n", "b.txt": "b\n"})
    change, found = stage.change(rebased, base), [finding(rebased)]
    stage.approve(ALICE, change, found)
    coverage = stage.judge(change, found)
    assert coverage.findings[0].covered
    assert coverage.vetoes == (said.id,)
