# SPDX-License-Identifier: Apache-2.0
"""Putting notes back that the logs hold and the notes ref lost. Adds lines, rewrites none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from gatekeeper.audit.logs import Log
from gatekeeper.audit.noted import expected_notes
from gatekeeper.git import chain, notes
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.pack import object_id
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.git.store import Store

IDENT = b"gatekeeper <repair@gates.invalid>"


def restore_notes(store: Store, logs: Iterable[Log], now: int, sleep: Callable[[float], None] = time.sleep) -> int:
    """Append to the audit notes what ``logs``, which must have been checked, hold and they lack; how many notes.

    ``now`` is in seconds since the epoch. Raises what appending raises.
    """
    logs = list(logs)
    tip = store.ref(AUDIT)
    present = notes.note_blobs(store, tip) if tip is not None else {}
    lost: dict[str, list[str]] = {}
    for oid, blobs in expected_notes(logs).items():
        held = present.get(oid, ())
        if list(held) != blobs:
            lines = {line for blob in held for line in split_lines(store.read(blob)[1])}
            ids = {object_id(store.object_format, "blob", line + b"\n") for line in lines}
            lacking = [blob for blob in blobs if blob not in ids]
            if lacking:
                lost[oid] = lacking
    if not lost:
        return 0
    wanted = {blob for blobs in lost.values() for blob in blobs}
    found = {}
    for log in logs:
        for entry in chain.walk(store, log.tip.oid):
            for line in chain.lines_of(store, entry):
                blob = object_id(store.object_format, "blob", line + b"\n")
                if blob in wanted:
                    found[blob] = line
            if found.keys() >= wanted:
                break
    additions = {oid: [found[blob] for blob in blobs] for oid, blobs in lost.items()}
    notes.append(store, AUDIT, additions, IDENT, now, sleep)
    return len(lost)
