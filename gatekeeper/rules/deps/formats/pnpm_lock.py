# SPDX-License-Identifier: Apache-2.0
"""``pnpm-lock.yaml``, lockfile versions 5 to 9: a fixed subset of YAML.

A YAML loader takes over a second for a large one, so this reads by shape. It is strict where it must be: top-level
keys and packages stand once, each in a spelling that pnpm writes, and no value reaches over its line, so nothing
that pnpm would read can hide from it. What deviates is refused.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from gatekeeper.rules.deps.formats import npm, sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Digest, Inventory, LockEntry, Setting, Source, Unreadable
from gatekeeper.rules.deps.formats.text import decode

_TOP = re.compile(r"^[^\s#].*$", re.MULTILINE)
_TOP_KEY = re.compile(r"([A-Za-z]+):(?: (\S.*))?")
_START = r"[^\s'\"|>{}\[\]&*!#%@`,-]"
_PLAIN = rf"{_START}[^\n'\"#]*+"
_CLOSED = rf"(?:{_PLAIN}|-\d[^\n'\"#]*+|'(?:[^'\n]|'')*+'|\"[^\"\\\n]*+\"|\{{[^\n{{}}]*+\}}|\[[^\n\[\]]*+\])"
_KEY = r"  (?:'([^'\n]++)'|([^\s'\"#&*!|>%@`{}\[\]?:-](?:[^\s'\"#:]|:(?=[^\s{]))*+)):"
_WORD = rf"(?:'[^'\n]++'|{_START}(?:[^\s'\"#:]|:(?=\S))*+)"
_USUAL = re.compile(
    rf"{_KEY}\n    resolution: \{{integrity: ([a-z0-9]+)-([\w+/=]++)(?:, tarball: (https?://[^\s,{{}}'\"#]++))?+\}}\n"
    rf"((?:    [a-zA-Z]++:(?: {_CLOSED})?+\n|      (?:- )?+{_WORD}(?::(?: {_CLOSED})?+)?+\n"
    r"|        optional: true\n)*+)\n*+(?=  \S|\Z)"
)
_BLOCK = re.compile(rf"{_KEY}(?: \{{\}})?\n((?:    .*\n|[ ]*\n)*+)")
_FIELD = re.compile(rf"    ([A-Za-z]+):(?: (?:({_CLOSED})|([|>][-+0-9]*)))?")
_INNER = re.compile(rf"      +(?:- )*+(?:{_WORD}:(?: ({_CLOSED}|[|>][-+0-9]*))?|{_CLOSED})")
_PAIR = re.compile(
    r"([A-Za-z]+): (?:'((?:[^']|'')*+)'|\"([^\"\\]*+)\"|([^\s'\"#&*!|>%@`{}\[\],][^'\"{}\[\],]*+))(?:, |$)"
)
_LINK = re.compile(
    r"^  (?:'([^'\n]+)'|([^\s':]\S*)):$|^      (?:'([^'\n]+)'|([^\s':]\S*)):$"
    r"|^        version: '?((?:link|file):[^'\n]*)'?$|^      (?:'([^'\n]+)'|([^\s':]\S*)): '?((?:link|file):[^'\n]*)'?$"
    r"|^  (?:'([^'\n]+)'|([^\s':]\S*)): '?((?:link|file):[^'\n]*)'?$",
    re.MULTILINE,
)
_ROOT = re.compile(r"^(?:  |      )(?:'([^'\n]+)'|([^\s':]\S*)):(?: \S.*)?$", re.MULTILINE)
_EDGE = re.compile(r"^  (\S.*?):(?: \{\})?$|^    (\S.*?):|^      (?:'([^'\n]+)'|([^\s':]\S*)): (.+)$", re.MULTILINE)
_OLD_KEY = re.compile(r"[^/]*/((?:@[^/]+/)?[^/@]+)/([^/_(]+)")
_REFUSAL = "this is not how pnpm writes it"


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data).replace("\r\n", "\n") + "\n"
    version = ""
    entries: list[LockEntry] = []
    overrides: list[Setting] = []
    settled: list[tuple[int, int]] = []
    roots: list[str] = []
    for name, value, start, end in _sections(text):
        if name == "lockfileVersion":
            version = value.strip("'\"")
        elif name == "packages":
            entries += _packages(text, start, end, path)
        elif name in ("overrides", "patchedDependencies"):
            overrides += _overrides(name, text, start, end)
        elif name in ("importers", "dependencies", "devDependencies", "optionalDependencies"):
            entries += _links(text[start:end], path)
            roots += [one or other for one, other in _ROOT.findall(text, start, end)]
        if name in ("packages", "snapshots"):
            settled.append((start, end))
    if not version:
        raise Unreadable("it is not a lockfile of pnpm")
    return Inventory(
        npm.ECOSYSTEM,
        entries=tuple(entries),
        overrides=tuple(overrides),
        version=version,
        roots=tuple(roots),
        text=text,
        edges=lambda: _edges(text, settled),
    )


def _sections(text: str) -> Iterator[tuple[str, str, int, int]]:
    """``(key, value on its line, start, end)`` of each top-level key; the span is of the lines below it."""
    tops = list(_TOP.finditer(text))
    seen: set[str] = set()
    if text[: tops[0].start() if tops else len(text)].strip() and not re.match(r"\s*#", text):
        raise _refused(text, 0)
    for index, top in enumerate(tops):
        if top[0].rstrip() == "---":
            seen.clear()
            continue
        found = _TOP_KEY.fullmatch(top[0].rstrip())
        if found is None or found[1] in seen:
            raise _refused(text, top.start())
        seen.add(found[1])
        value = found[2] or ""
        if found[1] in ("packages", "snapshots", "importers") and value not in ("", "{}"):
            raise _refused(text, top.start())
        yield found[1], value, top.end() + 1, tops[index + 1].start() if index + 1 < len(tops) else len(text)


def _packages(text: str, start: int, end: int, path: str) -> Iterator[LockEntry]:
    seen: set[str] = set()
    section = text[start:end].strip("\n")
    line = text.count("\n", 0, text.find(section, start)) + 1
    for block in section.split("\n\n") if section else ():
        try:
            entries = _read(block, path)
        except Unreadable as error:
            raise Unreadable(str(error), line + (error.line or 1) - 1) from error
        for entry in entries:
            if entry.key in seen:
                raise Unreadable(f"the entry '{entry.key[:80]}' stands twice", line)
            seen.add(entry.key)
        yield from entries
        line += block.count("\n") + 2


@lru_cache(maxsize=16384)
def _read(block: str, path: str) -> tuple[LockEntry, ...]:
    """The packages of one block, which is one in what pnpm writes."""
    text = block + "\n"
    start = len(text) - len(text.lstrip("\n"))
    found: list[LockEntry] = []
    while start < len(text):
        usual = _USUAL.match(text, start)
        if usual and "    name: " not in usual[6] and "    version: " not in usual[6]:
            found.append(_usual(usual[1] or usual[2], usual, path))
            start = usual.end()
            continue
        unusual = _BLOCK.match(text, start)
        if unusual is None:
            raise _refused(text, start)
        found.append(_unusual(unusual[1] or unusual[2], _fields(text, unusual), path))
        start = unusual.end()
    return tuple(found)


def _usual(key: str, found: re.Match[str], path: str) -> LockEntry:
    name, version = _name_version(key)
    digest = (Digest(found[3], found[4]),)
    script = "requiresBuild: true" in found[6]
    if found[5]:
        source, carried, _ = npm.tarball(found[5], path)
        return LockEntry(name, version, source, None, digest, key, script, carried)
    return LockEntry(name, version, REGISTRY, None, digest, key, script)


def _unusual(key: str, fields: dict[str, str], path: str) -> LockEntry:
    name, version = _name_version(key)
    resolution = _flow(fields.get("resolution", "{}"))
    source, carried = _resolved(resolution, path)
    return LockEntry(
        fields.get("name", name),
        fields.get("version", version),
        source,
        None,
        npm.integrity(resolution.get("integrity", "")),
        key,
        fields.get("requiresBuild") == "true",
        carried,
    )


def _fields(text: str, block: re.Match[str]) -> dict[str, str]:
    """The fields of one package; of what stands below them only ``resolution`` counts."""
    fields: dict[str, str] = {}
    field, free = "", False
    for line in block[3].split("\n"):
        if not line.strip():
            continue
        if line[4] != " ":
            found = _FIELD.fullmatch(line)
            if found is None or found[1] in fields:
                raise _refused(text, block.start())
            field, free = found[1], bool(found[3])
            fields[field] = (found[2] or "").strip("'\"") if (found[2] or "")[:1] in "'\"" else found[2] or ""
        elif not free:
            inner = _INNER.fullmatch(line)
            if inner is None:
                raise _refused(text, block.start())
            free = (inner[1] or "")[:1] in ("|", ">") and bool(inner[1])
            if field == "resolution":
                fields[field] = (
                    (fields[field].rstrip("}") or "{") + (", " if fields[field] else "") + line.strip() + "}"
                )
    return fields


def _resolved(resolution: dict[str, str], path: str) -> tuple[Source, npm.Carried]:
    if "tarball" in resolution:
        if not resolution["tarball"].lower().startswith(("http:", "https:")):
            return sources.path(resolution["tarball"], path), ()
        return npm.tarball(resolution["tarball"], path)[:2]
    if "repo" in resolution:
        return sources.git(resolution["repo"], resolution.get("commit", "")), ()
    if "directory" in resolution:
        return sources.path(resolution["directory"], path), ()
    if resolution and "integrity" not in resolution:
        return Source("url", None, str(sorted(resolution.items()))), ()
    return REGISTRY, ()


def _flow(text: str) -> dict[str, str]:
    inner, found, position = text.strip()[1:-1], dict[str, str](), 0
    while position < len(inner):
        pair = _PAIR.match(inner, position)
        if pair is None or pair[1] in found:
            raise Unreadable(_REFUSAL)
        found[pair[1]] = next(group for group in pair.groups()[1:] if group is not None).replace("''", "'")
        position = pair.end()
    return found


def _overrides(section: str, text: str, start: int, end: int) -> Iterator[Setting]:
    first = text.count("\n", 0, start) + 1
    for number, line in enumerate(text[start:end].split("\n"), first):
        key, colon, value = line.strip().partition(": ")
        if colon:
            yield Setting(f"{section}/{key.strip(chr(39))}", value.strip("'"), number)


def _links(section: str, path: str) -> Iterator[LockEntry]:
    """Directories outside the tree that the project itself links to."""
    if "link:" not in section and "file:" not in section:
        return
    importer, name = ".", ""
    for found in _LINK.finditer(section):
        if found[1] or found[2]:
            importer = found[1] or found[2]
        elif found[3] or found[4]:
            name = found[3] or found[4]
        else:
            named = found[6] or found[7] or found[9] or found[10] or name
            base = f"{path.rpartition('/')[0]}/{importer}/x".lstrip("/")
            source = sources.path(found[5] or found[8] or found[11], base)
            if source.external:
                yield LockEntry(named, "", source, None, key=f"{importer}>{named}")


def _edges(text: str, spans: list[tuple[int, int]]) -> Mapping[str, Collection[str]]:
    edges: dict[str, set[str]] = {}
    for start, end in spans:
        needs: set[str] = set()
        carries = False
        for found in _EDGE.finditer(text, start, end):
            if found[1]:
                needs, carries = edges.setdefault(_name_version(found[1].strip("'"))[0], set()), False
            elif found[2]:
                carries = found[2] in ("dependencies", "optionalDependencies")
            elif carries:
                needs.add(_need(found[3] or found[4], found[5].strip("'")))
    return edges


def _name_version(key: str) -> tuple[str, str]:
    """Name and version of a key of any lockfile version: ``/a/1.0.0_peer``, ``/a@1.0.0(peer)``, ``a@1.0.0``."""
    bare = key.partition("(")[0]
    if bare[:1] != "/" and "@" in bare[1:]:
        at = bare.find("@", 1)
        return bare[:at], bare[at + 1 :]
    at = bare.find("@", 2)
    if at > 0 and "/" not in bare[at:]:
        return bare[1:at], bare[at + 1 :]
    found = _OLD_KEY.match(bare)
    return (found[1], found[2]) if found else (bare, "")


def _need(name: str, value: str) -> str:
    """The package a dependency line means: ``alias: real@1.0.0`` is the real one."""
    bare = value.partition("(")[0]
    if bare.startswith("/"):
        return _name_version(bare)[0]
    at = bare.find("@", 1)
    return bare[:at] if at > 0 and "://" not in bare else name


def _refused(text: str, position: int, reason: str = _REFUSAL) -> Unreadable:
    return Unreadable(reason, text.count("\n", 0, position) + 1)
