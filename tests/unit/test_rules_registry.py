# SPDX-License-Identifier: Apache-2.0
"""Rule names: what is implemented is in the table, has a page, and runs when it is enabled."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

from gatekeeper.policy.presets import OPEN_FAMILIES, RULES, rule_info
from gatekeeper.rules.registry import FAMILIES, change_rules_for, overlaps, rules_for

OWN = ("code", "git", "ownership", "paths", "ref", "self", "size", "unicode")
"""The families whose pages this test holds to one section for each name."""


def implemented(family: str) -> set[str]:
    enabled = [family + ".*"]
    each = [*(rule.names for rule in rules_for(enabled)), *(rule.names for rule in change_rules_for(enabled))]
    return {name for names in each for name in names}


@pytest.mark.parametrize("family", sorted(FAMILIES))
def test_every_implemented_rule_is_in_the_table(family: str) -> None:
    assert {name for name in implemented(family) if rule_info(name) is None} == set()


@pytest.mark.parametrize("family", OWN)
def test_every_rule_of_the_table_is_implemented(family: str) -> None:
    named = {info.name for info in RULES if info.name.startswith(family + ".")}
    assert named - implemented(family) == set()


@pytest.mark.parametrize("family", OWN)
def test_every_rule_has_a_section_with_an_example_and_a_fix(family: str) -> None:
    page = (files("gatekeeper.rules") / "docs" / f"{family}.md").read_text("utf-8")
    sections = dict(re.findall(r"^## (\S+)\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL))
    names = {name.replace(".*", ".<name>") for name in implemented(family)}
    assert set(sections) == names
    for name, text in sections.items():
        assert "Example" in text, name
        assert "Fix" in text, name


def test_only_what_is_enabled_runs() -> None:
    enabled = ["size.huge", "ref.deleted"]
    assert [rule.names for rule in rules_for(enabled)] == [("size.large", "size.huge")]
    assert [rule.names for rule in change_rules_for(enabled)] == [("ref.created", "ref.deleted", "ref.rewound")]
    assert rules_for([]) == ()
    assert change_rules_for([]) == ()


def test_rules_are_new_objects_each_time() -> None:
    assert rules_for(["paths.*"])[0] is not rules_for(["paths.*"])[0]


def test_names_and_families_overlap() -> None:
    assert overlaps(["paths.*"], ["paths.ledger"])
    assert overlaps(["git.mode"], ["git.*"])
    assert not overlaps(["git.mode"], ["git.modes", "code.*"])
    assert {"paths", "secrets"} == set(OPEN_FAMILIES)
