# SPDX-License-Identifier: Apache-2.0
"""Threat 48: a file becomes executable, or another kind of thing."""

from __future__ import annotations

import pytest

from tests.repo import RepoBuilder
from tests.threats.proposals import base, graft, judged


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("100644", "100755", "becomes executable"),
        ("120000", "100644", "a symbolic link becomes a file"),
        ("160000", "100755", "a submodule becomes a file"),
        ("100644", "160000", "a file becomes a submodule"),
    ],
)
def test_modes_and_kinds_ask_for_a_person(repo: RepoBuilder, before: str, after: str, words: str) -> None:
    blob = repo.blob(b"notes")
    oids = {"160000": "1" * 40}
    start = graft(repo, base(repo), b"tool", before, oids.get(before, blob))
    said = judged(repo, start, graft(repo, start, b"tool", after, oids.get(after, blob)))
    assert said.code == 3, said.out
    assert "git.mode" in said.out
    assert words in said.out


def test_losing_the_bit_is_allowed(repo: RepoBuilder) -> None:
    blob = repo.blob(b"notes")
    start = graft(repo, base(repo), b"tool", "100755", blob)
    assert judged(repo, start, graft(repo, start, b"tool", "100644", blob)).code == 0
