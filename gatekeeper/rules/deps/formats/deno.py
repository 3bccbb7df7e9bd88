# SPDX-License-Identifier: Apache-2.0
"""``deno.json``/``deno.jsonc`` and ``deno.lock``."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats import npm, sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Digest, Inventory, LockEntry, Setting
from gatekeeper.rules.deps.formats.text import array, decode, json_lines, load_jsonc, string, table

ECOSYSTEM = "deno"


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document = load_jsonc(text)
    if path.lower().rstrip(". ").endswith(".lock"):
        return Inventory(ECOSYSTEM, entries=tuple(_entries(document)), version=str(document.get("version")), text=text)
    lines = json_lines(text)
    found: list[Dependency] = []
    for alias, target in table(document.get("imports")).items():
        line = lines.get(("imports", alias))
        value = string(target)
        kind, _, rest = value.partition(":")
        if kind in ("npm", "jsr"):
            name, version = npm.split_version(re.sub(r"^/", "", rest))
            found.append(Dependency(f"{kind}:{name}", ECOSYSTEM, version.partition("/")[0], REGISTRY, "import", line))
        elif "://" in value:
            found.append(Dependency(alias, ECOSYSTEM, "", sources.url(value), "import", line))
    tasks = [Setting("links", str(link), lines.get(("links",))) for link in array(document.get("links"))]
    return Inventory(ECOSYSTEM, tuple(found), overrides=tuple(tasks))


def _entries(document: dict[str, object]) -> list[LockEntry]:
    packages = table(document.get("packages")) or document
    found = []
    for kind in ("npm", "jsr"):
        rows = table(packages.get(kind))
        rows = table(rows.get("packages")) or rows
        for key, value in rows.items():
            name, version = npm.split_version(key)
            version = version.partition("_")[0]
            text = string(table(value).get("integrity"))
            digests = npm.integrity(text) if kind == "npm" else (Digest("sha256", text),) if text else ()
            found.append(LockEntry(f"{kind}:{name}", version, REGISTRY, None, digests, key=key))
    for address, digest in table(document.get("remote")).items():
        source = sources.url(address)
        found.append(LockEntry(address, "", source, None, (Digest("sha256", string(digest)),), key=address))
    return found
