# SPDX-License-Identifier: Apache-2.0
"""Hook files in a hooks folder: found, put in beside what is there, taken out again exactly."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Literal, NamedTuple

from gatekeeper.commands.shim import LOCAL, SAVED, SERVER, Installation, is_shim, render
from gatekeeper.commands.steps import Step
from gatekeeper.errors import CannotDecide, UsageError
from gatekeeper.git import process
from gatekeeper.git.repository import Repository
from gatekeeper.report.wording import quoted

State = Literal["absent", "ours", "outdated", "foreign", "not executable"]


class HooksFolder(NamedTuple):
    path: str
    configured: str | None
    """The value of ``core.hooksPath`` where it decides."""
    shared: bool
    """True where other repositories may use the same folder."""


def work_tree(path: str, environ: Mapping[str, str]) -> str | None:
    """The top of the work tree around the folder ``path``; None in a bare repository or a git directory."""
    words = ("-C", path, "rev-parse", "--show-toplevel")
    done = process.run(words, process.clean_environment(environ), check=False)
    return os.fsdecode(done.stdout.rstrip(b"\n")) or None


def hooks_folder(repository: Repository, tree: str | None, environ: Mapping[str, str]) -> HooksFolder:
    """Where git looks for the hooks of the repository with the work tree ``tree`` (githooks(5)).

    Linked worktrees share the common directory's; a relative ``core.hooksPath`` begins at the work tree.
    """
    configured = repository.config("core.hookspath")
    if not configured:
        return HooksFolder(os.path.join(repository.common_dir, "hooks"), None, shared=False)
    start = tree or repository.git_dir
    path = os.path.normpath(os.path.join(start, _home(configured, environ)))
    return HooksFolder(path, configured, not (within(path, start) or within(path, repository.common_dir)))


def state_of(folder: str, name: str, installation: Installation) -> State:
    """What the hook file ``name`` is now. Raises CannotDecide where it cannot be read."""
    path = os.path.join(folder, name)
    if not os.path.lexists(path):
        return "absent"
    content = _content(path)
    if not is_shim(content):
        return "foreign"
    if content != render(name, installation):
        return "outdated"
    return "ours" if os.access(path, os.X_OK) else "not executable"


def saved(folder: str, name: str) -> str | None:
    """The path of the hook that was there before ours, or None."""
    path = os.path.join(folder, name + SAVED)
    return path if os.path.lexists(path) else None


def within(path: str, folder: str) -> bool:
    """Whether ``path`` is really below ``folder``."""
    return os.path.realpath(path).startswith(os.path.join(os.path.realpath(folder), ""))


def install_steps(folder: str, names: Sequence[str], installation: Installation) -> Iterator[Step]:
    """Put our hook file in for each name; what is there is kept beside it and runs as well.

    Raises UsageError where a foreign hook stands beside an older one that was kept.
    """
    for name in names:
        state, kept = state_of(folder, name, installation), saved(folder, name)
        path = os.path.join(folder, name)
        if state == "foreign" and kept:
            raise UsageError(
                f"{path} was written by another tool after gatekeeper had kept {kept}",
                f"decide which of both should run, remove the other, and run this again (rm -- {quoted(kept)})",
            )
        what = {
            "ours": f"hook {name}",
            "absent": f"hook {name} installed",
            "outdated": f"hook {name} updated for this installation",
            "not executable": f"hook {name} made executable",
            "foreign": f"hook {name} installed; what was there is kept as {name}{SAVED} and runs as well",
        }[state]
        if state == "ours":
            yield Step(what, None)
        else:
            yield Step(what, partial(_put, path, render(name, installation), keep=state == "foreign"))


def uninstall_steps(folder: str, installation: Installation) -> Iterator[Step]:
    """Take out every hook file of ours and put back what was there before."""
    for name in (*LOCAL, *SERVER):
        path, kept = os.path.join(folder, name), saved(folder, name)
        state = state_of(folder, name, installation)
        if state == "foreign" and kept:
            yield Step(f"hook {name}, which another tool has replaced; {kept} is left where it is", None)
        elif kept and state != "foreign":
            yield Step(f"hook {name} as it was before", partial(os.replace, kept, path))
        elif state not in ("absent", "foreign"):
            yield Step(f"hook {name} removed", partial(os.unlink, path))


def _put(path: str, content: bytes, *, keep: bool) -> None:
    """Write the hook in one move, so that no push ever meets a folder without it."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    fresh = path + ".gatekeeper-new"
    with open(fresh, "wb") as file:
        file.write(content)
    os.chmod(fresh, 0o755)  # noqa: S103 - whoever pushes must be able to run it
    if keep:
        try:
            os.link(path, path + SAVED, follow_symlinks=False)
        except (OSError, NotImplementedError):  # no hard links here
            shutil.copy2(path, path + SAVED, follow_symlinks=False)
    os.replace(fresh, path)


def _content(path: str) -> bytes:
    if os.path.isdir(path):
        raise UsageError(f"{path} is a folder, where git expects a hook", "move it away and run this again")
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:  # a symlink that leads nowhere
        return b""
    except OSError as error:
        raise CannotDecide(f"{path} cannot be read: {error.strerror}", "give yourself permission to read it") from error


def _home(path: str, environ: Mapping[str, str]) -> str:
    """``~/x`` as git expands it in a path of its configuration."""
    if path == "~" or path.startswith("~/"):
        return environ.get("HOME", "~") + path[1:]
    return os.path.expanduser(path)
