# SPDX-License-Identifier: Apache-2.0
"""Which families there are, and which rules a policy switches on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from importlib import import_module
from typing import Any

from gatekeeper.model import NotChecked
from gatekeeper.rules.rule import ChangeRule, Rule, RuleSettings

FAMILIES: Mapping[str, str] = {
    "agent": "gatekeeper.rules.agent",
    "ci": "gatekeeper.rules.ci",
    "code": "gatekeeper.rules.code",
    "data": "gatekeeper.rules.data",
    "deps": "gatekeeper.rules.deps",
    "exec": "gatekeeper.rules.execution",
    "git": "gatekeeper.rules.git_",
    "hooks": "gatekeeper.rules.hooks",
    "lint": "gatekeeper.rules.lint",
    "ownership": "gatekeeper.rules.ownership",
    "paths": "gatekeeper.rules.paths",
    "ref": "gatekeeper.rules.refs",
    "secrets": "gatekeeper.rules.secrets",
    "self": "gatekeeper.rules.selfpolicy",
    "size": "gatekeeper.rules.size",
    "unicode": "gatekeeper.rules.unicode",
}
"""Family to the module that implements it."""


def rules_for(enabled: Collection[str]) -> tuple[Rule, ...]:
    """New rules about single commits for ``enabled``: exact names (``git.mode``) or families (``paths.*``).

    A rule that can return several names runs when one of them is enabled, so whoever asks drops hits of
    names that are off. Families without an enabled name are not imported.
    """
    return tuple(rule for rule in _made("rules", enabled) if overlaps(rule.names, enabled))


def change_rules_for(enabled: Collection[str]) -> tuple[ChangeRule, ...]:
    """As :func:`rules_for`, the rules about whole changes."""
    return tuple(rule for rule in _made("change_rules", enabled) if overlaps(rule.names, enabled))


def _made(what: str, enabled: Collection[str]) -> Iterator[Any]:
    """What the function ``what`` of each wanted family makes, where it has that function."""
    for family in sorted({name.partition(".")[0] for name in enabled} & FAMILIES.keys()):
        yield from getattr(import_module(FAMILIES[family]), what, tuple)()


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
