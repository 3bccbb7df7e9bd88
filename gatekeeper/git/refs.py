# SPDX-License-Identifier: Apache-2.0
"""Moving refs: one ``update-ref`` transaction, compare-and-swap on every ref, all or nothing."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gatekeeper.errors import CannotDecide, RefLocked, RefMoved
from gatekeeper.git import process
from gatekeeper.git.repository import Repository

if TYPE_CHECKING:
    from gatekeeper.git.store import RefUpdate

_LOCKED = re.compile(r"Unable to create '(.+\.lock)': File exists")
_MOVED = re.compile(
    r"cannot lock ref '([^']+)': (?:is at [0-9a-f]+ but expected|reference already exists|"
    r"unable to resolve reference|reference is missing)"
)

ATTEMPTS = 60
"""How often a lost compare-and-swap is tried again: with the pauses of :func:`persist`, about ten seconds."""
LOCKED = 12
"""How often a lock that does not go away is waited for. git itself waits a tenth of a second each time."""

T = TypeVar("T")


class Held(NamedTuple):
    """What a ref holds."""

    oid: str
    """Unpeeled; zeros for a symbolic ref to one that does not exist yet."""
    symbolic: str | None
    """The full name of the ref for which it is only another name."""


def held(repository: Repository, names: Collection[str]) -> dict[str, Held]:
    """What the refs ``names`` (full names) hold; those that do not exist are left out."""
    wanted = [name.encode("utf-8", "surrogateescape") for name in names]
    done = repository.git("for-each-ref", "--format=%(refname)%00%(objectname)%00%(symref)", "--", *wanted)
    found = {}
    for line in done.stdout.decode("utf-8", "surrogateescape").split("\n")[:-1]:
        name, oid, symbolic = line.split("\0")
        if name in names:  # a name is taken for a folder, too
            found[name] = Held(oid, symbolic or None)
    for name in names:
        nowhere = repository.symbolic(name) if name not in found else None  # such a ref is not listed
        if nowhere is not None:
            found[name] = Held(repository.zero, nowhere)
    return found


def update_refs(repository: Repository, updates: Sequence[RefUpdate]) -> None:
    """All of ``updates`` or none. A symbolic ref is replaced, never followed.

    Raises RefMoved where a ref does not hold its ``old``, RefLocked with the lock file's path, StateUnwritable,
    and GitFailed for all else (a missing object, a name that git refuses).
    """
    if not updates:
        return
    request = b"".join(_command(repository.zero, update) for update in updates)
    done = repository.git("update-ref", "-z", "--stdin", input=request, check=False)
    if done.returncode:
        raise _failure(done)


def _command(zero: str, update: RefUpdate) -> bytes:
    words = f"update {update.name}\0{update.new or zero}\0{update.old or zero}\0"
    return b"option no-deref\0" + words.encode("utf-8", "surrogateescape")


def _failure(done: process.Completed) -> CannotDecide:
    text = done.stderr.decode("utf-8", "surrogateescape")
    locked = _LOCKED.search(text)
    if locked:
        path = locked.group(1)
        return RefLocked(
            f"another git holds the lock {path}", f"wait for it; if no git is running, remove it: rm -- '{path}'"
        )
    moved = _MOVED.search(text)
    return RefMoved(moved.group(1)) if moved else process.failure(("update-ref",), done)


def persist(attempt: Callable[[], T], sleep: Callable[[float], None] = time.sleep, fixed: Collection[str] = ()) -> T:
    """Call ``attempt``, which reads refs and moves them, until it wins its race; what it returns.

    Raises RefMoved after ATTEMPTS lost races, or at once for one of the refs ``fixed``, whose new value does not
    follow from the old; RefLocked when a lock was met LOCKED times.
    """
    moved = locked = 0
    while True:
        try:
            return attempt()
        except RefMoved as error:
            moved += 1
            if moved == ATTEMPTS or error.ref in fixed:
                raise
        except RefLocked:
            locked += 1
            if locked == LOCKED:
                raise
        sleep(min(0.005 * (moved + locked), 0.2))
