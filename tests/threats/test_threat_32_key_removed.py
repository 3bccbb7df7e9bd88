# SPDX-License-Identifier: Apache-2.0
"""Threat 32: a key that was taken out of the signers file approves nothing from then on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, BOB, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_approvals_signed_before_do_not_count_any_more(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    said = stage.approve(ALICE, change, found)
    assert stage.judge(change, found).present == (said,)
    del stage.lines[0]
    assert stage.reason(change, found).endswith("is not listed in allowed_signers")


def test_what_a_gate_logged_as_denied_stays_denied(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    said = stage.rejection(BOB, change)
    stage.logged.append(stage.line(said))
    del stage.lines[1]
    assert stage.judge(change, found).vetoes == (said.id,)
