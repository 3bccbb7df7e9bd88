# SPDX-License-Identifier: Apache-2.0
"""``bun.lock``: JSON with comments and trailing commas (bun documentation, lockfile)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import npm, sources
from gatekeeper.rules.deps.formats.interface import Inventory, LockEntry, Setting, Unreadable
from gatekeeper.rules.deps.formats.package_json import SECTIONS, flatten
from gatekeeper.rules.deps.formats.text import array, decode, load_jsonc, string, table


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document = load_jsonc(text)
    if "lockfileVersion" not in document:
        raise Unreadable("it is not a lockfile of bun")
    members = table(document.get("workspaces")).values()
    return Inventory(
        npm.ECOSYSTEM,
        entries=tuple(_entries(table(document.get("packages")), path)),
        overrides=tuple(
            setting
            for key in ("overrides", "patchedDependencies")
            for setting in flatten(document.get(key), (key,), {})
        ),
        grants=tuple(
            Setting("trustedDependencies", str(name), None) for name in array(document.get("trustedDependencies"))
        ),
        roots=tuple(name for member in members for key in SECTIONS for name in table(table(member).get(key))),
        version=str(document["lockfileVersion"]),
        text=text,
    )


def _entries(packages: dict[str, Any], path: str) -> Iterator[LockEntry]:
    for key, value in packages.items():
        row = array(value)
        name, reference = npm.split_version(string(row[0] if row else None))
        if not name or reference.startswith("workspace:"):
            continue
        texts = [item for item in row[1:] if isinstance(item, str)]
        details: dict[str, Any] = next((item for item in row if isinstance(item, dict)), {})
        digests = npm.integrity(texts[-1]) if texts and re.match(r"(?:sha\d+|md5)-", texts[-1]) else ()
        needs = tuple(need for section in SECTIONS for need in table(details.get(section)))
        from_registry = re.match(r"\d", reference) is not None
        if from_registry:
            source, carried, _ = npm.tarball(texts[0] if texts else "", path)
            if source.kind == "url" and not source.location.endswith((".tgz", ".tar.gz")):
                source = source._replace(kind="registry", location="")
        else:
            source, carried = sources.npm(reference, path), ()
            if source.kind == "path" and not source.external:
                continue
        installed = _installed(key)
        yield LockEntry(
            name, reference if from_registry else "", source, None, digests, key, False, carried, needs,
            alias="" if installed == name else installed,
        )  # fmt: skip


def _installed(key: str) -> str:
    """The last name of a ``parent/child`` key; a scope belongs to its name."""
    parts = key.split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and parts[-2].startswith("@") else parts[-1]
