# SPDX-License-Identifier: Apache-2.0
"""The policy as values: what a valid file says, defaults filled in, durations in seconds, sizes in bytes.

``docs/policy.md`` is the reference of the file; ``parse`` reads it, ``document`` turns these values
into plain data and back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from gatekeeper.model import Level, strictest
from gatekeeper.policy.presets import RULES, Preset, Setting, preset_level

Presence = Literal["none", "touch", "verify"]
Carry = Literal["none", "same-tree", "trivial-rebase"]
Humans = Literal["counts", "same"]
Isolation = Literal["required", "preferred"]
Party = Literal["author", "committer", "pusher", "operator"]
Counts = tuple[tuple[str, int], ...]
"""(team, how many different people of it), ordered by team."""

PRESENCES: tuple[Presence, ...] = ("none", "touch", "verify")
CARRIES: tuple[Carry, ...] = ("none", "same-tree", "trivial-rebase")
HUMANS: tuple[Humans, ...] = ("counts", "same")
ISOLATIONS: tuple[Isolation, ...] = ("required", "preferred")
PARTIES: tuple[Party, ...] = ("author", "committer", "pusher", "operator")

POLICY_PATH = ".gatekeeper/policy.yaml"
SIGNERS_PATH = ".gatekeeper/allowed_signers"
NOT_NEW = "secrets.moved"
"""The one rule of its family about nothing new: a level for all secrets does not lift it."""
MINUTE, HOUR, DAY = 60, 3600, 86400
GIB = 1 << 30


class PathRule(NamedTuple):
    """Protected paths; the rule is called ``paths.<name>``."""

    name: str
    match: tuple[str, ...]
    level: Level
    approvers: Counts = ()
    """Empty: ``approval.require`` decides."""
    presence: Presence | None = None
    """None: ``approval.presence`` decides."""
    why: str = ""


class Dependencies(NamedTuple):
    hosts: tuple[str, ...] = ()
    cooldown: int = 7 * DAY


class Approval(NamedTuple):
    require: Counts
    """Never empty: a policy without teams asks for one that has no members, so nothing passes for want of a name."""
    policy_changes: Counts
    presence: Presence = "none"
    exclude: tuple[Party, ...] = ("author", "committer")
    expires: int = 7 * DAY
    carry: Carry = "trivial-rebase"


class Network(NamedTuple):
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    ask: bool = False


class Commands(NamedTuple):
    ask: tuple[str, ...] = ()
    deny: tuple[str, ...] = ("gatekeeper approve",)


class Limits(NamedTuple):
    wall: int = 2 * HOUR
    memory: int = 4 * GIB
    processes: int = 512
    file_size: int = 2 * GIB


class Run(NamedTuple):
    isolation: Isolation = "preferred"
    network: Network = Network()
    commands: Commands = Commands()
    limits: Limits = Limits()
    read: tuple[str, ...] = ()
    env: tuple[str, ...] = ("LANG", "TERM")


class Policy(NamedTuple):
    """One policy, valid and complete."""

    version: int
    serial: int
    repository: str | None
    preset: Preset
    protect: tuple[str, ...]
    signers_path: str
    teams: Mapping[str, tuple[str, ...]]
    agents: tuple[str, ...]
    gates: tuple[str, ...]
    levels: Mapping[str, Setting]
    """Rule or family (``deps.*``) to level, as written; :meth:`level_of` adds what the preset says."""
    paths: tuple[PathRule, ...]
    dependencies: Dependencies
    secrets_allow: tuple[str, ...]
    approval: Approval
    humans: Humans
    break_glass: Counts | None
    """None: there is none."""
    run: Run
    stated: tuple[str, ...]
    """The keys that the file itself gives, dotted and sorted, such as ``approval.expires``; the rest are defaults."""

    def level_of(self, rule: str) -> Setting:
        """The level of an exact rule name, most specific first: the rule, its family, the preset.

        Raises CannotDecide for a rule that nothing names: no rule may be off by accident.
        """
        exact = self.levels.get(rule)
        if exact is not None:
            return exact
        if rule.startswith("paths."):
            own = [path.level for path in self.paths if path.name == rule[6:]]
            if own:
                return strictest(*own)
        family = None if rule == NOT_NEW else self.levels.get(rule.partition(".")[0] + ".*")
        return preset_level(self.preset, rule) if family is None else family

    def enabled(self) -> frozenset[str]:
        """Every rule that is not off: exact names, ``secrets.*`` for that family, ``paths.<name>`` for each path."""
        names = {info.name for info in RULES if info.name != "paths.*"}
        names.update(name for name in self.levels if not name.endswith(".*"))
        return frozenset(
            [*(name for name in names if self.level_of(name) != "off"), *(f"paths.{path.name}" for path in self.paths)]
        )

    def approvers_of(self, rule: str) -> Counts:
        """Who must approve a finding of ``rule``; empty where it names nobody, so that ``approval.require`` decides."""
        if rule == "self.policy":
            return self.approval.policy_changes
        if rule.startswith("paths."):
            return larger(*(path.approvers for path in self.paths if path.name == rule[6:]))
        return ()

    def presence_of(self, rule: str) -> Presence:
        """What a hardware key must prove to approve a finding of ``rule``."""
        own = [p.presence for p in self.paths if p.presence and rule == "paths." + p.name]
        return max(own, key=PRESENCES.index, default=self.approval.presence)


def larger(*counts: Counts) -> Counts:
    """Every team that is named, with the largest of its counts."""
    merged: dict[str, int] = {}
    for team, count in (pair for each in counts for pair in each):
        merged[team] = max(count, merged.get(team, 0))
    return tuple(sorted(merged.items()))
