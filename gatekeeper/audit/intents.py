# SPDX-License-Identifier: Apache-2.0
"""The journal's files: what a gate is about to let through, written down before it does."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple, cast

from gatekeeper.audit.draft import Draft
from gatekeeper.audit.files import names_in, read_file, write_file
from gatekeeper.errors import SignatureInvalid, StateUnwritable
from gatekeeper.git.repository import Repository
from gatekeeper.signing import canonical

SUFFIX = ".json"
DROPPED = "dropped"
"""Beside the intents: those whose ref update never happened, kept for whoever wonders."""


class Update(NamedTuple):
    """One ref that is about to move, and what is to be recorded once it has."""

    ref: str
    old: str
    """Object id; zeros where the ref does not exist yet."""
    new: str
    """Object id; zeros where it is deleted."""
    drafts: tuple[Draft, ...] = ()
    negative: Mapping[str, bytes] = {}
    """Rejections and revocations that come in with it, by id, to be logged."""


class Intent(NamedTuple):
    path: str
    created: int
    """Seconds since the epoch."""
    updates: tuple[Update, ...]


def write_intent(repository: Repository, updates: Sequence[Update], now: int) -> str:
    """Write down, to outlast a power cut, what is to be recorded once ``updates`` have happened; the file's path.

    Raises StateUnwritable; then nothing may pass, since it could not be recorded.
    """
    content = canonical.dumps({"schema": "gatekeeper.intent/1", "created": now, "updates": [*map(_dump, updates)]})
    name = f"{now:010d}-{hashlib.sha256(content).hexdigest()[:32]}{SUFFIX}"
    path = os.path.join(_folder(repository), name)
    write_file(path, content, durable=True)
    return path


def remove_intent(path: str) -> None:
    """Take an intent back, or away once it is recorded; it may be gone already."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StateUnwritable(f"cannot remove {path}: {error.strerror}", "make it writable, then run again") from error


def intents(repository: Repository) -> tuple[list[Intent], list[str]]:
    """The intents that wait, oldest first, and the paths of files that are none."""
    folder = _folder(repository)
    names = [name for name in names_in(folder) if name.endswith(SUFFIX) and not name.startswith(".")]
    found, broken = [], []
    for path in [os.path.join(folder, name) for name in names]:
        content = read_file(path)
        if content is None:
            continue
        try:
            found.append(_parse(path, content))
        except (SignatureInvalid, KeyError, TypeError, ValueError):
            broken.append(path)
    return found, broken


def put_aside(path: str) -> None:
    """Keep an intent that will never be recorded where it is not read again; it may be gone already."""
    folder, name = os.path.split(path)
    try:
        os.makedirs(os.path.join(folder, DROPPED), mode=0o700, exist_ok=True)
        os.replace(path, os.path.join(folder, DROPPED, name))
    except FileNotFoundError:
        return
    except OSError as error:
        raise StateUnwritable(f"cannot move {path}: {error.strerror}", "make it writable, then run again") from error


def _folder(repository: Repository) -> str:
    return os.path.join(repository.state_dir, "journal")


def _dump(update: Update) -> dict[str, object]:
    return {
        "ref": list(update.ref.encode("utf-8", "surrogateescape")) if _is_odd(update.ref) else update.ref,
        "old": update.old,
        "new": update.new,
        "drafts": [[one.predicate_type, one.subjects, one.predicate, one.notes] for one in update.drafts],
        "negative": {key: line.decode() for key, line in update.negative.items()},
    }


def _is_odd(ref: str) -> bool:
    """True for a name that is not UTF-8: JSON cannot hold it as text."""
    return any("\ud800" <= char <= "\udfff" for char in ref)


def _parse(path: str, content: bytes) -> Intent:
    document = canonical.loads_canonical(content, max(len(content), 1))
    updates = []
    for one in document["updates"]:
        ref = one["ref"] if isinstance(one["ref"], str) else bytes(one["ref"]).decode("utf-8", "surrogateescape")
        drafts = tuple(
            Draft(kind, tuple(subjects), cast("Mapping[str, object]", predicate), notes)
            for kind, subjects, predicate, notes in one["drafts"]
        )
        negative = {key: line.encode() for key, line in one["negative"].items()}
        updates.append(Update(ref, one["old"], one["new"], drafts, negative))
    return Intent(path, int(document["created"]), tuple(updates))
