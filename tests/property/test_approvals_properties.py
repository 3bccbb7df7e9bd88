# SPDX-License-Identifier: Apache-2.0
"""Slots against brute force, content that recurs, and notes of any bytes at all."""

from __future__ import annotations

import contextlib
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.approvals.predicates import (
    Approval,
    Displayed,
    approval_predicate,
    read_approval,
)
from gatekeeper.approvals.read import Reader, read
from gatekeeper.approvals.recur import recurs
from gatekeeper.approvals.slots import fill
from gatekeeper.errors import SignatureInvalid
from gatekeeper.git.content import EMPTY, Content, series
from gatekeeper.model import Change
from gatekeeper.signing import canonical, statement
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.sshsig import Verified
from tests.signers import SoftKey

TEAMS = st.sampled_from(["red", "green", "blue"])
DIGEST = st.sampled_from([f"{number:064x}" for number in range(4)] + [EMPTY])
ALICE, HEAD = "alice@example.org", "a" * 40
KEY = SoftKey("alice")
SIGNERS = Signers.parse(f'{ALICE} namespaces="gatekeeper-approval" {KEY.public}'.encode(), "signers")
CHANGE = Change("refs/heads/main", "b" * 40, HEAD, (HEAD,), "c" * 40)
TEXT = st.text(st.characters(codec="utf-8"), max_size=20)
TIME = st.integers(0, 4_000_000_000)


def most(slots: list[str], able: dict[str, list[str]]) -> int:
    """How many slots can be filled, by trying everything."""
    people = list(able) + [""] * len(slots)
    return max(
        sum(slot in able.get(person, ()) for slot, person in zip(slots, order, strict=False))
        for order in permutations(people, len(slots))
    )


@given(st.lists(TEAMS, max_size=3), st.dictionaries(st.sampled_from("wxyz"), st.lists(TEAMS, unique=True), max_size=4))
def test_as_many_slots_are_filled_as_can_be(slots: list[str], able: dict[str, list[str]]) -> None:
    filled = fill(slots, able)
    people = [person for person in filled if person is not None]
    assert len(set(people)) == len(people)
    assert all(person is None or slot in able[person] for slot, person in zip(slots, filled, strict=True))
    assert len(people) == most(slots, able)
    assert fill(slots, dict(reversed(able.items()))) == filled


def test_many_slots_are_filled_without_deep_recursion() -> None:
    people = {f"{number:05}": ["red"] for number in range(1200)}
    assert None not in fill(["red"] * 1200, people)


@given(st.lists(DIGEST, min_size=1, max_size=5), st.lists(DIGEST, max_size=3), st.lists(DIGEST, max_size=3))
def test_a_series_recurs_in_any_longer_one(own: list[str], before: list[str], after: list[str]) -> None:
    filled = [digest for digest in own if digest != EMPTY]
    content = Content("f" * 64, series(filled), len(filled))
    spread = [digest for one in own for digest in (EMPTY, one)]
    assert recurs(content, before + spread + after) == bool(filled)


@given(DIGEST, st.lists(DIGEST, max_size=4))
def test_a_net_content_recurs_as_one_commit(net: str, digests: list[str]) -> None:
    assert recurs(Content(net, "e" * 64, 2), digests) == (net != EMPTY and net in digests)


APPROVALS = st.builds(
    Approval,
    id=st.just("0" * 64),
    approver=TEXT,
    key=st.just(Verified(KEY.blob, "SHA256:", "ssh-ed25519", False, False, False, None, None)),
    repository=TEXT,
    target=TEXT,
    base=TEXT,
    head=TEXT,
    commits=st.lists(TEXT, max_size=3).map(tuple),
    result_tree=TEXT,
    content=st.builds(Content, TEXT, TEXT, st.integers(0, 9)),
    policy_sha256=TEXT,
    policy_serial=st.integers(0, 99),
    findings=st.frozensets(TEXT, max_size=3),
    displayed=st.builds(Displayed, TEXT, TEXT),
    reason=TEXT,
    not_before=TIME,
    expires=TIME,
    nonce=TEXT,
)


@given(APPROVALS)
def test_an_approval_is_read_back_as_it_was_said(said: Approval) -> None:
    predicate = canonical.loads_canonical(canonical.dumps(approval_predicate(said)))
    assert read_approval(said.id, predicate, said.key) == said


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)


@given(APPROVALS, st.data())
def test_an_approval_with_any_field_replaced_is_read_or_refused(said: Approval, data: st.DataObject) -> None:
    predicate = approval_predicate(said)
    predicate[data.draw(st.sampled_from(sorted(predicate)))] = data.draw(JSON)
    with contextlib.suppress(SignatureInvalid):
        read_approval(said.id, predicate, said.key)


@given(st.binary(max_size=200))
def test_a_note_of_any_bytes_is_read(note: bytes) -> None:
    reader = Reader("example.org/x", SIGNERS, 0)
    statements = read(reader, [(HEAD, note)], CHANGE, note.split(b"\n"))
    assert len(statements.ignored) == sum(line != b"" for line in note.split(b"\n"))


@given(
    st.sampled_from([statement.APPROVAL, statement.REJECTION, statement.REVOCATION]),
    st.dictionaries(st.sampled_from(["approver", "repository", "head", "revokes", "content"]), JSON, max_size=5),
)
def test_a_signed_statement_of_any_fields_is_read(kind: str, predicate: dict[str, object]) -> None:
    line = KEY.seal(kind, [HEAD], predicate)
    statements = read(Reader("example.org/x", SIGNERS, 0), [(HEAD, line)], CHANGE, [line])
    assert statements.ignored
    assert (statements.approvals, statements.rejections, statements.revocations) == ((), (), ())


@given(st.integers(0, 10_000), st.integers(0, 7))
def test_one_flipped_bit_is_enough(place: int, bit: int) -> None:
    said = Approval(
        "", ALICE, Verified(KEY.blob, "", "", False, False, False, None, None), "example.org/x",
        "refs/heads/main", "b" * 40, HEAD, (HEAD,), "c" * 40, Content("0" * 64, "1" * 64, 1), "d" * 64, 1,
        frozenset(), Displayed("", ""), "", 0, 9, "00",
    )  # fmt: skip
    line = bytearray(KEY.seal(statement.APPROVAL, [HEAD], approval_predicate(said)))
    reader = Reader("example.org/x", SIGNERS, 0)
    assert len(read(reader, [(HEAD, bytes(line))], CHANGE).approvals) == 1
    line[place % len(line)] ^= 1 << bit
    assert read(reader, [(HEAD, bytes(line))], CHANGE).approvals == ()
