# SPDX-License-Identifier: Apache-2.0
"""63, at the door. A note deleted or rewritten, the ref rolled back or forked: refused, whoever pushes it."""

from __future__ import annotations

import pytest

from gatekeeper.git import recordrefs
from gatekeeper.git.appended import Appended
from tests.repo import RepoBuilder
from tests.threats.appendonly import KEYS, NotesPusher

NOT_FORWARD = "not a fast-forward; fetch the ref and merge it: git notes merge -s cat_sort_uniq"


def test_nothing_is_deleted_or_rewritten(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    old = pusher.append(None, {KEYS[0]: [b"one", b"two"], KEYS[1]: [b"three"]})
    assert pusher.refusal(old, None) == "the record is never deleted"
    gone = pusher.commit({KEYS[0]: b"one\ntwo\n"}, [old])
    assert f"removes or rewrites a line on {KEYS[1][:12]}" in pusher.refusal(old, gone)
    rewritten = pusher.commit({KEYS[0]: b"one\nTWO\n", KEYS[1]: b"three\n"}, [old])
    assert f"removes or rewrites a line on {KEYS[0][:12]}" in pusher.refusal(old, rewritten)
    restored = pusher.commit({KEYS[0]: b"one\ntwo\n", KEYS[1]: b"three\n"}, [gone])
    assert "removes or rewrites a line" in pusher.refusal(old, restored)


def test_the_ref_is_not_rolled_back_or_forked(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    first = pusher.append(None, {KEYS[0]: [b"one"]})
    second = pusher.append(first, {KEYS[0]: [b"two"]})
    fork = pusher.append(first, {KEYS[0]: [b"other"]})
    assert pusher.refusal(second, first) == NOT_FORWARD
    assert pusher.refusal(second, fork) == NOT_FORWARD
    assert pusher.refusal(second, pusher.commit({KEYS[0]: b"one\ntwo\nmore\n"})) == NOT_FORWARD


def test_a_merge_must_hold_what_both_sides_hold(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    base = pusher.append(None, {KEYS[0]: [b"base"]})
    ours = pusher.append(base, {KEYS[0]: [b"ours"]})
    theirs = pusher.append(base, {KEYS[0]: [b"theirs"], KEYS[1]: [b"x"]})
    good = pusher.commit({KEYS[0]: b"base\nours\ntheirs\n", KEYS[1]: b"x\n"}, [ours, theirs])
    answer = pusher.push(ours, good)
    assert isinstance(answer, Appended)
    assert answer.lines == {KEYS[0]: (b"theirs",), KEYS[1]: (b"x",)}
    half = pusher.commit({KEYS[0]: b"base\nours\ntheirs\n"}, [ours, theirs])
    assert "removes or rewrites a line" in pusher.refusal(ours, half)


def test_another_fan_out_of_the_same_notes_adds_nothing(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    flat = pusher.commit({KEYS[1]: b"x\n"})
    inner = repo.tree([("100644", KEYS[1][2:].encode(), repo.blob(b"x\n"))])
    fanned = repo.commit_tree(repo.tree([("40000", KEYS[1][:2].encode(), inner)]), [flat])
    assert pusher.push(flat, fanned) == Appended({})


def test_a_first_push_of_an_own_history_counts_from_nothing(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    tip = pusher.append(pusher.append(None, {KEYS[0]: [b"one"]}), {KEYS[0]: [b"two"]})
    assert pusher.push(None, tip) == Appended({KEYS[0]: (b"one", b"two")})
    assert pusher.push(tip, tip) == Appended({})


@pytest.mark.parametrize(
    "ref",
    [
        recordrefs.AUDIT,
        recordrefs.LOG + "ab" * 32,
        recordrefs.PENDING + "1",
        "refs/notes/gatekeeper",
        "refs/notes/Gatekeeper/audit",
        "refs/notes/gatekeeper/other",
        "refs/gatekeeper",
    ],
)
def test_clients_push_to_no_other_record(ref: str) -> None:
    assert recordrefs.push_refusal(ref) == (
        f"{ref} is written by gates only; push approvals to refs/notes/gatekeeper/approvals"
    )


@pytest.mark.parametrize("ref", [recordrefs.APPROVALS, recordrefs.RUNS, "refs/heads/main", "refs/notes/commits"])
def test_people_may_append_to_theirs(ref: str) -> None:
    assert recordrefs.push_refusal(ref) is None
