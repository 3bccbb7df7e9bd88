# SPDX-License-Identifier: Apache-2.0
"""Threat 48: a mode that no diff shows changes nothing of what is read, the policy first of all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from tests.repo import RepoBuilder
from tests.served import MAIN, Served

FILE, FOLDER = ("100600", "100664", "100640"), ("40755", "40700")


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def changed(repo: RepoBuilder, tree: str, name: bytes, mode: str, oid: str | None = None) -> str:
    """``tree`` with another mode, and maybe another object, for one entry."""
    entries = []
    for record in repo.run("ls-tree", "-z", tree).stdout.split(b"\0")[:-1]:
        meta, entry = record.split(b"\t", 1)
        old, _, held = meta.decode().split()
        entries.append((mode, entry, oid or held) if entry == name else (old.lstrip("0"), entry, held))
    return repo.tree(entries)


def disguised(repo: RepoBuilder, base: str, mode: str) -> str:
    """A commit on ``base`` in which git's diff shows nothing."""
    if mode in FOLDER:
        return repo.commit_tree(changed(repo, base, b".gatekeeper", mode), [base])
    inner = changed(repo, f"{base}:.gatekeeper", b"policy.yaml", mode)
    return repo.commit_tree(changed(repo, base, b".gatekeeper", "40000", inner), [base])


@pytest.mark.parametrize("mode", [*FILE, *FOLDER])
def test_a_policy_of_another_mode_stays_in_force(served: Served, mode: str) -> None:
    head = disguised(served.clone, served.base, mode)
    assert served.clone.git("diff-tree", "-r", served.base, head) == ""
    assert served.push(f"{head}:main").code == 0
    served.clone.git("fetch", "-q", "origin")
    served.executable("agent/fix")
    for ref in (MAIN, "refs/heads/release/1"):
        done = served.push(f"agent/fix:{ref}")
        assert done.code == 1
        assert "needs 1 of maintainers" in done.err
        assert f"policy {MAIN}:.gatekeeper/policy.yaml, serial 1" in done.err
    assert served.refs() == {MAIN: head}


@pytest.mark.parametrize("stored", ["100600", "100664", "100711", "100777", "40755", "120777", "160755", "110000"])
def test_modes_are_read_as_git_reads_them(repo: RepoBuilder, stored: str) -> None:
    blob = repo.blob(b"x\n")
    oid = repo.tree([]) if stored == "40755" else repo.commit() if stored in ("160755", "110000") else blob
    tree = repo.tree([(stored, b"a", oid)])
    shown = repo.git("diff-tree", "4b825dc642cb6eb9a060e54bf8d69288fbee4904", tree).split()[1]
    with Objects(open_repository(str(repo.path), os.environ)) as objects:
        assert f"{objects.tree(tree)[0].mode:06o}" == shown
