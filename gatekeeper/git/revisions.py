# SPDX-License-Identifier: Apache-2.0
"""From what a person types to the change that is meant."""

from __future__ import annotations

from gatekeeper.errors import UsageError
from gatekeeper.git.changes import build_change, new_commits
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import RefValue, Repository
from gatekeeper.model import Change

BRANCHES = ("refs/heads/", "refs/remotes/")


def named_change(objects: Objects, spec: str, target: str | None, known: tuple[str, ...]) -> Change:
    """The change that ``spec`` names, to be landed on the full ref ``target``.

    ``A..B``: B onto A. A branch: its tip onto the target's. A tag: the creation of that tag, whose new commits are
    those that none of ``known`` (tips of the protected refs) reaches. Any other revision: that one commit onto its
    parents.
    Raises UsageError where a name means nothing.
    """
    repository = objects.repository
    if "..." in spec:
        raise UsageError(f"{spec}: three dots name no base", "write BASE..HEAD")
    if ".." in spec:
        base, _, head = spec.partition("..")
        return build_change(
            objects, target, commit_id(repository, base or "HEAD"), commit_id(repository, head or "HEAD")
        )
    head = commit_id(repository, spec)
    name, value = named_ref(repository, spec)
    if name is not None and value is not None and name.startswith("refs/tags/"):
        change = build_change(objects, name, repository.zero, head, known)
        return change._replace(tag=value.oid if value.oid != head else None)
    if name is not None and name.startswith(BRANCHES):
        tip = target_tip(repository, target)
        return build_change(objects, target, tip, head, known if tip == repository.zero else ())
    commit = objects.commit(head)
    base = commit.parents[0] if commit.parents else repository.zero
    return Change(target, base, head, (head,), commit.tree)


def whole_history(objects: Objects, revision: str) -> Change:
    """Every commit that ``revision`` reaches, as if onto nothing."""
    head = commit_id(objects.repository, revision)
    commits = new_commits(objects, head, ())
    return Change(None, objects.repository.zero, head, commits, objects.commit(head).tree)


def target_tip(repository: Repository, target: str | None) -> str:
    """The commit at the full ref ``target``; zeros where there is none yet."""
    value = repository.refs(target).get(target) if target else None
    return (value.commit if value else None) or repository.zero


def full_ref(repository: Repository, name: str) -> str:
    """``main`` as ``refs/heads/main``; a full name as it is. Raises UsageError for what cannot be a ref."""
    full = name if name.startswith("refs/") else f"refs/heads/{name}"
    if repository.git("check-ref-format", full, check=False).returncode:
        raise UsageError(f"{name!r} cannot name a ref", "write a branch, or a full name such as refs/heads/main")
    return full


def named_ref(repository: Repository, name: str) -> tuple[str | None, RefValue | None]:
    """The ref that git takes the short or full ``name`` for (HEAD: the branch it is on), and what it holds."""
    if name == "HEAD":
        name = repository.symbolic("HEAD") or name
    candidates = (
        [name] if name.startswith("refs/") else [f"refs/tags/{name}", f"refs/heads/{name}", f"refs/remotes/{name}"]
    )
    found = repository.refs(*candidates)
    return next(((full, found[full]) for full in candidates if full in found), (None, None))


def commit_id(repository: Repository, revision: str) -> str:
    """The commit that ``revision`` names; zeros stay zeros. Raises UsageError where it names none."""
    if revision == repository.zero:
        return revision
    oid = repository.resolve(revision)
    if oid is None:
        if repository.resolve("HEAD") is None and not repository.refs():
            raise UsageError(
                "the repository has no commits yet", "commit something, or check the index: gatekeeper check --staged"
            )
        raise UsageError(
            f"{revision!r} names no commit of this repository", "list what there is with: git branch -a; git tag"
        )
    return oid
