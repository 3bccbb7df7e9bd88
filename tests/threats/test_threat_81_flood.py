# SPDX-License-Identifier: Apache-2.0
"""81. The approvals ref flooded with junk to outlast deadlines: limits at the door."""

from __future__ import annotations

import time

from gatekeeper.git.appended import Appended
from tests.repo import RepoBuilder
from tests.threats.appendonly import KEYS, NotesPusher


def test_256_new_lines_pass_and_257_do_not(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    old = pusher.append(None, {key: [b"{}"] for key in KEYS})
    many: dict[str, list[bytes]] = {KEYS[number % 40]: [] for number in range(40)}
    for number in range(256):
        many[KEYS[number % 40]].append(b"{%d}" % number)
    new = pusher.append(old, many)
    answer = pusher.push(old, new)
    assert isinstance(answer, Appended)
    assert {key: sorted(lines) for key, lines in answer.lines.items()} == {k: sorted(v) for k, v in many.items()}
    over = pusher.append(new, {KEYS[0]: [b"{256}"]})
    assert pusher.refusal(old, over) == "257 new lines; at most 256 a push"


def test_a_line_of_64_kib_passes_and_a_longer_one_does_not(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    assert isinstance(pusher.push(None, pusher.append(None, {KEYS[0]: [b"x" * 65536]})), Appended)
    assert "has a line longer than 65536 bytes" in pusher.refusal(None, pusher.append(None, {KEYS[0]: [b"x" * 65537]}))


def test_ballast_between_lines_is_refused(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    assert isinstance(pusher.push(None, pusher.commit({KEYS[0]: b"one\n\ntwo\n"})), Appended)
    assert "something other than lines" in pusher.refusal(None, pusher.commit({KEYS[0]: b"one\n" + b"\n" * 9999}))


def test_a_notes_commit_carries_notes_and_nothing_else(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    tree = repo.tree([("100644", KEYS[0].encode(), repo.blob(b"x\n")), ("100644", b"payload.bin", repo.blob(b"junk"))])
    assert "holds 'payload.bin', which is no note" in pusher.refusal(None, repo.commit_tree(tree, []))
    hidden = repo.tree([("40000", b"00", repo.tree([("100644", b"payload", repo.blob(b"junk"))]))])
    assert "holds 'payload', which is no note" in pusher.refusal(None, repo.commit_tree(hidden, []))
    link = repo.tree([("120000", KEYS[0].encode(), repo.blob(b"/etc/passwd"))])
    assert "which is no note" in pusher.refusal(None, repo.commit_tree(link, []))
    long = pusher.commit({KEYS[0]: b"x\n"}, message=b"m" * 70000)
    assert "bytes long; at most 65536" in pusher.refusal(None, long)
    assert "not a notes commit" in pusher.refusal(None, repo.blob(b"no commit"))


def test_many_commits_are_refused_before_they_are_read(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    tip = pusher.commit({KEYS[0]: b"x\n"})
    tree = repo.git("rev-parse", f"{tip}^{{tree}}")
    chain = [f"commit refs/notes/x\ncommitter A <a@example.org> {n} +0000\ndata 0\n" for n in range(1100)]
    repo.git("fast-import", "--quiet", stdin=f"reset refs/notes/x\nfrom {tip}\n\n{''.join(chain)}done\n".encode())
    new = repo.git("rev-parse", "refs/notes/x")
    assert repo.git("rev-parse", f"{new}^{{tree}}") == tree
    assert pusher.refusal(tip, new) == "1100 new notes commits; at most 1024 a push"


def test_a_small_push_that_unfolds_into_billions_of_notes_is_refused_soon(repo: RepoBuilder) -> None:
    pusher = NotesPusher(repo)
    tree = repo.tree([("100644", b"0" * 24, repo.blob(b"x\n"))])
    for _ in range(8):
        tree = repo.tree([("40000", b"%02x" % number, tree) for number in range(256)])
    start = time.monotonic()
    assert "too many folders" in pusher.refusal(None, repo.commit_tree(tree, []))
    assert time.monotonic() - start < 10
