# SPDX-License-Identifier: Apache-2.0
"""Threat 52: malformed objects. Commits that programs read differently are refused, whatever fsck was asked to do."""

from __future__ import annotations

import pytest

from tests.repo import RepoBuilder
from tests.threats.proposals import base, judged

SIGNATURE = b"gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n"
MALLORY = b"author Mallory <mallory@example.org> 1700000000 +0000\n"


@pytest.mark.parametrize(
    ("extra", "message", "words"),
    [
        (SIGNATURE + SIGNATURE, b"change\n", "2 'gpgsig' headers"),
        (b"", b"shown\n\0hidden\n", "the message holds a NUL byte"),
        (b"gpgsig-note unsigned\n", b"change\n", "no signature covers"),
    ],
)
def test_odd_commits_are_denied(repo: RepoBuilder, extra: bytes, message: bytes, words: str) -> None:
    start = base(repo)
    tree = repo.git("rev-parse", "HEAD^{tree}")
    said = judged(repo, start, repo.commit_tree(tree, [start], message, extra))
    assert said.code == 1, said.out
    assert "git.object" in said.out
    assert words in said.out


def test_two_authors_are_no_commit_at_all(repo: RepoBuilder) -> None:
    start = base(repo)
    said = judged(repo, start, repo.commit_tree(repo.git("rev-parse", "HEAD^{tree}"), [start], extra=MALLORY))
    assert said.code == 4
    assert "two author lines" in said.err


def test_an_odd_encoding_asks_for_a_person(repo: RepoBuilder) -> None:
    start = base(repo)
    tree = repo.git("rev-parse", "HEAD^{tree}")
    said = judged(repo, start, repo.commit_tree(tree, [start], b"+AHIAbQ-\n", b"encoding UTF-7\n"))
    assert said.code == 3
    assert "the encoding 'UTF-7' makes the message read otherwise" in said.out
