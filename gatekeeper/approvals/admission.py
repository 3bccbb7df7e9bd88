# SPDX-License-Identifier: Apache-2.0
"""What people may bring to the append-only refs: valid lines, for this repository, by keys that are listed now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gatekeeper.approvals.predicates import Approval
from gatekeeper.approvals.read import Reader
from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import dsse, identify, statement


class Admitted(NamedTuple):
    objections: tuple[str, ...]
    """A sentence for each line that may not come in, without a full stop."""
    negative: Mapping[str, bytes]
    """Rejections and revocations among the lines, by id: a gate logs them."""


def admit_statements(lines: Mapping[str, tuple[bytes, ...]], reader: Reader) -> Admitted:
    """Judge new lines of the approvals ref, by the object they are noted on."""
    objections: list[str] = []
    negative: dict[str, bytes] = {}
    for oid, noted in lines.items():
        for line in noted:
            try:
                said = reader.open(line, oid)
            except SignatureInvalid as reason:
                objections.append(f"a line noted on {oid[:12]} does not count: {reason}")
            else:
                if not isinstance(said, Approval):
                    negative[said.id] = line
    return Admitted(tuple(objections), negative)


def admit_runs(lines: Mapping[str, tuple[bytes, ...]], repository: str) -> Admitted:
    """Judge new lines of the runs ref: by whatever key, but whole, for this repository, about the noted commit."""
    objections = []
    for oid, noted in lines.items():
        for line in noted:
            try:
                said, _ = identify.open_unlisted(dsse.parse(line), statement.BY_GATES)
                if said.predicate_type != statement.RUN:
                    raise SignatureInvalid("it is no run record")
                if said.predicate.get("repository", repository) != repository:
                    raise SignatureInvalid("it was signed for another repository")
                if oid not in said.subjects:
                    raise SignatureInvalid("it is about another commit")
            except SignatureInvalid as reason:
                objections.append(f"a line noted on {oid[:12]} does not count: {reason}")
    return Admitted(tuple(objections), {})
