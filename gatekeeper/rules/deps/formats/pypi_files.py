# SPDX-License-Identifier: Apache-2.0
"""The files of a locked Python package: which hashes, which hosts, and whether their names fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from gatekeeper.rules.deps.formats import pypi, sources
from gatekeeper.rules.deps.formats.interface import Digest
from gatekeeper.rules.deps.formats.text import string, table


class Files(NamedTuple):
    digests: tuple[Digest, ...]
    hosts: tuple[str, ...]
    """In order of first appearance, each once."""
    carried: tuple[tuple[str, str], ...]
    """``(name, version)`` of the file names that do not plainly fit the entry, each once."""


def read(name: str, version: str, rows: Iterable[object]) -> Files:
    """``rows`` are tables with any of file, name, url, path, hash, hashes. Raises Unreadable."""
    digests: list[Digest] = []
    hosts: dict[str, None] = {}
    carried: dict[tuple[str, str], None] = {}
    plain = f"{name}-{version}".lower()
    for row in rows:
        fields = table(row)
        address = string(fields.get("url"))
        location = (address or string(fields.get("path"))).rpartition("/")[2]
        file = string(fields.get("file") or fields.get("name")) or location
        digests += _digests(fields, file)
        if address and (host := sources.host_of(address)):
            hosts[host] = None
        for text in (file, location):
            if text and not _fits(text, plain) and (found := pypi.carried(text))[0] and found != (name, version):
                carried[found] = None
    return Files(tuple(digests), tuple(hosts), tuple(carried))


def _fits(file: str, plain: str) -> bool:
    """True for the usual spelling, which needs no closer look."""
    rest = file.lower().replace("_", "-").removeprefix(plain)
    return len(rest) < len(file) and rest.startswith(("-py", "-cp", ".tar.gz"))


def _digests(fields: dict[str, Any], file: str) -> list[Digest]:
    found = [Digest(algorithm, string(value), file) for algorithm, value in table(fields.get("hashes")).items()]
    if text := string(fields.get("hash")):
        algorithm, _, value = text.partition(":")
        found.append(Digest(algorithm, value, file))
    return found
