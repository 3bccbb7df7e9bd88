# SPDX-License-Identifier: Apache-2.0
"""What a receiving git tells its hooks, as changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.git.changes import build_change, is_ancestor
from gatekeeper.git.objects import Objects
from gatekeeper.git.refs import Held, held
from gatekeeper.git.repository import Repository
from gatekeeper.model import Change

MAX_REFS = 1000
"""Refs of one push that are judged; a push of more is refused."""


class RefUpdate(NamedTuple):
    """One line of a push, as the server's hook reads it."""

    ref: str
    old: str
    """Object id before; zeros for a new ref."""
    new: str
    """Object id asked for; zeros for a deletion."""


def parse_updates(text: bytes) -> tuple[RefUpdate, ...]:
    """The lines ``<old> SP <new> SP <ref>`` of pre-receive and post-receive. Raises CannotDecide."""
    updates = []
    for line in text.splitlines():
        fields = line.split(b" ", 2)
        if len(fields) != 3 or len(fields[0]) != len(fields[1]):
            raise CannotDecide("the hook's input is not a list of ref updates", "run it as git's pre-receive hook")
        updates.append(RefUpdate(fields[2].decode("utf-8", "surrogateescape"), fields[0].decode(), fields[1].decode()))
    if len(updates) > MAX_REFS:
        raise CannotDecide(
            f"the push updates {len(updates):,} refs; {MAX_REFS:,} are judged at most", "push fewer at a time"
        )
    return tuple(updates)


def confirm(repository: Repository, updates: Sequence[RefUpdate]) -> None:
    """Hold what the push says against the refs. Raises CannotDecide where git would do something else with it.

    The old ids are what whoever pushes sent, and git compares them with the refs only after the hook: what is counted
    as there already must not rest on them. And a symbolic ref is judged under one name and moves another.
    """
    there = held(repository, {update.ref for update in updates})
    for update in updates:
        oid, symbolic = there.get(update.ref, Held(repository.zero, None))
        if symbolic is not None:
            raise CannotDecide(f"{update.ref} is only another name for {symbolic}", f"push to {symbolic} itself")
        if oid != update.old:
            raise CannotDecide(
                f"{update.ref} is at {oid}, and not at {update.old} as the push says", "fetch, then push again"
            )
        if update.ref.casefold().startswith("refs/replace/") and update.new != repository.zero:
            raise CannotDecide(
                f"{update.ref} would make git show another object than the one that was judged",
                "keep replace refs out of shared repositories",
            )


def parse_client_updates(text: bytes, zero: str) -> tuple[RefUpdate, ...]:
    """The lines ``<local ref> <local id> <remote ref> <remote id>`` of pre-push, all of them."""
    updates = []
    for line in text.splitlines():
        fields = line.split(b" ")
        if len(fields) != 4:
            raise CannotDecide("the hook's input is not a list of refs to push", "run it as git's pre-push hook")
        new, ref, old = (field.decode("utf-8", "surrogateescape") for field in fields[1:])
        updates.append(RefUpdate(ref, old or zero, new))
    return tuple(updates)


class Proposed(NamedTuple):
    """One update as a change, and the commits that counted as there already when it was built."""

    change: Change
    known: tuple[str, ...]


def changes_of(
    objects: Objects, updates: Sequence[RefUpdate], protected: Callable[[str], bool], tips: Sequence[str]
) -> tuple[Proposed, ...]:
    """One change for each update, in order.

    ``tips`` are the commits of the protected refs before the push. A protected branch is judged against its own old tip
    alone, each anew; only where it is created does not count as new what a protected ref already has. For any other ref
    neither that counts as new, nor what a protected branch gains in the same push and is judged for there.
    """
    zero = objects.repository.zero
    heads = {update: _peel(objects, update.new) for update in updates}
    branches = {update for update in updates if update.ref.startswith("refs/heads/") and protected(update.ref)}
    gained = [heads[update][0] for update in branches if update.new != zero]
    proposed = []
    for update in updates:
        head, tag = heads[update]
        base = _peel(objects, update.old)[0]
        if update in branches:
            known = tuple(tips) if base == zero else ()
        else:
            known = tuple(dict.fromkeys([*tips, *gained]))
        proposed.append(Proposed(_change(objects, update.ref, base, head, known)._replace(tag=tag), known))
    return tuple(proposed)


def client_changes(
    objects: Objects, updates: Sequence[RefUpdate], remote: str, protected: Callable[[str], bool]
) -> tuple[Proposed, ...]:
    """As :func:`changes_of`, before a push leaves: what the remote is known to have counts as there.

    A tip of the remote that this repository does not have reads as none; then everything is judged that no
    remote-tracking ref has.
    """
    zero = objects.repository.zero
    have = [value.commit for value in objects.repository.refs(f"refs/remotes/{remote}").values() if value.commit]
    present = []
    for update in updates:
        there = update.old == zero or not objects.room.run("cat-file", "-e", update.old, check=False).returncode
        present.append(update if there else update._replace(old=zero))
    return changes_of(objects, present, protected, have)


def _change(objects: Objects, ref: str, base: str, head: str, known: tuple[str, ...]) -> Change:
    zero = objects.repository.zero
    if head == zero:
        return Change(ref, base, zero, (), None)
    change = build_change(objects, ref, base, head, known)
    if base == zero or is_ancestor(objects, base, head):
        return change
    return change._replace(rewinds=True, result_tree=objects.commit(head).tree)


def _peel(objects: Objects, oid: str) -> tuple[str, str | None]:
    """(commit, annotated tag or None) of what a ref would hold. Raises CannotDecide for a tree or a blob."""
    if oid == objects.repository.zero:
        return oid, None
    kind, raw = objects.read(oid)
    tag = oid if kind == "tag" else None
    for _ in range(8):
        if kind == "commit":
            return oid, tag
        if kind != "tag":
            break
        oid = raw.split(b"\n", 1)[0].removeprefix(b"object ").decode("ascii", "replace")
        kind, raw = objects.read(oid)
    raise CannotDecide(f"{oid} is a {kind}, not a commit", "push refs to commits only")
