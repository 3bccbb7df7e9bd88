# SPDX-License-Identifier: Apache-2.0
"""Threat 53: two objects with one SHA-1 id do not share an approval, since content is SHA-256 over bytes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.repo import RepoBuilder
from tests.scene import ALICE, Scene, finding, scene


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


@pytest.mark.parametrize("field", ["net", "series"])
def test_the_same_ids_with_other_bytes_are_not_approved(stage: Scene, field: str) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    said = stage.approval(ALICE, change, found)
    other = said.content._replace(net="0" * 64) if field == "net" else said.content._replace(series="0" * 64)
    stage.note(said._replace(content=other))
    assert stage.reason(change, found) == "the content is not what was signed"
