# SPDX-License-Identifier: Apache-2.0
"""Threat 44: attributes that hide a file from ``git diff`` hide it neither from the rules nor from the record."""

from __future__ import annotations

import pytest

from tests.repo import RepoBuilder
from tests.threats.proposals import base, judged


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("*.py -diff", "hides changes from diffs"),
        ("*.py binary", "hides changes as binary"),
        ("*.py diff=evil", "can run a program"),
        ("*.py filter=evil", "runs a filter program"),
        ("*.py working-tree-encoding=UTF-16", "rewrites content at checkout"),
        ("src/** linguist-generated", "folds changes away in reviews"),
    ],
)
def test_the_attribute_asks_for_a_person(repo: RepoBuilder, line: str, words: str) -> None:
    start = base(repo, {"src/a.py": "a = 1\n"})
    said = judged(repo, start, repo.commit({".gitattributes": line + "\n"}))
    assert said.code == 3
    assert "git.attributes" in said.out
    assert words in said.out


def test_what_it_hides_is_found_all_the_same(repo: RepoBuilder) -> None:
    start = base(repo, {".gitattributes": "*.py -diff -text filter=none\n"})
    head = repo.commit({"a.py": "x = 'user\u202e'\n"})
    assert "Binary files" in repo.git("diff", start, head)
    said = judged(repo, start, head)
    assert said.code == 1
    assert "a.py:1" in said.out
    assert "unicode.bidi" in said.out
