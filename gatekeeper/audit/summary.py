# SPDX-License-Identifier: Apache-2.0
"""The record in numbers: how often which gate decided what, which rules spoke, who approved nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gatekeeper.audit.statements import Record
from gatekeeper.signing import statement


class Summary(NamedTuple):
    records: int
    first: int | None
    """Of the oldest entry, seconds since the epoch."""
    last: int | None
    gates: dict[str, int]
    """Records by gate (its principal, or its key's fingerprint and how it stands)."""
    verdicts: dict[str, int]
    """Decisions by ``verdict target``."""
    rules: dict[str, int]
    """Findings by ``rule (level)``, the most frequent first."""
    commits: int
    """That decisions are about."""
    by_people: int
    """Of these, signed by a person's key."""
    approvals: int
    """Statements by people that decisions counted."""


def summarise(records: Iterable[Record]) -> Summary:
    """Count ``records``; those that are ``bad`` count as nothing else."""
    gates: Counter[str] = Counter()
    verdicts: Counter[str] = Counter()
    rules: Counter[str] = Counter()
    commits: set[str] = set()
    people: set[str] = set()
    approvals: set[str] = set()
    times: list[int] = []
    count = 0
    for one in records:
        count += 1
        times.extend([one.when] if one.when is not None else [])
        gates[one.by if one.status in ("listed", "person") else f"{one.by} ({one.status})"] += 1
        if one.kind != statement.DECISION:
            continue
        predicate = one.predicate
        verdicts[f"{predicate.get('verdict')} {predicate.get('target')}"] += 1
        for finding in _documents(predicate.get("findings")):
            rules[f"{finding.get('rule')} ({finding.get('level')})"] += 1
        commits.update(map(str, _items(predicate.get("commits"))))
        people.update(_mapping(predicate.get("people")))
        approvals.update(map(str, _items(_mapping(predicate.get("approvals")).get("present"))))
    return Summary(
        count,
        min(times, default=None),
        max(times, default=None),
        dict(gates.most_common()),
        dict(verdicts.most_common()),
        dict(rules.most_common()),
        len(commits),
        len(people & commits),
        len(approvals),
    )


def _items(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _documents(value: object) -> list[Mapping[str, object]]:
    return [one for one in _items(value) if isinstance(one, dict)]
