# SPDX-License-Identifier: Apache-2.0
"""The stricter of two policies, field by field. Pure: nothing here reads, and nothing is ever loosened."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from gatekeeper.model import strictest
from gatekeeper.policy.presets import RULES, SETTINGS, Preset, Setting
from gatekeeper.policy.schema import (
    CARRIES,
    HUMANS,
    ISOLATIONS,
    PARTIES,
    PRESENCES,
    Approval,
    Commands,
    Counts,
    Dependencies,
    Limits,
    Network,
    Party,
    PathRule,
    Policy,
    Presence,
    Run,
    larger,
)

Value = TypeVar("Value")
Says = Callable[[str], bool]
_PRESETS: tuple[Preset, ...] = ("none", "quiet", "balanced", "strict")


def tighten(policy: Policy, other: Policy) -> Policy:
    """Levels and requirements are the stricter of both; who is who, what is protected and serial stay ``policy``'s.

    What loosens (allowed secrets, known hosts, what a sandbox may reach) counts where both agree.
    """
    return merge(policy, other, lambda key: True)


def merge(policy: Policy, other: Policy, says: Says) -> Policy:
    """As :func:`tighten`, but ``other`` counts for keys only where ``says`` is true; its levels and paths always do."""

    def pick(key: str, stricter: Callable[[Value, Value], Value], mine: Value, theirs: Value) -> Value:
        return stricter(mine, theirs) if says(key) else mine

    a, b = policy.approval, other.approval
    require = pick("approval.require", larger, a.require, b.require)
    return policy._replace(
        preset=max(policy.preset, other.preset, key=_PRESETS.index),
        levels=_levels(policy, other),
        paths=_paths(
            _Side(policy.paths, a.require, a.presence),
            _Side(
                other.paths,
                b.require if says("approval.require") else a.require,
                b.presence if says("approval.presence") else "none",
            ),
        ),
        dependencies=Dependencies(
            hosts=pick("dependencies.hosts", common, policy.dependencies.hosts, other.dependencies.hosts),
            cooldown=pick("dependencies.cooldown", max, policy.dependencies.cooldown, other.dependencies.cooldown),
        ),
        secrets_allow=pick("secrets.allow", common, policy.secrets_allow, other.secrets_allow),
        approval=Approval(
            require=require,
            policy_changes=pick("approval.policy_changes", larger, a.policy_changes, b.policy_changes),
            presence=pick("approval.presence", _stricter_presence, a.presence, b.presence),
            exclude=pick("approval.exclude", _parties, a.exclude, b.exclude),
            expires=pick("approval.expires", min, a.expires, b.expires),
            carry=pick("approval.carry", lambda x, y: min(x, y, key=CARRIES.index), a.carry, b.carry),
        ),
        humans=pick("humans", lambda x, y: max(x, y, key=HUMANS.index), policy.humans, other.humans),
        break_glass=pick("break_glass", _glass, policy.break_glass, other.break_glass),
        run=_run(policy.run, other.run, says),
    )


def union(mine: Iterable[str], theirs: Iterable[str]) -> tuple[str, ...]:
    """Everything of both, each once, mine first."""
    return tuple(dict.fromkeys((*mine, *theirs)))


def common(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """What both list, in my order."""
    return tuple(entry for entry in mine if entry in theirs)


def stricter_setting(mine: Setting, theirs: Setting) -> Setting:
    return max(mine, theirs, key=SETTINGS.index)


def _levels(policy: Policy, other: Policy) -> dict[str, Setting]:
    if (policy.preset, policy.levels) == (other.preset, other.levels):
        return dict(policy.levels)
    written = (name for each in (policy, other) for name in each.levels if not name.endswith(".*"))
    names = dict.fromkeys((*(info.name for info in RULES), *written))
    return {name: stricter_setting(policy.level_of(name), other.level_of(name)) for name in names}


class _Side(NamedTuple):
    paths: tuple[PathRule, ...]
    require: Counts
    """What a path that names no approvers asks for."""
    presence: Presence


def _paths(mine: _Side, theirs: _Side) -> tuple[PathRule, ...]:
    """Both scopes. Entries of one name keep their own patterns and get the strictest of the rest."""
    merged = []
    for path in (*mine.paths, *theirs.paths):
        same = [(rule, side) for side in (mine, theirs) for rule in side.paths if rule.name == path.name]
        named = any(rule.approvers for rule, _ in same)
        merged.append(
            path._replace(
                level=strictest(*(rule.level for rule, _ in same)),
                approvers=larger(*(rule.approvers or side.require for rule, side in same)) if named else (),
                presence=_path_presence(same, mine, theirs),
            )
        )
    return tuple(dict.fromkeys(merged))


def _path_presence(same: list[tuple[PathRule, _Side]], mine: _Side, theirs: _Side) -> Presence | None:
    """None where nobody says it for the path; a path that one side has is not laxer than the other side's default."""
    if all(rule.presence is None for rule, _ in same):
        return None
    asked = [rule.presence or side.presence for rule, side in same]
    asked += [side.presence for side in (mine, theirs) if all(having is not side for _, having in same)]
    return max(asked, key=PRESENCES.index)


def _stricter_presence(mine: Presence, theirs: Presence) -> Presence:
    return max(mine, theirs, key=PRESENCES.index)


def _parties(mine: tuple[Party, ...], theirs: tuple[Party, ...]) -> tuple[Party, ...]:
    return tuple(party for party in PARTIES if party in mine or party in theirs)


def _glass(mine: Counts | None, theirs: Counts | None) -> Counts | None:
    return None if mine is None or theirs is None else larger(mine, theirs)


def _run(mine: Run, theirs: Run, says: Says) -> Run:
    def pick(key: str, stricter: Callable[[Value, Value], Value], a: Value, b: Value) -> Value:
        return stricter(a, b) if says(f"run.{key}") else a

    return Run(
        isolation=pick("isolation", lambda a, b: min(a, b, key=ISOLATIONS.index), mine.isolation, theirs.isolation),
        network=Network(
            allow=pick("network.allow", _common_hosts, mine.network.allow, theirs.network.allow),
            deny=pick("network.deny", union, mine.network.deny, theirs.network.deny),
            ask=pick("network.ask", lambda a, b: a and b, mine.network.ask, theirs.network.ask),
        ),
        commands=Commands(
            ask=pick("commands.ask", union, mine.commands.ask, theirs.commands.ask),
            deny=pick("commands.deny", union, mine.commands.deny, theirs.commands.deny),
        ),
        limits=Limits(
            wall=pick("limits.wall", min, mine.limits.wall, theirs.limits.wall),
            memory=pick("limits.memory", min, mine.limits.memory, theirs.limits.memory),
            processes=pick("limits.processes", min, mine.limits.processes, theirs.limits.processes),
            file_size=pick("limits.file_size", min, mine.limits.file_size, theirs.limits.file_size),
        ),
        read=pick("read", common, mine.read, theirs.read),
        env=pick("env", common, mine.env, theirs.env),
    )


def _common_hosts(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[str, ...]:
    """The rules of each side that a rule of the other includes."""
    kept = [rule for rule in mine if any(_includes(wide, rule) for wide in theirs)]
    return union(kept, (rule for rule in theirs if any(_includes(wide, rule) for wide in mine)))


def _includes(wide: str, rule: str) -> bool:
    return wide == rule or (wide.startswith("*.") and rule.removeprefix("*").endswith(wide[1:]))
