# SPDX-License-Identifier: Apache-2.0
"""Which policy is in force for a change: the facts that only git knows, and the loading."""

from __future__ import annotations

import os
from contextlib import suppress

from gatekeeper import __version__
from gatekeeper.audit.files import read_file, write_file
from gatekeeper.errors import CannotDecide, ObjectMissing, StateUnwritable
from gatekeeper.git import trust
from gatekeeper.git.changes import is_ancestor
from gatekeeper.git.objects import Objects
from gatekeeper.git.revisions import target_tip
from gatekeeper.model import Change
from gatekeeper.policy import effective
from gatekeeper.policy.cache import Cache
from gatekeeper.policy.effective import Effective, Facts
from gatekeeper.policy.managed import CONFIG_KEY, managed_files
from gatekeeper.policy.schema import POLICY_PATH

PINNED = "the pair of policy and signers that was pinned at installation lands, and decides from now on"


class _Blobs:
    def __init__(self, objects: Objects) -> None:
        self._objects = objects

    def blob(self, treeish: str, path: str) -> bytes | None:
        return self._objects.blob_at(treeish, path.encode("utf-8", "surrogateescape"))


def policy_in_force(objects: Objects, change: Change) -> Effective:
    """The policy that decides about ``change``. Raises PolicyInvalid and its kin, which block.

    Where there is none yet and the change brings the pair that the installer pinned, that pair decides.
    """
    base = change.base if change.base.strip("0") else None
    head = change.head if change.head.strip("0") else None
    found = _load(objects, change.target, base, head)
    if found.is_built_in and change.result_tree is not None:
        return _pinned(objects, change.result_tree, found) or found
    return found


def _pinned(objects: Objects, tree: str, built_in: Effective) -> Effective | None:
    """The policy of ``tree`` where it is the pair that was pinned."""
    blobs = _Blobs(objects)
    if not built_in.pins or built_in.objection(lambda path: blobs.blob(tree, path)) is not None:
        return None
    found = effective.load(
        blobs, _facts(objects, None, tree, None)._replace(trust_ref=None, trust_tip=None), _cache(objects)
    )
    first = found.layers[0]._replace(kind="pinned")
    return found._replace(layers=(first, *found.layers[1:]), notices=(*found.notices, PINNED))


def default_policy(objects: Objects) -> Effective:
    """The policy that decides about a change of the default branch, before any is named."""
    target = trust.default_branch(objects.repository)
    tip = target_tip(objects.repository, target)
    return _load(objects, target, tip if tip.strip("0") else objects.repository.resolve("HEAD"), None)


def default_target(objects: Objects) -> str:
    """Full name of the first protected branch: the first pattern that names one exactly, else the default branch."""
    return first_protected(objects, default_policy(objects))


def serial_at(objects: Objects, commit: str) -> int | None:
    """The serial of the policy in ``commit``; None where it has none, or is not there any more."""
    try:
        content = _Blobs(objects).blob(commit, POLICY_PATH)
    except ObjectMissing:
        return None
    return _cache(objects).policy(content, f"{commit}:{POLICY_PATH}").serial if content is not None else None


def first_protected(objects: Objects, force: Effective) -> str:
    """As :func:`default_target`, of a policy already loaded."""
    for pattern in force.policy.protect:
        if pattern.startswith("refs/heads/") and not set(pattern) & set("*?["):
            return pattern
    return trust.default_branch(objects.repository)


def protected_tips(objects: Objects, force: Effective) -> tuple[str, ...]:
    """The commits that protected refs hold."""
    values = objects.repository.refs().items()
    return tuple(dict.fromkeys(value.commit for name, value in values if value.commit and force.is_protected(name)))


def _load(objects: Objects, target: str | None, base: str | None, head: str | None) -> Effective:
    return effective.load(_Blobs(objects), _facts(objects, target, base, head), _cache(objects))


def _cache(objects: Objects) -> Cache:
    return Cache(os.path.join(objects.repository.state_dir, "cache", "policy"), __version__)


def _facts(objects: Objects, target: str | None, base: str | None, head: str | None) -> Facts:
    repository = objects.repository
    trusted, tip, default = trust.find_trust(repository)
    return Facts(
        trust_ref=trusted,
        trust_tip=tip,
        trust_contains_change=tip is not None and head is not None and is_ancestor(objects, head, tip),
        target=trusted if trusted and target == default else target,
        base=base,
        default_branch=default,
        root_name=lambda: _root_name(objects, tip or base or head),
        pins=repository.configs("gatekeeper.pin"),
        managed=managed_files(repository.environ, repository.configs(CONFIG_KEY)),
    )


def _root_name(objects: Objects, commit: str | None) -> str:
    """``root:<first root commit>`` of a repository to which nobody gave a name.

    Once found it is remembered: the walk to it costs as much as a small decision.
    """
    if commit is None or not commit.strip("0"):
        return "root:none"
    path = os.path.join(objects.repository.state_dir, "cache", "root")
    known = (read_file(path) or b"").decode("ascii", "replace").strip()
    if len(known) == len(commit) and _is_root(objects, known):
        return f"root:{known}"
    done = objects.room.run("rev-list", "--max-parents=0", "--date-order", commit, check=False)
    roots = done.stdout.decode().split()
    if not roots:
        return "root:none"
    with suppress(StateUnwritable):  # then the next call walks again
        write_file(path, roots[-1].encode() + b"\n")
    return f"root:{roots[-1]}"


def _is_root(objects: Objects, oid: str) -> bool:
    try:
        return not objects.commit(oid).parents
    except CannotDecide:
        return False
