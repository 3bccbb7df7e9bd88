# SPDX-License-Identifier: Apache-2.0
"""Names, requirements and file names of Python packages (PEP 503, PEP 508, binary distribution format)."""

from __future__ import annotations

import re
from typing import NamedTuple

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Digest, Source, Unreadable

ECOSYSTEM = "pypi"
_REQUIREMENT = re.compile(
    r"\s*+([A-Za-z0-9][A-Za-z0-9._-]*+)\s*+(?:\[[^\]]*+\])?+\s*+"
    r"(?:@\s*+(?P<url>\S++)|\(?+(?P<range>[^;()@]*+)\)?+)\s*+(?:;.*+)?+",
    re.DOTALL,
)
_RANGE = re.compile(r"\s*+(?:(?:===|~=|==|!=|<=|>=|<|>)\s*+[^\s,;]++\s*+(?:,\s*+|$))*+")
_SDIST_END = re.compile(r"\.(?:tar\.(?:gz|bz2|xz|lzma|Z)|tgz|tbz|txz|tlz|tar|zip|egg)$")


def normalise(name: str) -> str:
    """The form in which indexes compare names (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


class Requirement(NamedTuple):
    name: str
    """As written."""
    range: str
    """Without white space; empty for any version."""
    url: str | None


def requirement(text: str) -> Requirement:
    """Read a PEP 508 requirement; markers and extras have no part in it. Raises Unreadable."""
    found = _REQUIREMENT.fullmatch(text)
    if found is None or found[1][-1] in "._-" or (found["range"] and not _RANGE.fullmatch(found["range"])):
        raise Unreadable(f"'{text[:80]}' is not a requirement")
    return Requirement(found[1], re.sub(r"\s+", "", found["range"] or ""), found["url"])


def dependency(text: str, scope: str, line: int | None, base: str, integrity: tuple[Digest, ...] = ()) -> Dependency:
    """A PEP 508 requirement of the file ``base``. Raises Unreadable."""
    read = requirement(text)
    source = REGISTRY if read.url is None else url_source(read.url, base)
    return Dependency(
        normalise(read.name), ECOSYSTEM, read.range, source, scope, line, shown=read.name, integrity=integrity
    )


def url_source(text: str, base: str) -> Source:
    """What a direct reference points to."""
    if sources.is_vcs(text):
        return sources.git(text)
    if "://" in text and not text.lower().startswith("file:"):
        return sources.url(text)
    return sources.path(text.partition("#")[0], base)


def carried(file_name: str) -> tuple[str, str]:
    """Normalised name and version that a wheel's or sdist's file name carries; empty where it carries none."""
    file_name = file_name.rpartition("/")[2].partition("#")[0].partition("?")[0].replace("%2B", "+").replace("%2b", "+")
    if file_name.endswith(".whl"):
        parts = file_name[:-4].split("-")
        return (normalise(parts[0]), parts[1]) if len(parts) in (5, 6) else ("", "")
    stem, found = _SDIST_END.subn("", file_name)
    name, dash, version = stem.rpartition("-")
    return (normalise(name), version) if found and dash and version[:1].isdigit() else ("", "")
