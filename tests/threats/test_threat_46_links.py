# SPDX-License-Identifier: Apache-2.0
"""Threat 46: a symbolic link out of the tree, into ``.git``, or in place of a folder."""

from __future__ import annotations

import pytest

from tests.repo import RepoBuilder
from tests.threats.proposals import base, graft, judged


@pytest.mark.parametrize(
    ("path", "target", "words"),
    [
        (b"a", b"/etc/passwd", "the target is absolute"),
        (b"a", b"../../outside", "the target is outside the tree"),
        (b"d/e", b"../../outside", "the target is outside the tree"),
        (b"a", b".git/hooks", "the target is inside .git"),
        (b"a", b"src/../.GIT/config", "the target is inside .git"),
        (b"src", b"other", "it takes the place of a folder"),
    ],
)
def test_links_that_lead_away_are_denied(repo: RepoBuilder, path: bytes, target: bytes, words: str) -> None:
    start = base(repo, {"src/a.py": "a = 1\n", "other/b.py": "b = 1\n"})
    said = judged(repo, start, graft(repo, start, path, "120000", repo.blob(target)))
    assert said.code == 1
    assert "git.symlink" in said.out
    assert words in said.out


def test_a_link_within_the_tree_asks_for_a_person(repo: RepoBuilder) -> None:
    start = base(repo, {"v2/a.md": "a\n"})
    said = judged(repo, start, graft(repo, start, b"latest", "120000", repo.blob(b"v2")))
    assert said.code == 3
    assert "a symbolic link to 'v2'" in said.out


def test_a_way_through_an_older_link_asks_for_a_person_and_names_it(repo: RepoBuilder) -> None:
    start = graft(repo, base(repo, {"src/a.py": "a = 1\n"}), b"up", "120000", repo.blob(b"src/.."))
    said = judged(repo, start, graft(repo, start, b"a", "120000", repo.blob(b"up/../outside")))
    assert said.code == 3
    assert "through the link 'up'" in said.out


def test_two_links_of_one_commit_that_lead_out_together_are_denied(repo: RepoBuilder) -> None:
    start = base(repo, {"src/a.py": "a = 1\n"})
    (repo.path / "up").symlink_to("src/..")
    (repo.path / "a").symlink_to("up/../outside")
    repo.git("add", "up", "a")
    said = judged(repo, start, repo.commit({}, "two links"))
    assert said.code == 1
    assert "the target is outside the tree" in said.out
