# SPDX-License-Identifier: Apache-2.0
"""From lines of notes to statements: what counts as said, and why the rest does not."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest

from gatekeeper.approvals.read import MOST_IGNORED, Reader, read
from gatekeeper.errors import DeadlinePassed
from gatekeeper.signing import dsse, statement
from tests.repo import RepoBuilder
from tests.scene import ALICE, BOB, MALLORY, NAMESPACES, NOW, REPOSITORY, Scene, finding, scene
from tests.signers import SoftKey


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


@pytest.fixture
def head(stage: Scene) -> str:
    return stage.agent_commit()


def reasons(stage: Scene, head: str) -> list[str]:
    return [one.reason for one in stage.statements(stage.change(head)).ignored]


def test_each_kind_is_read_back_as_it_was_said(stage: Scene, head: str) -> None:
    change = stage.change(head)
    approval = stage.approval(ALICE, change, [finding(head)])
    rejection = stage.rejection(BOB, change)
    revocation = stage.revocation(ALICE, approval)
    for said in (approval, rejection, revocation):
        stage.note(said)
    found = stage.statements(change)
    assert [one._replace(key=approval.key) for one in found.approvals] == [approval]
    assert (found.rejections, found.revocations, found.ignored) == ((rejection,), (revocation,), ())
    assert found.approvals[0].key.fingerprint.startswith("SHA256:")


@pytest.mark.parametrize(
    ("junk", "reason"),
    [
        (b"hello", "not JSON in UTF-8"),
        (b"{}", "not a DSSE envelope"),
        (b'{"payload":"!"}', "not a DSSE envelope"),
        (b"\xff\x00", "not JSON in UTF-8"),
        (b"x" * (dsse.LINE_LIMIT + 1), f"JSON of {dsse.LINE_LIMIT + 1} bytes; accepted are {dsse.LINE_LIMIT}"),
        (b"[" * 60000, "JSON is nested too deeply"),
    ],
)
def test_junk_is_ignored_with_its_place_and_the_reason(stage: Scene, head: str, junk: bytes, reason: str) -> None:
    stage.notes.append((head, b"\n" + junk))
    (ignored,) = stage.statements(stage.change(head)).ignored
    assert (ignored.id, ignored.reason) == (f"{head}:2", reason)


def test_a_flood_of_junk_is_counted(stage: Scene, head: str) -> None:
    stage.notes.append((head, b"junk\n" * (MOST_IGNORED + 20)))
    assert reasons(stage, head)[-1] == "20 more lines do not count"


def test_junk_on_other_commits_is_nobodys_business(stage: Scene, head: str) -> None:
    stage.notes.append((stage.base, b"junk"))
    assert reasons(stage, head) == []


def test_a_key_that_is_not_listed_is_said(stage: Scene, head: str) -> None:
    stage.approve(MALLORY, stage.change(head), [])
    (reason,) = reasons(stage, head)
    assert reason.endswith("is not listed in allowed_signers")


def test_nobody_speaks_in_anothers_name(stage: Scene, head: str) -> None:
    stage.note(stage.approval(ALICE, stage.change(head), []), stage.keys[BOB])
    assert reasons(stage, head) == [f"it names {ALICE} as approver, and {BOB} signed it"]


def test_a_statement_of_another_repository_is_said(stage: Scene, head: str) -> None:
    stage.approve(ALICE, stage.change(head), [], repository="example.org/fork")
    assert reasons(stage, head) == ["it was signed for another repository (example.org/fork)"]


def test_a_note_moved_to_another_commit_is_said(stage: Scene, head: str) -> None:
    said = stage.approval(ALICE, stage.change(head), [])
    other = stage.agent_commit({"b.txt": "b\n"})
    stage.note(said, on=other)
    assert reasons(stage, other) == ["it is noted on another commit than the one it is about"]


def test_subject_and_head_must_agree(stage: Scene, head: str) -> None:
    from gatekeeper.approvals.predicates import approval_predicate

    predicate = approval_predicate(stage.approval(ALICE, stage.change(head), []))
    stage.notes.append((head, stage.keys[ALICE].seal(statement.APPROVAL, [head, stage.base], predicate)))
    assert reasons(stage, head) == ["its subject is another commit than its head"]


@pytest.mark.parametrize("field", ["repository", "commits", "content", "findings", "displayed", "expires", "nonce"])
@pytest.mark.parametrize("value", [None, 7, [1], {"sha256": 1}])
def test_a_missing_or_odd_field_is_said(stage: Scene, head: str, field: str, value: object) -> None:
    from gatekeeper.approvals.predicates import approval_predicate

    predicate = approval_predicate(stage.approval(ALICE, stage.change(head), []))
    if value is None:
        del predicate[field]
    else:
        predicate[field] = value
    stage.notes.append((head, stage.keys[ALICE].seal(statement.APPROVAL, [head], predicate)))
    (reason,) = reasons(stage, head)
    assert reason.endswith("is missing or malformed")


def test_a_time_in_another_form_is_said(stage: Scene, head: str) -> None:
    from gatekeeper.approvals.predicates import approval_predicate

    predicate = approval_predicate(stage.approval(ALICE, stage.change(head), []))
    predicate["expires"] = "2099-01-01T00:00:00+01:00"
    stage.notes.append((head, stage.keys[ALICE].seal(statement.APPROVAL, [head], predicate)))
    assert reasons(stage, head) == ["time '2099-01-01T00:00:00+01:00' is not of the form 2026-11-23T15:00:00Z"]


def test_fields_that_are_not_known_are_passed_over(stage: Scene, head: str) -> None:
    from gatekeeper.approvals.predicates import approval_predicate

    predicate = {**approval_predicate(stage.approval(ALICE, stage.change(head), [])), "later": 1}
    stage.notes.append((head, stage.keys[ALICE].seal(statement.APPROVAL, [head], predicate)))
    assert len(stage.statements(stage.change(head)).approvals) == 1


def test_an_envelope_that_is_not_canonical_is_ignored(stage: Scene, head: str) -> None:
    line = stage.line(stage.approval(ALICE, stage.change(head), []))
    stage.notes.append((head, json.dumps(json.loads(line)).encode()))
    assert reasons(stage, head) == ["JSON is not in its canonical form (RFC 8785)"]


def test_the_same_line_twice_is_one_statement(stage: Scene, head: str) -> None:
    line = stage.line(stage.approval(ALICE, stage.change(head), []))
    stage.notes.append((head, line + b"\n" + line + b"\n"))
    assert len(stage.statements(stage.change(head)).approvals) == 1


def test_negative_statements_are_read_wherever_they_are_noted(stage: Scene, head: str) -> None:
    change = stage.change(head)
    said = stage.rejection(BOB, change)
    stage.note(said, on="1" * 40)
    stage.note(stage.revocation(BOB, said), on="2" * 40)
    found = stage.statements(change)
    assert (len(found.rejections), len(found.revocations)) == (1, 1)


def test_a_negative_statement_outlives_the_validity_of_its_key(stage: Scene, head: str) -> None:
    stage.lines[1] = f'{BOB} valid-before="20260101Z",{NAMESPACES} {stage.keys[BOB].public}'
    stage.note(stage.rejection(BOB, stage.change(head)))
    assert len(stage.statements(stage.change(head)).rejections) == 1


def test_a_negative_statement_by_a_key_not_yet_valid_is_ignored(stage: Scene, head: str) -> None:
    stage.lines[1] = f'{BOB} valid-after="20990101Z",{NAMESPACES} {stage.keys[BOB].public}'
    stage.note(stage.rejection(BOB, stage.change(head)))
    assert reasons(stage, head) == [f"the key of {BOB} is not valid before 2099-01-01T00:00:00Z"]


def test_what_a_gate_logged_counts_though_the_key_is_gone(stage: Scene, head: str) -> None:
    change = stage.change(head)
    del stage.lines[1]
    stage.logged.append(stage.line(stage.rejection(BOB, change)))
    stage.logged.append(stage.line(stage.approval(ALICE, change, [])))  # only negative ones are honoured from there
    found = stage.statements(change)
    assert [one.approver for one in found.rejections] == [BOB]
    assert found.approvals == ()


def test_an_approval_in_a_log_is_none_whatever_it_quotes(stage: Scene, head: str) -> None:
    said = stage.approval(ALICE, stage.change(head), [])._replace(reason="urn:gatekeeper:rejection:v1")
    stage.logged += [stage.line(said), stage.line(said, stage.keys[MALLORY])]
    found = stage.statements(stage.change(head))
    assert found.approvals == ()
    assert [one.reason for one in found.ignored] == [
        "in a gate's log: an approval counts where it is noted, not from a log"
    ] * 2
    stage.note(said)
    assert len(stage.statements(stage.change(head)).approvals) == 1


def test_a_logged_line_must_still_be_signed(stage: Scene, head: str) -> None:
    change = stage.change(head)
    del stage.lines[1]
    line = stage.line(stage.rejection(BOB, change), stage.keys[MALLORY])
    other = dsse.parse(stage.line(stage.rejection(ALICE, change), stage.keys[MALLORY]))
    stage.logged.append(dsse.encode(dsse.parse(line).payload, other.sig))
    found = stage.statements(change)
    assert found.rejections == ()
    assert found.ignored[0].reason.startswith("in a gate's log: ")


def test_two_keys_over_one_payload_are_one_statement(stage: Scene, head: str) -> None:
    second = SoftKey("second")
    stage.lines.append(f"{ALICE} {NAMESPACES} {second.public}")
    change = stage.change(head)
    said = stage.approval(ALICE, change, [finding(head)])
    stage.note(said)
    stage.note(said, second)
    coverage = stage.judge(change, [finding(head)])
    assert (coverage.present, coverage.ignored) == ((said.id,), ())


def test_reading_stops_at_the_deadline(stage: Scene, head: str) -> None:
    def over() -> None:
        raise DeadlinePassed("over")

    stage.approve(ALICE, stage.change(head), [])
    with pytest.raises(DeadlinePassed):
        read(Reader(REPOSITORY, stage.signers(), NOW, over), stage.notes, stage.change(head))


def test_approvals_of_other_commits_are_not_even_opened(stage: Scene, head: str) -> None:
    line = stage.line(stage.approval(ALICE, stage.change(head), []))

    def never() -> None:
        raise AssertionError("opened")

    reader = Reader(REPOSITORY, stage.signers(), NOW, never)
    started = time.process_time()
    found = read(reader, [(f"{number:040x}", line) for number in range(1000)], stage.change(head))
    assert len(found.elsewhere) == 1000
    assert time.process_time() - started < 1
