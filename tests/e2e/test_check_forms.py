# SPDX-License-Identifier: Apache-2.0
"""``check`` in all its forms, on one small shop."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli import gatekeeper
from tests.repo import AGENT, RepoBuilder
from tests.served import secret
from tests.shop import Shop


@pytest.fixture
def shop(repo: RepoBuilder) -> Shop:
    return Shop(repo)


def test_a_range_takes_its_left_side_as_the_base(shop: Shop) -> None:
    first = shop.repo.commit({"a.txt": "a\n"}, "one", AGENT)
    second = shop.repo.commit({"b.txt": "b\n"}, "two", AGENT)
    found = shop.run("check", f"{shop.base}..{second}", "--json").json()
    assert (found["verdict"], found["exit"], found["base"], found["head"]) == ("allowed", 0, shop.base, second)
    assert found["commits"] == [first, second]
    assert found["target"] == "refs/heads/main"
    assert found["scanned"] == {"commits": 2, "blobs": 2, "bytes": 4}


def test_a_branch_is_held_against_the_first_protected_branch(shop: Shop) -> None:
    head = shop.agent()
    told = shop.run("check", "agent/fix")
    assert told.code == 3
    assert told.out.startswith("needs approval: 1 commit for refs/heads/main (1 to approve)")
    assert "next: gatekeeper approve agent/fix --target refs/heads/main" in told.out
    assert shop.run("check", "agent/fix", "--json").json()["head"] == head


def test_without_a_name_the_branch_that_is_checked_out_is_meant(shop: Shop) -> None:
    assert shop.run("check", "--json").json()["commits"] == []
    head = shop.agent()
    assert shop.run("check", "--json").json()["commits"] == [head]


def test_one_commit_is_held_against_its_parent(shop: Shop) -> None:
    bad = shop.repo.commit({"key.txt": secret()}, "leak", AGENT)
    good = shop.repo.commit({"b.txt": "b\n"}, "fine", AGENT)
    assert shop.run("check", bad).code == 1
    assert shop.run("check", good).code == 0


def test_a_tag_is_a_new_ref_and_its_message_is_read(shop: Shop) -> None:
    shop.repo.git("tag", "-a", "v1", "-m", "fine", shop.base)
    shop.repo.git("tag", "-a", "v2", "-m", secret(), shop.base)
    found = shop.run("check", "v1", "--json").json()
    assert (found["target"], found["exit"]) == ("refs/tags/v1", 0)
    assert shop.run("check", "v2").code == 1


def test_what_is_staged_is_judged_before_it_is_a_commit(shop: Shop) -> None:
    shop.repo.write({"key.txt": secret()})
    told = shop.run("check", "--staged", "--json").json()
    assert (told["exit"], told["head"]) == (1, "0" * 40)
    shop.repo.write({"key.txt": None})
    assert shop.run("check", "--staged").code == 0


def test_a_patch_is_judged_where_it_applies(shop: Shop, tmp_path: Path) -> None:
    shop.repo.commit({"key.txt": secret(), "ünï.txt": "x\n"}, "leak", AGENT)
    patch = shop.repo.run("diff", "--binary", "HEAD~1", "HEAD").stdout
    shop.repo.git("checkout", "-q", "main")
    (tmp_path / "leak.patch").write_bytes(patch)
    assert shop.run("check", "--patch", str(tmp_path / "leak.patch")).code == 1
    assert shop.run("check", "--patch", "-", stdin=patch).code == 1
    assert shop.run("check", "--patch", "-", stdin=b"nothing\n").code == 4
    conflicting = patch.replace(b"+++ b/key.txt", b"+++ b/run.sh").replace(b"--- /dev/null", b"--- a/run.sh", 1)
    assert shop.run("check", "--patch", "-", stdin=conflicting).code == 4


def test_the_whole_history_can_be_judged(shop: Shop) -> None:
    leak = shop.repo.commit({"key.txt": secret()}, "leak", AGENT)
    shop.repo.commit({"key.txt": None}, "gone", AGENT)
    found = shop.run("check", "--history", "HEAD", "--json").json()
    assert found["exit"] == 1
    assert [one["commit"] for one in found["findings"] if one["level"] == "deny"] == [leak]  # type: ignore[attr-defined]


def test_a_secret_added_and_removed_again_is_found(shop: Shop) -> None:
    shop.repo.commit({"key.txt": secret()}, "leak", AGENT)
    shop.repo.commit({"key.txt": None}, "gone", AGENT)
    assert shop.run("check", "agent/fix").code == 1


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["check", "nowhere"], "'nowhere' names no commit of this repository"),
        (["check", "a...b"], "three dots name no base"),
        (["check", "main", "--target", "a b"], "cannot name a ref"),
        (["check", "--patch", "no-such-file"], "no-such-file cannot be read"),
        (["check", "--format", "xml"], "'xml' is no output format"),
    ],
)
def test_misuse_is_named(shop: Shop, words: list[str], text: str) -> None:
    told = shop.run(*words)
    assert told.code == 2
    assert text in told.err


def test_a_repository_without_commits_is_misuse(tmp_path: Path) -> None:
    empty = RepoBuilder.create(tmp_path / "empty")
    told = gatekeeper("check", "--repo", str(empty.path))
    assert told.code == 2
    assert "the repository has no commits yet" in told.err


def test_a_report_goes_to_a_file(shop: Shop, tmp_path: Path) -> None:
    shop.agent()
    told = shop.run("check", "agent/fix", "--format", "markdown", "--output", str(tmp_path / "report.md"))
    assert (told.code, told.out) == (3, "")
    assert "run.sh" in (tmp_path / "report.md").read_text()


def test_every_door_says_the_same_of_a_long_range(shop: Shop) -> None:
    """Spread over processes or not, the findings are the same, in the same order."""
    for number in range(60):
        shop.repo.commit({"run.sh": f"echo {number}\n", f"f{number}.py": "x" * 2500 + "\n"}, f"{number}", AGENT)
    whole = shop.run("check", "agent/fix", "--json").json()["findings"]
    from gatekeeper.rules import inspection

    before = inspection.SPREAD
    try:
        inspection.SPREAD = 8
        spread = shop.run("check", "agent/fix", "--json").json()["findings"]
    finally:
        inspection.SPREAD = before
    assert spread == whole
    assert len(whole) >= 60  # type: ignore[arg-type]


def test_the_subcommand_of_git_works(shop: Shop, tmp_path: Path) -> None:
    import sys

    from tests.cli import ROOT

    shop.agent()
    script = tmp_path / "git-gatekeeper"
    script.write_text(f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -P -m gatekeeper "$@"\n')
    script.chmod(0o755)
    import os

    path = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["git", "gatekeeper", "check", "agent/fix"], cwd=shop.repo.path, env=path, capture_output=True
    )
    assert done.returncode == 3


def test_the_whole_history_is_judged_by_the_policy_of_today(shop: Shop) -> None:
    shop.repo.git("checkout", "-q", "main")
    found = shop.run("check", "--history", "main", "--json").json()
    assert found["policy"]["source"] == "refs/heads/main:.gatekeeper/policy.yaml"  # type: ignore[index]
