# SPDX-License-Identifier: Apache-2.0
"""Notes that hold one line per statement, as ``git notes`` reads and merges them.

A notes ref points to commits whose tree maps the id of the noted object to a blob (git-notes(1)).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.git import notetree
from gatekeeper.git.commits import parse_commit
from gatekeeper.git.notediff import Comparison
from gatekeeper.git.notegrowth import Grown, grow
from gatekeeper.git.notetree import split_lines
from gatekeeper.git.pack import object_id
from gatekeeper.git.refs import persist
from gatekeeper.git.store import RefUpdate, Store
from gatekeeper.model import Commit


class Planned(NamedTuple):
    """A notes commit that is not written yet."""

    tip: str
    objects: tuple[tuple[str, bytes], ...]
    """``(type, content)``; empty where nothing was to be added."""


def note(store: Store, ref: str, oid: str) -> bytes | None:
    """What ``ref`` notes on ``oid``; None where it notes nothing."""
    return note_at(store, store.ref(ref), oid)


def note_at(store: Store, tip: str | None, oid: str) -> bytes | None:
    """The same at the notes commit ``tip``, which no ref needs to hold yet."""
    if tip is None:
        return None
    return _joined(store, notetree.find(store, read_commit(store, tip).tree, oid))


def all_notes(store: Store, ref: str) -> Iterator[tuple[str, bytes]]:
    """(noted object, note) of every note of ``ref``, in order of ids."""
    return all_notes_at(store, store.ref(ref))


def all_notes_at(store: Store, tip: str | None) -> Iterator[tuple[str, bytes]]:
    """The same at the notes commit ``tip``."""
    if tip is None:
        return
    keys = notetree.everything(store, read_commit(store, tip).tree, len(tip)).keys
    contents = store.read_many([oid for blobs in keys.values() for oid in blobs])
    for key, blobs in keys.items():
        yield key, b"\n".join(next(contents)[1] for _ in blobs)


def note_blobs(store: Store, tip: str) -> dict[str, tuple[str, ...]]:
    """Every noted object with the ids of its blobs (more than one where two fan-outs were mixed)."""
    return notetree.everything(store, read_commit(store, tip).tree, len(tip)).keys


def plan(
    store: Store, tip: str | None, additions: Mapping[str, Iterable[bytes]], ident: bytes, when: int
) -> Planned | None:
    """The notes commit that adds lines (by noted object) to ``tip``; None where every line is there already.

    ``ident`` is ``name <address>``, ``when`` seconds since the epoch. Lines hold no line end.
    """
    wanted = {oid: tuple(lines) for oid, lines in additions.items()}
    wanted = {oid: lines for oid, lines in wanted.items() if lines}
    before = read_commit(store, tip).tree if tip is not None else None
    if not wanted:
        return None
    grown = grow(store, before, wanted)
    if grown.tree == before:
        return None
    return _planned(store, grown.tree, (tip,) if tip else (), grown.objects, ident, when)


def append(
    store: Store,
    ref: str,
    additions: Mapping[str, Iterable[bytes]],
    ident: bytes,
    when: int,
    sleep: Callable[[float], None] = time.sleep,
) -> str | None:
    """Add lines (by noted object) to ``ref`` in one commit, however many notes it concerns; the ref's new tip.

    None where there was nothing to add and no ref. Where another writer was quicker, its tip is taken up and
    added to. Raises as :func:`~gatekeeper.git.refs.persist`.
    """
    wanted = {oid: tuple(lines) for oid, lines in additions.items()}

    def attempt() -> str | None:
        tip = store.ref(ref)
        planned = plan(store, tip, wanted, ident, when)
        if planned is None:
            return tip
        store.write(planned.objects)
        store.update_refs([RefUpdate(ref, planned.tip, tip)])
        return planned.tip

    return persist(attempt, sleep)


def plan_merge(store: Store, ours: str, theirs: str, ident: bytes, when: int) -> Planned:
    """The commit that joins two notes histories: every line of either, as ``git notes merge -s cat_sort_uniq``."""
    mine, yours = read_commit(store, ours), read_commit(store, theirs)
    missing: dict[str, list[bytes]] = {}
    for key, before, after in Comparison(store, len(ours)).differences(mine.tree, yours.tree):
        present = set(split_lines(_joined(store, before) or b""))
        lines = [line for line in split_lines(_joined(store, after) or b"") if line not in present]
        if lines:
            missing[key] = lines
    grown = grow(store, mine.tree, missing) if missing else Grown(mine.tree, ())
    return _planned(store, grown.tree, (ours, theirs), grown.objects, ident, when)


def read_commit(store: Store, oid: str) -> Commit:
    """The commit ``oid``, parsed. Raises ObjectMissing, or CannotDecide where it is no commit."""
    kind, raw = store.read(oid)
    if kind != "commit":
        raise CannotDecide(f"object {oid} is a {kind} where a commit is expected", "check with: git fsck")
    return parse_commit(oid, raw)


def _planned(
    store: Store,
    tree: str,
    parents: tuple[str, ...],
    objects: tuple[tuple[str, bytes], ...],
    ident: bytes,
    when: int,
) -> Planned:
    lines = [b"tree " + tree.encode(), *(b"parent " + parent.encode() for parent in parents)]
    who = b"%b %d +0000" % (ident, when)
    raw = b"\n".join([*lines, b"author " + who, b"committer " + who]) + b"\n\nNotes added by gatekeeper\n"
    return Planned(object_id(store.object_format, "commit", raw), (*objects, ("commit", raw)))


def _joined(store: Store, blobs: Iterable[str]) -> bytes | None:
    contents = [store.read(oid)[1] for oid in blobs]
    return b"\n".join(contents) if contents else None
