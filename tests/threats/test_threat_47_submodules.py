# SPDX-License-Identifier: Apache-2.0
"""Threat 47: a submodule is bumped, or ``.gitmodules`` fetches from ``ext::`` or ``file://``."""

from __future__ import annotations

import pytest

from tests.repo import RepoBuilder
from tests.threats.proposals import base, graft, judged


def modules(url: str, name: str = "lib") -> str:
    return f'[submodule "{name}"]\n\tpath = lib\n\turl = {url}\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (modules("ext::sh -c id"), "names a remote helper"),
        (modules("file:///srv/secret.git"), "a path of the machine"),
        (modules("-u./evil"), "reads as an option"),
        (modules("https://example.org/lib.git", "../../hooks"), "leads out of .git/modules"),
        (modules("https://example.org/lib.git") + "\tupdate = !id\n", "runs a command"),
    ],
)
def test_what_no_honest_project_needs_is_denied(repo: RepoBuilder, text: str, words: str) -> None:
    start = base(repo)
    said = judged(repo, start, repo.commit({".gitmodules": text}))
    assert said.code == 1
    assert "git.submodule" in said.out
    assert words in said.out


def test_a_bump_asks_for_a_person(repo: RepoBuilder) -> None:
    start = graft(repo, base(repo, {".gitmodules": modules("https://example.org/lib.git")}), b"lib", "160000", "1" * 40)
    said = judged(repo, start, graft(repo, start, b"lib", "160000", "2" * 40))
    assert said.code == 3
    assert "moves a submodule from commit 111111111111 to 222222222222" in said.out
