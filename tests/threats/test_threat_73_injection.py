# SPDX-License-Identifier: Apache-2.0
"""Threat 73: no path, message or name of a repository becomes a command, markup or a terminal sequence."""

from __future__ import annotations

import json
import re

import pytest

from gatekeeper.report.formats import FORMATS
from tests.cli import Result, gatekeeper
from tests.repo import RepoBuilder

NAMES = [
    b"::error file=app.py,line=1::owned",
    b"##[error]owned ##vso[task.setvariable variable=x]y",
    b"%0A::set-output name=x::y",
    b"a\n::add-mask::b\n# Heading\n<script>alert(1)</script>",
    b"`</code></pre><img src=x onerror=alert(1)>`",
    b"[click](https://evil.example) ![](https://evil.example/x.png) <https://evil.example>",
    b"@everyone closes #1 \\@all",
    b"| table | row |\n|---|---|",
    b"\x1b[31mred\x1b]0;title\x07\x9b2J",
    b"\xff\xfe not text \xc3",
    "\u202eevil\u2066\u200b\ufeff".encode(),
    b"-rf --force",
    b"x" * 200,
]


@pytest.fixture
def hostile(repo: RepoBuilder) -> RepoBuilder:
    """A branch whose every file has an odd name and a new executable bit, by an author with an odd name."""
    repo.commit({"README": "x\n"})
    blob = repo.blob(b"echo\n")
    entries = sorted((name.replace(b"/", b"|"), blob) for name in NAMES)
    tree = repo.tree([("100755", name, oid) for name, oid in entries])
    head = repo.commit_tree(
        tree, [repo.git("rev-parse", "HEAD")], b"::error::subject <b>\x1b[2J\n\n" + b"\n".join(NAMES) + b"\n"
    )
    repo.git("update-ref", "refs/heads/agent/odd", head)
    return repo


def check(repo: RepoBuilder, *words: str) -> Result:
    return gatekeeper("check", "main..agent/odd", "--offline", "--repo", str(repo.path), *words)


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_says_it_and_nothing_acts(hostile: RepoBuilder, name: str) -> None:
    told = check(hostile, "--format", name)
    assert told.code == 1 or told.code == 3, told.err
    for line in told.out.splitlines():
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
        assert not re.search(r"##\w*\[", line)
    if name == "markdown":
        outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", told.out)
        assert not re.search(r"[<>@\[\]|`]|https?:", outside)
    if name == "json":
        assert told.out.isascii()
        paths = {finding["path_bytes"] for finding in json.loads(told.out)["findings"] if "path_bytes" in finding}
        assert len(paths) == 2


def test_a_review_shows_it_and_nothing_acts(hostile: RepoBuilder) -> None:
    told = gatekeeper("review", "main..agent/odd", "--offline", "--repo", str(hostile.path))
    assert told.code in (1, 3)
    assert told.out.replace("\n", "").replace("\t", "").isprintable()
    assert not [line for line in told.out.splitlines() if line.lstrip().startswith("::") or re.search(r"##\w*\[", line)]


@pytest.mark.parametrize(
    "words",
    [
        ["check", "::error::x\n::error::y", "--offline"],
        ["check", "\x1b[2J", "--offline"],
        ["explain", "\x1b[2J::error::"],
        ["::error::x"],
        ["audit", "show", "\n::error::"],
    ],
)
def test_errors_quote_safely(hostile: RepoBuilder, words: list[str]) -> None:
    told = gatekeeper(*words, "--repo", str(hostile.path), "--json")
    assert told.code in (2, 4)
    for line in (told.err + told.out).splitlines():
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
