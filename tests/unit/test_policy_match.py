# SPDX-License-Identifier: Apache-2.0
"""Patterns by example; against git and in general: tests/property/test_policy_match.py."""

from __future__ import annotations

import pytest

from gatekeeper.policy.match import compile_paths, compile_refs, fold, path_problem

LEDGER = ["payments/ledger/**", "!payments/ledger/docs/**"]


@pytest.mark.parametrize(
    ("patterns", "path", "matches"),
    [
        (LEDGER, "payments/ledger/book.py", True),
        (LEDGER, "payments/ledger/docs/readme", False),
        (LEDGER, "payments/ledger", True),
        (LEDGER, "payments/ledgers/a", False),
        (LEDGER, "x/payments/ledger/a", False),
        ([*LEDGER, "payments/ledger/docs/spec"], "payments/ledger/docs/spec", True),
        (["*.sql"], "deep/down/a.sql", True),
        (["*.sql"], "a.sql/file", True),
        (["/*.sql"], "deep/a.sql", False),
        (["vendor/"], "vendor/lib.c", True),
        (["vendor/"], "deep/vendor/lib.c", True),
        (["vendor/lib/"], "vendor/lib", True),
        (["a/**/z"], "a/z", True),
        (["a/**/z"], "a/b/c/z", True),
        (["a/*/z"], "a/b/c/z", False),
        (["**"], "anything", True),
        (["doc?"], "docs", True),
        (["caf?"], "café", True),
        (["[a-c]x"], "bx", True),
        (["[!a-c]x"], "bx", False),
        (["\\*"], "*", True),
        (["\\!important"], "!important", True),
        (["ä"], "a\u0308", True),
        (["Makefile"], "MAKEFILE", True),
        ([], "a", False),
    ],
)
def test_patterns(patterns: list[str], path: str, matches: bool) -> None:
    assert compile_paths(patterns).matches(path.encode()) is matches


def test_taking_back_needs_both_spellings() -> None:
    matcher = compile_paths(LEDGER)
    assert matcher.matches(b"payments/ledger/Docs/readme")
    assert matcher.matches(b"payments/ledger/docs./readme")
    assert compile_paths(["a/**", "!A/docs/**"]).matches(b"a/docs/x")


def test_bytes_that_are_no_text_are_matched() -> None:
    assert compile_paths(["data/*.bin"]).matches(b"data/\xff\xfe.bin")
    assert compile_paths(["data/**"]).matches(b"DATA/\xff\n\x1b[0m")


@pytest.mark.parametrize(
    ("path", "folded"),
    [
        (b".GitHub/Workflows", b".github/workflows"),
        (b".git\xe2\x80\x8chub/x", b".github/x"),
        (b"\xef\xbb\xbf.github", b".github"),
        (b".git\xe2\x80\x8fhub", b".github"),
        (b".github./x ", b".github/x"),
        (b".github\\workflows\\ci.yml", b".github/workflows/ci.yml"),
        (b"GIT~1/config", b".git/config"),
        (b"GITHUB~1", b".github"),
        (b"gi7eba~1", b".gitmodules"),
        (b"gateke~2/policy.yaml", b".gatekeeper/policy.yaml"),
        (b".github::$INDEX_ALLOCATION/x", b".github/x"),
        (b"a.py:stream", b"a.py"),
        (b"STRASSE", "straße".encode().replace("ß".encode(), b"ss")),
        ("Cafe\u0301".encode(), "café".encode()),
        ("\u212aey".encode(), b"key"),
        (b"\xff\xfe/A", b"\xff\xfe/a"),
        (b"a//b/./c/", b"a/b/c"),
        (b"...", b""),
        (b"plain/path.txt", b"plain/path.txt"),
    ],
)
def test_fold(path: bytes, folded: bytes) -> None:
    assert fold(path) == folded


@pytest.mark.parametrize(
    ("ref", "matches"),
    [
        ("refs/heads/main", True),
        ("refs/heads/MAIN", True),
        ("refs/heads/main/x", False),
        ("refs/heads/release/1", True),
        ("refs/heads/release/1/2", False),
        ("refs/heads/Release/1", True),
        ("refs/tags/v1", True),
        ("refs/tags/x/deep/down", True),
        ("refs/tags/x", False),
        ("refs/remotes/origin/main", False),
        ("main", False),
    ],
)
def test_refs(ref: str, matches: bool) -> None:
    patterns = ["refs/heads/main", "refs/heads/release/*", "refs/tags/v*", "refs/tags/**/down"]
    assert compile_refs(patterns).matches(ref) is matches


def test_a_refused_pattern_does_not_compile() -> None:
    with pytest.raises(ValueError, match="stands alone between slashes"):
        compile_paths(["src/**.py"])
    with pytest.raises(ValueError, match="write the whole name"):
        compile_refs(["main"])


@pytest.mark.parametrize(
    "pattern",
    ["", "/", "!", "!!a", "a//b", "a/../b", "a\\", "[a", "[z-a]", "[[:word:]]", "a" * 1025, "*/" * 40, "a\nb"],
)
def test_what_is_refused(pattern: str) -> None:
    assert path_problem(pattern)
