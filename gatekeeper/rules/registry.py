# SPDX-License-Identifier: Apache-2.0
"""Which families there are, and which rules a policy switches on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import NamedTuple

from gatekeeper.model import NotChecked
from gatekeeper.rules.rule import ChangeRule, Rule, RuleSettings

FAMILIES: Mapping[str, str] = {
    "code": "gatekeeper.rules.code",
    "deps": "gatekeeper.rules.deps",
    "git": "gatekeeper.rules.git_",
    "ownership": "gatekeeper.rules.ownership",
    "paths": "gatekeeper.rules.paths",
    "ref": "gatekeeper.rules.refs",
    "secrets": "gatekeeper.rules.secrets",
    "self": "gatekeeper.rules.selfpolicy",
    "size": "gatekeeper.rules.size",
    "unicode": "gatekeeper.rules.unicode",
}
"""Family to the module that implements it."""


class RuleSet(NamedTuple):
    """The rules that run."""

    rules: tuple[Rule, ...]
    change_rules: tuple[ChangeRule, ...]


def rules_for(enabled: Collection[str]) -> RuleSet:
    """New rule objects for ``enabled``: exact names (``git.mode``) or families (``paths.*``).

    A rule that can return several names runs when one of them is enabled, so whoever asks drops hits of
    names that are off. Families without an enabled name are not imported.
    """
    rules: list[Rule] = []
    change_rules: list[ChangeRule] = []
    wanted: dict[str, list[str]] = {}
    for name in enabled:
        wanted.setdefault(name.partition(".")[0], []).append(name)
    for family in sorted(wanted.keys() & FAMILIES.keys()):
        module = import_module(FAMILIES[family])
        made: Callable[[], tuple[Rule, ...]] = getattr(module, "rules", tuple)
        made_for_changes: Callable[[], tuple[ChangeRule, ...]] = getattr(module, "change_rules", tuple)
        rules += [rule for rule in made() if overlaps(rule.names, wanted[family])]
        change_rules += [rule for rule in made_for_changes() if overlaps(rule.names, wanted[family])]
    return RuleSet(tuple(rules), tuple(change_rules))


def not_checked(enabled: Collection[str], paths: Collection[bytes], settings: RuleSettings) -> tuple[NotChecked, ...]:
    """What enabled rules would have asked of the world about ``paths`` and could not here, and why."""
    found: list[NotChecked] = []
    for family in sorted({name.partition(".")[0] for name in enabled} & FAMILIES.keys()):
        ask: Callable[[Collection[bytes], RuleSettings], tuple[NotChecked, ...]] | None
        ask = getattr(import_module(FAMILIES[family]), "not_checked", None)
        if ask is not None:
            found += [one for one in ask(paths, settings) if overlaps((one.rule,), enabled)]
    return tuple(found)


def overlaps(names: Collection[str], enabled: Collection[str]) -> bool:
    """True where a name, or a family ``f.*`` that holds it, is on both sides."""
    return any(_same(name, other) for name in names for other in enabled)


def _same(name: str, other: str) -> bool:
    if name.endswith(".*"):
        return other.startswith(name[:-1])
    if other.endswith(".*"):
        return name.startswith(other[:-1])
    return name == other
