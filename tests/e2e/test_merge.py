# SPDX-License-Identifier: Apache-2.0
"""``merge``: decided, landed and recorded at once, or not at all."""

from __future__ import annotations

import pytest

from gatekeeper.git.recordrefs import AUDIT
from tests.repo import AGENT, RepoBuilder
from tests.shop import ALICE, Shop


@pytest.fixture
def shop(repo: RepoBuilder) -> Shop:
    shop = Shop(repo)
    repo.git("config", "user.name", "Alice")
    repo.git("config", "user.email", ALICE)
    assert shop.run("install").code == 0
    return shop


def main(shop: Shop) -> str:
    return shop.repo.git("rev-parse", "main")


@pytest.mark.parametrize("strategy", ["merge", "squash", "ff"])
def test_an_allowed_branch_lands_and_is_recorded(shop: Shop, strategy: str) -> None:
    head = shop.repo.commit({"a.txt": "a\n"}, "work", AGENT)
    told = shop.run("merge", "agent/fix", "--strategy", strategy, "--json")
    assert told.code == 0, told.err
    landed = told.json()["landed"]
    assert landed == main(shop)
    parents = shop.repo.git("rev-list", "--parents", "-1", "main").split()[1:]
    assert parents == {"merge": [shop.base, head], "squash": [shop.base], "ff": [shop.base]}[strategy]
    assert shop.repo.git("rev-parse", "main^{tree}") == shop.repo.git("rev-parse", f"{head}^{{tree}}")
    assert shop.repo.git("notes", "--ref", AUDIT, "list", str(landed))
    assert shop.repo.git("fsck", "--strict", "--no-dangling") == ""


def test_a_branch_behind_its_target_is_merged_without_a_work_tree(shop: Shop) -> None:
    shop.repo.commit({"a.txt": "a\n"}, "work", AGENT)
    shop.repo.git("checkout", "-q", "main")
    moved = shop.repo.commit({"b.txt": "b\n"}, "meanwhile")
    shop.repo.git("checkout", "-q", "agent/fix")
    assert shop.run("merge", "agent/fix", "--strategy", "ff").code == 2
    assert main(shop) == moved
    assert shop.run("merge", "agent/fix").code == 0
    assert shop.repo.git("ls-tree", "--name-only", "main").split() == [".gatekeeper", "a.txt", "b.txt", "run.sh"]


def test_what_needs_approval_lands_once_it_has_it(shop: Shop) -> None:
    shop.agent()
    told = shop.run("merge", "agent/fix")
    assert told.code == 3
    assert main(shop) == shop.base
    assert shop.approve(ALICE).code == 0
    assert shop.run("merge", "agent/fix").code == 0
    assert main(shop) != shop.base


def test_a_conflict_is_no_landing(shop: Shop) -> None:
    shop.repo.commit({"run.sh": "one\n"}, "work", AGENT)
    shop.repo.git("checkout", "-q", "main")
    moved = shop.repo.commit({"run.sh": "two\n"}, "meanwhile")
    shop.repo.git("checkout", "-q", "agent/fix")
    told = shop.run("merge", "agent/fix")
    assert (told.code, main(shop)) == (4, moved)
    assert "does not merge cleanly" in told.err


def test_a_branch_that_is_checked_out_is_not_pulled_from_under_its_files(shop: Shop) -> None:
    shop.repo.commit({"a.txt": "a\n"}, "work", AGENT)
    shop.repo.git("checkout", "-q", "main")
    told = shop.run("merge", "agent/fix")
    assert (told.code, main(shop)) == (2, shop.base)
    assert "refs/heads/main is checked out in" in told.err


def test_nothing_new_is_misuse(shop: Shop) -> None:
    assert shop.run("merge", "agent/fix").code == 2
