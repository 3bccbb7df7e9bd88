# SPDX-License-Identifier: Apache-2.0
"""The refs that gatekeeper keeps in a repository, and who may push to them."""

from __future__ import annotations

from collections.abc import Iterable

APPROVALS = "refs/notes/gatekeeper/approvals"
"""Approvals, rejections, revocations, noted on the head commit. People append."""
RUNS = "refs/notes/gatekeeper/runs"
"""Run records. Whoever ran appends."""
AUDIT = "refs/notes/gatekeeper/audit"
"""Decisions, noted on each commit. Gates only."""
LOG = "refs/gatekeeper/log/"
"""Before a gate key id: that gate's signed chain."""
PENDING = "refs/gatekeeper/pending/"
"""Before a name: changes waiting for review. The server only."""
APPEND_ONLY = (APPROVALS, RUNS)
"""What clients may push to, appending."""


def log_refs(refs: Iterable[str]) -> list[str]:
    """Those of ``refs`` that are a gate's log, sorted: their last part is 64 hex digits and nothing else."""
    return sorted(ref for ref in refs if ref.startswith(LOG) and _is_gate_id(ref.removeprefix(LOG)))


def _is_gate_id(name: str) -> bool:
    return len(name) == 64 and set(name) <= set("0123456789abcdef")


def is_record(ref: str) -> bool:
    """True for every ref that is gatekeeper's own, in any spelling a case-folding file system would take for one."""
    folded = ref.casefold()
    return folded.startswith(("refs/notes/gatekeeper/", "refs/gatekeeper/")) or folded in (
        "refs/notes/gatekeeper",
        "refs/gatekeeper",
    )


def push_refusal(ref: str) -> str | None:
    """Why no client may push to ``ref`` at all, as a sentence; None where it may (or where it is not a record)."""
    if not is_record(ref) or ref in APPEND_ONLY:
        return None
    return f"{ref} is written by gates only; push approvals to {APPROVALS}"
