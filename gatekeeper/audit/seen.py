# SPDX-License-Identifier: Apache-2.0
"""The last tip seen of each gate's log, kept outside the refs, so that a log that was rolled back shows."""

from __future__ import annotations

import os

from gatekeeper.audit.files import names_in, read_file, write_file
from gatekeeper.errors import CannotDecide, ObjectMissing
from gatekeeper.git.recordrefs import LOG, log_refs
from gatekeeper.git.repository import Repository
from gatekeeper.git.store import Store


def seen_tips(repository: Repository) -> dict[str, str]:
    """Log refs, by full name, with the tip last seen."""
    names = names_in(_folder(repository))
    return {ref: tip for ref in log_refs(LOG + name for name in names) if (tip := seen_tip(repository, ref))}


def seen_tip(repository: Repository, ref: str) -> str | None:
    """The tip last seen of the log ``ref``; None where none was."""
    content = read_file(os.path.join(_folder(repository), ref.removeprefix(LOG)))
    return content.decode("ascii", "replace").strip() if content else None


def remember(repository: Repository, ref: str, tip: str) -> None:
    """Note ``tip`` as seen. Whoever comes last wins: an older tip is still in a log that only grows."""
    write_file(os.path.join(_folder(repository), ref.removeprefix(LOG)), tip.encode() + b"\n")


def current_tip(store: Store, ref: str) -> str | None:
    """Where the log ``ref`` is now; None where there is none. Raises CannotDecide where it lost what was seen in it."""
    # What was seen is read first: a log that grows in between then still contains it.
    seen = seen_tip(store.repository, ref)
    tip = store.ref(ref)
    if seen is None or seen == tip or _contains(store, tip, seen):
        return tip
    now = f"is at {tip}" if tip else "is gone"
    raise CannotDecide(
        f"the log {ref} was rolled back or replaced: it was seen at {seen} and {now}",
        f"find out who did it, then restore it: git update-ref {ref} {seen}",
    )


def _contains(store: Store, tip: str | None, seen: str) -> bool:
    try:
        return tip is not None and store.contains(tip, seen)
    except ObjectMissing:
        return False  # the tip last seen is gone altogether


def _folder(repository: Repository) -> str:
    return os.path.join(repository.state_dir, "seen")
