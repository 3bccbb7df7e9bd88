# SPDX-License-Identifier: Apache-2.0
"""74, for the record: whatever is done to a note or an entry of the log, it is said; nothing crashes or passes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gatekeeper.errors import CannotDecide
from gatekeeper.git import chain, notes
from gatekeeper.git.recordrefs import AUDIT
from tests.git import places
from tests.records import Recorder
from tests.repo import RepoBuilder


class Target:
    """A good record, and a way back to it."""

    def __init__(self, repo: RepoBuilder) -> None:
        repo.commit()
        self.recorder = Recorder(repo)
        self.recorder.begin()
        self.head = self.recorder.land()
        self.state = repo.git("for-each-ref", "--format=update %(refname) %(objectname)").encode() + b"\n"
        self.note = notes.note(self.recorder.store, AUDIT, self.head) or b""
        tip = self.recorder.tip(self.recorder.gate.log) or ""
        self.entry = chain.read_entry(self.recorder.store, tip).commit.raw
        assert self.is_whole()

    def is_whole(self) -> bool:
        try:
            return not self.recorder.verify().problems
        except CannotDecide:
            return False

    def restore(self) -> None:
        self.recorder.repo.git("update-ref", "--stdin", stdin=self.state)


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Target:
    with places.hermetic():
        return Target(RepoBuilder.create(Path(tmp_path_factory.mktemp("fuzz")) / "r"))


def mutated(content: bytes, at: int, with_: bytes, width: int) -> bytes:
    at %= len(content)
    return content[:at] + with_ + content[at + width :]


mutations = st.tuples(st.integers(0, 10_000), st.binary(max_size=6), st.integers(0, 6))


@settings(max_examples=40)
@given(mutation=mutations)
def test_a_note_with_any_byte_changed_is_found_out(target: Target, mutation: tuple[int, bytes, int]) -> None:
    broken = mutated(target.note, *mutation)
    assume(set(broken.split(b"\n")) - {b""} != set(target.note.split(b"\n")) - {b""})
    repo = target.recorder.repo
    tree = repo.tree([("100644", target.head.encode(), repo.blob(broken))])
    repo.git("update-ref", AUDIT, repo.commit_tree(tree, []))
    assert not target.is_whole()
    target.restore()
    assert target.is_whole()


@settings(max_examples=40)
@given(mutation=mutations)
def test_an_entry_with_any_byte_changed_is_found_out(target: Target, mutation: tuple[int, bytes, int]) -> None:
    broken = mutated(target.entry, *mutation)
    assume(broken != target.entry)
    repo = target.recorder.repo
    oid = repo.raw("commit", broken)
    done = repo.run("update-ref", target.recorder.gate.log, oid, check=False)
    if done.returncode == 0:  # git itself refuses what it cannot take for a commit
        assert not target.is_whole()
        target.restore()
    assert target.is_whole()


@settings(max_examples=30)
@given(junk=st.binary(min_size=1, max_size=300))
def test_junk_for_a_note_is_found_out(target: Target, junk: bytes) -> None:
    assume(junk.strip(b"\n"))
    repo = target.recorder.repo
    both = target.note + junk
    tree = repo.tree([("100644", target.head.encode(), repo.blob(both))])
    repo.git("update-ref", AUDIT, repo.commit_tree(tree, []))
    assert not target.is_whole()
    target.restore()
