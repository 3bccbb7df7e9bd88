# SPDX-License-Identifier: Apache-2.0
"""Nine ways to poison a lockfile, in every format that can express them: each stops for a person or is denied."""

from __future__ import annotations

import pytest

from gatekeeper.model import Hit, strictest
from gatekeeper.rules.deps import rules
from tests.locks import ATTACKS, BASE, EVIL, FORMATS, Package, Packages
from tests.views import MemoryCommit, Sides

LEVELS = {
    "deps.host-changed": "deny",
    "deps.integrity-changed": "deny",
    "deps.name-mismatch": "deny",
    "deps.lock-only": "warn",
    "deps.downgrade": "warn",
}
"""Of ``balanced``; every other rule of the family is ``approval``."""

NOT_EXPRESSIBLE = {
    ("npm-v1", "install script flag"): "version 1 has no such flag",
    ("pnpm", "install script flag"): "version 9 has no such flag",
    ("yarn-v1", "install script flag"): "yarn has no such flag",
    ("yarn-berry", "install script flag"): "yarn has no such flag",
    ("bun", "install script flag"): "the flag is the manifest's trustedDependencies",
    **{
        (name, "install script flag"): "no such flag"
        for name in ("uv", "poetry", "pdm", "pylock", "pipfile", "cargo", "go-sum", "composer", "requirements")
    },
    **{
        (name, attack): "it holds no URL"
        for name in ("pipfile", "cargo", "go-sum")
        for attack in ("other package's tarball", "other version in the URL")
    },
    ("go-sum", "host swap"): "it holds no host",
    ("go-sum", "git source"): "it holds no source",
    ("go-sum", "integrity removed"): "a line is a hash",
    ("pipfile", "nested shadow"): "one version of a package",
    ("composer", "nested shadow"): "one version of a package",
    ("requirements", "nested shadow"): "pip refuses two versions of a package",
}
CASES = [(name, attack) for name in FORMATS for attack in ATTACKS if (name, attack) not in NOT_EXPRESSIBLE]


def judge(files: dict[str | bytes, Sides]) -> list[Hit]:
    view = MemoryCommit(files)
    return [hit for family in rules() for hit in family.inspect(view)]


def level(hits: list[Hit]) -> str:
    return strictest(*(strictest(LEVELS.get(hit.rule, "approval"), hit.escalate or "warn") for hit in hits))  # type: ignore[arg-type]


def sides(name: str, packages: Packages) -> tuple[str, str, str]:
    path, write = FORMATS[name]
    return path, write(BASE), write(packages)


@pytest.mark.parametrize(("name", "attack"), CASES)
def test_an_injection_stops(name: str, attack: str) -> None:
    path, old, new = sides(name, ATTACKS[attack](BASE))
    assert old != new
    hits = judge({path: (old, new)})
    assert level(hits) in ("approval", "deny"), [hit.message for hit in hits]
    assert all(hit.path == path.encode() for hit in hits)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_packages_in_another_order_are_silent(name: str) -> None:
    path, old, new = sides(name, [*BASE[3:], *BASE[:3]])
    assert judge({path: (old, new)}) == []


@pytest.mark.parametrize("name", FORMATS)
def test_an_update_of_one_package_only_warns(name: str) -> None:
    path, old, new = sides(name, [p._replace(version="2.6.10") if p.name == "side-note" else p for p in BASE])
    assert {hit.rule for hit in judge({path: (old, new)})} <= {"deps.lock-only"}
    assert level(judge({path: (old, new)})) == "warn"


@pytest.mark.parametrize("name", [name for name in FORMATS if (name, "host swap") in CASES])
def test_five_that_move_together_are_no_better_than_one(name: str) -> None:
    path, old, new = sides(name, [package._replace(host=EVIL) for package in BASE])
    assert level(judge({path: (old, new)})) in ("approval", "deny")


@pytest.mark.parametrize("name", [name for name in FORMATS if (name, "host swap") in CASES])
def test_a_version_bump_does_not_excuse_another_host(name: str) -> None:
    path, old, new = sides(name, [package._replace(host=EVIL, version="9.0.0") for package in BASE])
    assert level(judge({path: (old, new)})) in ("approval", "deny")


@pytest.mark.parametrize(("name", "attack"), CASES)
def test_editing_the_policy_or_an_ignore_file_beside_it_changes_nothing(name: str, attack: str) -> None:
    path, old, new = sides(name, ATTACKS[attack](BASE))
    beside: dict[str | bytes, Sides] = {
        ".gatekeeper/policy.yaml": ("version: 1\n", f"version: 1\ndependencies: {{hosts: [{EVIL}]}}\n"),
        ".gitignore": ("", f"{path}\n"),
        ".lockfile-lintrc": (None, '{"allowed-hosts": ["*"]}'),
    }
    alone = judge({path: (old, new)})
    assert [hit for hit in judge({path: (old, new), **beside}) if hit.path == path.encode()] == alone


def test_what_is_listed_as_not_expressible_really_changes_nothing_of_the_kind() -> None:
    for name, attack in NOT_EXPRESSIBLE:
        if attack == "install script flag":
            path, old, new = sides(name, ATTACKS[attack](BASE))
            assert (path, old) == (path, new)


def test_a_first_lockfile_lists_its_hosts_and_only_warns() -> None:
    for name, (path, write) in FORMATS.items():
        if name in ("requirements",):
            continue
        hits = judge({path: (None, write(BASE))})
        assert level(hits) == "warn", name
        assert len(hits) <= 1


def test_an_unknown_nested_package_is_named() -> None:
    path, old, new = sides("npm", [*BASE, Package("helper-net", "0.0.1")])
    (hit,) = judge({path: (old, new)})
    assert hit.rule == "deps.lock-only"
    assert "new: helper-net" in hit.message
    assert new.splitlines()[(hit.line or 0) - 1].strip().startswith('"node_modules/helper-net"')
