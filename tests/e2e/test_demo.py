# SPDX-License-Identifier: Apache-2.0
"""The demo tells its story to the end and leaves nothing."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from tests.cli import process


def test_the_story_ends_and_nothing_is_left(tmp_path: Path) -> None:
    told = process("demo", "--json", env={"TMPDIR": str(tmp_path)}, cwd=tmp_path)
    assert told.code == 0, told.err
    steps = cast("list[dict[str, object]]", told.json()["steps"])
    pushes = [step["code"] for step in steps if cast("list[str]", step["words"])[:2] == ["git", "push"]]
    assert pushes == [0, 0, 1, 0, 1, 0, 0]
    assert [step["code"] for step in steps if "verify" in cast("list[str]", step["words"])] == [0, 1]
    assert list(tmp_path.iterdir()) == []
