# SPDX-License-Identifier: Apache-2.0
"""What indexes answered lately. A cache that is missing, stale or damaged costs a request."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3

FRESH = 3600
"""Seconds for which an answer counts."""
FRESH_UNKNOWN = 300
"""Seconds for which a name counts as unknown: it may be published any time."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS answer (url TEXT PRIMARY KEY, at INT NOT NULL, kind TEXT NOT NULL, body BLOB NOT NULL)"
)


class Answers:
    """Answers in the SQLite file ``path`` (None keeps nothing), judged at ``now``."""

    def __init__(self, path: str | None, now: int) -> None:
        self._path, self._now = path, now
        self._connection: sqlite3.Connection | None = None

    def get(self, url: str) -> tuple[str, str] | None:
        """``(content type, body)``, both empty for a name that was unknown; None where nothing fresh is kept."""
        import sqlite3
        import zlib

        connection = self._open()
        if connection is None:
            return None
        try:
            row = connection.execute("SELECT at, kind, body FROM answer WHERE url = ?", (_bare(url),)).fetchone()
            if row is None:
                return None
            at, kind, body = int(row[0]), str(row[1]), zlib.decompress(row[2]).decode()
        except (sqlite3.Error, zlib.error, ValueError, TypeError):
            return None
        limit = FRESH if kind else FRESH_UNKNOWN
        return (kind, body) if 0 <= self._now - at < limit else None

    def put(self, url: str, answer: tuple[str, str]) -> None:
        import sqlite3
        import zlib

        connection = self._open()
        if connection is None:
            return
        values = (_bare(url), self._now, answer[0], zlib.compress(answer[1].encode("utf-8", "surrogateescape")))
        try:
            with connection:
                connection.execute("DELETE FROM answer WHERE at < ?", (self._now - FRESH,))
                connection.execute("INSERT OR REPLACE INTO answer VALUES (?, ?, ?, ?)", values)
        except sqlite3.Error:
            self._path = None

    def _open(self) -> sqlite3.Connection | None:
        import sqlite3

        if self._path is None:
            return None
        if self._connection is None:
            try:
                os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
                self._connection = sqlite3.connect(self._path, timeout=1.0)
                self._connection.execute(_SCHEMA)
            except (OSError, sqlite3.Error):
                self._path = None
                return None
        return self._connection


def _bare(url: str) -> str:
    """Without what stands before an ``@``: credentials are kept nowhere."""
    scheme, slashes, rest = url.partition("://")
    authority, slash, path = rest.partition("/")
    return f"{scheme}{slashes}{authority.rpartition('@')[2]}{slash}{path}"
