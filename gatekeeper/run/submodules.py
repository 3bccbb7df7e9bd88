# SPDX-License-Identifier: Apache-2.0
"""Submodules that are here already, so that ``git submodule update --init`` works without a network.

Only what git keeps below ``modules`` counts, only names that the base's ``.gitmodules`` gives, and only the commit
that the base records for each. Work inside a submodule is not collected: it belongs to another repository.
"""

from __future__ import annotations

import os
from typing import NamedTuple

from gatekeeper.git.objects import Objects
from gatekeeper.model import MODE_GITLINK
from gatekeeper.run.alternates import object_folders


class Submodule(NamedTuple):
    name: str
    commit: str
    """That the base records."""
    objects: tuple[str, ...]
    """Folders of its objects."""


def present(objects: Objects, base: str) -> tuple[Submodule, ...]:
    """The submodules of the commit ``base`` whose objects the repository has."""
    content = objects.blob_at(base, b".gitmodules")
    modules = os.path.join(objects.repository.common_dir, "modules")
    if content is None or not os.path.isdir(modules):
        return ()
    found = []
    for name, path in _listed(objects, content):
        entry = objects.find(base, path) if _plain(name) else None
        folders = object_folders(os.path.join(modules, name)) if entry and entry.mode == MODE_GITLINK else ()
        if entry and folders:
            found.append(Submodule(name, entry.oid, folders))
    return tuple(found)


def _listed(objects: Objects, content: bytes) -> list[tuple[str, bytes]]:
    """(name, path) of each submodule, as git reads them; nothing where git cannot."""
    words = ("config", "--file", "-", "--null", "--get-regexp", r"^submodule\..*\.path$")
    done = objects.room.run(*words, stdin=content, check=False)
    found = []
    for field in done.stdout.split(b"\0"):
        key, _, path = field.partition(b"\n")
        if key:
            found.append((os.fsdecode(key)[len("submodule.") : -len(".path")], path))
    return found


def _plain(name: str) -> bool:
    """A name that stays below the folder it is looked up in, and in a configuration file."""
    parts = name.split("/")
    return "\n" not in name and not name.startswith(("/", "-")) and not {"", ".", ".."} & set(parts)
