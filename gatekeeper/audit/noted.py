# SPDX-License-Identifier: Apache-2.0
"""Notes held against the logs: what a log holds must be noted, and what is noted must be in a log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from gatekeeper.audit.logs import Log, Problem, Trust
from gatekeeper.audit.scan import check_line
from gatekeeper.errors import SignatureInvalid
from gatekeeper.git import notes
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.pack import object_id
from gatekeeper.git.recordrefs import AUDIT, LOG
from gatekeeper.git.store import Store
from gatekeeper.signing import dsse, keys, statement

REPAIR = "restore the note from the log: gatekeeper audit verify --repair"
Expected = Mapping[str, Sequence[str]]
"""Commit to the ids of the blobs that hold one line each of what the logs say of it."""


def expected_notes(logs: Iterable[Log]) -> dict[str, list[str]]:
    """What the decisions of ``logs`` must have left in the audit notes."""
    expected: dict[str, list[str]] = {}
    for log in logs:
        for _, found in log.found:
            if found.kind == statement.DECISION:
                for oid in found.subjects:
                    blobs = expected.setdefault(oid, [])
                    if found.blob not in blobs:
                        blobs.append(found.blob)
    return expected


def note_problems(store: Store, trust: Trust, expected: Expected, *, whole: bool) -> Iterator[Problem]:
    """What is wrong with the audit notes. Without ``whole`` only notes that ``expected`` names are looked at."""
    tip = store.ref(AUDIT)
    present = notes.note_blobs(store, tip) if tip is not None else {}
    if expected and not present:
        yield Problem(AUDIT, f"is empty or gone, and the logs hold records of {len(expected)} commits", REPAIR)
        return
    for oid, blobs in expected.items():
        if oid not in present:
            yield Problem(f"the note on {oid}", f"was deleted: the log holds {_records(len(blobs))} of it", REPAIR)
    for oid, held in present.items():
        wanted = expected.get(oid, ())
        if whole or wanted:
            # A note with one record is the very blob that the log's line makes, so that few are read.
            if len(held) == 1 and len(wanted) == 1 and held[0] == wanted[0]:
                continue
            yield from _note_problems(store, trust, oid, held, wanted)


def _note_problems(
    store: Store, trust: Trust, oid: str, held: Iterable[str], wanted: Sequence[str]
) -> Iterator[Problem]:
    place = f"the note on {oid}"
    lines = {
        object_id(store.object_format, "blob", line + b"\n"): line
        for blob in held
        for line in split_lines(store.read(blob)[1])
    }
    missing = len(set(wanted) - lines.keys())
    if missing:
        yield Problem(place, f"was rewritten: {_records(missing)} that the log holds is not in it", REPAIR)
    for blob, line in lines.items():
        if blob not in wanted:
            yield from _line_problems(store, trust, oid, line)


def _line_problems(store: Store, trust: Trust, oid: str, line: bytes) -> Iterator[Problem]:
    """What is wrong with a line that no log has for this commit."""
    place = f"the note on {oid}"
    try:
        found = check_line(store.object_format, line)
        key = dsse.parse(line, len(line)).key
    except SignatureInvalid as reason:
        yield Problem(place, f"holds a line that does not count: {reason}", _cleaning(oid))
        return
    short = found.id[:12]
    if oid not in found.subjects:
        yield Problem(
            place, f"holds record {short}, which is about another commit: {found.subjects[0]}", _cleaning(oid)
        )
    elif found.kind != statement.DECISION:
        yield Problem(place, f"holds a {found.kind} among the decisions", _cleaning(oid))
    elif trust.status(key) != "unlisted":
        ref = LOG + keys.gate_id(key)
        if store.ref(ref) is None:
            yield Problem(
                place, f"holds record {short} of a gate whose log {ref} is not here", "gatekeeper audit sync REMOTE"
            )
        else:
            yield Problem(
                place, f"holds record {short}, which its gate's log has not", "the log may have been rolled back"
            )


def _cleaning(oid: str) -> str:
    return f"find out who wrote it (git log -p {AUDIT}), then take it out: git notes --ref {AUDIT} edit {oid}"


def _records(count: int) -> str:
    return "1 record" if count == 1 else f"{count} records"
