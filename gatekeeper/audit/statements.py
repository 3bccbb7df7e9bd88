# SPDX-License-Identifier: Apache-2.0
"""Records one by one, for people and for export: what each says, by whom, and whether it counts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from heapq import merge
from typing import NamedTuple

from gatekeeper.audit.logs import Trust
from gatekeeper.audit.scan import check_line
from gatekeeper.errors import SignatureInvalid
from gatekeeper.git import chain, notes
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.recordrefs import LOG, log_refs
from gatekeeper.git.store import Store
from gatekeeper.signing import canonical, dsse, keys, statement


class Record(NamedTuple):
    """One line, read."""

    id: str
    """Of the statement; empty where the line is none."""
    kind: str
    """Its predicate type; empty where the line is none."""
    status: str
    """``listed``, ``local`` or ``unlisted`` for what a gate signed, ``person`` for what people sign, ``bad``."""
    by: str
    """The principal of a listed gate, else the fingerprint of the key; why it is ``bad``."""
    statement: Mapping[str, object]
    """The in-toto statement."""
    when: int | None = None
    """Of the entry of the log, seconds since the epoch."""
    entry: str | None = None
    """The entry's commit."""

    @property
    def predicate(self) -> Mapping[str, object]:
        predicate = self.statement.get("predicate")
        return predicate if isinstance(predicate, dict) else {}


def read_record(object_format: str, trust: Trust, line: bytes, about: str | None = None) -> Record:
    """The record in ``line``; with ``about``, it must be about that commit to count."""
    try:
        found = check_line(object_format, line)
        envelope = dsse.parse(line, len(line))
        if about is not None and about not in found.subjects:
            raise SignatureInvalid(f"it is about another commit: {found.subjects[0]}")
    except SignatureInvalid as reason:
        return Record("", "", "bad", str(reason), {})
    said = canonical.loads(envelope.payload)
    if statement.NAMESPACES[found.kind] == statement.BY_PEOPLE:
        return Record(found.id, found.kind, "person", envelope.keyid, said)
    status = trust.status(envelope.key)
    by = trust.name(envelope.key) or keys.fingerprint(envelope.key)
    return Record(found.id, found.kind, status, by, said)


def records_of(store: Store, trust: Trust, ref: str, oid: str) -> Iterator[Record]:
    """The records that the notes ref ``ref`` holds of the commit ``oid``."""
    for line in split_lines(notes.note(store, ref, oid) or b""):
        yield read_record(store.object_format, trust, line, oid)


def logged_records(store: Store, trust: Trust) -> Iterator[Record]:
    """Every record of every log, the newest entries first. Chains are not checked here: that is verifying."""
    tips = store.refs(LOG)
    logs = [_records(store, trust, tips[ref]) for ref in log_refs(tips)]
    return merge(*logs, key=lambda record: -(record.when or 0))


def _records(store: Store, trust: Trust, tip: str) -> Iterator[Record]:
    for entry in chain.walk(store, tip):
        for line in chain.lines_of(store, entry):
            record = read_record(store.object_format, trust, line)
            yield record._replace(when=entry.commit.committer.time, entry=entry.commit.oid)
