# SPDX-License-Identifier: Apache-2.0
"""The stricter of two policies is never below either, whatever they say."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.policy import managed
from gatekeeper.policy.document import from_document, to_document
from gatekeeper.policy.match import compile_paths
from gatekeeper.policy.presets import RULES, SETTINGS, Preset
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
    PathRule,
    Policy,
    Run,
)
from gatekeeper.policy.tighten import tighten

TEAMS = {"one": ("a@x.org", "b@x.org"), "two": ("c@x.org",)}
NAMES = [info.name for info in RULES if not info.name.endswith(".*")]
KEYS = [
    "extends", "dependencies.hosts", "dependencies.cooldown", "secrets.allow", "humans", "break_glass",
    *(f"approval.{field}" for field in Approval._fields),
    *(f"run.{key}" for key in ("isolation", "read", "env")),
    *(f"run.network.{field}" for field in Network._fields),
    *(f"run.commands.{field}" for field in Commands._fields),
    *(f"run.limits.{field}" for field in Limits._fields),
]  # fmt: skip

counts: st.SearchStrategy[Counts] = st.dictionaries(st.sampled_from(["one", "two"]), st.integers(1, 2), min_size=1).map(
    lambda found: tuple(sorted(found.items()))
)
few = st.lists(st.sampled_from(["a.org:443", "*.b.org:443", "c.b.org:443", "d.org:443"]), unique=True).map(tuple)
path = st.builds(
    PathRule,
    name=st.sampled_from(["p", "q"]),
    match=st.lists(st.sampled_from(["a/**", "!a/b/**", "a/b/c", "*.x"]), min_size=1, unique=True).map(tuple),
    level=st.sampled_from(["warn", "approval", "deny"]),
    approvers=st.just(()) | counts,
    presence=st.none() | st.sampled_from(PRESENCES),
)
preset: st.SearchStrategy[Preset] = st.sampled_from(["quiet", "balanced", "strict"])
limits = st.builds(Limits, *[st.integers(1, 9)] * 4)
policies = st.builds(
    Policy,
    version=st.just(1),
    serial=st.integers(1, 9),
    repository=st.none() | st.just("x"),
    preset=preset,
    protect=st.just(("refs/heads/main",)),
    signers_path=st.just(".gatekeeper/allowed_signers"),
    teams=st.just(TEAMS),
    agents=st.just(()),
    gates=st.just(()),
    levels=st.dictionaries(
        st.sampled_from(["secrets.*", "secrets.jwt", "deps.*", "deps.opaque", "ci.touched"]), st.sampled_from(SETTINGS)
    ),
    paths=st.lists(path, max_size=3, unique_by=lambda rule: rule.name).map(tuple),
    dependencies=st.builds(Dependencies, few, st.integers(0, 9)),
    secrets_allow=few,
    approval=st.builds(
        Approval,
        counts,
        counts,
        st.sampled_from(PRESENCES),
        st.lists(st.sampled_from(PARTIES), unique=True).map(tuple),
        st.integers(1, 9),
        st.sampled_from(CARRIES),
    ),
    humans=st.sampled_from(HUMANS),
    break_glass=st.none() | counts,
    run=st.builds(
        Run,
        st.sampled_from(ISOLATIONS),
        st.builds(Network, few, few, st.booleans()),
        st.builds(Commands, few, few),
        limits,
        few,
        few,
    ),
    stated=st.lists(st.sampled_from(KEYS), unique=True).map(tuple),
)


def covers(more: Counts, less: Counts) -> bool:
    return all(dict(more).get(team, 0) >= count for team, count in less)


def assert_not_below(result: Policy, side: Policy) -> None:
    """Nothing that ``side`` asks for is missing from ``result``; nothing that it refuses is let through."""
    for rule in [*NAMES, "secrets.jwt", "secrets.other", "paths.p", "paths.q"]:
        if not rule.startswith("paths.") or any("paths." + each.name == rule for each in side.paths):
            assert SETTINGS.index(result.level_of(rule)) >= SETTINGS.index(side.level_of(rule))
        if any("paths." + each.name == rule for each in side.paths):
            asked = side.approvers_of(rule) or side.approval.require
            assert covers(result.approvers_of(rule) or result.approval.require, asked)
            assert PRESENCES.index(result.presence_of(rule)) >= PRESENCES.index(side.presence_of(rule))
    mine, theirs = result.approval, side.approval
    assert covers(mine.require, theirs.require)
    assert covers(mine.policy_changes, theirs.policy_changes)
    assert PRESENCES.index(mine.presence) >= PRESENCES.index(theirs.presence)
    assert set(mine.exclude) >= set(theirs.exclude)
    assert mine.expires <= theirs.expires
    assert CARRIES.index(mine.carry) <= CARRIES.index(theirs.carry)
    assert HUMANS.index(result.humans) >= HUMANS.index(side.humans)
    if result.break_glass is not None:
        assert side.break_glass is not None
        assert covers(result.break_glass, side.break_glass)
    assert set(result.secrets_allow) <= set(side.secrets_allow)
    assert set(result.dependencies.hosts) <= set(side.dependencies.hosts)
    assert result.dependencies.cooldown >= side.dependencies.cooldown
    run, other = result.run, side.run
    assert ISOLATIONS.index(run.isolation) <= ISOLATIONS.index(other.isolation)
    assert all(reaches(other.network.allow, host) for host in run.network.allow)
    assert set(run.network.deny) >= set(other.network.deny)
    assert other.network.ask or not run.network.ask
    assert set(run.commands.deny) >= set(other.commands.deny)
    assert set(run.commands.ask) >= set(other.commands.ask)
    assert all(a <= b for a, b in zip(run.limits, other.limits, strict=True))
    assert set(run.read) <= set(other.read)
    assert set(run.env) <= set(other.env)


def reaches(allow: tuple[str, ...], host: str) -> bool:
    return host in allow or any(rule.startswith("*.") and host.endswith(rule[1:]) for rule in allow)


@given(policies, policies)
def test_never_below_either(a: Policy, b: Policy) -> None:
    result = tighten(a, b)
    assert_not_below(result, a)
    assert_not_below(result, b)


@given(policies, policies, st.sampled_from(["a/x", "a/b/x", "a/b/c", "z.x", "z"]))
def test_every_protected_path_of_either_is_protected(a: Policy, b: Policy, changed: str) -> None:
    result = tighten(a, b)
    for rule in (*a.paths, *b.paths):
        if compile_paths(rule.match).matches(changed.encode()):
            found = [
                r for r in result.paths if compile_paths(r.match).matches(changed.encode()) and r.name == rule.name
            ]
            assert found
            assert all(SETTINGS.index(r.level) >= SETTINGS.index(rule.level) for r in found)


@given(policies, policies)
def test_levels_and_requirements_do_not_depend_on_the_order(a: Policy, b: Policy) -> None:
    one, other = tighten(a, b), tighten(b, a)
    for rule in [*NAMES, "secrets.jwt", "secrets.other"]:
        assert one.level_of(rule) == other.level_of(rule)
    assert one.approval == other.approval._replace(exclude=one.approval.exclude)
    assert set(one.approval.exclude) == set(other.approval.exclude)
    assert set(one.paths) == set(other.paths)
    assert one.break_glass == other.break_glass


@given(policies, policies)
def test_once_is_enough(a: Policy, b: Policy) -> None:
    same = tighten(a, a)
    assert same._replace(approval=a.approval) == a
    once = tighten(a, b)
    assert tighten(once, b)._replace(levels={}, paths=()) == once._replace(levels={}, paths=())
    assert all(tighten(once, b).level_of(rule) == once.level_of(rule) for rule in NAMES)


@given(policies, policies)
def test_who_is_who_stays(a: Policy, b: Policy) -> None:
    result = tighten(a, b._replace(teams={"one": ("mallory@x.org",)}, agents=("a@x.org",), protect=()))
    assert (result.teams, result.agents, result.gates) == (a.teams, a.agents, a.gates)
    assert (result.protect, result.serial, result.repository) == (a.protect, a.serial, a.repository)


@given(policies, policies)
def test_a_managed_policy_only_tightens(own: Policy, above: Policy) -> None:
    result = managed.apply(own, above)
    assert_not_below(result, own)
    assert set(result.protect) >= {*own.protect, *above.protect}
    for rule in NAMES:
        assert SETTINGS.index(result.level_of(rule)) >= SETTINGS.index(above.level_of(rule))


@given(policies)
def test_a_managed_policy_that_states_nothing_changes_nothing(own: Policy) -> None:
    nothing = own._replace(preset="none", levels={}, paths=(), stated=("version",), approval=Approval((), (), "verify"))
    result = managed.apply(own, nothing)
    assert result._replace(levels=own.levels) == own
    assert all(result.level_of(rule) == own.level_of(rule) for rule in [*NAMES, "secrets.jwt", "secrets.other"])


@given(policies)
def test_a_policy_survives_being_a_document(policy: Policy) -> None:
    assert from_document(to_document(policy)) == policy
