# SPDX-License-Identifier: Apache-2.0
"""Whether a policy and its signers file agree on who is who. Cheap, so it is done on every load."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.policy.problems import Problem
from gatekeeper.policy.schema import Policy
from gatekeeper.policy.slots import can_be_met

if TYPE_CHECKING:
    from gatekeeper.signing.allowed_signers import Signers

APPROVE, DECIDE = "gatekeeper-approval", "gatekeeper-decision"


class Agreement(NamedTuple):
    problems: tuple[Problem, ...]
    """Why the pair cannot be trusted."""
    notices: tuple[str, ...]
    """What is allowed and probably not meant."""


def crosscheck(policy: Policy, signers: Signers) -> Agreement:
    """Compare the roles that the policy gives with what the signers file lets each key do."""
    problems: list[Problem] = []
    notices: list[str] = []
    roles = {name.lower(): (name, "agent") for name in policy.agents}
    roles.update({name.lower(): (name, "gate") for name in policy.gates})
    roles.update({name.lower(): (name, "person") for members in policy.teams.values() for name in members})
    for signer in signers.lines:
        name = signer.principals[0]
        known, role = roles.get(name.lower(), (name, "person"))
        if known != name:
            message = f"'{name}' is spelled '{known}' in the policy: one principal, one spelling"
            problems.append(Problem(signers.source, signer.line, message))
        for namespace in signer.namespaces:
            if role == "agent" and namespace in (APPROVE, DECIDE):
                message = f"'{name}' is an agent and may sign work alone: take {namespace} out of its namespaces"
                problems.append(Problem(signers.source, signer.line, message))
            elif role == "gate" and namespace == APPROVE:
                message = f"'{name}' is a gate and never approves: take {namespace} out of its namespaces"
                problems.append(Problem(signers.source, signer.line, message))
            elif role == "person" and namespace == DECIDE:
                notices.append(
                    f"{signers.source}:{signer.line}: '{name}' is not under gates, so its decisions count nothing"
                )
    return Agreement(tuple(problems), (*notices, *_missing_keys(policy, signers)))


def _missing_keys(policy: Policy, signers: Signers) -> list[str]:
    notices = []
    able = {signer.principals[0] for signer in signers.lines if APPROVE in signer.namespaces}
    members = dict.fromkeys(name for team in policy.teams.values() for name in team)
    for name in members:
        if name not in able:
            notices.append(f"'{name}' is in a team and has no key for {APPROVE} in {signers.source}")
    with_keys = {team: tuple(name for name in names if name in able) for team, names in policy.teams.items()}
    if policy.teams and not can_be_met(policy.approval.policy_changes, with_keys):
        notices.append("approval.policy_changes asks for more people than have a key: nobody could change the policy")
    for name in policy.gates:
        namespaces = {each for signer in signers.signer_of_principal(name) for each in signer.namespaces}
        if not {"git", DECIDE} <= namespaces:
            notices.append(f"the gate '{name}' needs a key for git and {DECIDE} in {signers.source}")
    return notices
