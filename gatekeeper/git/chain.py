# SPDX-License-Identifier: Apache-2.0
"""A gate's log: a chain of commits, each signed as git signs commits, each holding what it adds.

The tree of an entry (docs/audit.md): ``statements``, a blob of the lines that this entry adds; ``negative``, a
map from id to line of every negative statement logged so far, which costs nothing while it does not change;
``refs``, in the first entry only, the repository's refs when the gate was installed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.git import notetree
from gatekeeper.git.notegrowth import grow
from gatekeeper.git.notes import Planned, read_commit
from gatekeeper.git.objects import TreeEntry
from gatekeeper.git.pack import object_id
from gatekeeper.git.store import Store
from gatekeeper.git.trees import FOLDER, format_tree, parse_tree
from gatekeeper.model import Commit

STATEMENTS, NEGATIVE, REFS = b"statements", b"negative", b"refs"
KEY_WIDTH = 64
"""Digits of a statement's id, SHA-256 whatever the repository's object format."""
FILE = 0o100644


class Addition(NamedTuple):
    """What one entry adds."""

    message: bytes
    """Of the commit; ends in a newline."""
    lines: tuple[bytes, ...] = ()
    negative: Mapping[str, bytes] = {}
    """By id: those of ``lines`` that must be found again without walking the chain."""
    refs: Mapping[str, str] | None = None
    """Full names and object ids; for the first entry. Empty says that there were none."""


class Entry(NamedTuple):
    """One commit of the chain, read."""

    commit: Commit
    statements: str
    """Id of the blob of lines."""
    negative: str | None
    """Id of the tree of negative statements."""
    refs: str | None
    """Id of the blob of refs."""


def plan(
    store: Store, tip: str | None, addition: Addition, ident: bytes, when: int, sign: Callable[[bytes], bytes]
) -> Planned:
    """The entry that follows ``tip``. Nothing is written.

    ``ident`` is ``name <address>``; ``when`` is in seconds since the epoch, and never before the entry before.
    ``sign`` turns the commit's payload into an armored SSH signature of the namespace ``git``.
    """
    before = read_entry(store, tip) if tip is not None else None
    objects: list[tuple[str, bytes]] = []

    def add(kind: str, content: bytes) -> str:
        objects.append((kind, content))
        return object_id(store.object_format, kind, content)

    entries = [TreeEntry(FILE, STATEMENTS, add("blob", b"".join(line + b"\n" for line in addition.lines)))]
    negative = before.negative if before else None
    if addition.negative:
        grown = grow(store, negative, {key: (line,) for key, line in addition.negative.items()})
        objects.extend(grown.objects)
        negative = grown.tree
    if negative is not None:
        entries.append(TreeEntry(FOLDER, NEGATIVE, negative))
    if addition.refs is not None:
        entries.append(TreeEntry(FILE, REFS, add("blob", _format_refs(addition.refs))))
    lines = [b"tree " + add("tree", format_tree(entries)).encode()]
    if before is not None:
        lines.append(b"parent " + before.commit.oid.encode())
        when = max(when, before.commit.committer.time)
    who = b"%b %d +0000" % (ident, when)
    header = b"\n".join([*lines, b"author " + who, b"committer " + who, b""])
    signature = sign(header + b"\n" + addition.message)
    name = b"gpgsig" if store.object_format == "sha1" else b"gpgsig-sha256"
    header += name + b" " + signature.rstrip(b"\n").replace(b"\n", b"\n ") + b"\n"
    oid = add("commit", header + b"\n" + addition.message)
    return Planned(oid, tuple(objects))


def read_entry(store: Store, oid: str) -> Entry:
    """The entry ``oid``; its signature is not checked. Raises CannotDecide where it is no entry of a log."""
    commit = read_commit(store, oid)
    return entry_of(commit, store.read(commit.tree))


def entry_of(commit: Commit, tree: tuple[str, bytes]) -> Entry:
    """The entry whose commit and ``(type, content)`` of the tree were read already."""
    kind, raw = tree
    found = {entry.name: entry for entry in parse_tree(raw, len(commit.oid) // 2)} if kind == "tree" else {}
    shape = {STATEMENTS: FILE, NEGATIVE: FOLDER, REFS: FILE}
    if STATEMENTS not in found or any(shape.get(entry.name) != entry.mode for entry in found.values()):
        raise CannotDecide(f"commit {commit.oid} is no entry of a gate's log", "run: gatekeeper audit verify")
    negative, refs = found.get(NEGATIVE), found.get(REFS)
    return Entry(commit, found[STATEMENTS].oid, negative and negative.oid, refs and refs.oid)


def walk(store: Store, tip: str | None) -> Iterator[Entry]:
    """Entries from ``tip`` back to the first. Raises CannotDecide where the chain is no chain."""
    oid = tip
    while oid is not None:
        entry = read_entry(store, oid)
        if len(entry.commit.parents) > 1:
            raise CannotDecide(f"{oid} joins two histories of a gate's log", "run: gatekeeper audit verify")
        yield entry
        oid = entry.commit.parents[0] if entry.commit.parents else None


def lines_of(store: Store, entry: Entry) -> tuple[bytes, ...]:
    """The statements that ``entry`` adds, one envelope each."""
    return notetree.split_lines(store.read(entry.statements)[1])


def negatives(store: Store, tip: str | None) -> Iterator[tuple[str, bytes]]:
    """(id, line) of every negative statement logged up to ``tip``, in order of ids."""
    if tip is None:
        return
    keys = notetree.everything(store, read_entry(store, tip).negative, KEY_WIDTH).keys
    contents = store.read_many([oid for blobs in keys.values() for oid in blobs])
    for key, blobs in keys.items():
        for _ in blobs:
            for line in notetree.split_lines(next(contents)[1]):
                yield key, line


def refs_of(store: Store, entry: Entry) -> dict[str, str]:
    """The refs when the gate was installed, by full name; empty for every entry but the first."""
    if entry.refs is None:
        return {}
    lines = notetree.split_lines(store.read(entry.refs)[1])
    pairs = [line.decode("utf-8", "surrogateescape").partition(" ") for line in lines]
    return {name: oid for oid, _, name in pairs}


def _format_refs(refs: Mapping[str, str]) -> bytes:
    return b"".join(f"{oid} {name}\n".encode("utf-8", "surrogateescape") for name, oid in sorted(refs.items()))
