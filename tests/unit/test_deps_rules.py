# SPDX-License-Identifier: Apache-2.0
"""Each rule of the family: what it says, where, and what it is silent about."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatekeeper.model import Change, Hit
from gatekeeper.rules.deps import change_rules, rules
from gatekeeper.rules.deps.family import NAMES
from gatekeeper.rules.rule import RuleSettings
from tests.locks import BASE, EVIL, FORMATS, GIT, HOME, Package, package_lock, poetry, uv
from tests.views import MemoryChange, MemoryCommit, MemoryDiff, Sides

Files = Mapping[str | bytes, Sides]
NPM = '{"dependencies": {%s}}'
MANIFEST = NPM % '"web-kit": "^4.18.0", "left-pad": "^1.3.0"'


def judge(files: Files, rest: Mapping[str | bytes, bytes | str] | None = None, *hosts: str) -> list[Hit]:
    view = MemoryCommit(files, rest, RuleSettings(dependencies_hosts=hosts))
    return [hit for family in rules() for hit in family.inspect(view)]


def said(files: Files, rest: Mapping[str | bytes, bytes | str] | None = None) -> list[tuple[str, int | None, str]]:
    return [(hit.rule.removeprefix("deps."), hit.line, hit.message) for hit in judge(files, rest)]


def names(files: Files, rest: Mapping[str | bytes, bytes | str] | None = None, *hosts: str) -> set[str]:
    return {hit.rule.removeprefix("deps.") for hit in judge(files, rest, *hosts)}


def swapped(name: str, **fields: object) -> list[Package]:
    return [package._replace(**fields) if package.name == name else package for package in BASE]  # type: ignore[arg-type]


def test_an_ordinary_commit_is_silent() -> None:
    assert judge({"src/a.py": ("x = 1\n", "x = 2\n"), "docs/b.md": (None, "text")}) == []


def test_every_hit_is_of_a_name_that_the_family_has() -> None:
    lock = package_lock(swapped("side-note", host=EVIL, seed="x"))
    hits = judge({"package-lock.json": (package_lock(BASE), lock), "package.json": (MANIFEST, NPM % '"a": "*"')})
    assert {hit.rule for hit in hits} <= set(NAMES)


# deps.host-changed


def test_a_host_is_scheme_host_port_and_user_together() -> None:
    old = package_lock(BASE)
    for host in (HOME.replace("https", "http"), HOME + ":8443", HOME.replace("//", "//user@"), HOME.upper() + "\\@x"):
        new = package_lock(swapped("side-note", host=host))
        assert "host-changed" in names({"package-lock.json": (old, new)}), host
    assert names({"package-lock.json": (old, old.replace(HOME, HOME.upper(), 1))}) == set()


def test_a_password_in_a_host_is_not_shown() -> None:
    secret = "".join(["hun", "ter2"])
    new = package_lock(swapped("side-note", host=f"https://me:{secret}@registry.example.net"))
    messages = " ".join(hit.message for hit in judge({"package-lock.json": (package_lock(BASE), new)}))
    assert "https://***@registry.example.net" in messages
    assert secret not in messages


def test_hosts_of_the_policy_and_of_the_configuration_before_the_change_are_known() -> None:
    files: Files = {"package-lock.json": (package_lock(BASE), package_lock(swapped("side-note", host=EVIL)))}
    assert "host-changed" in names(files)
    assert names(files, None, "registry.example.net") == set()
    assert names(files, {".npmrc": f"@team:registry={EVIL}/\n"}) == set()
    assert "host-changed" in names({**files, ".npmrc": (None, f"registry={EVIL}/\n")})
    assert "host-changed" in names({".yarnrc": ("", ""), **files}, None, "http://registry.example.net")


def test_another_index_on_a_known_host_asks() -> None:
    old = uv(BASE)
    new = old.replace(f'registry = "{HOME}/simple"', f'registry = "{HOME}/other"', 1)
    assert said({"uv.lock": (old, new)}) == [
        ("registry-config", 13, f"1 package now from another index, {HOME}/other: web-kit")
    ]


def test_a_git_source_that_the_manifest_shows_is_a_matter_of_approval() -> None:
    lock = (poetry(BASE), poetry(swapped("left-pad", git=GIT)))
    declared = f'[tool.poetry.dependencies]\nleft-pad = {{git = "{GIT}"}}\n'
    assert "host-changed" in names({"poetry.lock": lock})
    assert names({"poetry.lock": lock, "pyproject.toml": ("", declared)}) == {"external-source", "new-direct"}
    assert "host-changed" not in names({"poetry.lock": lock}, {"pyproject.toml": declared})


def test_a_lockfile_that_takes_over_from_another_one_asks() -> None:
    write = FORMATS["yarn-v1"][1]
    moved = [package._replace(host=EVIL) for package in BASE]
    hits = judge({"package-lock.json": (package_lock(BASE), None), "yarn.lock": (None, write(moved))})
    assert {(hit.rule, hit.escalate) for hit in hits} == {("deps.lock-only", "approval")}
    assert (
        names({"package-lock.json": (package_lock(BASE), None), "sub/package-lock.json": (None, package_lock(BASE))})
        == set()
    )


def test_a_shrinkwrap_beside_a_lock_is_held_against_it() -> None:
    rest: dict[str | bytes, str | bytes] = {"package-lock.json": package_lock(BASE)}
    assert judge({"npm-shrinkwrap.json": (None, package_lock(BASE))}, rest) == []
    (hit,) = judge({"npm-shrinkwrap.json": (None, package_lock([*BASE, Package("helper-net", "1.0.0")]))}, rest)
    assert (hit.rule, hit.escalate) == ("deps.lock-only", "approval")


def test_removing_a_lock_and_writing_it_anew_is_no_way_round() -> None:
    net = MemoryDiff({"package-lock.json": (package_lock(BASE), package_lock(swapped("side-note", host=EVIL)))})
    whole = change_rules()[0]
    two = Change("refs/heads/main", "1" * 40, "2" * 40, ("3" * 40, "2" * 40), "4" * 40)
    assert [hit.rule for hit in whole.inspect_change(MemoryChange(net, two))] == ["deps.host-changed"]
    assert list(whole.inspect_change(MemoryChange(net))) == []


def test_the_first_package_of_an_empty_lock_is_not_denied() -> None:
    files: Files = {"uv.lock": (uv([]), uv(BASE[:1]))}
    manifest = ("[project]\ndependencies = []\n", '[project]\ndependencies = ["web-kit"]\n')
    assert {(hit.rule, hit.escalate) for hit in judge({**files, "pyproject.toml": manifest})} == {
        ("deps.new-direct", None),
        ("deps.lock-only", None),
    }
    assert ("deps.lock-only", "approval") in {(hit.rule, hit.escalate) for hit in judge(files)}


def test_a_lock_that_could_not_be_read_before_is_no_first_one() -> None:
    hits = judge({"package-lock.json": ("<<<<<<< HEAD\n", package_lock(BASE))})
    assert {(hit.rule, hit.escalate) for hit in hits} == {("deps.lock-only", "approval")}


# deps.integrity-changed and deps.name-mismatch


def test_a_hash_added_to_others_is_no_replacement() -> None:
    old = "a==1.0 --hash=sha256:aa\n"
    more = "a==1.0 --hash=sha256:aa --hash=sha256:bb\n"
    header = "# This file is autogenerated by pip-compile\n"
    (hit,) = judge({"requirements.txt": (header + old, header + more)})
    assert (hit.rule, hit.escalate) == ("deps.lock-only", "approval")
    assert "more hashes for the same version of a" in hit.message
    assert names({"requirements.txt": (old, more.replace("aa", "cc"))}) == {"integrity-changed"}
    assert names({"requirements.txt": (old, "a==1.1 --hash=sha256:dd\n")}) == set()


def test_a_weaker_hash_is_a_removed_one_and_a_stronger_one_is_not() -> None:
    strong = package_lock(BASE)
    weak = strong.replace(BASE[0].sri, "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=")
    assert "integrity-changed" in names({"package-lock.json": (strong, weak)})
    assert names({"package-lock.json": (weak, strong)}) == set()


def test_the_same_sha1_in_two_spellings() -> None:
    old = 'a@^1:\n  version "1.0.0"\n  resolved "https://registry.example.org/a/-/a-1.0.0.tgz#da39a3ee5e6b4b0d3255bfef95601890afd80709"\n'
    new = old + "  integrity sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n"
    assert names({"yarn.lock": (old, new)}) == set()


def test_an_alias_in_place_of_a_package() -> None:
    old = package_lock(BASE)
    new = old.replace('"node_modules/left-pad": {', '"node_modules/left-pad": {\n      "name": "right-pad",')
    hits = said({"package-lock.json": (old, new.replace("/left-pad/-/left-pad", "/right-pad/-/right-pad"))})
    assert ("name-mismatch", "'left-pad' is now another package, 'right-pad'") in {(hit[0], hit[2]) for hit in hits}


def test_each_of_many_hits_has_its_line() -> None:
    packages = [Package(f"pack-{number}", "1.0.0") for number in range(60)]
    for name in ("npm", "pnpm", "yarn-v1", "yarn-berry", "uv", "cargo", "composer"):
        path, write = FORMATS[name]
        new = write([package._replace(seed="x") for package in packages])
        hits = [hit for hit in judge({path: (write(packages), new)}) if hit.rule == "deps.integrity-changed"]
        assert len(hits) == 60
        lines = new.split("\n")
        for hit in hits:
            assert hit.message.split("'")[1] in lines[(hit.line or 0) - 1], (name, hit)


# deps.lock-only and deps.downgrade


def test_a_manifest_explains_what_its_dependencies_need() -> None:
    lock = [*BASE, Package("new-kit", "1.0.0", ("deep-down",)), Package("deep-down", "1.0.0")]
    manifest = (MANIFEST, NPM % '"web-kit": "^4.18.0", "left-pad": "^1.3.0", "new-kit": "^1"')
    files: Files = {"package.json": manifest, "package-lock.json": (package_lock(BASE), package_lock(lock))}
    assert names(files) == {"new-direct"}
    stray = [*lock, Package("stray-cat", "1.0.0")]
    (hit,) = judge({**files, "package-lock.json": (package_lock(BASE), package_lock(stray))})[1:]
    assert (hit.rule, hit.escalate) == ("deps.lock-only", "approval")
    assert hit.message == "no change of a manifest explains this; new: stray-cat"


def test_touching_a_manifest_beside_it_explains_nothing() -> None:
    touched = (MANIFEST, MANIFEST.replace("}}", '}, "version": "2"}'))
    lock = (package_lock(BASE), package_lock([*BASE, Package("helper-net", "1.0.0")]))
    hits = judge({"package.json": touched, "package-lock.json": lock})
    assert [(hit.rule, hit.escalate) for hit in hits] == [("deps.lock-only", "approval")]


def test_a_further_version_is_explained_by_an_update_that_needs_it() -> None:
    extra = Package("side-note", "3.0.0", inside="tiny-body")
    updated = [*swapped("tiny-body", version="1.21.0"), extra]
    (hit,) = judge({"package-lock.json": (package_lock(BASE), package_lock(updated))})
    assert hit.escalate is None


def test_a_downgrade_of_a_direct_dependency_asks() -> None:
    old, new = package_lock(BASE), package_lock(swapped("left-pad", version="1.2.0"))
    downgrades = [hit for hit in judge({"package-lock.json": (old, new)}) if hit.rule == "deps.downgrade"]
    assert [(hit.escalate, hit.message) for hit in downgrades] == [
        ("approval", "direct dependency 'left-pad' goes back from 1.3.0 to 1.2.0")
    ]
    deep = package_lock(swapped("side-note", version="2.6.8"))
    downgrades = [hit for hit in judge({"package-lock.json": (old, deep)}) if hit.rule == "deps.downgrade"]
    assert [hit.escalate for hit in downgrades] == [None]
    assert names({"requirements.txt": ("a==1.10\n", "a==1.9\n")}) == {"downgrade"}
    assert names({"requirements.txt": ("a==1.9\n", "a==1.10\n")}) == set()


def test_compiled_requirements_are_a_lock() -> None:
    compiled = "a==1.0\n    # via -r requirements.in\nb==2.0\n    # via a\n"
    new = compiled + "c==3.0\n"
    rest: dict[str | bytes, str | bytes] = {"requirements.in": "a\n"}
    hits = judge({"requirements.txt": (compiled, new)}, rest)
    assert [(hit.rule, hit.escalate) for hit in hits] == [("deps.lock-only", "approval")]
    files: Files = {"requirements.in": ("a\n", "a\nc\n"), "requirements.txt": (compiled, new)}
    assert names(files) == {"new-direct"}


# deps.loosened, deps.override, deps.install-script, deps.registry-config


@pytest.mark.parametrize(
    ("old", "new", "fires"),
    [
        ("1.3.0", "^1.3.0", True),
        ("1.3.0", "*", True),
        ("^1.3.0", "latest", True),
        ("^1.3.0", ">=1.3.0", True),
        ("~1.3.0", "^1.3.0", True),
        ("~1.3.0", "^2.0.0", False),
        ("^1.3.0", "^2.0.0", False),
        ("^1.3.0", "1.3.0", False),
        ("*", "^1", False),
    ],
)
def test_ranges_that_are_loosened(old: str, new: str, fires: bool) -> None:
    files: Files = {"package.json": (NPM % f'"a": "{old}"', NPM % f'"a": "{new}"')}
    assert names(files) == ({"loosened"} if fires else set())


def test_python_pins_and_bounds() -> None:
    assert names({"requirements.txt": ("a==1.0\n", "a\n")}) == {"loosened"}
    assert names({"requirements.txt": ("a>=1,<2\n", "a>=1\n")}) == {"loosened"}
    assert names({"requirements.txt": ("a>=1,<2\n", "a>=1,<3\n")}) == set()


def test_a_removed_lockfile_is_a_dropped_pin() -> None:
    assert names({"uv.lock": (uv(BASE), None)}, {"pyproject.toml": ""}) == {"loosened"}
    assert names({"uv.lock": (uv(BASE), None), "pyproject.toml": ("", None)}) == set()
    assert "loosened" not in names(
        {"uv.lock": (uv(BASE), None), "poetry.lock": (None, poetry(BASE))}, {"pyproject.toml": ""}
    )


def test_an_emptied_lockfile_is_a_removed_one() -> None:
    files: Files = {"uv.lock": (uv(BASE), uv([]))}
    assert names(files, {"pyproject.toml": '[project]\ndependencies = ["web-kit"]\n'}) == {"loosened"}
    assert names(files, {"pyproject.toml": "[project]\ndependencies = []\n"}) == set()


def test_overrides_and_scripts_and_grants() -> None:
    old = '{"scripts": {"prepare": "x", "test": "y"}, "overrides": {"a": "1"}}'
    assert said({"package.json": (old, old.replace('"y"', '"z"'))}) == []
    assert said({"package.json": (old, old.replace('"x"', '"z"').replace('"1"', '"2"'))}) == [
        ("override", 1, "override 'overrides/a' is '2'"),
        ("install-script", 1, "script 'prepare' runs on installing or building: z"),
    ]
    assert names({"package.json": ("{}", '{"trustedDependencies": ["a"]}')}) == {"install-script"}
    assert names({".pnpmfile.cjs": (None, "module.exports = {}")}) == {"install-script"}
    assert names({"Cargo.toml": ("", "[patch.crates-io]\na = {path = 'b'}\n")}) == {"override"}
    assert names({"go.mod": ("module a\n", "module a\nreplace b => example.org/c v1\n")}) == {"override"}


def test_an_index_that_is_dropped_counts() -> None:
    line = f"--extra-index-url {HOME}/simple\n"
    assert said({"requirements.txt": ("a\n", line + "a\n")}) == [
        ("registry-config", 1, f"'extra-index-url' is '{HOME}/simple'")
    ]
    assert said({"requirements.txt": (line + "a\n", "a\n")}) == [
        ("registry-config", None, f"'extra-index-url' '{HOME}/simple' is gone")
    ]
    assert names({".npmrc": (None, "save-exact=true\n")}) == set()
    assert names({".npmrc": (None, "ignore-scripts=false\n")}) == {"registry-config"}


# deps.external-source, deps.unpinned-image, deps.typosquat, deps.opaque


def test_external_sources_of_manifests() -> None:
    assert names({"requirements.txt": ("a\n", f"a @ git+{GIT}\n")}) == {"external-source"}
    assert names({"requirements.txt": (f"a @ git+{GIT}@v1\n", f"a @ git+{GIT}@v2\n")}) == set()
    assert names({"requirements.txt": (f"a @ git+{GIT}\n", "a @ git+https://git.example.net/other/a.git\n")}) == {
        "external-source"
    }
    assert names({"sub/package.json": (NPM % "", NPM % '"a": "file:../in-tree"')}) == set()
    assert "external-source" in names({"sub/package.json": (NPM % "", NPM % '"a": "file:../../out"')})


def test_images() -> None:
    assert said({"Dockerfile": (None, "FROM python:3.12\n")}) == [
        ("new-direct", 1, "new dependency 'python'"),
        ("unpinned-image", 1, "image 'python:3.12' has no digest"),
    ]
    assert names({"Dockerfile": ("FROM python:3.12\n", "# c\nFROM python:3.12\n")}) == set()
    assert names({"Dockerfile": ("FROM python:3.12\n", "FROM python:3.13\n")}) == {"unpinned-image"}
    assert names({"Dockerfile": ("FROM python:3.12\n", "FROM python:3.13@sha256:ab\n")}) == set()


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("reqeusts", "requests"),
        ("requestss", "requests"),
        ("python-dateutils", "python-dateutil"),
        ("dateutil-python", "python-dateutil"),
        ("requests", None),
        ("abc", None),
        ("something-of-our-own", None),
    ],
)
def test_names_that_imitate_popular_ones(name: str, meant: str | None) -> None:
    found = [hit.message for hit in judge({"requirements.txt": ("", f"{name}\n")}) if hit.rule == "deps.typosquat"]
    assert found == ([f"'{name}' is one edit away from the popular '{meant}'"] if meant else [])


def test_includes_that_would_not_be_seen_again() -> None:
    old = "a\n-r requirements/more.txt\n"
    assert said({"requirements.txt": ("a\n", old)}) == []
    for include, why in (
        ("../../out.txt", "which is out of the tree"),
        ("notes/todo.txt", "whose name does not say that it holds requirements"),
        ("https://files.example.org/r.txt", "which is not in the tree"),
    ):
        assert said({"requirements.txt": (old, f"{old}-r {include}\n")}) == [
            ("opaque", 3, f"it includes '{include}', {why}")
        ]


def test_a_symlink_in_place_of_a_manifest_is_opaque() -> None:
    assert names({"package.json": (None, "../elsewhere.json", 0, 0o120000)}) == {"opaque"}


# deps.new-direct


def test_what_the_workspace_or_another_workflow_uses_is_not_new() -> None:
    step = "jobs:\n  a:\n    steps:\n      - uses: team/act@v1\n"
    files: Files = {".github/workflows/new.yml": (None, step)}
    assert names(files) == {"new-direct"}
    assert names(files, {".github/workflows/old.yml": step}) == set()
    member: Files = {"packages/b/package.json": (None, NPM % '"left-pad": "^1"')}
    assert names(member) == {"new-direct"}
    assert names(member, {"package-lock.json": package_lock(BASE)}) == set()
    assert names({"package.json": (NPM % "", NPM % '"left-pad": "^1"')}, {"package-lock.json": package_lock(BASE)}) == {
        "new-direct"
    }
