# SPDX-License-Identifier: Apache-2.0
"""What a change is read to be, whatever a repository does to hide it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.errors import CannotDecide, HistoryCutOff, ObjectMissing, UsageError
from gatekeeper.git.changes import CommitChange, build_change, new_commits, read_commits
from gatekeeper.git.merges import automatic_merge, automatic_merges
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import Repository, open_repository
from gatekeeper.git.staged import staged_commit
from gatekeeper.rules.rule import RuleSettings
from gatekeeper.rules.view import CommitDiff
from tests.repo import RepoBuilder


def opened(builder: RepoBuilder, git_dir: str | None = None) -> Repository:
    return open_repository(str(builder.path), os.environ, git_dir)


@pytest.fixture
def objects(repo: RepoBuilder) -> Iterator[Objects]:
    with Objects(opened(repo)) as objects:
        yield objects


def read(objects: Objects, *oids: str) -> list[CommitChange]:
    return list(read_commits(objects, oids))


def test_a_root_commit_is_held_against_nothing(repo: RepoBuilder, objects: Objects) -> None:
    root = repo.commit({"a": "1\n", "b/c": "2\n"})
    (change,) = read(objects, root)
    assert [(file.path, file.added) for file in change.files] == [(b"a", True), (b"b/c", True)]
    assert change.commit.author.email == b"alice@example.org"


def test_a_commit_is_held_against_its_parent_and_a_rename_is_two_changes(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"old": "same\n"})
    renamed = repo.commit({"old": None, "new": "same\n"})
    (change,) = read(objects, renamed)
    assert [(file.path, file.added, file.removed) for file in change.files] == [
        (b"new", True, False),
        (b"old", False, True),
    ]


def diverged(repo: RepoBuilder) -> None:
    repo.commit({"left": "l\n", "right": "r\n", "both": "".join(f"{n}\n" for n in range(20))})
    repo.branch("side")
    repo.commit({"right": "r2\n", "both": "x\n" + "".join(f"{n}\n" for n in range(1, 20))})
    repo.git("checkout", "-q", "main")
    repo.commit({"left": "l2\n", "both": "".join(f"{n}\n" for n in range(19)) + "y\n"})


def merged(repo: RepoBuilder, *options: str) -> str:
    repo.run("merge", "-q", "--no-edit", *options, check=False)
    return repo.git("rev-parse", "HEAD")


def test_a_clean_merge_changes_nothing(repo: RepoBuilder, objects: Objects) -> None:
    diverged(repo)
    (change,) = read(objects, merged(repo, "side"))
    assert change.files == ()


def test_an_evil_merge_shows_what_it_brings(repo: RepoBuilder, objects: Objects) -> None:
    diverged(repo)
    merged(repo, "--no-commit", "side")
    evil = repo.commit({"backdoor": "evil\n"})
    (change,) = read(objects, evil)
    assert [file.path for file in change.files] == [b"backdoor"]


def test_a_merge_that_drops_the_other_side_shows_it(repo: RepoBuilder, objects: Objects) -> None:
    diverged(repo)
    (change,) = read(objects, merged(repo, "-s", "ours", "side"))
    assert [file.path for file in change.files] == [b"both", b"right"]


def test_a_conflict_is_never_clean_even_where_its_markers_are_kept(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"f": "1\n"})
    repo.branch("side")
    repo.commit({"f": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"f": "3\n"})
    parents = [repo.git("rev-parse", name) for name in ("main", "side")]
    tree = automatic_merge(objects.room, parents).tree
    objects.room.env.pop("GIT_ALTERNATE_OBJECT_DIRECTORIES")
    kept = objects.room.run("cat-file", "-p", f"{tree}:f", check=False).stdout
    assert b"<<<<<<<" in kept
    assert not automatic_merge(objects.room, parents).clean


def test_a_conflict_is_held_against_both_parents(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"f": "1\n"})
    repo.branch("side")
    repo.commit({"f": "2\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"f": "3\n"})
    repo.run("merge", "-q", "side", check=False)
    merge = repo.commit({"f": "2\n3\n4\n"})
    (change,) = read(objects, merge)
    view = CommitDiff(objects, change, RuleSettings())
    assert view.olds(change.files[0]) == (b"3\n", b"2\n")
    assert [line.text for line in view.added(change.files[0])] == [b"4"]


def test_an_octopus_is_recomputed_one_by_one(repo: RepoBuilder, objects: Objects) -> None:
    base = repo.commit({"a": "1\n", "b": "1\n", "c": "1\n"})
    for name in "bc":
        repo.branch(f"side-{name}", base)
        repo.commit({name: "2\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"a": "2\n"})
    octopus = merged(repo, "side-b", "side-c")
    (change,) = read(objects, octopus)
    assert len(change.commit.parents) == 3
    assert change.files == ()
    repo.write({"d": "evil\n"})
    evil = repo.commit_tree(repo.git("write-tree"), list(change.commit.parents))
    (change,) = read(objects, evil)
    assert [file.path for file in change.files] == [b"d"]


def test_sieving_many_merges_says_what_recomputing_each_says(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({f"f{n}": f"{n}\n" for n in range(14)})
    for number in range(14):
        repo.branch("side", "main")
        repo.commit({f"f{number}": "side\n"})
        repo.git("checkout", "-q", "main")
        repo.commit({f"f{(number + 1) % 14}": f"main {number}\n", "log": f"{number}\n"})
        if number % 3 == 0:
            merged(repo, "--no-commit", "side")
            repo.commit({"log": f"evil {number}\n"})
        else:
            merged(repo, *(["-s", "ours"] if number % 3 == 1 else []), "side")
    oids = new_commits(objects, repo.git("rev-parse", "main"), ())
    merges = [commit for commit in map(objects.commit, oids) if len(commit.parents) > 1]
    assert len(merges) == 14
    sieved = automatic_merges(objects, merges)
    assert sieved == {merge.oid: automatic_merge(objects.room, merge.parents) for merge in merges}
    assert {sieved[merge.oid].tree == merge.tree for merge in merges} == {True, False}


def test_unrelated_histories_are_read(repo: RepoBuilder, objects: Objects) -> None:
    repo.commit({"a": "1\n"})
    repo.git("checkout", "-q", "--orphan", "other")
    repo.git("rm", "-rfq", ".")
    repo.commit({"b": "1\n"})
    merge = merged(repo, "--allow-unrelated-histories", "main")
    (change,) = read(objects, merge)
    assert change.files == ()


def test_criss_cross_merges_are_read(repo: RepoBuilder, objects: Objects) -> None:
    diverged(repo)
    left, right = (repo.git("rev-parse", name) for name in ("main", "side"))
    one = merged(repo, "side")
    repo.git("checkout", "-q", "side")
    merged(repo, left)
    repo.commit({"right": "r3\n"})
    repo.git("checkout", "-q", "main")
    repo.commit({"left": "l3\n"})
    crossed = merged(repo, "side")
    assert one != crossed
    (change,) = read(objects, crossed)
    assert change.files == ()
    assert right


def test_replace_refs_and_grafts_have_no_say(repo: RepoBuilder, objects: Objects) -> None:
    base = repo.commit({"a": "1\n"})
    evil = repo.commit({"a": "evil\n"})
    good = repo.commit_tree(repo.git("rev-parse", f"{base}^{{tree}}"), [base])
    repo.git("replace", evil, good)
    top = repo.commit({"b": "1\n"})
    (repo.path / ".git/info").mkdir(exist_ok=True)
    (repo.path / ".git/info/grafts").write_text(f"{top} {base}\n")
    with Objects(opened(repo)) as again:
        assert new_commits(again, top, [base]) == (evil, top)
        (change, _) = read(again, evil, top)
        assert [file.path for file in change.files] == [b"a"]


def test_a_shallow_cut_inside_the_change_is_no_verdict(repo: RepoBuilder, tmp_path: Path) -> None:
    commits = [repo.commit({"a": f"{n}\n"}) for n in range(5)]
    subprocess.run(["git", "clone", "-q", "--depth=2", f"file://{repo.path}", str(tmp_path / "cut")], check=True)
    with Objects(open_repository(str(tmp_path / "cut"), os.environ)) as cut:
        assert new_commits(cut, commits[-1], [commits[-2]]) == (commits[-1],)
        with pytest.raises(HistoryCutOff, match="cut off inside the change") as caught:
            new_commits(cut, commits[-1], [])
        assert "git fetch --unshallow" in caught.value.next_step


def test_a_missing_blob_is_an_error_not_an_empty_file(repo: RepoBuilder, objects: Objects) -> None:
    commit = repo.commit({"a": "content\n"})
    blob = repo.git("rev-parse", "HEAD:a")
    path = repo.path / ".git/objects" / blob[:2] / blob[2:]
    path.unlink()
    (change,) = read(objects, commit)
    with pytest.raises(ObjectMissing, match=blob):
        objects.blob(change.files[0].new_oid)


def test_a_missing_commit_or_tree_is_named(repo: RepoBuilder, objects: Objects) -> None:
    with pytest.raises(ObjectMissing, match="1" * 40):
        new_commits(objects, "1" * 40, ())
    commit = repo.commit_tree("2" * 40, [])
    with pytest.raises(ObjectMissing, match="2" * 40):
        read(objects, commit)


@pytest.mark.parametrize("name", [b"a\nb", b":x", b'q"uote', b"\xff\xfe", b"tab\t", "ü".encode(), b" lead", b"-rf"])
def test_hostile_paths_are_read_byte_for_byte(repo: RepoBuilder, objects: Objects, name: bytes) -> None:
    base = repo.commit({"keep": "1\n"})
    blob = repo.blob(b"x\n")
    tree = repo.tree(
        sorted([("100644", name, blob), ("100644", b"keep", repo.git("rev-parse", "HEAD:keep"))], key=lambda e: e[1])
    )
    (change,) = read(objects, repo.commit_tree(tree, [base]))
    assert [file.path for file in change.files] == [name]


def test_nothing_of_the_repository_runs_while_it_is_read(repo: RepoBuilder, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    script = tmp_path / "run.sh"
    script.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    script.chmod(0o755)
    repo.commit({"a": "1\n", ".gitattributes": "* diff=evil filter=evil merge=evil\n"})
    for key in ("core.fsmonitor", "diff.external", "diff.evil.textconv", "diff.evil.command", "filter.evil.smudge",
                "merge.evil.driver", "core.sshCommand", "core.pager", "core.editor"):  # fmt: skip
        repo.git("config", key, str(script))
    hooks = repo.path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("reference-transaction", "post-index-change"):
        (hooks / name).write_text(script.read_text())
        (hooks / name).chmod(0o755)
    head = repo.git("rev-parse", "HEAD")
    mark.unlink(missing_ok=True)
    repository = opened(repo)
    with Objects(repository) as objects:
        (change,) = read(objects, head)
        objects.blob(change.files[0].new_oid)
        staged_commit(repository, objects, None, b"")
        repository.git("update-ref", "refs/heads/other", head)
    assert not mark.exists()


def test_a_staged_change_is_a_commit_on_head(repo: RepoBuilder, objects: Objects) -> None:
    head = repo.commit({"a": "1\n"})
    repo.write({"b": "staged\n"})
    (repo.path / "a").write_text("not staged\n")
    commit = staged_commit(objects.repository, objects, None, b"message")
    assert commit.parents == (head,)
    assert objects.blob_at(commit.tree, b"b") == b"staged\n"
    assert objects.blob_at(commit.tree, b"a") == b"1\n"


def test_a_staged_merge_has_both_parents_and_an_unmerged_index_is_no_verdict(
    repo: RepoBuilder, objects: Objects
) -> None:
    repo.commit({"f": "1\n"})
    repo.branch("side")
    side = repo.commit({"f": "2\n"})
    repo.git("checkout", "-q", "main")
    head = repo.commit({"f": "3\n"})
    repo.run("merge", "-q", "side", check=False)
    with pytest.raises(CannotDecide, match="cannot be written as a tree"):
        staged_commit(objects.repository, objects, None, b"")
    repo.write({"f": "both\n"})
    assert staged_commit(objects.repository, objects, None, b"").parents == (head, side)


def test_sha256_repositories_read_alike(tmp_path: Path) -> None:
    repo = RepoBuilder.create(tmp_path / "sha256", object_format="sha256")
    root = repo.commit({"a": "1\n"})
    repository = opened(repo)
    assert repository.object_format == "sha256"
    with Objects(repository) as objects:
        (change,) = read(objects, root)
        assert change.files[0].path == b"a"
        assert objects.blob(change.files[0].new_oid) == b"1\n"


def test_objects_in_quarantine_are_seen_only_inside(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit({"a": "1\n"})
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    quarantine = {
        "GIT_OBJECT_DIRECTORY": str(incoming),
        "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(repo.path / ".git/objects"),
    }
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"new", env=quarantine)
    inside = {**os.environ, **quarantine, "GIT_QUARANTINE_PATH": str(incoming)}
    with Objects(open_repository(str(repo.path), inside)) as objects:
        assert objects.blob(blob) == b"new"
    with Objects(opened(repo)) as objects, pytest.raises(ObjectMissing):
        objects.blob(blob)


def test_a_change_whose_merge_conflicts_has_no_result(repo: RepoBuilder, objects: Objects) -> None:
    diverged(repo)
    main, side = (repo.git("rev-parse", name) for name in ("main", "side"))
    change = build_change(objects, "refs/heads/main", main, side)
    assert change.commits == (side,)
    assert change.result_tree is not None
    repo.git("checkout", "-q", "side")
    conflicting = repo.commit({"left": "other\n"})
    assert build_change(objects, "refs/heads/main", main, conflicting).result_tree is None


def test_nothing_but_the_folder_is_left_of_a_clean_room(repo: RepoBuilder) -> None:
    diverged(repo)
    with Objects(opened(repo)) as objects:
        automatic_merge(objects.room, [repo.git("rev-parse", name) for name in ("main", "side")])
        path = objects.room.path
        assert os.path.isdir(path)
        assert os.stat(path).st_mode & 0o077 == 0
    assert not os.path.exists(path)


def test_a_folder_that_is_no_repository_is_misuse(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not a git repository"):
        open_repository(str(tmp_path), os.environ)
    with pytest.raises(UsageError, match="no such folder"):
        open_repository(str(tmp_path / "nowhere"), os.environ)
