# SPDX-License-Identifier: Apache-2.0
"""``.terraform.lock.hcl``: the shapes that terraform and tofu write."""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats.interface import REGISTRY, Digest, Inventory, LockEntry, Unreadable
from gatekeeper.rules.deps.formats.text import decode

ECOSYSTEM = "terraform"
_PROVIDER = re.compile(r'provider "([^"]+)" \{')
_FIELD = re.compile(r'  (version|constraints)\s*= "([^"]*)"')
_HASH = re.compile(r'    "(h1|zh):([^"]+)",')


def parse(data: bytes, path: str) -> Inventory:
    """A provider's address holds its host, so the host is part of the name."""
    found: list[LockEntry] = []
    for number, line in enumerate(decode(data).replace("\r\n", "\n").split("\n"), 1):
        text = line.rstrip()
        if provider := _PROVIDER.fullmatch(text):
            host = provider[1].partition("/")[0].lower()
            found.append(LockEntry(provider[1].lower(), "", REGISTRY._replace(host=f"https://{host}"), number))
        elif found and (field := _FIELD.fullmatch(text)):
            if field[1] == "version":
                found[-1] = found[-1]._replace(version=field[2])
        elif found and (digest := _HASH.fullmatch(text)):
            found[-1] = found[-1]._replace(integrity=(*found[-1].integrity, Digest(digest[1], digest[2])))
        elif (
            text
            and not text.startswith("#")
            and text not in ("}", "  ]")
            and not re.fullmatch(r"  hashes\s*= \[\]?", text)
        ):
            raise Unreadable("it is no line of a Terraform lock", number)
    return Inventory(ECOSYSTEM, entries=tuple(found), version="lock")
