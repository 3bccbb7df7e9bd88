# SPDX-License-Identifier: Apache-2.0
"""pip's requirements and constraints files, line by line as pip reads them.

Source: pip documentation, "Requirements File Format". pip splits lines at every character that
``str.splitlines`` splits at (form feed, U+2028, ...), so this does too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gatekeeper.rules.deps.formats import pypi
from gatekeeper.rules.deps.formats.interface import (
    Dependency,
    Digest,
    Inventory,
    LockEntry,
    Setting,
    Unreadable,
)
from gatekeeper.rules.deps.formats.text import decode

_COMMENT = re.compile(r"(?:^|\s)#.*$")
_REGISTRY_OPTIONS = {
    "-i": "index-url",
    "--index-url": "index-url",
    "--pypi-url": "index-url",
    "--extra-index-url": "extra-index-url",
    "-f": "find-links",
    "--find-links": "find-links",
    "--trusted-host": "trusted-host",
    "--no-index": "no-index",
}
_INCLUDE_OPTIONS = {
    "-r": "requirement",
    "--requirement": "requirement",
    "-c": "constraint",
    "--constraint": "constraint",
}
_EDITABLE = ("-e", "--editable")
_QUIET = (
    "--pre", "--prefer-binary", "--no-binary", "--only-binary", "--require-hashes", "--use-feature",
    "--global-option", "--install-option", "--config-settings", "--config-setting", "-C", "--no-deps",
    "--no-build-isolation", "--use-pep517", "--all-releases", "--only-final",
)  # fmt: skip
_HASH = re.compile(r"--hash[=\s]\s*([A-Za-z0-9]+):([0-9A-Fa-f]+)")
_OPTION = re.compile(r"(--?[A-Za-z][\w-]*)(?:[=\s]\s*|$)(.*)", re.DOTALL)
_ARCHIVE = re.compile(r"\.(?:whl|zip|tar\.\w+|tgz|tbz|txz|tlz|tar)(?:[#?].*)?$", re.IGNORECASE)


def parse(data: bytes, path: str) -> Inventory:
    """A requirements or constraints file; ``name==version`` with hashes is a lock entry as well."""
    scope = "constraint" if "constraint" in path.rpartition("/")[2].lower() else "runtime"
    dependencies: list[Dependency] = []
    registries: list[Setting] = []
    includes: list[Setting] = []
    for line, text in logical_lines(decode(data, utf16=True)):
        if not text.startswith("-"):
            dependencies.append(_requirement(text, scope, line, path))
            continue
        option, value = _split(text, line)
        if option in _EDITABLE:
            dependencies.append(_requirement(value, "editable", line, path))
        elif option in _REGISTRY_OPTIONS:
            registries.append(Setting(_REGISTRY_OPTIONS[option], value, line))
        elif option in _INCLUDE_OPTIONS:
            includes.append(Setting(_INCLUDE_OPTIONS[option], value, line))
        elif option not in _QUIET:
            raise Unreadable(f"'{option}' is no option of a requirements file", line)
    return Inventory(
        pypi.ECOSYSTEM,
        tuple(dependencies),
        tuple(_locked(dependencies)),
        registries=tuple(registries),
        includes=tuple(includes),
    )


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """``(first line's number, text)`` with continuations joined and comments taken away; numbers count newlines."""
    number, start = 1, 1
    parts: list[str] = []
    for raw in text.splitlines(keepends=True):
        line = raw.splitlines()[0]
        if not parts:
            start = number
        number += raw.count("\n")
        comment = line.lstrip().startswith("#")
        parts.append(" " + line if comment else line)
        if line.endswith("\\") and not comment:
            parts[-1] = line.strip("\\")
            continue
        if joined := _COMMENT.sub("", "".join(parts)).strip():
            yield start, joined
        parts = []
    if joined := _COMMENT.sub("", "".join(parts)).strip():
        yield start, joined


def _split(text: str, line: int) -> tuple[str, str]:
    found = _OPTION.fullmatch(text)
    if found is None:
        raise Unreadable(f"'{text[:80]}' is no option of a requirements file", line)
    option, value = found[1], found[2].strip()
    if len(option) > 2 and not option.startswith("--") and option[:2] in ("-r", "-c", "-e", "-i", "-f"):
        option, value = option[:2], text[2:].strip()
    return option, value.strip("\"'")


def _requirement(text: str, scope: str, line: int, path: str) -> Dependency:
    integrity = tuple(Digest(found[1].lower(), found[2].lower()) for found in _HASH.finditer(text))
    text = re.split(r"\s--?[A-Za-z]", text, maxsplit=1)[0].strip()
    try:
        return pypi.dependency(text, scope, line, path, integrity)
    except Unreadable:
        return _reference(text, scope, line, path, integrity)


def _reference(text: str, scope: str, line: int, path: str, integrity: tuple[Digest, ...]) -> Dependency:
    """A URL, VCS URL, archive or directory without ``name @`` before it."""
    target = re.split(r"\s;", text, maxsplit=1)[0].strip()
    is_url = "://" in target or target.lower().startswith("file:")
    if not is_url and not (target.startswith(".") or "/" in target or "\\" in target or _ARCHIVE.search(target)):
        raise Unreadable(f"'{text[:80]}' is not a requirement", line)
    source = pypi.url_source(re.sub(r"\[[^\]]*\]$", "", target), path)
    egg = re.search(r"[#&]egg=([\w.-]+)", target)
    name = egg[1] if egg else pypi.carried(target)[0] or source.location.rpartition("/")[2] or target
    return Dependency(pypi.normalise(name), pypi.ECOSYSTEM, "", source, scope, line, name, integrity=integrity)


def _locked(dependencies: list[Dependency]) -> Iterator[LockEntry]:
    for wanted in dependencies:
        exact = re.fullmatch(r"===?([^*,]+)", wanted.requirement)
        if exact and wanted.source.kind == "registry":
            yield LockEntry(wanted.name, exact[1], wanted.source, wanted.line, wanted.integrity)
        elif wanted.source.external and wanted.integrity:
            carried = pypi.carried(wanted.source.location)
            yield LockEntry(
                wanted.name, carried[1], wanted.source, wanted.line, wanted.integrity,
                carried=(carried,),
            )  # fmt: skip
