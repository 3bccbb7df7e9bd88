# SPDX-License-Identifier: Apache-2.0
"""``Gemfile`` and ``Gemfile.lock`` (bundler), line by line; Ruby is never run."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Digest, Inventory, LockEntry, Setting, Source
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "gem"
_GEM = re.compile(r"""^\s*(?:gem|gemspec)\s*\(?\s*["']([\w.-]+)["']([^\n#]*)""")
_SOURCE = re.compile(r"""^\s*source\s*\(?\s*["']([^"']+)["']""")
_OPTION = re.compile(r"""(?::(\w+)\s*=>|(\w+):)\s*["']([^"']+)["']""")
_RANGE = re.compile(r"""["']([^"']*\d[^"']*)["']""")
_SPEC = re.compile(r"    ([\w.-]+) \(([^)]+)\)")
_NEED = re.compile(r"      ([\w.-]+)(?: \([^)]*\))?")
_SUM = re.compile(r"  ([\w.-]+) \(([^)]+)\) (\w+)=([0-9a-f]+)")


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data).replace("\r\n", "\n")
    return _lock(text, path) if path.lower().rstrip(". ").endswith(".lock") else _manifest(text, path)


def _manifest(text: str, path: str) -> Inventory:
    found: list[Dependency] = []
    registries: list[Setting] = []
    for number, line in enumerate(text.split("\n"), 1):
        if gem := _GEM.match(line):
            options = {one or other: value for one, other, value in _OPTION.findall(gem[2])}
            bare = _OPTION.sub("", gem[2])
            wanted = ", ".join(_RANGE.findall(bare))
            found.append(Dependency(gem[1], ECOSYSTEM, wanted, _source(options, path), "runtime", number))
            if "source" in options:
                registries.append(Setting("source", options["source"], number))
        elif source := _SOURCE.match(line):
            registries.append(Setting("source", source[1], number))
    return Inventory(ECOSYSTEM, tuple(found), registries=tuple(registries))


def _source(options: dict[str, str], path: str) -> Source:
    if address := options.get("git"):
        return sources.git(address, options.get("ref") or options.get("tag") or options.get("branch") or "")
    if address := options.get("github"):
        return sources.git(f"github:{address}")
    return sources.path(options["path"], path) if "path" in options else REGISTRY


def _lock(text: str, path: str) -> Inventory:
    section, remote, revision = "", "", ""
    rows: list[tuple[str, str, Source, int, list[str]]] = []
    sums: dict[tuple[str, str], list[Digest]] = {}
    roots: list[str] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line[:1].isalpha():
            section, remote, revision = line.strip(), "", ""
        elif line.startswith("  remote: "):
            remote = line[10:].strip()
        elif line.startswith("  revision: "):
            revision = line[12:].strip()
        elif section in ("GEM", "GIT", "PATH", "PLUGIN SOURCE") and (spec := _SPEC.fullmatch(line)):
            rows.append((spec[1], spec[2], _locked_source(section, remote, revision, path), number, []))
        elif rows and section in ("GEM", "GIT", "PATH") and (need := _NEED.fullmatch(line)):
            rows[-1][4].append(need[1])
        elif section == "CHECKSUMS" and (digest := _SUM.fullmatch(line)):
            sums.setdefault((digest[1], digest[2]), []).append(Digest(digest[3], digest[4]))
        elif section == "DEPENDENCIES" and (wanted := re.match(r"  ([\w.-]+)", line)):
            roots.append(wanted[1])
    entries = [
        LockEntry(name, version, source, line, tuple(sums.get((name, version), ())), needs=tuple(needs))
        for name, version, source, line, needs in rows
        if source.kind != "path" or source.external
    ]
    return Inventory(ECOSYSTEM, entries=tuple(entries), roots=tuple(roots), version="lock")


def _locked_source(section: str, remote: str, revision: str, path: str) -> Source:
    if section == "GIT":
        return sources.git(remote, revision)
    if section == "PATH":
        return sources.path(remote, path)
    return sources.url(remote)._replace(kind="registry")
