# SPDX-License-Identifier: Apache-2.0
"""Threat 49: a protected path under another spelling that some file system takes for the same one."""

from __future__ import annotations

import unicodedata

import pytest

from tests.policies import check, trusted
from tests.repo import RepoBuilder

PATHS = """\
paths:
  - {name: ledger, match: ["bücher/Ledger/**", "!bücher/Ledger/docs/**"]}
  - {name: ci, match: [/.github/workflows/]}
"""
NFD = unicodedata.normalize("NFD", "bücher").encode()
PLAIN = "bücher".encode()


def land(repo: RepoBuilder, *names: bytes) -> None:
    """Commit a file at a path of raw names, as git's own commands might refuse to."""
    kind, oid = "100644", repo.blob(b"text\n")
    for name in reversed(names):
        kind, oid = "40000", repo.tree([(kind, name, oid)])
    base = repo.git("rev-parse", "main")
    listed = repo.run("ls-tree", "-z", base).stdout.split(b"\0")
    entries = []
    for line in listed[:-1]:
        head, _, name = line.partition(b"\t")
        mode, _, other = head.decode().split()
        entries.append((mode.lstrip("0"), name, other))
    (new,) = [(mode, name, other) for mode, name, other in tree_of(repo, oid)]
    tree = repo.tree(sorted([*entries, new], key=lambda one: one[1] + b"/" * (one[0] == "40000")))
    repo.git("update-ref", "refs/heads/work", repo.commit_tree(tree, [base]))


def tree_of(repo: RepoBuilder, oid: str) -> list[tuple[str, bytes, str]]:
    raw = repo.run("cat-file", "tree", oid).stdout
    head, _, rest = raw.partition(b"\0")
    mode, _, name = head.partition(b" ")
    return [(mode.decode(), name, rest.hex())]


@pytest.mark.parametrize(
    "names",
    [
        (PLAIN, b"Ledger", b"a"),
        (PLAIN, b"ledger", b"a"),
        (PLAIN.upper().replace("ü".encode(), "Ü".encode()), b"LEDGER", b"a"),
        (NFD, b"Ledger", b"a"),
        (PLAIN, b"Ledger.", b"a"),
        (PLAIN, b"Ledger ", b"a"),
        (PLAIN, b"Ledger . .", b"a"),
        (PLAIN, "Led\u200dger".encode(), b"a"),
        (PLAIN, "Ledger\u200f".encode(), b"a"),
        (PLAIN, b"Ledger::$INDEX_ALLOCATION", b"a"),
        (PLAIN, b"Ledger\\a"),
        (PLAIN + b"\\Ledger\\a",),
        (PLAIN, b"Ledger", b"\xff\xfe"),
        (PLAIN, b"Ledger", b"a\nb"),
        (PLAIN, b"Ledger", b"Docs", b"a"),
        (PLAIN, b"Ledger", b"docs.", b"a"),
    ],
)
def test_other_spellings_are_protected(repo: RepoBuilder, names: tuple[bytes, ...]) -> None:
    trusted(repo, PATHS)
    land(repo, *names)
    done = check(repo)
    assert done.code == 3, done.out + done.err
    assert "paths.ledger" in done.out


@pytest.mark.parametrize(
    "names",
    [
        (b".Github", b"workflows", b"ci.yml"),
        (b"GITHUB~1", b"workflows", b"ci.yml"),
        (b".github", b"workflows"),
        (".git\u200chub".encode(), b"workflows", b"x"),
    ],
)
def test_folders_that_tools_read_are_protected(repo: RepoBuilder, names: tuple[bytes, ...]) -> None:
    trusted(repo, PATHS)
    land(repo, *names)
    done = check(repo)
    assert done.code == 3, done.out + done.err
    assert "paths.ci" in done.out


def test_what_is_taken_back_in_this_very_spelling_is_free(repo: RepoBuilder) -> None:
    trusted(repo, PATHS)
    land(repo, PLAIN, b"Ledger", b"docs", b"a")
    assert "paths.ledger" not in check(repo).out


@pytest.mark.parametrize("folder", [b".Gatekeeper", b".gatekeeper.", b"GATEKE~1", ".gate\u200ckeeper".encode()])
def test_a_second_policy_under_another_spelling(repo: RepoBuilder, folder: bytes) -> None:
    trusted(repo)
    land(repo, folder, b"policy.yaml")
    done = check(repo)
    assert done.code == 1, done.out + done.err
    assert "self.policy" in done.out
    assert "another spelling of the gate's own files" in done.out
