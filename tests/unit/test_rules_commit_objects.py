# SPDX-License-Identifier: Apache-2.0
"""Commit objects that git did not write, or that programs read differently."""

from __future__ import annotations

import pytest

from gatekeeper.model import Hit
from gatekeeper.rules.git_.objects import CommitObjects
from tests.repo import RepoBuilder
from tests.views import MemoryCommit, commit

TREE, PARENT = b"1" * 40, b"2" * 40
WHO = b"Alice <alice@example.org> 1700000000 +0000"
SIGNATURE = b"gpgsig -----BEGIN SSH SIGNATURE-----\n U1NI\n -----END SSH SIGNATURE-----\n"


def raw(
    extra: bytes = b"", parents: bytes = b"parent " + PARENT + b"\n", author: bytes = WHO, message: bytes = b"change\n"
) -> bytes:
    head = b"tree " + TREE + b"\n" + parents + b"author " + author + b"\ncommitter " + WHO + b"\n"
    return head + extra + b"\n" + message


def hits(content: bytes) -> list[Hit]:
    view = MemoryCommit(commit=commit()._replace(raw=content, parents=("2" * 40,)))
    return list(CommitObjects().inspect(view))


@pytest.mark.parametrize(
    "content",
    [
        raw(),
        raw(SIGNATURE),
        raw(parents=b""),
        raw(parents=b"parent " + b"2" * 40 + b"\nparent " + b"3" * 40 + b"\n"),
        raw(b"encoding ISO-8859-1\n"),
        raw(b"encoding windows-1252\n" + SIGNATURE),
        raw(b"mergetag object " + TREE + b"\n type commit\n tag v1\n \n text\n" + SIGNATURE),
        raw(b"change-id abc\n"),
        raw(message=b""),
        raw(message=b"subject\n\nauthor nobody\ngpgsig no header\n"),
        raw(author="Zoë Ł <z@example.org> 0 -1200".encode()),
        raw(author=b" <> 1700000000 +1400"),
        b"",
    ],
)
def test_what_git_and_its_kin_write_is_silent(content: bytes) -> None:
    assert hits(content) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (raw(SIGNATURE + SIGNATURE), "2 'gpgsig' headers"),
        (raw(b"author " + WHO + b"\n"), "2 'author' headers"),
        (raw(b"encoding UTF-8\nencoding UTF-7\n"), "2 'encoding' headers"),
        (raw(b"x-note a\0b\n"), "header holds a NUL"),
        (raw(message=b"shown\0hidden\n"), "message holds a NUL"),
        (raw(SIGNATURE + b"gpgsig-note text\n"), "no signature covers"),
        (raw(parents=b"parent zz\n"), "not an object id"),
        (raw(parents=b"author " + WHO + b"\n"), "not in git's order"),
        (b"tree " + TREE + b"\n\nmessage\n", "missing or not in git's order"),
    ],
)
def test_what_no_honest_program_writes_is_denied(content: bytes, words: str) -> None:
    found = hits(content)
    assert "deny" in [hit.escalate for hit in found]
    assert any(words in hit.message for hit in found)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (raw(SIGNATURE + SIGNATURE.replace(b"gpgsig", b"gpgsig-sha256")), "two signatures"),
        (raw(b"encoding UTF-7\n"), "encoding 'UTF-7'"),
        (raw(b"encoding UTF-16\n"), "encoding 'UTF-16'"),
        (raw(author=b"A <a@example.org> -1 +0000"), "date"),
        (raw(author=b"A <a@example.org> 9999999999 +0000"), "date"),
        (raw(author=b"A <a@example.org> 1700000000 +9900"), "time zone"),
        (raw(author=b"A <a@example.org>"), "cannot be read in one way"),
        (raw(author=b"A <b> <a@example.org> 1700000000 +0000"), "cannot be read in one way"),
        (raw(author=b"A\x1b[2K <a@example.org> 1700000000 +0000"), "control characters"),
    ],
)
def test_what_is_odd_asks_for_a_person(content: bytes, words: str) -> None:
    (hit,) = hits(content)
    assert (hit.rule, hit.escalate, hit.path) == ("git.object", None, None)
    assert words in hit.message


def test_one_parent_twice_is_odd() -> None:
    content = raw(parents=b"parent " + PARENT + b"\nparent " + PARENT + b"\n")
    view = MemoryCommit(commit=commit()._replace(raw=content, parents=("2" * 40, "2" * 40)))
    (hit,) = CommitObjects().inspect(view)
    assert hit.message == "the commit names one parent twice"


def test_commits_of_git_itself_are_silent(repo: RepoBuilder) -> None:
    first = repo.commit({"a": "1"}, "first")
    repo.branch("topic")
    repo.commit({"b": "1"}, "second\n\nbody \u00e9\n")
    repo.branch("main", first)
    repo.commit({"c": "1"}, "third")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "topic", env=repo.identity(("B", "b@example.org")))
    for oid in repo.git("rev-list", "HEAD").split():
        parents = tuple(repo.git("rev-list", "--parents", "-1", oid).split()[1:])
        content = repo.run("cat-file", "commit", oid).stdout
        view = MemoryCommit(commit=commit()._replace(raw=content, parents=parents))
        assert list(CommitObjects().inspect(view)) == []
