# SPDX-License-Identifier: Apache-2.0
"""The content digest on real repositories: what it is bound to, and what it is not."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gatekeeper.errors import ObjectMissing
from gatekeeper.git.changes import build_change
from gatekeeper.git.content import EMPTY, Content, Digests, series
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from tests.repo import RepoBuilder

FORMATS = Path(__file__).parents[2] / "docs" / "formats.md"
LONG = "".join(f"line {number}\n" for number in range(40))


@pytest.fixture
def objects(repo: RepoBuilder) -> Iterator[Objects]:
    with Objects(open_repository(str(repo.path), os.environ)) as opened:
        yield opened


def commit_digest(objects: Objects, oid: str) -> str:
    return Digests(objects).of_commits([oid])[0]


def field(value: bytes) -> bytes:
    return len(value).to_bytes(8, "big") + value


def by_hand(*files: tuple[bytes, bytes, bytes, bytes, bytes]) -> str:
    """The digest written out as docs/formats.md defines it."""
    whole = field(b"gatekeeper content v1") + b"".join(field(part) for file in files for part in file)
    return hashlib.sha256(whole).hexdigest()


def vectors() -> list[dict[str, object]]:
    blocks = re.findall(r"```json content-vectors\n(.*?)```", FORMATS.read_text("utf-8"), re.DOTALL)
    return [vector for block in blocks for vector in json.loads(block)]


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: str(vector["name"]))
def test_the_vectors_in_the_docs_hold(repo: RepoBuilder, objects: Objects, vector: dict[str, object]) -> None:
    pair = tuple(write_tree(repo, vector[side]) for side in ("before", "after"))
    assert Digests(objects).of_trees([(pair[0], pair[1])]) == [vector["digest"]]


def write_tree(repo: RepoBuilder, files: object) -> str:
    """A tree from ``{path: [mode, text]}``, of top-level names only."""
    assert isinstance(files, Mapping)
    entries = [
        (mode, os.fsencode(name), text if mode == "160000" else repo.blob(text.encode("latin-1")))
        for name, (mode, text) in sorted(files.items())
    ]
    return repo.tree(entries)


def test_a_hunk_is_hashed_as_git_shows_it(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"a.txt": LONG})
    head = repo.commit({"a.txt": LONG.replace("line 20\n", "line twenty")})
    hunk = b" line 17\n line 18\n line 19\n-line 20\n-line 21\n+line twentyline 21\n line 22\n line 23\n line 24\n"
    assert commit_digest(objects, head) == by_hand((b"a.txt", b"100644", b"100644", b"text", field(hunk)))


def test_a_missing_last_line_end_is_part_of_the_hunk(repo: RepoBuilder, objects: Objects) -> None:
    head = repo.commit({"a.txt": "one"})
    hunk = b"+one\n\\ No newline at end of file\n"
    assert commit_digest(objects, head) == by_hand((b"a.txt", b"000000", b"100644", b"text", field(hunk)))


def test_a_binary_file_is_its_new_bytes(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"a.bin": b"one\0"})
    head = repo.commit({"a.bin": b"two\0"})
    body = hashlib.sha256(b"two\0").digest()
    assert commit_digest(objects, head) == by_hand((b"a.bin", b"100644", b"100644", b"binary", body))


def test_a_nul_byte_after_the_first_8000_leaves_text(repo: RepoBuilder, objects: Objects) -> None:
    text = b"x" * 8000 + b"\0\n"
    head = repo.commit({"a.txt": text})
    assert commit_digest(objects, head) == by_hand((b"a.txt", b"000000", b"100644", b"text", field(b"+" + text)))


def test_a_file_that_becomes_a_link_is_one_path(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"a": "old\n"})
    (repo.path / "a").unlink()
    (repo.path / "a").symlink_to("target")
    repo.git("add", "a")
    head = repo.commit()
    gone, come = field(b"-old\n"), field(b"+target\n\\ No newline at end of file\n")
    assert commit_digest(objects, head) == by_hand((b"a", b"100644", b"120000", b"text", gone + come))


def test_text_that_looks_like_a_patch_is_text(repo: RepoBuilder, objects: Objects) -> None:
    text = "diff --git a/x b/x\n@@ -1 +1 @@\n-a\n+b\n:100644 100644\0"
    long = "x" * 8000 + "\n" + text
    head = repo.commit({"a": long, "b": "b\n"})
    hunk = b"".join(b"+" + line + b"\n" for line in long.encode().split(b"\n")) + b"\\ No newline at end of file\n"
    first = (b"a", b"000000", b"100644", b"text", field(hunk))
    assert commit_digest(objects, head) == by_hand(first, (b"b", b"000000", b"100644", b"text", field(b"+b\n")))


@pytest.mark.parametrize("name", ["with space", 'quo"te', "tab\tand\nline", "umlaut-ä", ":100644", "diff --git a b"])
def test_odd_paths_are_hashed_as_stored(repo: RepoBuilder, objects: Objects, name: str) -> None:
    pair = (repo.tree([]), repo.tree([("100644", name.encode(), repo.blob(b"x\n"))]))
    expected = by_hand((name.encode(), b"000000", b"100644", b"text", field(b"+x\n")))
    assert Digests(objects).of_trees([pair]) == [expected]


def test_a_rename_is_a_removal_and_an_addition(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"b": "x\n"})
    head = repo.commit({"b": None, "a": "x\n"})
    assert commit_digest(objects, head) == by_hand(
        (b"a", b"000000", b"100644", b"text", field(b"+x\n")), (b"b", b"100644", b"000000", b"text", field(b"-x\n"))
    )


def test_attributes_and_configuration_hide_nothing(repo: RepoBuilder, objects: Objects) -> None:
    plain = repo.commit({"a.txt": "secret\n"})
    before = commit_digest(objects, plain)
    repo.write({".gitattributes": "*.txt binary -diff\n"})
    (repo.path / ".git" / "info").mkdir(exist_ok=True)
    (repo.path / ".git" / "info" / "attributes").write_text("*.txt diff=none binary\n")
    for key, value in (("diff.context", "0"), ("diff.algorithm", "patience"), ("diff.noprefix", "true")):
        repo.git("config", key, value)
    with Objects(open_repository(str(repo.path), os.environ)) as again:
        assert commit_digest(again, plain) == before


def test_a_moved_base_keeps_the_content(repo: RepoBuilder, objects: Objects) -> None:
    base = repo.commit({"a.txt": LONG})
    first = repo.commit({"a.txt": LONG.replace("line 20\n", "line twenty\n")}, "one", ("Bob", "bob@example.org"))
    repo.branch("moved", base)
    repo.commit({"a.txt": "above\n" * 9 + LONG, "other": "x\n"})
    second = repo.commit({"a.txt": "above\n" * 9 + LONG.replace("line 20\n", "line twenty\n")}, "two")
    assert commit_digest(objects, first) == commit_digest(objects, second)


def test_a_clean_merge_adds_nothing_and_an_evil_one_does(repo: RepoBuilder, objects: Objects) -> None:
    base = repo.commit({"a": "a\n", "b": "b\n"})
    repo.commit({"a": "A\n"})
    repo.branch("side", base)
    repo.commit({"b": "B\n"})
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    clean = repo.git("rev-parse", "HEAD")
    assert commit_digest(objects, clean) == EMPTY
    repo.write({"a": "evil\n"})
    evil = repo.commit(None, "merge", ("Bob", "bob@example.org"), "--amend")
    assert commit_digest(objects, evil) == by_hand((b"a", b"100644", b"100644", b"text", field(b"-A\n+evil\n")))


def test_content_of_a_change_is_net_and_commit_by_commit(repo: RepoBuilder, objects: Objects) -> None:
    base = repo.commit({"a": "a\n"})
    first = repo.commit({"a": "b\n"})
    empty = repo.commit()
    head = repo.commit({"b": "b\n"})
    digests = Digests(objects)
    one, none, two = digests.of_commits([first, empty, head])
    trees = tuple(repo.git("rev-parse", f"{oid}^{{tree}}") for oid in (base, head))
    assert none == EMPTY
    assert digests.of_change(build_change(objects, "refs/heads/main", base, head)) == Content(
        digests.of_trees([(trees[0], trees[1])])[0], series([one, two]), 2
    )


def test_net_of_a_branch_that_forked_is_what_the_target_gains(repo: RepoBuilder, objects: Objects) -> None:
    fork = repo.commit({"a": LONG, "b": "b\n"})
    base = repo.commit({"b": "B\n"})
    repo.branch("side", fork)
    head = repo.commit({"a": LONG + "more\n"})
    digests = Digests(objects)
    change = build_change(objects, "refs/heads/main", base, head)
    assert digests.of_change(change).net == digests.of_commits([head])[0]


def test_a_change_that_conflicts_is_held_against_the_merge_base(repo: RepoBuilder, objects: Objects) -> None:
    fork = repo.commit({"a": "a\n"})
    base = repo.commit({"a": "b\n"})
    repo.branch("side", fork)
    head = repo.commit({"a": "c\n"})
    digests = Digests(objects)
    change = build_change(objects, "refs/heads/main", base, head)
    assert change.result_tree is None
    assert digests.of_change(change).net == digests.of_commits([head])[0]


def test_a_created_ref_without_new_commits_has_no_content(repo: RepoBuilder, objects: Objects) -> None:
    head = repo.commit({"a": "a\n"})
    created = build_change(objects, "refs/heads/release/1", "0" * 40, head, [head])
    assert Digests(objects).of_change(created) == Content(EMPTY, series([]), 0)
    new = repo.commit({"b": "b\n"})
    created = build_change(objects, "refs/heads/release/1", "0" * 40, new, [head])
    assert Digests(objects).of_change(created).net == commit_digest(objects, new)


def test_both_object_formats_give_the_same_digest(tmp_path: Path) -> None:
    found = set()
    for number, form in enumerate(("sha1", "sha256")):
        repo = RepoBuilder.create(tmp_path / str(number), object_format=form)
        repo.commit({"a": LONG})
        head = repo.commit({"a": LONG + "x\n", "b": b"\0"})
        with Objects(open_repository(str(repo.path), os.environ)) as objects:
            found.add(commit_digest(objects, head))
    assert len(found) == 1


def test_a_missing_blob_is_an_error(repo: RepoBuilder) -> None:
    repo.commit({"a": "a\n"})
    head = repo.commit({"a": "b\n"})
    gone = repo.git("rev-parse", "HEAD:a")
    (repo.path / ".git" / "objects" / gone[:2] / gone[2:]).unlink()
    with (
        Objects(open_repository(str(repo.path), os.environ)) as objects,
        pytest.raises(ObjectMissing, match=gone),
    ):
        commit_digest(objects, head)


def test_a_binary_over_the_cap_for_reading_is_hashed_all_the_same(
    repo: RepoBuilder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gatekeeper.git.objects.LARGEST", 1000)
    content = b"\0" + b"x" * 5000
    head = repo.commit({"a.bin": content})
    with Objects(open_repository(str(repo.path), os.environ)) as objects:
        body = hashlib.sha256(content).digest()
        assert commit_digest(objects, head) == by_hand((b"a.bin", b"000000", b"100644", b"binary", body))


def test_a_merge_that_conflicts_is_held_against_its_first_parent(repo: RepoBuilder, objects: Objects) -> None:
    fork = repo.commit({"a": "a\n"})
    repo.commit({"a": "b\n"})
    repo.branch("side", fork)
    repo.commit({"a": "c\n"})
    repo.git("checkout", "-q", "main")
    repo.run("merge", "-q", "side", check=False)
    merge = repo.commit({"a": "both\n"}, "merge")
    assert commit_digest(objects, merge) == by_hand((b"a", b"100644", b"100644", b"text", field(b"-b\n+both\n")))
