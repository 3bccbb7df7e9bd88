# SPDX-License-Identifier: Apache-2.0
"""From a policy and this machine to the sandboxes of one run."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gatekeeper.git import process
from gatekeeper.git.repository import Repository
from gatekeeper.policy.schema import Run
from gatekeeper.run import requirements, seccomp
from gatekeeper.run.allowlist import System, search_path, system
from gatekeeper.run.alternates import borrows
from gatekeeper.run.cell import Bare, Cell, Confined
from gatekeeper.run.collect import Site
from gatekeeper.run.folder import Folder
from gatekeeper.run.interface import Mount
from gatekeeper.run.sandbox import ORDINARY, Sandbox, etc_files, home_inside
from gatekeeper.run.shadow import BORROWED, NOTHING, write


class Confinement(NamedTuple):
    """What can be known before a run begins, and its environments."""

    repository: Repository
    run: Run
    environ: Mapping[str, str]
    """As gatekeeper was started."""
    isolated: bool
    shown: System

    @property
    def path(self) -> str:
        return search_path(self.shown, self.environ) if self.isolated else self.environ.get("PATH", os.defpath)

    @property
    def home(self) -> str:
        return home_inside(self.environ.get("HOME", "")) if self.isolated else self.environ.get("HOME", "/")

    def for_agent(self) -> dict[str, str]:
        """All that the agent's command is told: nothing else of the caller's environment is there to be read."""
        named = {name: self.environ[name] for name in self.run.env if name in self.environ}
        user = {"USER": "agent", "LOGNAME": "agent", "SHELL": "/bin/sh"}
        return {**named, **user, "PATH": self.path, "HOME": self.home}

    def for_git(self, name: str, email: str) -> dict[str, str]:
        """For our own gits inside, which commit as the agent."""
        env = process.clean_environment({"PATH": self.path})
        for who in ("AUTHOR", "COMMITTER"):
            env[f"GIT_{who}_NAME"], env[f"GIT_{who}_EMAIL"] = name, email
        return {**env, "HOME": self.home}

    def cell(self, site: Site, folder: Folder, objects: Sequence[str]) -> Cell:
        """Where the run's commands run. ``objects`` are the folders of real objects. Raises CannotDecide."""
        if not self.isolated:
            return Bare()
        etc = folder.file("etc")
        uid, gid = os.getuid() or ORDINARY, os.getgid() or ORDINARY
        if not os.path.isdir(etc):
            write(etc, etc_files(self.home, uid, gid))
        sandbox = Sandbox(
            binary=requirements.bubblewrap(self.environ),
            system=self.shown,
            etc=etc,
            mounts=_mounts(site, folder, objects),
            home=self.home,
            memory=self.run.limits.memory,
        )
        cache = os.path.join(self.repository.state_dir, "cache")
        return Confined(sandbox, seccomp.program(cache), self.run.limits, BORROWED)


def confinement(
    repository: Repository, run: Run, environ: Mapping[str, str], isolated: bool, read: Sequence[str]
) -> Confinement:
    """``read`` is what the operator lets the sandbox read besides. Raises CannotDecide where there is no bubblewrap."""
    if not isolated:
        return Confinement(repository, run, environ, isolated, System((), ()))
    requirements.bubblewrap(environ)
    shown = system((*run.read, *read), environ, (repository.common_dir, *_private(environ)))
    return Confinement(repository, run, environ, isolated, shown)


def _private(environ: Mapping[str, str]) -> list[str]:
    names = (
        "XDG_RUNTIME_DIR",
        "SSH_AUTH_SOCK",
        "DOCKER_HOST",
        "GNUPGHOME",
        "KUBECONFIG",
        "AWS_SHARED_CREDENTIALS_FILE",
    )
    paths = [environ.get(name, "").removeprefix("unix://") for name in names]
    return [os.path.realpath(path) for path in paths if path.startswith("/")]


def _mounts(site: Site, folder: Folder, objects: Sequence[str]) -> tuple[Mount, ...]:
    """The shadow in place of the real git directory, the real objects, the worktree with its fixed ``.git`` file."""
    mounts = [Mount(folder.shadow, site.common_dir, True)]
    for number, path in enumerate(objects):
        mounts.append(Mount(path, f"{BORROWED}/{number}"))
        if borrows(path):
            nothing = os.path.join(site.restore, NOTHING)
            mounts.append(Mount(nothing, f"{BORROWED}/{number}/info/alternates"))
    link = os.path.join(site.worktree, ".git")
    return (*mounts, Mount(site.worktree, site.worktree, True), Mount(link, link))
