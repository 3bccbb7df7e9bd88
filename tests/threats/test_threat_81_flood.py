# SPDX-License-Identifier: Apache-2.0
"""Threat 81: junk on the approvals ref costs next to nothing, is never an error, and hides nothing."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from gatekeeper.approvals.read import read
from tests.repo import RepoBuilder
from tests.scene import ALICE, BOB, MALLORY, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_valid_statements_are_found_in_the_flood(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    said, veto = stage.approval(ALICE, change, found), stage.rejection(BOB, change)
    forged = stage.line(said._replace(approver=MALLORY, nonce="03"))
    flood = [forged[:-40] + b"%040d" % number for number in range(2000)]
    flood += [b"{}", b"\0" * 100, b"x" * 70_000, b'{"payload":"' + b"A" * 60_000] * 20
    stage.notes.append((head, b"\n".join([*flood, stage.line(said), stage.line(veto)])))
    started = time.process_time()
    statements = read(stage.reader(), stage.notes, change)
    assert time.process_time() - started < 2
    assert [one.id for one in statements.approvals] == [said.id]
    assert [one.id for one in statements.rejections] == [veto.id]
    assert len(statements.ignored) == 101
