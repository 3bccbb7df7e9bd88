# SPDX-License-Identifier: Apache-2.0
"""What was let through and not recorded is recorded by the next call; what never arrived is not."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from gatekeeper.audit.journal import (
    SAFE,
    Completed,
    Update,
    complete,
    intents,
    land,
    unfinished,
    write_intent,
)
from gatekeeper.errors import CannotDecide, RefMoved, StateUnwritable
from gatekeeper.git import chain, notes
from gatekeeper.git.recordrefs import APPROVALS, AUDIT
from tests.records import MAIN, Recorder, never
from tests.repo import RepoBuilder

ZERO = "0" * 40


class Server(Recorder):
    """Pushes to ``repo``, stopped wherever the test wants."""

    def __init__(self, repo: RepoBuilder) -> None:
        repo.commit({"a.txt": "first\n"})
        super().__init__(repo)
        self.begin()

    def made(self, parent: str) -> str:
        """A commit that no ref has."""
        return self.repo.commit_tree(self.repo.git("rev-parse", f"{parent}^{{tree}}"), [parent])

    def update(self, old: str, new: str, ref: str = MAIN) -> Update:
        return Update(ref, old, new, (self.draft(self.verdict(ref, old, new)),))

    def accept(self, *updates: Update) -> str:
        return write_intent(self.repository, updates, self.clock)

    def move(self, new: str, ref: str = MAIN) -> None:
        self.repo.git("update-ref", ref, new)

    def next_call(self, landed: Sequence[Update] = (), later: int = 0) -> Completed:
        told = [(one.ref, one.old, one.new) for one in landed]
        return complete(self.store, self.gate, self.clock + later, told, never)

    @property
    def entries(self) -> int:
        """Of the log, without its beginning."""
        return len(list(chain.walk(self.store, self.tip(self.gate.log)))) - 1

    @property
    def waiting(self) -> int:
        found, broken = intents(self.repository)
        return len(found) + len(broken)


@pytest.fixture
def server(repo: RepoBuilder) -> Server:
    return Server(repo)


def test_post_receive_records_what_landed(server: Server) -> None:
    old = server.tip(MAIN) or ""
    update = server.update(old, server.made(old))
    server.accept(update)
    server.move(update.new)
    assert server.next_call([update]) == Completed(1, (), ())
    assert notes.note(server.store, AUDIT, update.new)
    assert (server.entries, server.waiting) == (1, 0)
    assert not server.verify().problems


def test_a_crash_after_the_ref_moved_is_repaired_by_the_next_call(server: Server) -> None:
    old = server.tip(MAIN) or ""
    update = server.update(old, server.made(old))
    server.accept(update)
    server.move(update.new)
    assert server.problem().what == "has no record of an accepted decision"
    assert unfinished(server.store, server.gate, server.clock) == (
        f"the push of {update.new} to refs/heads/main is not on record yet",
    )
    assert server.next_call() == Completed(1, (), ())
    assert not server.verify().problems


def test_a_crash_before_the_ref_moved_waits_and_is_dropped_with_a_word(server: Server) -> None:
    old = server.tip(MAIN) or ""
    update = server.update(old, server.made(old))
    server.accept(update)
    assert server.next_call() == Completed(0, (MAIN,), ())
    assert server.next_call(later=SAFE) == Completed(0, (MAIN,), ())
    assert unfinished(server.store, server.gate, server.clock) == ()
    dropped = (f"the push of {update.new} to refs/heads/main never arrived",)
    assert server.next_call(later=SAFE + 1) == Completed(0, (), dropped)
    assert (server.entries, server.waiting) == (0, 0)
    assert len(list(Path(server.repository.state_dir, "journal", "dropped").iterdir())) == 1
    assert not server.verify().problems


def test_a_push_whose_objects_never_came_is_dropped(server: Server) -> None:
    """git throws a refused push's quarantine away: its commits are nowhere."""
    old = server.tip(MAIN) or ""
    gone = Update(MAIN, old, "1" * 40, server.update(old, server.made(old)).drafts)
    server.accept(gone)
    server.move(server.made(old))
    assert server.next_call() == Completed(0, (MAIN,), ())
    assert server.next_call(later=SAFE + 1).recorded == 0
    assert server.entries == 0


@pytest.mark.parametrize("lost", ["notes", "nothing"])
def test_a_crash_while_recording_is_finished_without_a_second_entry(server: Server, lost: str) -> None:
    old = server.tip(MAIN) or ""
    update = server.update(old, server.made(old))
    server.accept(update)
    server.move(update.new)
    server.record(*update.drafts)
    if lost == "notes":
        server.repo.git("update-ref", "-d", AUDIT)
    assert server.next_call() == Completed(int(lost == "notes"), (), ())
    assert (server.entries, server.waiting) == (1, 0)
    assert not server.verify().problems


def test_a_ref_that_went_on_proves_that_the_push_arrived(server: Server) -> None:
    old = server.tip(MAIN) or ""
    first = server.update(old, server.made(old))
    second = server.update(first.new, server.made(first.new))
    server.accept(first)
    server.move(first.new)
    server.repo.clock += 60
    server.accept(second)
    server.move(second.new)
    assert server.next_call([second]).recorded == 2
    assert (server.entries, server.waiting) == (2, 0)
    assert not server.verify().problems


def test_of_two_pushes_at_once_only_the_winner_is_recorded(server: Server) -> None:
    old = server.tip(MAIN) or ""
    winner, loser = (server.update(old, server.made(old)) for _ in range(2))
    server.accept(loser)
    server.accept(winner)
    server.move(winner.new)
    done = server.next_call([winner])
    assert done.recorded == 1
    merged = server.repo.commit_tree(server.repo.git("rev-parse", "main^{tree}"), [loser.new, winner.new])
    assert server.next_call().dropped == (f"the push of {loser.new} to refs/heads/main never arrived",)
    third = server.update(winner.new, merged)
    server.accept(third)
    server.move(merged)
    server.next_call([third])
    assert server.entries == 2
    assert not server.verify().problems


def test_a_ref_that_git_refused_in_the_same_push_is_not_recorded(server: Server) -> None:
    old = server.tip(MAIN) or ""
    taken = server.update(old, server.made(old))
    refused = server.update(ZERO, server.made(old), "refs/heads/side")
    server.accept(taken, refused)
    server.move(taken.new)
    done = server.next_call([taken])
    assert done == Completed(1, (), (f"the push of {refused.new} to refs/heads/side never arrived",))
    assert notes.note(server.store, AUDIT, refused.new) is None


def test_a_rewind_counts_only_where_it_is_seen(server: Server) -> None:
    first = server.tip(MAIN) or ""
    second = server.land()
    update = Update(MAIN, second, first, (server.draft(server.verdict(MAIN, second, first)),))
    server.accept(update)
    assert server.next_call() == Completed(0, (MAIN,), ())
    server.move(first)
    assert server.next_call().recorded == 1


def test_a_deletion_is_recorded_in_log_and_notes(server: Server) -> None:
    old = server.tip(MAIN) or ""
    server.move(old, "refs/heads/side")
    change = server.verdict("refs/heads/side", old, old).change._replace(head=ZERO, commits=(), result_tree=None)
    verdict = server.verdict("refs/heads/side", old, old)._replace(change=change)
    server.accept(Update("refs/heads/side", old, ZERO, (server.draft(verdict),)))
    assert server.next_call() == Completed(0, ("refs/heads/side",), ())
    server.repo.git("update-ref", "-d", "refs/heads/side")
    assert server.next_call().recorded == 1


def test_negative_statements_that_came_in_are_logged(server: Server) -> None:
    tip = notes.append(server.store, APPROVALS, {"ab" * 20: [b"{}"]}, b"a <a@example.org>", 1)
    assert tip
    server.accept(Update(APPROVALS, ZERO, tip, (), {"cd" * 32: b"{}"}))
    assert server.next_call().recorded == 1
    assert dict(chain.negatives(server.store, server.tip(server.gate.log))) == {"cd" * 32: b"{}"}


def test_nothing_to_record_makes_no_entry(server: Server) -> None:
    old = server.tip(MAIN) or ""
    server.accept(Update(MAIN, ZERO, old))
    assert server.next_call() == Completed(0, (), ())
    assert (server.entries, server.waiting) == (0, 0)


def test_a_damaged_intent_is_put_aside_and_said(server: Server) -> None:
    old = server.tip(MAIN) or ""
    path = server.accept(server.update(old, server.made(old)))
    Path(path).write_bytes(Path(path).read_bytes()[:-9])
    assert unfinished(server.store, server.gate, server.clock) == (f"{path} is damaged",)
    assert server.next_call() == Completed(0, (), (f"{path} is damaged and was put aside",))
    assert server.waiting == 0


def test_without_a_key_the_intent_stays_and_the_message_says_why(server: Server) -> None:
    old = server.tip(MAIN) or ""
    update = server.update(old, server.made(old))
    server.accept(update)
    server.move(update.new)
    with pytest.raises(CannotDecide, match="is not on record, and this gate has no key"):
        complete(server.store, None, server.clock, (), never)
    assert server.waiting == 1


def test_a_journal_that_cannot_be_written_lets_nothing_pass(server: Server) -> None:
    old = server.tip(MAIN) or ""
    update = server.update(old, server.made(old))
    folder = Path(server.repository.state_dir, "journal")
    folder.write_text("not a folder")
    with pytest.raises(StateUnwritable, match="cannot write") as caught:
        server.accept(update)
    assert caught.value.exit_code == 4
    with pytest.raises(StateUnwritable, match="cannot read"):
        server.next_call()


def test_an_intent_holds_any_ref_name_and_is_private(server: Server) -> None:
    old = server.tip(MAIN) or ""
    ref = b"refs/heads/caf\xe9".decode("utf-8", "surrogateescape")
    path = server.accept(Update(ref, old, old))
    (intent,) = intents(server.repository)[0]
    assert intent.updates == (Update(ref, old, old),)
    assert os.stat(path).st_mode & 0o777 == 0o600


def test_landing_moves_and_records_or_does_neither(server: Server) -> None:
    old = server.tip(MAIN) or ""
    update = server.update(old, server.made(old))
    land(server.store, server.gate, [update], server.clock, never)
    assert server.tip(MAIN) == update.new
    assert not server.verify().problems
    late = server.update(old, server.made(old))
    with pytest.raises(RefMoved, match=MAIN):
        land(server.store, server.gate, [late], server.clock, never)
    assert (server.tip(MAIN), server.entries, server.waiting) == (update.new, 1, 0)


FINISHER = """
import os, sys, time
from gatekeeper.audit.journal import complete
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from tests.records import soft_gate
with PlumbingStore(open_repository(sys.argv[1], os.environ)) as store:
    complete(store, soft_gate("gate"), int(sys.argv[2]))
"""


def test_many_processes_at_one_intent_do_what_one_does(server: Server) -> None:
    old = server.tip(MAIN) or ""
    for _ in range(3):
        update = server.update(old, server.made(old))
        server.accept(update)
        server.move(update.new)
        old = update.new
    words = [sys.executable, "-c", FINISHER, str(server.repo.path), str(server.clock)]
    env = {**os.environ, "PYTHONPATH": os.getcwd()}
    finishers = [subprocess.Popen(words, env=env) for _ in range(6)]
    assert [finisher.wait(timeout=60) for finisher in finishers] == [0] * 6
    assert (server.entries, server.waiting) == (3, 0)
    assert not server.verify().problems
