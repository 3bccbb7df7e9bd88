# SPDX-License-Identifier: Apache-2.0
"""Two records become one: lines are joined, logs only grow, and what lies elsewhere is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from gatekeeper.audit.sync import FETCHED, Synced, sync
from gatekeeper.git import notes
from gatekeeper.git.recordrefs import APPROVALS, AUDIT
from gatekeeper.git.store import RefUpdate
from tests.records import Recorder, never
from tests.repo import RepoBuilder

WHO = b"sync <sync@example.org>"


class Place(Recorder):
    """A repository that syncs with ``remote``, a bare one that takes everything."""

    def __init__(self, repo: RepoBuilder, remote: Path) -> None:
        super().__init__(repo)
        self.remote = str(remote)

    def sync(self) -> Synced:
        self.repo.clock += 1
        return sync(self.store, self.remote, WHO, self.clock, never)

    def note(self, key: str, *lines: bytes, ref: str = APPROVALS) -> None:
        notes.append(self.store, ref, {key: lines}, WHO, self.clock)

    def noted(self, ref: str = APPROVALS) -> dict[str, bytes]:
        return dict(notes.all_notes(self.store, ref))


ONE, TWO = "01" * 20, "02" * 20


@pytest.fixture
def places(tmp_path: Path) -> tuple[Place, Place]:
    RepoBuilder.create(tmp_path / "remote.git", bare=True)
    here, there = (Place(RepoBuilder.create(tmp_path / name), tmp_path / "remote.git") for name in ("here", "there"))
    for place in (here, there):
        place.repo.commit()
    return here, there


def test_nothing_anywhere_is_nothing_to_do(places: tuple[Place, Place]) -> None:
    assert places[0].sync() == Synced((), (), {}, ())


def test_lines_of_both_sides_meet_and_stay_met(places: tuple[Place, Place]) -> None:
    here, there = places
    here.note(ONE, b"alice")
    there.note(ONE, b"bob")
    there.note(TWO, b"carol")
    assert here.sync() == Synced((), (APPROVALS,), {}, ())
    assert there.sync() == Synced((APPROVALS,), (APPROVALS,), {}, ())
    assert here.sync() == Synced((APPROVALS,), (), {}, ())
    assert here.noted() == there.noted() == {ONE: b"alice\nbob\n", TWO: b"carol\n"}
    assert here.sync() == there.sync() == Synced((), (), {}, ())
    assert here.tip(APPROVALS) == there.tip(APPROVALS)
    assert here.store.refs(FETCHED) == {}


def test_histories_with_the_same_lines_are_joined_once(places: tuple[Place, Place]) -> None:
    here, there = places
    here.note(ONE, b"alice")
    there.repo.clock += 7
    there.note(ONE, b"alice")
    here.sync()
    assert there.sync().sent == (APPROVALS,)
    assert here.sync() == Synced((APPROVALS,), (), {}, ())
    assert here.noted() == {ONE: b"alice\n"}


def test_a_remote_that_lost_lines_does_not_take_ours(places: tuple[Place, Place]) -> None:
    here, there = places
    here.note(ONE, b"alice")
    here.note(TWO, b"bob")
    here.sync()
    there.sync()
    there.repo.git("notes", "--ref", APPROVALS, "remove", "--ignore-missing", TWO)
    there.repo.git("push", "-q", there.remote, APPROVALS)
    assert here.sync() == Synced((APPROVALS,), (APPROVALS,), {}, ())
    assert here.noted() == {ONE: b"alice\n", TWO: b"bob\n"}
    assert there.sync().brought == (APPROVALS,)
    assert there.noted() == here.noted()


def test_a_gates_log_and_decisions_travel_and_verify(places: tuple[Place, Place]) -> None:
    here, there = places
    here.begin()
    here.land()
    assert set(here.sync().sent) == {AUDIT, here.gate.log}
    there.repo.git("fetch", "-q", str(here.repo.path), "+refs/heads/main:refs/remotes/origin/main")
    there.repo.git("update-ref", "refs/heads/main", "refs/remotes/origin/main")
    assert set(there.sync().brought) == {AUDIT, here.gate.log}
    assert not there.verify(there.scope(hosts_gate=False)).problems
    here.land()
    here.sync()
    assert set(there.sync().brought) == {AUDIT, here.gate.log}


def test_what_a_killed_sync_left_is_swept_after_an_hour(places: tuple[Place, Place]) -> None:
    here = places[0]
    head = here.tip("refs/heads/main")
    old, fresh = f"{FETCHED}{here.clock - 4000}/notes/x", f"{FETCHED}{here.clock}/notes/x"
    here.store.update_refs([RefUpdate(old, head, None), RefUpdate(fresh, head, None)])
    here.sync()
    assert set(here.store.refs(FETCHED)) == {fresh}


def test_other_notes_and_refs_are_left_alone(places: tuple[Place, Place]) -> None:
    here, there = places
    here.note(ONE, b"alice", ref="refs/notes/gatekeeper/other")
    here.note(ONE, b"alice", ref="refs/notes/commits")
    here.repo.git("push", "-q", here.remote, "refs/notes/*:refs/notes/*")
    assert there.sync() == Synced((), (), {}, ())
    assert there.store.refs("refs/notes/") == {}


def test_a_log_ref_that_is_none_is_not_taken(places: tuple[Place, Place]) -> None:
    here, there = places
    odd, named = "refs/gatekeeper/log/not/an/id", "refs/gatekeeper/log/" + "ab" * 32
    for ref in (odd, named):
        there.repo.git("push", "-q", there.remote, f"refs/heads/main:{ref}")
    synced = here.sync()
    assert (synced.brought, [problem.place for problem in synced.problems]) == ((), [named])
    assert "is no gate's log there" in synced.problems[0].what
    assert here.store.refs("refs/gatekeeper/") == {}
