# SPDX-License-Identifier: Apache-2.0
"""A file that only changed its place brings nothing new."""

from __future__ import annotations

import pytest

from gatekeeper.model import MODE_EXEC, MODE_FILE
from gatekeeper.rules.moves import moved
from gatekeeper.rules.registry import rules_for
from tests.views import MemoryCommit, Sides

CONTENTS = {
    "unicode.bidi": "x = '\u202e'\n",
    "code.long-line": "x" * 3000 + "\n",
    "git.binary": "\0binary",
    "size.large": "".join(f"{n}\n" for n in range(1500)),
}


def found(files: dict[str | bytes, Sides]) -> set[str]:
    view = MemoryCommit(files)
    return {hit.rule for rule in rules_for(["unicode.*", "code.*", "git.*", "size.*"]) for hit in rule.inspect(view)}


@pytest.mark.parametrize("rule", sorted(CONTENTS))
def test_what_moves_unchanged_is_not_new(rule: str) -> None:
    text = CONTENTS[rule]
    assert rule in found({"b/a.py": (None, text)})
    assert found({"a.py": (text, None), "b/a.py": (None, text)}) == set()


@pytest.mark.parametrize("rule", sorted(CONTENTS))
def test_what_changes_on_the_way_is_new(rule: str) -> None:
    text = CONTENTS[rule]
    assert rule in found({"a.py": (text, None), "b/a.py": (None, text + "more")})


def test_another_extension_or_mode_makes_other_use_of_the_same_bytes() -> None:
    text = CONTENTS["unicode.bidi"]
    assert "unicode.bidi" in found({"a.txt": (text, None), "a.py": (None, text)})
    assert "git.mode" in found({"a.sh": ("x", None, MODE_FILE, 0), "b.sh": (None, "x", 0, MODE_EXEC)})
    assert found({"a.sh": ("x", None, MODE_EXEC, 0), "b.sh": (None, "x", 0, MODE_EXEC)}) == set()


def test_both_names_are_told_and_a_copy_is_no_move() -> None:
    assert moved(MemoryCommit({"a.py": ("x", None), "b.py": (None, "x")}).files) == {b"a.py", b"b.py"}
    assert moved(MemoryCommit({"b.py": (None, "x")}, {"a.py": "x"}).files) == frozenset()
