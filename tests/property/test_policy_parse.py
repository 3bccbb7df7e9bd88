# SPDX-License-Identifier: Apache-2.0
"""Any bytes are a policy or a list of problems with lines: no crash, no hang, nothing half accepted."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.policy import parse
from gatekeeper.policy.document import from_document, to_document
from gatekeeper.policy.starter import starter
from tests.unit.test_policy_parse import FULL

LINES = FULL.splitlines(keepends=True)
SCRAPS = [
    "[",
    "]",
    "{",
    "}",
    ":",
    "-",
    "&a",
    "*a",
    "!!int",
    "|",
    ">",
    "'",
    '"',
    "#",
    "?",
    "off",
    "~",
    "99999999999999999999",
    "-1",
    "0d",
    "*",
    "**",
    "%TAG",
    "<<:",
]
SCRAPS += ["- ", "\t", "\0", "\u202e", "---\n", "&a ", "!!int "]


def judged(content: bytes) -> None:
    checked = parse.check(content, "p")
    assert (checked.policy is None) == bool(checked.problems)
    assert all(problem.message and (problem.line is None or problem.line >= 1) for problem in checked.problems)
    if checked.policy is not None:
        stored = json.loads(json.dumps(to_document(checked.policy)))
        assert from_document(stored) == checked.policy


@given(st.binary(max_size=300))
def test_any_bytes(content: bytes) -> None:
    judged(content)


@settings(max_examples=300)
@given(
    st.lists(st.tuples(st.integers(0, len(FULL)), st.integers(0, 12), st.sampled_from(SCRAPS)), min_size=1, max_size=3)
)
def test_a_policy_with_something_in_the_wrong_place(edits: list[tuple[int, int, str]]) -> None:
    text = FULL
    for at, drop, scrap in edits:
        text = text[:at] + scrap + text[at + drop :]
    judged(text.encode())


@given(st.lists(st.sampled_from(LINES), max_size=40))
def test_lines_in_any_order(lines: list[str]) -> None:
    judged("".join(lines).encode())


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=30),
    st.lists(st.from_regex(r"[a-z]{1,8}@[a-z]{1,8}\.org", fullmatch=True), min_size=1, max_size=4, unique=True),
)
def test_the_starter_says_what_it_was_told(name: str, members: list[str]) -> None:
    checked = parse.check(starter(name, ["refs/heads/main"], {"core": members}).encode(), "p")
    if name.startswith("root:"):
        return
    assert checked.policy is not None, checked.problems
    assert (checked.policy.repository, checked.policy.teams) == (name, {"core": tuple(members)})
