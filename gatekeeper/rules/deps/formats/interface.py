# SPDX-License-Identifier: Apache-2.0
"""What a parser of dependency files gives back. One format is one module with ``parse`` and a line in the table.

A parser is a pure function of bytes and path. It runs nothing, opens nothing, follows no include, takes time linear
in its input, and raises nothing but :class:`Unreadable`, which becomes ``deps.opaque``: what a parser is not sure
to read as the package manager would, it must refuse rather than guess.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Literal, NamedTuple, Protocol

SourceKind = Literal["registry", "git", "url", "path", "workspace"]


class Unreadable(Exception):
    """The bytes are not what the format says. ``str()`` is the reason, fit to follow a colon."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.line = line


class Source(NamedTuple):
    """Where a package comes from, as far as the file says."""

    kind: SourceKind
    """``registry``: by name, from an index. ``workspace``: a member of this repository. ``path``: another directory."""
    host: str | None = None
    """``scheme://userinfo@host:port``, case folded, as one comparable text; None where the file names none."""
    location: str = ""
    """What is meant on that host or in the tree: a URL's path, a directory."""
    ref: str = ""
    """The revision asked for (git)."""

    @property
    def external(self) -> bool:
        """True for code that neither an index nor this tree vouches for."""
        return self.kind in ("git", "url") or (self.kind == "path" and outside(self.location))


REGISTRY = Source("registry")
WORKSPACE = Source("workspace")


class Digest(NamedTuple):
    """One hash that a lock or a hash-checking requirement pins."""

    algorithm: str
    value: str
    file: str = ""
    """The file it is of, where an entry has several (wheels and sdist)."""


class Dependency(NamedTuple):
    """What a manifest asks for."""

    name: str
    """Normalised as the ecosystem compares names."""
    ecosystem: str
    requirement: str
    """The version range as written; empty for any."""
    source: Source
    scope: str
    """Where it is asked for, e.g. ``runtime``, ``dev``, ``build``, ``peer``, ``optional:<extra>``, ``group:<name>``."""
    line: int | None
    """1-based."""
    shown: str = ""
    """The name as written; empty where it equals ``name``."""
    direct: bool = True
    """False for what the file itself marks as somebody else's need (``// indirect``)."""
    integrity: tuple[Digest, ...] = ()


class LockEntry(NamedTuple):
    """What a lock resolved one package to."""

    name: str
    """The package that is installed (of an alias, the real one), normalised."""
    version: str
    source: Source
    line: int | None
    integrity: tuple[Digest, ...] = ()
    key: str = ""
    """Its place in the lock, where one package can have several: a ``node_modules`` path, a descriptor, an alias."""
    install_script: bool = False
    carried: tuple[tuple[str, str], ...] = ()
    """``(name, version)`` as its URLs and file names carry them, name normalised; an empty part says nothing."""
    needs: tuple[str, ...] = ()
    """Names of the packages it needs, normalised."""
    hosts: tuple[str, ...] = ()
    """Further hosts of its files, where it has several."""
    alias: str = ""
    """The name it is installed under, where that is not its own."""


class Setting(NamedTuple):
    """One named value that changes what is installed: an override, a script, an index."""

    name: str
    value: str
    line: int | None


class Inventory(NamedTuple):
    """Everything one file says about dependencies."""

    ecosystem: str
    dependencies: tuple[Dependency, ...] = ()
    entries: tuple[LockEntry, ...] = ()
    overrides: tuple[Setting, ...] = ()
    """What replaces the resolver's own choice."""
    scripts: tuple[Setting, ...] = ()
    """The project's own commands that installing or building runs."""
    grants: tuple[Setting, ...] = ()
    """Packages that are allowed to run install scripts."""
    registries: tuple[Setting, ...] = ()
    """Where packages are looked for."""
    includes: tuple[Setting, ...] = ()
    """Other files that this one pulls in; ``value`` is the path as written."""
    roots: tuple[str, ...] = ()
    """Of a lock: the packages that the project itself asks for, normalised."""
    version: str = ""
    """Of a lock: the version of its format, with whatever else makes all of its hashes differ."""
    text: str = ""
    """The text of a format whose parser gives no lines, to find one in when it must be shown."""
    edges: Callable[[], Mapping[str, Collection[str]]] | None = None
    """Which package needs which, where finding out costs as much as all the rest; else see ``LockEntry.needs``."""


class Parser(Protocol):
    """One format."""

    def __call__(self, data: bytes, path: str) -> Inventory:
        """Read one file. Raises Unreadable, and nothing else for any bytes."""
        ...


def outside(location: str) -> bool:
    """True for a relative path that climbs out of the tree, an absolute one, or one of the home directory.

    ``location`` is already relative to the root of the tree.
    """
    depth = 0
    if location.startswith(("/", "~", "\\")) or location[1:2] == ":":
        return True
    for part in location.replace("\\", "/").split("/"):
        depth += -1 if part == ".." else part not in ("", ".")
        if depth < 0:
            return True
    return False
