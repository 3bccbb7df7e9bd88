# SPDX-License-Identifier: Apache-2.0
"""Which ref speaks for the repository: never the branch that happens to be checked out."""

from __future__ import annotations

from gatekeeper.git.repository import Repository

CONFIGURED = "gatekeeper.trustref"
REMOTE_HEAD = "refs/remotes/origin/HEAD"


def trust_ref(repository: Repository) -> str | None:
    """Full name of the ref whose tip holds the signers and the policy in force, or None.

    A bare repository's HEAD; else git config ``gatekeeper.trustRef``; else what ``origin/HEAD`` points to.
    """
    if repository.bare:
        return repository.symbolic("HEAD")
    return repository.config(CONFIGURED) or repository.symbolic(REMOTE_HEAD)


def default_branch(repository: Repository) -> str:
    """Full name, on this side, of the branch that a repository without a policy protects.

    The trust ref's name as a branch; where there is none ``main`` or ``master``, whichever exists; else ``main``.
    """
    trusted = trust_ref(repository)
    if trusted:
        remote = trusted.removeprefix("refs/remotes/")
        return trusted if remote == trusted else "refs/heads/" + remote.partition("/")[2]
    found = repository.refs("refs/heads/main", "refs/heads/master")
    return next(iter(found), "refs/heads/main")
