# SPDX-License-Identifier: Apache-2.0
"""Policies of the machine or the organisation: they only tighten, and who they name is theirs to name."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.policy.cache import Cache
from gatekeeper.policy.crosscheck import crosscheck
from gatekeeper.policy.problems import raise_first
from gatekeeper.policy.schema import Counts, Policy
from gatekeeper.policy.tighten import merge, union

if TYPE_CHECKING:
    from gatekeeper.signing.allowed_signers import Signer, Signers

SYSTEM_PATH = "/etc/gatekeeper/policy.yaml"
VARIABLE = "GATEKEEPER_MANAGED_POLICY"
CONFIG_KEY = "gatekeeper.managedpolicy"

ReadFile = Callable[[str], bytes | None]
"""The content of a file by absolute path, None where there is none; raises OSError where it cannot be read."""


class ManagedFile(NamedTuple):
    path: str
    named: bool
    """Somebody named it, so it must be there; the system's own applies where it exists."""


class Managed(NamedTuple):
    """One managed policy that applies."""

    path: str
    sha256: str
    policy: Policy
    """Its teams carry the prefix that keeps them apart from the repository's."""
    signers: Signers


def managed_files(environ: Mapping[str, str], configured: Sequence[str]) -> tuple[ManagedFile, ...]:
    """Where to look: the system's, the environment's, and the values of git config ``gatekeeper.managedPolicy``."""
    variable = environ.get(VARIABLE)
    named = union([variable] if variable else [], configured)
    return (ManagedFile(SYSTEM_PATH, False), *(ManagedFile(path, True) for path in named if path != SYSTEM_PATH))


def read_file(path: str) -> bytes | None:
    """A :data:`ReadFile` over this machine's files."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def load_managed(files: Sequence[ManagedFile], read: ReadFile, cache: Cache) -> tuple[Managed, ...]:
    """Every managed policy that is found; raises CannotDecide for one that was named and cannot be read."""
    found: list[Managed] = []
    for file in files:
        content = _content(file.path, read, file.named)
        if content is not None:
            prefix = "managed/" if not found else f"managed-{len(found) + 1}/"
            found.append(_load(file.path, content, prefix, read, cache))
    return tuple(found)


def apply(policy: Policy, managed: Policy) -> Policy:
    """``policy`` tightened by what ``managed`` states; nobody whom either calls an agent or a gate is in a team."""
    stated = set(managed.stated)
    if "extends" in stated:
        stated.add("run.isolation")
    merged = merge(policy, managed, stated.__contains__)
    agents, gates = union(policy.agents, managed.agents), union(policy.gates, managed.gates)
    barred = {name.lower() for name in (*agents, *gates)}
    return merged._replace(
        protect=union(policy.protect, managed.protect),
        agents=agents,
        gates=gates,
        teams={
            team: tuple(name for name in members if name.lower() not in barred)
            for team, members in (*policy.teams.items(), *managed.teams.items())
        },
    )


def join_signers(own: Signers, managed: Sequence[Managed]) -> tuple[Signers, tuple[str, ...]]:
    """The repository's signers and the managed ones, and what was left out.

    Whoever a managed policy names, by its signers or its teams, has the keys that it gives and no others; and a key
    that it gives stands for the principal that it says. The repository's lines that say otherwise are left out.
    """
    if not managed:
        return own, ()
    lines: dict[bytes, Signer] = {}
    for each in managed:
        for signer in each.signers.lines:
            other = lines.setdefault(signer.key, signer)
            if other.principals != signer.principals:
                raise CannotDecide(
                    f"{each.path}: its signers give a key to '{signer.principals[0]}' that another managed policy "
                    f"gives to '{other.principals[0]}'",
                    "let the managed policies agree on whose key it is",
                )
    theirs = tuple(signer for each in managed for signer in each.signers.lines)
    names = {signer.principals[0].lower() for signer in theirs}
    names |= {name.lower() for each in managed for members in each.policy.teams.values() for name in members}
    kept, notices = [], []
    for signer in own.lines:
        if signer.principals[0].lower() not in names and signer.key not in lines:
            kept.append(signer)
        elif signer not in theirs and not _same_line(signer, theirs):
            name = signer.principals[0]
            notices.append(f"{own.source}:{signer.line}: left out; a managed policy says which keys '{name}' has")
    return type(own)((*kept, *theirs), own.source), tuple(notices)


def _same_line(signer: Signer, lines: Sequence[Signer]) -> bool:
    return any(signer._replace(line=other.line) == other for other in lines)


def _content(path: str, read: ReadFile, named: bool) -> bytes | None:
    if not os.path.isabs(path):
        raise CannotDecide(
            f"the managed policy '{path}' is not an absolute path", "name it from the root of the file system"
        )
    try:
        content = read(path)
    except OSError as error:
        raise CannotDecide(
            f"the managed policy {path} cannot be read: {error.strerror or error}", "let this user read it"
        ) from error
    if content is None and named:
        raise CannotDecide(
            f"the managed policy {path} does not exist",
            f"put it back, or take it out of {VARIABLE} and git config gatekeeper.managedPolicy",
        )
    return content


def _load(path: str, content: bytes, prefix: str, read: ReadFile, cache: Cache) -> Managed:
    from gatekeeper.signing.allowed_signers import Signers

    policy = cache.policy(content, path, "managed")
    signers = Signers((), path)
    if policy.signers_path:
        signers_path = os.path.join(os.path.dirname(path), policy.signers_path)
        signers = Signers.parse(_content(signers_path, read, True) or b"", signers_path)
    elif policy.teams:
        raise CannotDecide(
            f"{path}: it names teams and no signers, so their members have no keys", "add 'signers: FILE' to it"
        )
    raise_first(crosscheck(policy, signers).problems)
    return Managed(path, hashlib.sha256(content).hexdigest(), _with_prefix(policy, prefix), signers)


def _with_prefix(policy: Policy, prefix: str) -> Policy:
    def own(counts: Counts) -> Counts:
        return tuple(sorted((prefix + team, count) for team, count in counts))

    approval = policy.approval
    return policy._replace(
        teams={prefix + team: members for team, members in policy.teams.items()},
        approval=approval._replace(require=own(approval.require), policy_changes=own(approval.policy_changes)),
        break_glass=None if policy.break_glass is None else own(policy.break_glass),
        paths=tuple(path._replace(approvers=own(path.approvers)) for path in policy.paths),
    )
