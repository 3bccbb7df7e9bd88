# SPDX-License-Identifier: Apache-2.0
"""Advisories in the OSV format (ossf.github.io/osv-schema), kept in one SQLite file and matched offline."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gatekeeper.errors import CannotDecide, StateUnwritable
from gatekeeper.rules.deps import versions

if TYPE_CHECKING:
    import sqlite3


class Advisory(NamedTuple):
    id: str
    summary: str
    malicious: bool
    high: bool


class Status(NamedTuple):
    advisories: int
    imported: int | None
    """When the last import was, seconds since the epoch; None where there is no database."""


class Advisories:
    """The advisories at ``path``, opened at the first question."""

    def __init__(self, path: str | None) -> None:
        self.path = path
        self._connection: sqlite3.Connection | None = None

    @property
    def exists(self) -> bool:
        return self.path is not None and os.path.exists(self.path)

    def of(self, ecosystem: str, name: str, version: str) -> Iterator[Advisory]:
        """The advisories that ``version`` falls under; empty where there is no database.

        Raises CannotDecide where it is damaged.
        """
        if not self.exists:
            return
        import sqlite3

        query = (
            "SELECT advisory.id, summary, malicious, high, rule FROM affected JOIN advisory USING (id) "
            "WHERE ecosystem = ? AND name = ?"
        )
        try:
            if self._connection is None:
                self._connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True)
            rows = self._connection.execute(query, (ecosystem, name.lower())).fetchall()
        except sqlite3.Error as error:
            raise CannotDecide(
                f"the advisories in {self.path} cannot be read: {error}",
                "remove it and import again: gatekeeper osv import FILE.zip",
            ) from error
        for oid, summary, malicious, high, rule in rows:
            if covers(json.loads(rule), ecosystem, version):
                yield Advisory(oid, summary, bool(malicious), bool(high))


def status(path: str) -> Status:
    """What the database at ``path`` holds. Raises StateUnwritable where it is damaged."""
    if not os.path.exists(path):
        return Status(0, None)
    import sqlite3

    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        (count,) = connection.execute("SELECT COUNT(*) FROM advisory").fetchone()
        (last,) = connection.execute("SELECT MAX(at) FROM imported").fetchone()
        connection.close()
    except sqlite3.Error as error:
        raise StateUnwritable(
            f"the advisories in {path} cannot be read: {error}", "remove it and import again"
        ) from error
    return Status(count, last)


def covers(rule: Mapping[str, Any], ecosystem: str, version: str) -> bool:
    """True where ``version`` is listed or lies in a range (OSV schema, "evaluation")."""
    bare = version.removeprefix("v") if ecosystem in ("go", "composer") else version
    if bare in rule["versions"] or version in rule["versions"]:
        return True
    return any(_inside(events, ecosystem, bare) for events in rule["ranges"])


def _inside(events: list[dict[str, str]], ecosystem: str, version: str) -> bool:
    """A version that nobody can order lies inside any range that starts at all."""
    here = versions.key(ecosystem, version)
    inside = False
    for event in sorted(events, key=lambda event: _order(event, ecosystem)):
        kind, bound = next(iter(event.items()), ("", ""))
        if here is None:
            inside = inside or kind == "introduced"
        elif kind == "introduced" and (bound == "0" or not _below(here, ecosystem, bound)):
            inside = True
        elif (kind == "fixed" and not _below(here, ecosystem, bound)) or (
            kind == "last_affected" and _above(here, ecosystem, bound)
        ):
            inside = False
    return inside


def _order(event: Mapping[str, str], ecosystem: str) -> tuple[int, Any]:
    bound = str(next(iter(event.values()), ""))
    key = versions.key(ecosystem, bound) if bound != "0" else None
    return (0, 0) if key is None else (1, key)


def _below(here: Any, ecosystem: str, bound: str) -> bool:
    other = versions.key(ecosystem, bound)
    return other is not None and bool(here < other)


def _above(here: Any, ecosystem: str, bound: str) -> bool:
    other = versions.key(ecosystem, bound)
    return other is not None and bool(here > other)
