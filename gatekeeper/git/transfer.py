# SPDX-License-Identifier: Apache-2.0
"""Bringing refs from and to a remote, with the user's own git: its credentials, its URLs, but none of its hooks."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from gatekeeper.errors import CannotDecide
from gatekeeper.git import process
from gatekeeper.git.repository import Repository

_KEPT = ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM", "GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS", "GIT_TERMINAL_PROMPT")
_QUIET = ("-c", f"core.hooksPath={os.devnull}", "-c", "fetch.fsckObjects=true", "-c", "gc.auto=0")


def fetch(repository: Repository, remote: str, refspecs: Sequence[str]) -> None:
    """Fetch ``refspecs`` and nothing else. Raises CannotDecide with git's words."""
    words = (*_QUIET, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--")
    done = process.run((*words, remote, *refspecs), _environment(repository), check=False)
    if done.returncode:
        raise CannotDecide(f"cannot fetch from {remote}: {_last_words(done)}", f"try: git ls-remote {remote}")


def push(repository: Repository, remote: str, refs: Sequence[str]) -> dict[str, str]:
    """Push ``refs`` (full names) to their own names, never forced; those that were refused, with the reason.

    Raises CannotDecide where the remote cannot be reached.
    """
    words = (*_QUIET, "push", "--quiet", "--porcelain", "--no-verify", "--no-signed", "--recurse-submodules=no", "--")
    done = process.run((*words, remote, *(f"{ref}:{ref}" for ref in refs)), _environment(repository), check=False)
    refused = {}
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        flag, _, rest = line.partition("\t")
        if flag == "!":
            names, _, reason = rest.partition("\t")
            refused[names.rpartition(":")[2]] = reason
    if done.returncode and not refused:
        raise CannotDecide(f"cannot push to {remote}: {_last_words(done)}", f"try: git ls-remote {remote}")
    return refused


def _environment(repository: Repository) -> Mapping[str, str]:
    environ = repository.environ
    env = {name: value for name, value in environ.items() if not name.startswith("GIT_") or name in _KEPT}
    return {**env, "GIT_DIR": repository.git_dir, "LC_ALL": "C"}


def _last_words(done: process.Completed) -> str:
    lines = done.stderr.decode("utf-8", "surrogateescape").strip().splitlines()
    return lines[-1].removeprefix("fatal: ") if lines else f"git ended with {done.returncode}"
