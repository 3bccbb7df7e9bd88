# SPDX-License-Identifier: Apache-2.0
"""What rules say of a merge whose conflicts somebody resolved: what is new in it, and nothing of either parent."""

from __future__ import annotations

from typing import cast

from tests.cli import gatekeeper
from tests.repo import RepoBuilder

BODY = "".join(f"line {number} of a long file\n" for number in range(1500))


def merged(repo: RepoBuilder, resolution: str) -> list[tuple[str, int | None]]:
    """(rule, line) of what a merge that resolves to ``resolution`` adds, by the merge commit alone."""
    start = repo.commit({"a.py": "old\n" + BODY})
    repo.commit({"a.py": "theirs\n" + BODY})
    repo.branch("topic", start)
    repo.commit({"a.py": "ours\n" + BODY})
    repo.run("merge", "-q", "main", check=False)
    head = repo.commit({"a.py": resolution}, "merge")
    found = cast("list[dict[str, object]]", check(repo, f"main..{head}")["findings"])
    return [(str(one["rule"]), cast("int | None", one["line"])) for one in found if one["commit"] == head]


def check(repo: RepoBuilder, change: str) -> dict[str, object]:
    return gatekeeper("check", change, "--repo", str(repo.path), "--offline", "--json").json()


def test_a_resolution_is_as_long_as_what_it_adds(repo: RepoBuilder) -> None:
    assert merged(repo, "ours and theirs\n" + BODY) == []


def test_what_a_resolution_adds_is_found(repo: RepoBuilder) -> None:
    assert merged(repo, "ours\n" + BODY + "x = '\u202e'\n") == [("unicode.bidi", 1502)]


def test_attributes_of_both_parents_are_nothing_new(repo: RepoBuilder) -> None:
    start = repo.commit({".gitattributes": "* -diff\n*.py diff\n"})
    repo.commit({".gitattributes": "* -diff\n*.py diff\n*.md diff\n"})
    repo.branch("topic", start)
    repo.commit({".gitattributes": "* -diff\n*.py diff\n*.rs diff\n"})
    repo.run("merge", "-q", "main", check=False)
    head = repo.commit({".gitattributes": "* -diff\n*.py diff\n*.md diff\n*.rs diff\n"}, "merge")
    assert check(repo, f"main..{head}")["findings"] == []


def test_a_resolution_that_adds_much_is_large(repo: RepoBuilder) -> None:
    more = "".join(f"more {number}\n" for number in range(1001))
    assert merged(repo, "ours\n" + BODY + more) == [("size.large", None)]
