# SPDX-License-Identifier: Apache-2.0
"""From lines of notes to statements by people. A line that does not count is ignored with the reason.

Approvals are opened where they are noted on a commit of the change. Negative statements (rejections,
revocations) are opened wherever they are noted, since they follow content and ids. Anything else costs
a look at its text, so that junk cannot outlast a deadline.
"""

from __future__ import annotations

import hashlib
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterable
from typing import Literal, NamedTuple

from gatekeeper.approvals.predicates import (
    Approval,
    Rejection,
    Revocation,
    read_approval,
    read_rejection,
    read_revocation,
)
from gatekeeper.errors import SignatureInvalid
from gatekeeper.model import Change, Ignored
from gatekeeper.signing import dsse, statement
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.identify import Opened, open_envelope, open_unlisted

MOST_IGNORED = 100
"""Lines whose reason is given one by one; what is over is counted."""
MISPLACED = "it is noted on another commit than the one it is about"
_START = b'{"payload":"'

Said = Approval | Rejection | Revocation


class Statements(NamedTuple):
    """What people said. Every signature is good, and ``approver`` is who made it."""

    approvals: tuple[Approval, ...] = ()
    """Noted on commits of the change."""
    rejections: tuple[Rejection, ...] = ()
    """All that are known, as ``revocations``."""
    revocations: tuple[Revocation, ...] = ()
    unlisted: tuple[Revocation, ...] = ()
    """From gates' logs, by keys that are listed no longer: they end approvals, but lift no rejection."""
    ignored: tuple[Ignored, ...] = ()
    """Lines noted on commits of the change, or logged, that do not count. The id of junk is ``<commit>:<line>``."""
    elsewhere: tuple[bytes, ...] = ()
    """Lines with approvals noted on other commits, not opened."""


class Reader(NamedTuple):
    """What lines are held against."""

    repository: str
    signers: Signers
    now: int
    """The gate's clock, seconds since the epoch: by it keys are valid or not."""
    pause: Callable[[], object] = bool
    """Called before each line that is opened; it may raise DeadlinePassed."""

    def open(self, line: bytes, noted_on: str | None = None) -> Said:
        """The statement in ``line``, by a key that counts now. Raises SignatureInvalid with the reason."""
        self.pause()
        return self._said(open_envelope(line, self.signers, statement.BY_PEOPLE, self.now), noted_on)

    def open_noted(self, line: bytes, noted_on: str | None) -> Said:
        """As :meth:`open`; but a key that has expired since still stops what it stopped."""
        try:
            return self.open(line, noted_on)
        except SignatureInvalid:
            end = self._retired(line)
            if end is None:
                raise
            said = self._said(open_envelope(line, self.signers, statement.BY_PEOPLE, end), noted_on)
            if isinstance(said, Approval):  # one that quotes a negative statement's type
                raise
            return said

    def open_unlisted(self, line: bytes) -> Rejection | Revocation:
        """The negative statement in a line of a gate's log, whoever's key signed it."""
        self.pause()
        opened, verified = open_unlisted(dsse.parse(line), statement.BY_PEOPLE)
        said = self._said(Opened(opened, str(opened.predicate.get("approver")), verified), None)
        if isinstance(said, Approval):
            raise SignatureInvalid("an approval counts where it is noted, not from a log")
        return said

    def _retired(self, line: bytes) -> int | None:
        """For a negative statement, the last second in which its key counted, where that is over."""
        if _sort(line)[0] != "negative":
            return None
        key = dsse.parse(line).key
        ends = [signer.valid_before for signer in self.signers.lines if signer.key == key]
        return max((end for end in ends if end is not None and end < self.now), default=None)

    def _said(self, opened: Opened, noted_on: str | None) -> Said:
        made, predicate = opened.statement, opened.statement.predicate
        said: Said
        if made.predicate_type == statement.APPROVAL:
            said = read_approval(made.id, predicate, opened.verified)
            if noted_on not in (None, said.head):
                raise SignatureInvalid(MISPLACED)
        elif made.predicate_type == statement.REJECTION:
            said = read_rejection(made.id, predicate)
        else:
            said = read_revocation(made.id, predicate)
        if said.approver != opened.principal:
            raise SignatureInvalid(f"it names {said.approver} as approver, and {opened.principal} signed it")
        if made.subjects != (said.head,):
            raise SignatureInvalid("its subject is another commit than its head")
        if said.repository != self.repository:
            raise SignatureInvalid(f"it was signed for another repository ({said.repository})")
        return said


def read(
    reader: Reader, notes: Iterable[tuple[str, bytes]], change: Change, logged: Iterable[bytes] = ()
) -> Statements:
    """Sort ``notes`` (noted object, note) and the lines of gates' logs, as far as they may concern ``change``."""
    here = frozenset((*change.commits, change.head))
    said: dict[tuple[str, bytes], Said] = {}
    ignored: list[Ignored] = []
    elsewhere: list[bytes] = []
    for oid, note in notes:
        for number, line in enumerate(note.split(b"\n"), 1):
            kind, identity = _sort(line) if line else ("junk", "")
            if kind == "approval" and oid not in here:
                elsewhere.append(line)
            elif kind != "junk" or (line and oid in here):
                try:
                    found = reader.open_noted(line, oid)
                    said[found.id, found.key.key if isinstance(found, Approval) else b""] = found
                except SignatureInvalid as reason:
                    if oid in here:
                        ignored.append(Ignored(identity or f"{oid}:{number}", str(reason)))
    unlisted: dict[str, Revocation] = {}
    for line in logged:
        kind, identity = _sort(line)
        if kind != "negative" or (identity, b"") in said:
            continue
        try:
            taken = _logged(reader, line)
        except SignatureInvalid as reason:
            ignored.append(Ignored(identity, f"in a gate's log: {reason}"))
            continue
        if isinstance(taken.said, Revocation) and not taken.listed:
            unlisted[identity] = taken.said
        else:
            said[identity, b""] = taken.said
    return Statements(
        tuple(one for one in said.values() if isinstance(one, Approval)),
        tuple(one for one in said.values() if isinstance(one, Rejection)),
        tuple(one for one in said.values() if isinstance(one, Revocation)),
        tuple(unlisted.values()),
        _few(ignored),
        tuple(elsewhere),
    )


class _Logged(NamedTuple):
    said: Rejection | Revocation
    listed: bool


def _logged(reader: Reader, line: bytes) -> _Logged:
    try:
        said = reader.open_noted(line, None)
    except SignatureInvalid:
        return _Logged(reader.open_unlisted(line), listed=False)
    if isinstance(said, Approval):
        raise SignatureInvalid("an approval counts where it is noted, not from a log")
    return _Logged(said, listed=True)


def _sort(line: bytes) -> tuple[Literal["approval", "negative", "junk"], str]:
    """What a line can be at most, and its statement's id.

    Envelopes and payloads count in canonical form only, so a predicate type stands in them as it is or not at all.
    """
    payload = b""
    if line.startswith(_START) and len(line) <= dsse.LINE_LIMIT:
        try:
            payload = a2b_base64(line[len(_START) : line.find(b'"', len(_START))])
        except Error:
            return "junk", ""
    if statement.REJECTION.encode() in payload or statement.REVOCATION.encode() in payload:
        kind: Literal["approval", "negative"] = "negative"
    elif statement.APPROVAL.encode() in payload:
        kind = "approval"
    else:
        return "junk", ""
    return kind, hashlib.sha256(dsse.pae(dsse.PAYLOAD_TYPE, payload)).hexdigest()


def _few(ignored: list[Ignored]) -> tuple[Ignored, ...]:
    if len(ignored) <= MOST_IGNORED:
        return tuple(ignored)
    return (*ignored[:MOST_IGNORED], Ignored("", f"{len(ignored) - MOST_IGNORED} more lines do not count"))
