# SPDX-License-Identifier: Apache-2.0
"""A statement goes into the log and the notes at once, once, and git itself can check both."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from gatekeeper.audit.gate_key import open_gate
from gatekeeper.audit.record import logged_since
from gatekeeper.errors import CannotDecide, RefMoved, SigningFailed
from gatekeeper.git import chain, notes
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.git.store import RefUpdate
from gatekeeper.signing import statement
from tests.records import MAIN, Recorder, never
from tests.repo import RepoBuilder
from tests.signers import key, signers_line


@pytest.fixture
def recorder(repo: RepoBuilder) -> Recorder:
    repo.commit({"a.txt": "first\n"})
    return Recorder(repo)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_stock_git_verifies_the_log(object_format: str, tmp_path: Path) -> None:
    repo = RepoBuilder.create(tmp_path / "r", object_format=object_format)
    repo.commit({"a.txt": "first\n"})
    gate = open_gate(key("gate").path, os.environ)
    recorder = Recorder(repo, gate)
    recorder.begin()
    recorder.land()
    recorder.land()
    signers = tmp_path / "signers"
    signers.write_text(signers_line("server@gates.example.org", key("gate").public, "git,gatekeeper-decision"))
    shown = repo.git(
        "-c", f"gpg.ssh.allowedSignersFile={signers}", "log", "--format=%G? %GS %an <%ae> %s", gate.log
    ).splitlines()
    assert [line.rpartition("> ")[0] for line in shown] == [
        f"G server@gates.example.org gatekeeper <{gate.id[:16]}@gates.invalid"
    ] * 3
    assert shown[2].endswith("Begin this gate's log")
    assert "refs/heads/main" in shown[0]
    assert repo.git("fsck", "--strict", "--no-dangling") == ""


def test_ssh_keygen_alone_verifies_a_statement(repo: RepoBuilder, tmp_path: Path) -> None:
    from gatekeeper.signing import dsse, sshsig

    repo.commit()
    recorder = Recorder(repo, open_gate(key("gate").path, os.environ))
    head = recorder.land()
    line = notes.note(recorder.store, AUDIT, head)
    assert line is not None
    envelope = dsse.parse(line.rstrip(b"\n"))
    (tmp_path / "sig").write_bytes(sshsig.armor(envelope.sig))
    (tmp_path / "signers").write_text(signers_line("g@example.org", key("gate").public, "gatekeeper-decision"))
    words = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", "g@example.org", "-n", "gatekeeper-decision"]
    subprocess.run(
        [*words, "-s", "sig"],
        input=dsse.pae(envelope.payload_type, envelope.payload),
        cwd=tmp_path,
        check=True,
        capture_output=True,
    )


def test_every_commit_of_the_change_has_the_note_and_the_log_has_the_line_once(recorder: Recorder) -> None:
    recorder.land(count=3)
    lines = {note for _, note in notes.all_notes(recorder.store, AUDIT)}
    assert len(list(notes.all_notes(recorder.store, AUDIT))) == 3
    (line,) = lines
    (entry,) = chain.walk(recorder.store, recorder.tip(recorder.gate.log))
    assert chain.lines_of(recorder.store, entry) == (line.rstrip(b"\n"),)


def test_recording_twice_is_recording_once(recorder: Recorder) -> None:
    base = recorder.tip(MAIN) or ""
    head = recorder.repo.commit({"a.txt": "second\n"})
    draft = recorder.draft(recorder.verdict(MAIN, base, head))
    first = recorder.record(draft)
    before = recorder.repo.git("for-each-ref")
    again = recorder.record(draft)
    assert (first.fresh, again.fresh) == (True, False)
    assert again.tip == first.tip
    assert recorder.repo.git("for-each-ref") == before


def test_a_record_whose_notes_were_lost_is_made_good_with_the_logged_line(recorder: Recorder) -> None:
    base = recorder.tip(MAIN) or ""
    head = recorder.repo.commit({"a.txt": "second\n"})
    draft = recorder.draft(recorder.verdict(MAIN, base, head))
    recorder.record(draft)
    noted = notes.note(recorder.store, AUDIT, head)
    recorder.repo.git("update-ref", "-d", AUDIT)
    assert recorder.record(draft).fresh
    assert notes.note(recorder.store, AUDIT, head) == noted
    assert len(list(chain.walk(recorder.store, recorder.tip(recorder.gate.log)))) == 1


def test_it_moves_other_refs_with_it_or_nothing_at_all(recorder: Recorder) -> None:
    from gatekeeper.audit.record import record

    base = recorder.tip(MAIN) or ""
    head = recorder.repo.commit_tree(recorder.repo.git("rev-parse", "main^{tree}"), [base])
    draft = recorder.draft(recorder.verdict(MAIN, base, head))
    now = recorder.clock
    wrong = [RefUpdate(MAIN, head, head)]
    with pytest.raises(RefMoved, match=MAIN):
        record(recorder.store, recorder.gate, [draft], now, since=now, updates=wrong, sleep=never)
    assert recorder.tip(recorder.gate.log) is None
    assert recorder.tip(AUDIT) is None
    record(recorder.store, recorder.gate, [draft], now, since=now, updates=[RefUpdate(MAIN, head, base)], sleep=never)
    assert recorder.tip(MAIN) == head
    assert not recorder.verify(recorder.scope(installed=(base,))).problems


def test_negative_statements_are_logged_once_and_found_without_a_walk(recorder: Recorder) -> None:
    first = {"ab" * 32: b'{"one":1}', "cd" * 32: b'{"two":2}'}
    recorder.record(negative=first)
    recorder.land()
    recorder.record(negative={**first, "ef" * 32: b'{"three":3}'})
    recorder.record(negative=first)
    tip = recorder.tip(recorder.gate.log)
    assert dict(chain.negatives(recorder.store, tip)) == {**first, "ef" * 32: b'{"three":3}'}
    added = [chain.lines_of(recorder.store, entry) for entry in chain.walk(recorder.store, tip)]
    assert added[0] == (b'{"three":3}',)
    assert len(added) == 3


def test_what_was_logged_since_stops_at_the_time_asked_for(recorder: Recorder) -> None:
    recorder.land()
    middle = recorder.clock + 1
    head = recorder.land()
    tip = recorder.tip(recorder.gate.log)
    assert [one.predicate["head"] for one in logged_since(recorder.store, tip, middle)] == [head]
    assert len(list(logged_since(recorder.store, tip, 0))) == 2
    assert next(iter(logged_since(recorder.store, tip, 0))).predicate_type == statement.DECISION


def test_an_entry_is_never_older_than_the_one_before(recorder: Recorder) -> None:
    recorder.land()
    recorder.repo.clock -= 5000
    recorder.land()
    newer, older = chain.walk(recorder.store, recorder.tip(recorder.gate.log))
    assert newer.commit.committer.time == older.commit.committer.time


def test_a_log_that_was_rolled_back_takes_nothing_more(recorder: Recorder) -> None:
    recorder.land()
    old = recorder.tip(recorder.gate.log) or ""
    recorder.land()
    seen = recorder.tip(recorder.gate.log) or ""
    for state in (("update-ref", recorder.gate.log, old), ("update-ref", "-d", recorder.gate.log)):
        recorder.repo.git(*state)
        with pytest.raises(CannotDecide, match="was rolled back or replaced") as caught:
            recorder.land()
        assert caught.value.next_step.endswith(f"git update-ref {recorder.gate.log} {seen}")
    recorder.repo.git("update-ref", recorder.gate.log, seen)
    recorder.land()


def test_a_gate_without_a_key_says_so(tmp_path: Path) -> None:
    with pytest.raises(SigningFailed):
        open_gate(str(tmp_path / "nothing"), os.environ)
