# SPDX-License-Identifier: Apache-2.0
"""Getting an agent's commits out: packed inside, checked by git outside, never read from its files.

Nothing here opens the worktree or the shadow. What a sandbox says is hostile text until it is checked.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.policy.schema import Limits
from gatekeeper.run import inside, quarantine
from gatekeeper.run.cell import Cell, Job
from gatekeeper.run.interface import Mount
from gatekeeper.run.service import serve
from gatekeeper.run.shadow import BORROWED

PATIENCE = 900.0
"""Seconds for committing what was left and for packing, each."""
MESSAGE = "Work that the agent left uncommitted\n\nGatekeeper-Run: {run}\n"
OTHERS = 20


class Site(NamedTuple):
    """Where a run's commands work, as they see it."""

    run: str
    worktree: str
    common_dir: str
    """The shadow: inside, in place of the real git directory; without isolation, where it is."""
    admin: str
    restore: str
    """A folder of this machine with the shadow's first configuration."""
    environ: Mapping[str, str]
    """For our own gits inside."""


class Told(NamedTuple):
    """What the sandbox says it has."""

    head: str | None
    """Where the agent's HEAD is: at the base, where it broke that."""
    left: str | None = None
    """The commit made of what was left uncommitted."""
    discarded: bool = False
    others: tuple[tuple[str, str], ...] = ()
    """(commit, branch) of what was committed elsewhere and is not collected."""


def tidy(cell: Cell, site: Site, base: str, leftovers: str, told: Callable[[int], None]) -> Told:
    """Commit what the agent left (``leftovers`` is ``commit``), or see whether it left something; what there is."""
    where = inside.RESTORE if cell.borrowed == BORROWED else site.restore
    admin = os.path.join(site.common_dir, "worktrees", site.admin)
    words = (
        "sh",
        "-c",
        inside.TIDY,
        "sh",
        site.common_dir,
        admin,
        where,
        leftovers,
        MESSAGE.format(run=site.run),
        base,
    )
    extra = (Mount(site.restore, inside.RESTORE),) if cell.borrowed == BORROWED else ()
    job = Job(words, site.worktree, site.environ, extra=extra)
    done = serve(cell, job, site.restore, told, PATIENCE)
    if done.status:
        raise _failed("the agent's work cannot be read", done.stderr)
    return parse(done.stdout)


def parse(said: bytes) -> Told:
    """Read what :data:`inside.TIDY` prints. Raises CannotDecide for anything else."""
    told = Told(None)
    for line in said.decode("utf-8", "surrogateescape").splitlines():
        word, _, rest = line.partition(" ")
        oid, _, name = rest.partition(" ")
        if word in ("head", "left", "other") and not re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", oid):
            raise CannotDecide("the run's sandbox named no commit", "run again")
        if word == "head":
            told = told._replace(head=oid)
        elif word == "left":
            told = told._replace(left=oid)
        elif word == "discarded":
            told = told._replace(discarded=True)
        elif word == "other" and len(told.others) < OTHERS:
            told = told._replace(others=(*told.others, (oid, name)))
    return told


def fetch(cell: Cell, site: Site, head: str, base: str, limits: Limits, path: str, told: Callable[[int], None]) -> None:
    """Bring what ``head`` has and ``base`` has not into the quarantine at ``path``. Raises CannotDecide."""
    job = Job(("sh", "-c", inside.PACK, "sh", head, base), site.worktree, site.environ)

    def feed(sink: int) -> None:
        done = serve(cell, job, path, told, PATIENCE, stdout=sink)
        if done.status:
            raise _failed("the agent's commits cannot be packed", done.stderr)

    quarantine.receive(path, site.environ, limits, feed)


def _failed(what: str, stderr: bytes) -> CannotDecide:
    said = stderr.decode("utf-8", "replace").strip().splitlines() or ["git gave no reason"]
    return CannotDecide(f"{what}: {said[-1].removeprefix('fatal: ')}", "its files are kept: gatekeeper run show ID")
