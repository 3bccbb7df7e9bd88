# SPDX-License-Identifier: Apache-2.0
"""Threat 49: path tricks. A path is matched as it is stored and as file systems may take it, whichever is stricter."""

from __future__ import annotations

import unicodedata

import pytest

from tests.repo import RepoBuilder
from tests.threats.proposals import base, graft, judged

CYRILLIC_A = "\u0430"


@pytest.mark.parametrize(
    "path",
    [
        b"Payments/ledger/book.py",
        b"payments/LEDGER/book.py",
        b"payments./ledger/book.py",
        b"payments/ledger /book.py",
        b"payments\\ledger\\book.py",
        b"payments/led\xe2\x80\x8cger/book.py",
    ],
)
def test_other_spellings_of_a_protected_path_are_that_path(repo: RepoBuilder, path: bytes) -> None:
    start = base(repo)
    said = judged(repo, start, graft(repo, start, path, "100644", repo.blob(b"a = 1\n")))
    assert said.code in (1, 3)
    assert "paths.ledger" in said.out
    assert "money moves here" in said.out


@pytest.mark.parametrize("path", [b".Github/Workflows/ci.yml", b".github./workflows/ci.yml"])
def test_other_spellings_of_a_workflow_that_calls_the_gate_are_that_workflow(repo: RepoBuilder, path: bytes) -> None:
    start = base(repo)
    said = judged(repo, start, graft(repo, start, path, "100644", repo.blob(b"run: gatekeeper check\n")))
    assert said.code in (1, 3)
    assert "self.policy" in said.out


@pytest.mark.parametrize(
    "path",
    [b".GIT/config", b"git~1/config", b"src/.git/hooks/x", b".git./config", b".g\xe2\x80\x8cit/config", b"a\\.git\\x"],
)
def test_forms_of_dot_git_are_denied(repo: RepoBuilder, path: bytes) -> None:
    start = base(repo)
    said = judged(repo, start, graft(repo, start, path, "100644", repo.blob(b"x")))
    assert said.code == 1
    assert "some systems take a part of this path for .git" in said.out


@pytest.mark.parametrize("path", [b"a/../../b", b"../b"])
def test_parts_that_lead_out_are_denied(repo: RepoBuilder, path: bytes) -> None:
    start = base(repo)
    said = judged(repo, start, graft(repo, start, path, "100644", repo.blob(b"x")))
    assert said.code == 1
    assert "lead out of the tree" in said.out


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (b"a\nb.py", "control characters"),
        (b"a\x1b[2J.py", "control characters"),
        (b"a\\b.py", "backslash"),
        (b"a.py.", "dot or a space"),
        (b"caf\xe9.py", "not UTF-8"),
        (b"README.MD", "some systems take it for 'README.md'"),
        (unicodedata.normalize("NFD", "caf\u00e9.md").encode(), "some systems take it for"),
        (f"re{CYRILLIC_A}dme.md".encode(), "mixes scripts"),
    ],
)
def test_names_that_a_reader_or_a_disk_mistakes_ask_for_a_person(repo: RepoBuilder, path: bytes, words: str) -> None:
    start = base(repo, {"README.md": "x\n", "caf\u00e9.md": "x\n"})
    said = judged(repo, start, graft(repo, start, path, "100644", repo.blob(b"x\n")))
    assert said.code == 3, said.out
    assert words in said.out


def test_a_name_that_is_shown_backwards_is_denied(repo: RepoBuilder) -> None:
    start = base(repo)
    said = judged(repo, start, graft(repo, start, "doc\u202efdp.sh".encode(), "100644", repo.blob(b"x\n")))
    assert said.code == 1
    assert "in the path: bidirectional control" in said.out
    assert "\u202e" not in said.out


@pytest.mark.parametrize("path", [b".Gatekeeper/policy.yaml", b".gatekeeper /policy.yaml", b"gateke~1/policy.yaml"])
def test_another_spelling_of_the_policy_is_denied(repo: RepoBuilder, path: bytes) -> None:
    start = base(repo)
    said = judged(repo, start, graft(repo, start, path, "100644", repo.blob(b"version: 1\n")))
    assert said.code == 1
    assert "another spelling of the gate's own files" in said.out
