# SPDX-License-Identifier: Apache-2.0
"""A statement that a gate is about to sign, as a value that survives in the journal."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from gatekeeper.signing import dsse, statement

Json = Mapping[str, object]


class Draft(NamedTuple):
    predicate_type: str
    subjects: tuple[str, ...]
    """The commits that it is about, and noted on."""
    predicate: Json
    notes: str | None
    """The notes ref; None where it goes into the log alone."""

    def payload(self) -> bytes:
        """The canonical bytes of the statement."""
        return statement.build(self.predicate_type, self.subjects, self.predicate)

    def id(self) -> str:
        """The id that the statement will have, whoever signs it."""
        return hashlib.sha256(dsse.pae(dsse.PAYLOAD_TYPE, self.payload())).hexdigest()


def readable(value: str | bytes) -> str:
    """Text for a statement, which holds Unicode alone: a byte that is not UTF-8 is written ``\\xNN``, ``\\`` twice.

    ``str`` may hold surrogate escapes. Different values give different texts.
    """
    raw = value.encode("utf-8", "surrogateescape") if isinstance(value, str) else value
    return raw.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
