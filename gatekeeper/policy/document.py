# SPDX-License-Identifier: Apache-2.0
"""A policy as plain data and back: for the compiled cache, ``policy show --json`` and the built-in's digest.

Keys are those of the file where it has them; durations are seconds, sizes bytes, and every default is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gatekeeper.policy.schema import (
    Approval,
    Commands,
    Counts,
    Dependencies,
    Limits,
    Network,
    PathRule,
    Policy,
    Run,
)


def to_document(policy: Policy) -> dict[str, Any]:
    """A dict of strings, numbers, lists and dicts."""
    run = policy.run
    return {
        "version": policy.version,
        "serial": policy.serial,
        "repository": policy.repository,
        "extends": policy.preset,
        "protect": list(policy.protect),
        "signers": policy.signers_path,
        "teams": {team: list(members) for team, members in policy.teams.items()},
        "agents": list(policy.agents),
        "gates": list(policy.gates),
        "levels": dict(policy.levels),
        "paths": [
            {**path._asdict(), "match": list(path.match), "approvers": dict(path.approvers)} for path in policy.paths
        ],
        "dependencies": {"hosts": list(policy.dependencies.hosts), "cooldown": policy.dependencies.cooldown},
        "secrets": {"allow": list(policy.secrets_allow)},
        "approval": {
            **policy.approval._asdict(),
            "require": dict(policy.approval.require),
            "policy_changes": dict(policy.approval.policy_changes),
            "exclude": list(policy.approval.exclude),
        },
        "humans": policy.humans,
        "break_glass": None if policy.break_glass is None else {"teams": dict(policy.break_glass)},
        "run": {
            "isolation": run.isolation,
            "network": {"allow": list(run.network.allow), "deny": list(run.network.deny), "ask": run.network.ask},
            "commands": {"ask": list(run.commands.ask), "deny": list(run.commands.deny)},
            "limits": run.limits._asdict(),
            "read": list(run.read),
            "env": list(run.env),
        },
        "stated": list(policy.stated),
    }


def from_document(document: Mapping[str, Any]) -> Policy:
    """The policy that :func:`to_document` wrote; raises KeyError, TypeError or ValueError for anything else."""
    approval, run = document["approval"], document["run"]
    glass = document["break_glass"]
    return Policy(
        version=document["version"],
        serial=document["serial"],
        repository=document["repository"],
        preset=document["extends"],
        protect=tuple(document["protect"]),
        signers_path=document["signers"],
        teams={team: tuple(members) for team, members in document["teams"].items()},
        agents=tuple(document["agents"]),
        gates=tuple(document["gates"]),
        levels=dict(document["levels"]),
        paths=tuple(
            PathRule(**{**path, "match": tuple(path["match"]), "approvers": _counts(path["approvers"])})
            for path in document["paths"]
        ),
        dependencies=Dependencies(tuple(document["dependencies"]["hosts"]), document["dependencies"]["cooldown"]),
        secrets_allow=tuple(document["secrets"]["allow"]),
        approval=Approval(
            **{
                **approval,
                "require": _counts(approval["require"]),
                "policy_changes": _counts(approval["policy_changes"]),
                "exclude": tuple(approval["exclude"]),
            }
        ),
        humans=document["humans"],
        break_glass=None if glass is None else _counts(glass["teams"]),
        run=Run(
            isolation=run["isolation"],
            network=Network(tuple(run["network"]["allow"]), tuple(run["network"]["deny"]), run["network"]["ask"]),
            commands=Commands(tuple(run["commands"]["ask"]), tuple(run["commands"]["deny"])),
            limits=Limits(**run["limits"]),
            read=tuple(run["read"]),
            env=tuple(run["env"]),
        ),
        stated=tuple(document["stated"]),
    )


def _counts(teams: Mapping[str, int]) -> Counts:
    return tuple(sorted(teams.items()))
