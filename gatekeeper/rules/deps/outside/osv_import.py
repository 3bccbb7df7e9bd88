# SPDX-License-Identifier: Apache-2.0
"""From an archive of advisories, as osv.dev publishes them for an ecosystem, to the database."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gatekeeper.errors import StateUnwritable, UsageError
from gatekeeper.rules.deps.formats.pypi import normalise
from gatekeeper.rules.deps.outside.severity import is_high

ECOSYSTEMS: Mapping[str, str] = {
    "crates": "cargo",
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
"""OSV's names of ecosystems, up to a dot or colon, to ours; others are left out."""
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


class Imported(NamedTuple):
    advisories: int
    packages: int
    skipped: int
    """Members of the archive that are no advisory for an ecosystem that is known."""


def load(archive: str, path: str, now: int) -> Imported:
    """Add the advisories of a ZIP archive, one JSON file each, to the database; known ids are replaced.

    Raises UsageError for what is no such archive, StateUnwritable where the database cannot be written.
    """
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
        ecosystem = ECOSYSTEMS.get(re.split(r"[.:]", str(package.get("ecosystem")))[0])
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
