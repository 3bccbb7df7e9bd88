# SPDX-License-Identifier: Apache-2.0
"""``Package.resolved`` of Swift, versions 1 to 3. Every package is a git repository, so a host is what is compared."""

from __future__ import annotations

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import Digest, Inventory, LockEntry
from gatekeeper.rules.deps.formats.text import array, decode, load_json, string, table

ECOSYSTEM = "swift"


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data)
    document = load_json(text)
    pins = document.get("pins", table(document.get("object") or None).get("pins"))
    found = []
    for pin in array(pins):
        fields, state = table(pin), table(table(pin).get("state"))
        name = string(fields.get("identity") or fields.get("package"))
        address = string(fields.get("location") or fields.get("repositoryURL"))
        version, revision = string(state.get("version")), string(state.get("revision"))
        source = sources.git(address)._replace(kind="registry")
        digests = (Digest("revision", revision),) if version and revision else ()
        found.append(LockEntry(name.lower(), version, source, None, digests, key=name))
    return Inventory(ECOSYSTEM, entries=tuple(found), version=str(document.get("version")), text=text)
