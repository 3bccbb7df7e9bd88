# SPDX-License-Identifier: Apache-2.0
"""Levels: what presets say, and what a policy says over them."""

from __future__ import annotations

import pytest

from gatekeeper.errors import CannotDecide
from gatekeeper.policy.presets import RULES, Preset, families, preset_level, rule_info
from tests.policies import policy


@pytest.mark.parametrize(
    ("rule", "quiet", "balanced", "strict"),
    [
        ("secrets.any-kind", "deny", "deny", "deny"),
        ("deps.new-direct", "off", "approval", "approval"),
        ("ci.risky", "approval", "approval", "approval"),
        ("ci.touched", "off", "warn", "approval"),
        ("unicode.bidi", "deny", "deny", "deny"),
        ("git.mode", "off", "approval", "approval"),
    ],
)
def test_presets(rule: str, quiet: str, balanced: str, strict: str) -> None:
    assert preset_level("quiet", rule) == quiet
    assert preset_level("balanced", rule) == balanced
    assert preset_level("strict", rule) == strict
    assert preset_level("none", rule) == "off"


def test_every_rule_once() -> None:
    names = [info.name for info in RULES]
    assert len(names) == len(set(names))
    assert families()[:4] == ("secrets.*", "paths.*", "self.*", "ref.*")


@pytest.mark.parametrize("rule", ["deps.nothing", "nothing", "secrets.", "paths", ""])
def test_a_rule_that_nobody_knows_is_not_off(rule: str) -> None:
    assert rule_info(rule) is None
    with pytest.raises(CannotDecide):
        preset_level("quiet", rule)
    with pytest.raises(CannotDecide):
        policy().level_of(rule)


def test_the_most_specific_level_counts() -> None:
    said = policy("extends: strict\nlevels: {deps.*: off, deps.opaque: deny, secrets.*: warn, secrets.jwt: deny}")
    assert said.level_of("deps.new-direct") == "off"
    assert said.level_of("deps.opaque") == "deny"
    assert said.level_of("secrets.other") == "warn"
    assert said.level_of("secrets.jwt") == "deny"
    assert said.level_of("ci.touched") == "approval"


def test_strict_requires_isolation() -> None:
    assert policy("extends: strict").run.isolation == "required"
    assert policy("extends: strict\nrun: {isolation: preferred}").run.isolation == "preferred"


@pytest.mark.parametrize("preset", ["quiet", "balanced", "strict"])
def test_enabled(preset: Preset) -> None:
    said = policy(
        f"extends: {preset}\nlevels: {{ci.*: off, secrets.jwt: off}}\npaths: [{{name: a, match: [a]}}]"
    ).enabled()
    assert {"secrets.*", "paths.a", "self.policy"} <= said
    assert not {"ci.risky", "secrets.jwt", "paths.*"} & said
    assert ("deps.new-direct" in said) == (preset != "quiet")


def test_a_single_kind_can_be_on() -> None:
    said = policy("levels: {secrets.*: off, secrets.jwt: deny}").enabled()
    assert "secrets.*" not in said
    assert "secrets.jwt" in said


def test_who_approves_and_what_a_key_proves() -> None:
    said = policy(
        "paths: [{name: a, match: [a], approvers: {maintainers: 2}, presence: verify}, {name: b, match: [b]}]\n"
        "approval: {presence: touch}"
    )
    assert said.approvers_of("paths.a") == (("maintainers", 2),)
    assert said.approvers_of("paths.b") == ()
    assert said.approvers_of("self.policy") == (("maintainers", 2),)
    assert said.approvers_of("deps.new-direct") == ()
    assert [said.presence_of(rule) for rule in ("paths.a", "paths.b", "ci.risky")] == ["verify", "touch", "touch"]
