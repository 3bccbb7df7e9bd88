# SPDX-License-Identifier: Apache-2.0
"""Threat 6: a policy that explodes, or whose patterns never come back, blocks in little time."""

from __future__ import annotations

import time

import pytest

from gatekeeper.errors import PolicyInvalid
from gatekeeper.policy.parse import check as check_policy
from gatekeeper.policy.yamltree import MAX_BYTES, read
from tests.policies import check, trusted
from tests.repo import RepoBuilder

LAUGHS = b"".join(b"l%d: &l%d [%s]\n" % (n, n, b",".join([b"*l%d" % (n - 1)] * 9)) for n in range(1, 10))
BOMBS = {
    "aliases": (b"l0: &l0 [lol]\n" + LAUGHS, "1: the anchor &l0"),
    "an alias of itself": (b"a: *a\n", "1: the alias *a"),
    "nesting in brackets": (b"[" * 200_000, "1: more than 16 levels of nesting"),
    "nesting in braces": (b"{a: " * 60_000, "1: more than 16 levels of nesting"),
    "nesting in dashes": (b"- " * 120_000, "1: more than 16 levels of nesting"),
    "nesting in questions": (b"? " * 120_000, "1: more than 16 levels of nesting"),
    "many keys": (b"a: 1\n" * 50_000, "10000: more than 20000 values"),
    "many values": (b"[" + b"a," * 120_000 + b"]", "1: more than 20000 values"),
    "much": (b"#" * (MAX_BYTES + 1), " 262145 bytes are too many"),
    "a type": (b"!!python/object/apply:os.system [x]", "1: a type tag"),
    "a named type": (b"%TAG !p! tag:yaml.org,2002:python/\n---\n!p!none x", "1: a %TAG directive"),
    "two documents": (b"a: 1\n---\nb: 1\n", "2: a second document"),
    "nothing": (b"", " the file is empty"),
    "not UTF-8": (b"a: 1\nb: \xff\n", "2: not UTF-8 text"),
    "UTF-16": ("a: 1".encode("utf-16"), "1: not UTF-8 text"),
    "NUL": (b"a: 1\nb: \0\n", "2: the invisible character U+0000"),
    "hidden by direction": ("a: 1 # \u202e\n".encode(), "1: the invisible character U+202E"),
    "hidden by an escape": (b'a: "\\u202e"\n', "1: the invisible character U+202E"),
    "a lone surrogate": (b'a: "\\ud800"\n', "1: "),
    "a merge key": (b"<<: {a: 1}\n", ""),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_in_little_time(name: str) -> None:
    content, words = BOMBS[name]
    start = time.process_time()
    if not words:
        read(content, "policy.yaml")  # plain text here: the key '<<' is unknown to the schema
    else:
        with pytest.raises(PolicyInvalid) as caught:
            read(content, "policy.yaml")
        assert str(caught.value).startswith(f"policy.yaml:{words}")
    assert time.process_time() - start < 2


TEAM = ", ".join(f"m{number}" for number in range(100))
START = "version: 1\nserial: 1\nprotect: [refs/heads/main]\n"
LARGE = {
    "unknown keys": "".join(f"key{number}: 1\n" for number in range(9000)),
    "unknown teams": "teams: {"
    + ", ".join(f"t{number}: [a{number}]" for number in range(2500))
    + "}\nbreak_glass: {teams: {"
    + ", ".join(f"x{number}: 1" for number in range(2500))
    + "}}\n",
    "slots": f"teams: {{a: [{TEAM}], b: [{TEAM}]}}\napproval: {{require: {{a: 1}}}}\npaths:\n"
    + "".join(f"- {{name: p{number}, match: [a], approvers: {{a: 50, b: 50}}}}\n" for number in range(900)),
    "patterns": "paths:\n" + "".join(f"- {{name: p{n}, match: ['{'*a' * 30}b']}}\n" for n in range(1000)),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_policy_is_judged_in_little_time(name: str) -> None:
    start = time.process_time()
    checked = check_policy((START + LARGE[name]).encode(), "policy.yaml")
    assert time.process_time() - start < 5
    assert len(checked.problems) <= 100


def test_a_bomb_in_the_policy_blocks(repo: RepoBuilder) -> None:
    trusted(repo, "x: &a [b]\ny: *a\n")
    repo.commit({"harmless": "text\n"})
    done = check(repo)
    assert done.code == 4
    assert "policy.yaml:9: the anchor &a; write each value out where it counts" in done.err


def test_hostile_patterns_and_a_hostile_path_are_matched_in_little_time(repo: RepoBuilder) -> None:
    patterns = ["*a" * 31 + "b", "**/" + "*a*a/" * 14 + "b", "**/a/" * 15 + "b", "[!b]*" * 30 + "c"]
    quoted = ", ".join(f'"{pattern}"' for pattern in patterns)
    trusted(repo, f"paths: [{{name: slow, match: [{quoted}, last/**]}}]")
    repo.commit({"/".join(["a" * 200] * 18): "text\n", "last/file": "text\n"})
    start = time.process_time()
    done = check(repo)
    assert done.code == 3
    assert "paths.slow" in done.out
    assert time.process_time() - start < 5
