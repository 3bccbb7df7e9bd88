# SPDX-License-Identifier: Apache-2.0
"""The agent's worktree: a real linked one, so that ``git worktree list`` shows it, with nothing checked out yet."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from typing import NamedTuple

from gatekeeper.errors import StateUnwritable, UsageError
from gatekeeper.git import process
from gatekeeper.git.repository import Repository

CONFIGURED = "gatekeeper.worktrees"
"""Git configuration: the folder for worktrees, absolute, where the default's disk is too small."""


class Worktree(NamedTuple):
    path: str
    """Absolute, without links."""
    scratch: str
    """The run's own folder around it, mode 0700, on the same disk."""
    admin: str
    """Name of its entry below ``worktrees`` in the real repository."""


def planned_path(repository: Repository, environ: Mapping[str, str], run: str) -> str:
    """Where the worktree of ``run`` goes: ``<folder>/<run>/<name of the repository>``.

    The folder is git config ``gatekeeper.worktrees``, else that of the user's state (XDG Base Directory
    Specification), else one below the folder for temporary files. Never inside the repository's git directory: tools
    skip what lies below a ``.git``. Raises UsageError for a folder that cannot be meant.
    """
    configured = repository.config(CONFIGURED)
    if configured:
        place = configured if configured.startswith("/") else ""
    else:
        home = environ.get("HOME", "")
        state = environ.get("XDG_STATE_HOME") or (os.path.join(home, ".local/state") if home.strip("/") else "")
        temporary = os.path.join(environ.get("TMPDIR") or "/tmp", f"gatekeeper-{os.getuid()}")  # noqa: S108 - 0700
        place = os.path.join(state, "gatekeeper") if state.startswith("/") and _may_write(state) else temporary
    place = os.path.realpath(place) if place else ""
    if not place or _within(place, repository.common_dir):
        raise UsageError(
            f"worktrees cannot be put into '{configured or place}'",
            f"name a folder outside the git directory: git config {CONFIGURED} /path",
        )
    return os.path.join(place, "worktrees", run, repository_name(repository))


def repository_name(repository: Repository) -> str:
    """What the repository's folder is called, in characters that no tool trips over."""
    path = repository.common_dir
    name = os.path.basename(os.path.dirname(path) if os.path.basename(path) == ".git" else path)
    return re.sub("[^A-Za-z0-9._-]", "_", name.removesuffix(".git")).lstrip("-.") or "repository"


def add(repository: Repository, path: str, base: str, run: str, lock: int) -> Worktree:
    """``git worktree add`` at ``path``, detached at the commit ``base``, nothing checked out.

    The git that does it holds ``lock`` open, so that no sweep comes before it has ended. Raises StateUnwritable,
    GitFailed.
    """
    scratch = os.path.dirname(path)
    _make(scratch)
    reason = f"gatekeeper run {run}"
    words = ["worktree", "add", "--quiet", "--no-checkout", "--detach", "--lock", "--reason", reason, path, base]
    # Not through Repository.git: only here does a git inherit a descriptor.
    started = subprocess.Popen(
        ["git", *words],
        env={**repository.env, **IDENTITY},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(lock,),
    )
    out, err = started.communicate()
    done = process.Completed(started.returncode, out, err)
    if done.returncode:
        raise process.failure(words, done)
    with open(os.path.join(path, ".git"), "rb") as file:
        admin = os.path.basename(os.fsdecode(file.read().removeprefix(b"gitdir: ").rstrip(b"\n")))
    return Worktree(path, scratch, admin)


def _make(scratch: str) -> None:
    for attempt in range(ATTEMPTS):
        try:
            os.makedirs(os.path.dirname(scratch), mode=0o700, exist_ok=True)
            os.mkdir(scratch, 0o700)
        except FileNotFoundError:  # another run that ended took the empty folder away
            if attempt < ATTEMPTS - 1:
                continue
            raise
        except OSError as error:
            raise StateUnwritable(
                f"cannot make {scratch}: {error.strerror}", f"git config {CONFIGURED} /path"
            ) from error
        return


ATTEMPTS = 50
IDENTITY = {"GIT_COMMITTER_NAME": "gatekeeper", "GIT_COMMITTER_EMAIL": "gatekeeper@invalid"}
"""For the entry's reflog, which goes with it."""


def entry_of(common_dir: str, path: str) -> str | None:
    """The folder of the entry whose worktree is at ``path``; None where there is none (any more)."""
    folder = os.path.join(common_dir, "worktrees")
    try:
        names = os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return None
    for name in names:
        try:
            with open(os.path.join(folder, name, "gitdir"), "rb") as file:
                if file.read().rstrip(b"\n") == os.fsencode(os.path.join(path, ".git")):
                    return os.path.join(folder, name)
        except (FileNotFoundError, NotADirectoryError):
            continue
    return None


def _may_write(path: str) -> bool:
    """Whether the first folder of ``path`` that is there can be written to."""
    while path != "/" and not os.path.lexists(path):
        path = os.path.dirname(path)
    return os.access(path, os.W_OK | os.X_OK)


def _within(path: str, folder: str) -> bool:
    return os.path.commonpath([path, os.path.realpath(folder)]) == os.path.realpath(folder)
