# SPDX-License-Identifier: Apache-2.0
"""Rejections follow content, and revocations kill for ever."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatekeeper.approvals.predicates import Rejection
from tests.repo import AGENT, RepoBuilder
from tests.scene import ALICE, BOB, CAROL, CLAUDE, MAIN, MALLORY, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def reject(stage: Scene, name: str, head: str, base: str | None = None, target: str = MAIN) -> Rejection:
    said = stage.rejection(name, stage.change(head, base, target))
    stage.note(said)
    return said


def vetoes(stage: Scene, head: str, base: str | None = None, approvers: tuple[tuple[str, int], ...] = ()) -> list[str]:
    found = [finding(head, approvers=approvers)] if approvers else [finding(head)]
    return list(stage.judge(stage.change(head, base), found).vetoes)


def moved_base(stage: Scene) -> str:
    stage.repo.git("checkout", "-q", "-B", "main", stage.base)
    return stage.repo.commit({"other": "x\n"})


def test_a_rejection_by_a_member_of_an_asked_team_is_a_veto(stage: Scene) -> None:
    head = stage.agent_commit()
    said = reject(stage, BOB, head)
    assert vetoes(stage, head) == [said.id]


@pytest.mark.parametrize("name", [CAROL, CLAUDE])
def test_a_rejection_by_others_is_none(stage: Scene, name: str) -> None:
    head = stage.agent_commit()
    reject(stage, name, head)
    assert vetoes(stage, head) == []


def test_where_nothing_is_asked_the_ordinary_teams_may_veto(stage: Scene) -> None:
    head = stage.agent_commit()
    said = reject(stage, BOB, head)
    reject(stage, CAROL, head)
    assert stage.judge(stage.change(head), []).vetoes == (said.id,)


def test_a_veto_outlives_approvals(stage: Scene) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    said = reject(stage, BOB, head)
    stage.approve(ALICE, change, [finding(head)])
    coverage = stage.judge(change, [finding(head)])
    assert coverage.findings[0].covered
    assert coverage.vetoes == (said.id,)


def test_a_veto_follows_a_rebase(stage: Scene) -> None:
    stage.agent_commit()
    said = reject(stage, BOB, stage.agent_commit({"b.txt": "b\n"}))
    base = moved_base(stage)
    stage.agent_commit()
    rebased = stage.agent_commit({"b.txt": "b\n"})
    assert vetoes(stage, rebased, base) == [said.id]


def test_a_veto_follows_a_squash(stage: Scene) -> None:
    stage.agent_commit()
    said = reject(stage, BOB, stage.agent_commit({"b.txt": "b\n"}))
    base = moved_base(stage)
    squashed = stage.agent_commit({"a.txt": "agent\n", "b.txt": "b\n"})
    assert vetoes(stage, squashed, base) == [said.id]


def test_a_veto_follows_commits_into_a_longer_change(stage: Scene) -> None:
    said = reject(stage, BOB, stage.agent_commit())
    base = moved_base(stage)
    stage.agent_commit({"before": "x\n"})
    stage.agent_commit()
    stage.repo.commit(None, "empty", AGENT)
    assert vetoes(stage, stage.agent_commit({"after": "x\n"}), base) == [said.id]


def test_a_veto_follows_a_merge_and_another_target(stage: Scene) -> None:
    stage.repo.branch("side")
    said = reject(stage, BOB, stage.agent_commit(), target="refs/heads/release/1")
    base = moved_base(stage)
    stage.repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    assert vetoes(stage, stage.repo.git("rev-parse", "HEAD"), base) == [said.id]


def test_a_veto_covers_one_split_into_commits(stage: Scene) -> None:
    said = reject(stage, BOB, stage.agent_commit({"a.txt": "agent\n", "b.txt": "b\n"}))
    base = moved_base(stage)
    stage.agent_commit()
    assert vetoes(stage, stage.agent_commit({"b.txt": "b\n"}), base) == [said.id]


def test_other_content_is_not_denied(stage: Scene) -> None:
    reject(stage, BOB, stage.agent_commit())
    base = moved_base(stage)
    assert vetoes(stage, stage.agent_commit({"a.txt": "agent \n"}), base) == []


def test_rejecting_nothing_denies_only_that_commit(stage: Scene) -> None:
    empty = stage.repo.commit(None, "empty", AGENT)
    said = reject(stage, BOB, empty)
    assert vetoes(stage, empty) == [said.id]
    stage.repo.git("reset", "-q", "--hard", stage.base)
    assert vetoes(stage, stage.repo.commit(None, "another", AGENT)) == []


def test_the_signer_lifts_a_veto_and_nobody_else_does(stage: Scene) -> None:
    head = stage.agent_commit()
    said = reject(stage, BOB, head)
    stage.note(stage.revocation(ALICE, said))
    assert vetoes(stage, head) == [said.id]
    stage.note(stage.revocation(BOB, said))
    assert vetoes(stage, head) == []


def test_a_veto_from_a_gates_log_counts(stage: Scene) -> None:
    head = stage.agent_commit()
    said = stage.rejection(BOB, stage.change(head))
    stage.logged.append(stage.line(said))
    assert vetoes(stage, head) == [said.id]


def test_a_logged_revocation_by_a_key_that_is_gone_ends_approvals_and_lifts_no_veto(stage: Scene) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    said, veto = stage.approval(ALICE, change, [finding(head)]), stage.rejection(ALICE, change)
    stage.note(said)
    stage.note(veto)
    forged = [stage.line(stage.revocation(ALICE, one), stage.keys[MALLORY]) for one in (said, veto)]
    stage.logged.extend(forged)
    coverage = stage.judge(change, [finding(head)])
    assert coverage.present == ()
    assert coverage.vetoes == (veto.id,)
    stage.notes = [(head, line) for line in (stage.line(said), stage.line(veto), *forged)]
    stage.logged.clear()
    assert stage.judge(change, [finding(head)]).present == (said.id,)  # in notes a stranger's line is nothing


def test_a_change_that_conflicts_can_be_rejected(stage: Scene) -> None:
    stage.repo.branch("side")
    head = stage.agent_commit({"README": "side\n"})
    stage.repo.git("checkout", "-q", "main")
    base = stage.repo.commit({"README": "main\n"})
    said = reject(stage, BOB, head, base)
    assert vetoes(stage, head, base) == [said.id]


def test_a_revoked_approval_is_dead(stage: Scene) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    said = stage.approval(ALICE, change, [finding(head)])
    stage.note(said)
    stage.note(stage.revocation(BOB, said))
    assert stage.judge(change, [finding(head)]).present == (said.id,)
    stage.note(stage.revocation(ALICE, said))
    assert stage.reason(change, [finding(head)]) == "its signer revoked it"
    stage.note(said)
    assert stage.reason(change, [finding(head)]) == "its signer revoked it"


def test_a_base_that_is_gone_is_only_a_moved_base(stage: Scene) -> None:
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)], base="1" * 40)
    assert stage.reason(stage.change(head), [finding(head)]) == "the target moved since it was signed; approve again"
