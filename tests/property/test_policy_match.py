# SPDX-License-Identifier: Apache-2.0
"""Patterns against git itself, and what must hold for any pattern and any path."""

from __future__ import annotations

import re
import subprocess
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.policy import glob
from gatekeeper.policy.match import compile_paths, compile_refs, fold, path_problem, ref_problem

NAME = st.text("abAB.é*", min_size=1, max_size=4).filter(lambda name: name.strip("."))
PATH = st.lists(NAME, min_size=1, max_size=5).map("/".join)
PIECE = st.sampled_from(["a", "b", "A", ".", "é", "*", "*", "?", "[ab]", "[!a]", "[a-c]", "[[:upper:]]", "\\*", "[]b]"])
GLOB_NAME = st.one_of(st.just("**"), st.lists(PIECE, min_size=1, max_size=4).map("".join))
PATTERN = st.builds(
    lambda head, names, tail: head + "/".join(names) + tail,
    st.sampled_from(["", "", "/"]),
    st.lists(GLOB_NAME, min_size=1, max_size=4),
    st.sampled_from(["", "", "/"]),
).filter(lambda pattern: path_problem(pattern) is None)


def ignored_by_git(repo: Path, cases: list[tuple[str, list[str]]]) -> list[list[bool]]:
    """What git says of each pattern and its paths: one folder with its own .gitignore a pattern."""
    for number, (pattern, _) in enumerate(cases):
        folder = repo / f"case{number}"
        folder.mkdir(exist_ok=True)
        (folder / ".gitignore").write_text(pattern + "\n")
    asked = [f"case{number}/{path}" for number, (_, paths) in enumerate(cases) for path in paths]
    done = subprocess.run(
        ["git", "-C", str(repo), "check-ignore", "--no-index", "--stdin", "-z"],
        input="".join(f"{path}\0" for path in asked).encode(),
        capture_output=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    said = set(done.stdout.decode().split("\0"))
    return [[f"case{number}/{path}" in said for path in paths] for number, (_, paths) in enumerate(cases)]


@pytest.fixture(scope="module")
def empty_repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("ignore")
    subprocess.run(["git", "init", "-q", str(path)], check=True)
    return path


@settings(max_examples=120)
@given(st.lists(st.tuples(PATTERN, st.lists(PATH, min_size=1, max_size=8)), min_size=1, max_size=30))
def test_the_stored_form_is_gitignore_to_the_letter(empty_repo: Path, cases: list[tuple[str, list[str]]]) -> None:
    for (pattern, paths), git_says in zip(cases, ignored_by_git(empty_repo, cases), strict=True):
        expression = re.compile(glob.below(glob.parse(pattern.encode().decode("latin-1"))))
        includes, takes_back = compile_paths([pattern]), compile_paths(["**", "!" + pattern])
        for path, ignored in zip(paths, git_says, strict=True):
            assert bool(expression.match(path.encode().decode("latin-1"))) == ignored, (pattern, path)
            # Folding only ever adds to what is protected.
            assert includes.matches(path.encode()) or not ignored, (pattern, path)
            assert takes_back.matches(path.encode()) or ignored, (pattern, path)


@given(st.binary(max_size=40))
def test_fold_is_idempotent(path: bytes) -> None:
    assert fold(fold(path)) == fold(path)


@given(st.text(max_size=20))
def test_fold_is_idempotent_on_text(path: str) -> None:
    raw = path.encode("utf-8", "surrogatepass")
    assert fold(fold(raw)) == fold(raw)


VARIANT = st.sampled_from(["plain", "upper", "dot", "space", "joiner", "stream", "backslash", "nfd"])


@given(st.lists(st.text("abé", min_size=1, max_size=4), min_size=2, max_size=4), VARIANT, st.integers(0, 3))
def test_every_spelling_of_a_protected_path_is_protected(names: list[str], variant: str, where: int) -> None:
    matcher = compile_paths(["/".join(names) + "/**"])
    at = where % len(names)
    name = names[at]
    spelled = {
        "plain": name,
        "upper": name.upper(),
        "dot": name + ". .",
        "space": name + " ",
        "joiner": name[0] + "\u200d" + name[1:],
        "stream": name + "::$INDEX_ALLOCATION",
        "backslash": name,
        "nfd": unicodedata.normalize("NFD", name),
    }[variant]
    other = [*names[:at], spelled, *names[at + 1 :], "file"]
    assert matcher.matches(("\\" if variant == "backslash" else "/").join(other).encode())


@given(st.lists(PATTERN, min_size=1, max_size=4), st.lists(PATTERN, min_size=1, max_size=2), PATH)
def test_more_patterns_protect_more(patterns: list[str], more: list[str], path: str) -> None:
    if compile_paths(patterns).matches(path.encode()):
        assert compile_paths([*patterns, *more]).matches(path.encode())


@given(st.text(max_size=30), st.binary(max_size=30))
def test_any_accepted_pattern_compiles_and_answers(pattern: str, path: bytes) -> None:
    if path_problem(pattern) is None:
        compile_paths([pattern]).matches(path)
    if ref_problem("refs/" + pattern) is None:
        compile_refs(["refs/" + pattern]).matches(path.decode("utf-8", "surrogateescape"))


HOSTILE = [
    "*a" * 31 + "b",
    "**/" + "*a" * 30 + "/b",
    "**/a/" * 15 + "b",
    "**/*a*/" * 10 + "b",
    "*" + "?" * 60 + "b",
    "[a]*" * 31 + "b",
    "**/" + "a/" * 100 + "b",
]


@pytest.mark.parametrize("pattern", HOSTILE)
@pytest.mark.parametrize("unit", [b"a", b"a/", b"aa/"])
def test_no_pattern_is_super_linear(pattern: str, unit: bytes) -> None:
    """Four times the path takes nothing like sixteen times as long (a backtracking matcher never comes back)."""
    matcher = compile_paths([pattern])

    def cost(units: int) -> float:
        path = unit * units + b"b!"
        best = 1.0
        for _ in range(3):
            start = time.process_time()
            matcher.matches(path)
            best = min(best, time.process_time() - start)
        return best

    small = cost(2_000)
    assert cost(8_000) < 10 * small + 0.02
