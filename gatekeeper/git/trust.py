# SPDX-License-Identifier: Apache-2.0
"""Which ref speaks for the repository: never the branch that happens to be checked out."""

from __future__ import annotations

from typing import NamedTuple

from gatekeeper.git.repository import Repository

CONFIGURED = "gatekeeper.trustref"
REMOTE_HEAD = "refs/remotes/origin/HEAD"
BRANCHES = ("refs/heads/main", "refs/heads/master")


class Trust(NamedTuple):
    ref: str | None
    """Full name of the ref whose tip holds the signers and the policy in force; None where nothing says."""
    tip: str | None
    """The commit it holds."""
    default_branch: str
    """Full name, on this side, of the branch that a repository without a policy protects."""


def find_trust(repository: Repository) -> Trust:
    """A bare repository's HEAD; else git config ``gatekeeper.trustRef``; else what ``origin/HEAD`` points to.

    The default branch is the trust ref's name as a branch; where there is none ``main`` or ``master``, whichever
    exists; else ``main``.
    """
    named = repository.symbolic("HEAD") if repository.bare else repository.config(CONFIGURED)
    found = repository.refs(named or REMOTE_HEAD, *BRANCHES)
    pointer = found.get(REMOTE_HEAD)
    ref = named or (pointer.points_to if pointer else None)
    if ref is None:
        return Trust(None, None, next((name for name in BRANCHES if name in found), BRANCHES[0]))
    value = found.get(ref) or (pointer if not named else None)
    remote = ref.removeprefix("refs/remotes/")
    branch = ref if remote == ref else "refs/heads/" + remote.partition("/")[2]
    return Trust(ref, value.commit if value else None, branch)


def default_branch(repository: Repository) -> str:
    """:attr:`Trust.default_branch` alone."""
    return find_trust(repository).default_branch


def trust_ref(repository: Repository) -> str | None:
    """:attr:`Trust.ref` alone."""
    return find_trust(repository).ref
