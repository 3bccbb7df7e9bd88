# SPDX-License-Identifier: Apache-2.0
"""Advisories in the OSV format (ossf.github.io/osv-schema), kept in one SQLite file and matched offline."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from gatekeeper.errors import CannotDecide, StateUnwritable, UsageError
from gatekeeper.rules.deps import versions
from gatekeeper.rules.deps.formats.pypi import normalise
from gatekeeper.rules.deps.outside.severity import is_high

if TYPE_CHECKING:
    import sqlite3

ECOSYSTEMS: Mapping[str, str] = {
    "crates.io": "cargo",
    "GitHub Actions": "actions",
    "Go": "go",
    "Hex": "hex",
    "Maven": "maven",
    "npm": "npm",
    "NuGet": "nuget",
    "Packagist": "composer",
    "Pub": "pub",
    "PyPI": "pypi",
    "RubyGems": "gem",
    "SwiftURL": "swift",
}
"""OSV's names of ecosystems to ours; others are left out."""
LARGEST = 16 * 1024 * 1024
"""Bytes of one advisory that are read."""
_SCHEMA = """
CREATE TABLE IF NOT EXISTS advisory (
    id TEXT PRIMARY KEY, summary TEXT NOT NULL, malicious INT NOT NULL, high INT NOT NULL
);
CREATE TABLE IF NOT EXISTS affected (ecosystem TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, rule TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS affected_by_name ON affected (ecosystem, name);
CREATE INDEX IF NOT EXISTS affected_by_id ON affected (id);
CREATE TABLE IF NOT EXISTS imported (at INT NOT NULL, advisories INT NOT NULL);
"""


class Advisory(NamedTuple):
    id: str
    summary: str
    malicious: bool
    high: bool


class Imported(NamedTuple):
    advisories: int
    packages: int
    skipped: int
    """Members of the archive that are no advisory for an ecosystem that is known."""


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


def load(archive: str, path: str, now: int) -> Imported:
    """Add the advisories of a ZIP archive, one JSON file each, to the database; known ids are replaced.

    Raises UsageError for what is no such archive, StateUnwritable where the database cannot be written.
    """
    import sqlite3

    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with zipfile.ZipFile(archive) as members, sqlite3.connect(path) as connection:
            connection.executescript(_SCHEMA)
            done = _load(members, connection)
            connection.execute("INSERT INTO imported VALUES (?, ?)", (now, done.advisories))
        connection.close()
    except (FileNotFoundError, IsADirectoryError, zipfile.BadZipFile) as error:
        raise UsageError(f"{archive} is no ZIP archive of advisories: {error}") from error
    except (OSError, sqlite3.Error) as error:
        raise StateUnwritable(f"the advisories cannot be written to {path}: {error}") from error
    return done


def _load(members: zipfile.ZipFile, connection: sqlite3.Connection) -> Imported:
    advisories = packages = skipped = 0
    for member in members.infolist():
        if member.is_dir():
            continue
        document = _read(members, member)
        rows = list(affected(document)) if document else []
        oid = document.get("id") if document else None
        if not isinstance(oid, str) or (not rows and not document.get("withdrawn")):
            skipped += 1
            continue
        connection.execute("DELETE FROM affected WHERE id = ?", (oid,))
        connection.execute("DELETE FROM advisory WHERE id = ?", (oid,))
        if document.get("withdrawn"):
            continue
        advisories += 1
        packages += len(rows)
        summary = document.get("summary") or document.get("details") or ""
        values = (oid, str(summary)[:300], oid.startswith("MAL-"), is_high(document))
        connection.execute("INSERT INTO advisory VALUES (?, ?, ?, ?)", values)
        connection.executemany(
            "INSERT INTO affected VALUES (?, ?, ?, ?)",
            [(ecosystem, name, oid, json.dumps(rule)) for ecosystem, name, rule in rows],
        )
    return Imported(advisories, packages, skipped)


def _read(members: zipfile.ZipFile, member: zipfile.ZipInfo) -> dict[str, Any]:
    """One advisory; empty for what is none."""
    if not member.filename.endswith(".json") or member.file_size > LARGEST:
        return {}
    try:
        document = json.loads(members.read(member))
    except (ValueError, RecursionError, zipfile.BadZipFile):
        return {}
    return document if isinstance(document, dict) else {}


def affected(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """``(our ecosystem, normalised name, {versions, ranges})`` of each package that an advisory names."""
    rows = document.get("affected")
    for row in rows if isinstance(rows, list) else ():
        package = row.get("package") if isinstance(row, dict) else None
        if not isinstance(package, dict) or not isinstance(package.get("name"), str):
            continue
        ecosystem = ECOSYSTEMS.get(str(package.get("ecosystem")).partition(":")[0])
        if ecosystem is None:
            continue
        name = normalise(package["name"]) if ecosystem == "pypi" else package["name"].lower()
        ranges = [
            [event for event in part.get("events", ()) if isinstance(event, dict)]
            for part in row.get("ranges", ())
            if isinstance(part, dict) and part.get("type") in ("SEMVER", "ECOSYSTEM")
        ]
        listed = [text for text in row.get("versions", ()) if isinstance(text, str)]
        yield ecosystem, name, {"versions": listed, "ranges": ranges}


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
