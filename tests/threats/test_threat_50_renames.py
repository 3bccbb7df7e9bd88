# SPDX-License-Identifier: Apache-2.0
"""Threat 50: leaving a protected path by a rename or copy. Both names count, and so does what replaces a folder."""

from __future__ import annotations

from tests.policies import check, trusted
from tests.repo import RepoBuilder

PATHS = 'paths: [{name: ledger, match: ["ledger/**", "!ledger/docs/**", vendor/]}]'
BOOK = "".join(f"line {number}\n" for number in range(40))


def start(repo: RepoBuilder) -> None:
    repo.commit({"ledger/book.py": BOOK, "free.py": BOOK})
    trusted(repo, PATHS)


def findings(repo: RepoBuilder) -> str:
    done = check(repo)
    assert done.code == 3, done.out + done.err
    return "\n".join(line for line in done.out.splitlines() if "ledger" in line or "vendor" in line)


def test_moving_out(repo: RepoBuilder) -> None:
    start(repo)
    repo.git("mv", "ledger/book.py", "elsewhere.py")
    repo.commit({})
    assert "ledger/book.py" in findings(repo)


def test_moving_out_and_changing_on_the_way_in_two_commits(repo: RepoBuilder) -> None:
    start(repo)
    repo.git("mv", "ledger/book.py", "elsewhere.py")
    repo.commit({})
    repo.commit({"elsewhere.py": BOOK + "evil\n"})
    repo.git("mv", "elsewhere.py", "ledger/book.py")
    repo.commit({})
    assert findings(repo).count("ledger/book.py") >= 2


def test_moving_in(repo: RepoBuilder) -> None:
    start(repo)
    repo.git("mv", "free.py", "ledger/free.py")
    repo.commit({})
    assert "ledger/free.py" in findings(repo)


def test_moving_into_the_part_that_is_free(repo: RepoBuilder) -> None:
    start(repo)
    (repo.path / "ledger/docs").mkdir()
    repo.git("mv", "ledger/book.py", "ledger/docs/book.py")
    repo.commit({})
    assert "ledger/book.py" in findings(repo)


def test_a_submodule_in_place_of_a_protected_folder(repo: RepoBuilder) -> None:
    start(repo)
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},vendor")
    repo.commit({})
    assert "vendor" in findings(repo)


def test_a_link_in_place_of_a_protected_folder(repo: RepoBuilder) -> None:
    start(repo)
    repo.git("rm", "-q", "-r", "ledger")
    repo.commit({})
    (repo.path / "ledger").symlink_to("free.py")
    repo.git("add", "ledger")
    repo.commit({})
    assert "ledger/book.py" in findings(repo)
