# SPDX-License-Identifier: Apache-2.0
"""Whether a proposed policy may replace the one that decides. Reads YAML, so it is imported when one is proposed."""

from __future__ import annotations

from collections.abc import Callable

from gatekeeper.errors import PolicyInvalid
from gatekeeper.policy.crosscheck import crosscheck
from gatekeeper.policy.parse import parse
from gatekeeper.policy.problems import raise_first
from gatekeeper.policy.schema import POLICY_PATH, SIGNERS_PATH, Policy
from gatekeeper.signing.allowed_signers import Signers

ReadTree = Callable[[str], bytes | None]
"""The content of a regular file of the proposed tree by path, None where there is none."""


def judge_proposal(old: Policy | None, policy: bytes | None, signers: bytes | None) -> str | None:
    """Why the proposed files may not land, fit to follow a colon; None where they are valid and the serial is higher.

    ``old`` is the policy in force as its file says it, None for the first. ``signers`` is the file that the proposed
    policy names: see :func:`signers_path`.
    """
    if policy is None:
        return "the policy is removed; a repository that has one keeps one" if old else "there is no policy"
    try:
        new = parse(policy, POLICY_PATH)
        if signers is None and (new.teams or new.agents or new.gates):
            return f"the signers file {new.signers_path} is missing"
        raise_first(crosscheck(new, Signers.parse(signers or b"", new.signers_path)).problems)
    except PolicyInvalid as error:
        return f"the proposed policy is invalid: {error}"
    if old is not None and new.serial <= old.serial:
        return f"its serial is {new.serial}; any change under .gatekeeper/ raises it to {old.serial + 1} or more"
    return None


def judge_tree(old: Policy | None, read: ReadTree) -> str | None:
    """:func:`judge_proposal` of the files of a proposed tree."""
    policy = read(POLICY_PATH)
    return judge_proposal(old, policy, read(signers_path(policy)))


def judge_first(read: ReadTree, pinned: Callable[[bytes, bytes | None], bool]) -> str | None:
    """Why the files of a proposed tree may not become the first policy: only what the installer pinned may."""
    policy = read(POLICY_PATH)
    signers = read(signers_path(policy))
    reason = judge_proposal(None, policy, signers)
    if reason is None and not pinned(policy or b"", signers):
        return "it is the first policy, and not the pair of policy and signers that was pinned at installation"
    return reason


def signers_path(policy: bytes | None) -> str:
    """The signers file that a policy's bytes name; the usual one where the policy cannot be read."""
    try:
        return parse(policy or b"", POLICY_PATH).signers_path
    except PolicyInvalid:
        return SIGNERS_PATH
