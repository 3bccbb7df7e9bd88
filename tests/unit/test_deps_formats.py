# SPDX-License-Identifier: Apache-2.0
"""What each format says: names, versions, sources, hashes and lines."""

from __future__ import annotations

import os

import pytest

from gatekeeper.rules.deps import formats
from gatekeeper.rules.deps.formats.interface import Inventory, Unreadable
from gatekeeper.rules.deps.hits import Lines
from tests.locks import BASE, FORMATS

INDEX = "https://registry.example.org"
GIT = "https://git.example.org"


def parse(path: str, text: str | bytes) -> Inventory:
    module = formats.format_of(os.fsencode(path))
    assert module is not None, path
    return formats.parser(module)(text.encode() if isinstance(text, str) else text, path)


def asked(path: str, text: str) -> list[tuple[str, str, str, int | None]]:
    return [(one.name, one.requirement, one.source.kind, one.line) for one in parse(path, text).dependencies]


@pytest.mark.parametrize("name", FORMATS)
def test_every_lock_gives_names_versions_and_hashes(name: str) -> None:
    path, write = FORMATS[name]
    found = parse(path, write(BASE))
    prefix = {"go-sum": "example.org/", "composer": "acme/"}.get(name, "")
    assert {(entry.name, entry.version.removeprefix("v")) for entry in found.entries} == {
        (prefix + package.name, package.version) for package in BASE
    }
    assert all(entry.integrity for entry in found.entries)
    assert all(Lines(found).of(entry) for entry in found.entries)


@pytest.mark.parametrize(
    ("path", "module"),
    [
        ("sub/package.json", "package_json"),
        ("PACKAGE.JSON", "package_json"),
        ("package.json ", "package_json"),
        ("ｐackage.json", "package_json"),
        ("a/.github/workflows/x.yaml", "github_actions"),
        ("x.csproj", "nuget"),
        ("Dockerfile.prod", "dockerfile"),
        ("build/api.Dockerfile", "dockerfile"),
        ("docker-compose.dev.yml", "compose"),
        ("pylock.dev.toml", "pylock"),
        (".cargo/config", "config"),
        (".cargo/config.toml", "config"),
        ("a/config", None),
        ("readme.md", None),
        ("notes.txt", None),
        ("src/requirements.py", "pep723"),
    ],
)
def test_formats_go_by_name(path: str, module: str | None) -> None:
    assert formats.format_of(path.encode()) == module


def test_requirements_in_all_their_forms() -> None:
    text = (
        "a [x] == 1.0 ; python_version < '4' --hash=sha256:AA\nb>=1, \\\n  <2\n"
        "-e ./sub\ngit+ssh://git@git.example.org/t/c.git@v1#egg=c&subdirectory=x\n"
        "https://files.example.org/d-2.0.tar.gz#sha256=bb\n"
        f"e @ file:///srv/e-1.0-py3-none-any.whl\n-i{INDEX}/simple\n--pre\n"
    )
    found = parse("requirements.txt", text)
    assert [(one.name, one.requirement, one.source.kind, one.line) for one in found.dependencies] == [
        ("a", "==1.0", "registry", 1),
        ("b", ">=1,<2", "registry", 2),
        ("sub", "", "path", 4),
        ("c", "", "git", 5),
        ("d", "", "url", 6),
        ("e", "", "path", 7),
    ]
    assert found.dependencies[0].integrity[0] == ("sha256", "aa", "")
    assert found.dependencies[3].source[1:] == ("ssh://git@git.example.org", "t/c", "v1")
    assert [(one.name, one.value) for one in found.registries] == [("index-url", f"{INDEX}/simple")]


def test_utf16_requirements_are_read_as_pip_reads_them() -> None:
    assert [one.name for one in parse("requirements.txt", "left-pad\n".encode("utf-16")).dependencies] == ["left-pad"]


def test_sources_of_npm_specifiers() -> None:
    specs = {
        "a": ("^1", "registry"),
        "b": ("github:u/r#v1", "git"),
        "c": ("u/r", "git"),
        "d": ("git+https://git.example.org/u/r.git#main", "git"),
        "e": ("file:../out", "path"),
        "f": ("file:./in", "path"),
        "g": ("https://files.example.org/g.tgz", "url"),
        "i": ("workspace:*", "workspace"),
        "j": ("latest", "registry"),
        "h": ("npm:real@^2", "registry"),
    }
    rows = ",\n".join(f'"{name}": "{spec}"' for name, (spec, _) in specs.items())
    found = parse("package.json", '{"dependencies": {' + rows + "}}").dependencies
    assert [one.source.kind for one in found] == [kind for _, kind in specs.values()]
    assert [one.name for one in found][-1] == "real"
    assert [one.name for one in found if one.source.external] == ["b", "c", "d", "e", "g"]


def test_package_json_settings() -> None:
    text = """{"scripts": {"test": "x", "postinstall": "node a.js"},
 "overrides": {"a": {"b": "1"}}, "pnpm": {"onlyBuiltDependencies": ["c"]},
 "lavamoat": {"allowScripts": {"d": false, "e": true}}}"""
    found = parse("package.json", text)
    assert [(one.name, one.value, one.line) for one in found.scripts] == [("postinstall", "node a.js", 1)]
    assert [(one.name, one.value, one.line) for one in found.overrides] == [("overrides/a/b", "1", 2)]
    assert [one.value for one in found.grants] == ["c", "True"]


def test_pyproject_settings() -> None:
    text = """
[tool.uv]
override-dependencies = ["a==1"]
[tool.uv.sources]
b = { git = "https://git.example.org/t/b", rev = "v1" }
[[tool.uv.index]]
url = "https://registry.example.org/simple"
[project]
dependencies = ["b"]
[build-system]
requires = []
backend-path = ["tools"]
[tool.setuptools.dynamic]
dependencies = {file = ["req/base.txt"]}
"""
    found = parse("pyproject.toml", text)
    assert found.dependencies[0].source[:4] == ("git", GIT, "t/b", "v1")
    assert [one.value for one in found.overrides] == ["a==1"]
    assert [(one.value, one.line) for one in found.registries] == [(f"{INDEX}/simple", 7)]
    assert [one.name for one in found.scripts] == ["build-system.backend-path"]
    assert [one.value for one in found.includes] == ["req/base.txt"]


def test_script_metadata() -> None:
    text = '#!/usr/bin/env python\n# /// script\n# dependencies = [\n#   "left-pad",\n# ]\n# ///\nimport x\n'
    assert asked("tool.py", text) == [("left-pad", "", "registry", 4)]
    assert asked("tool.py", "# /// other\n# x = 1\n# ///\n") == []
    with pytest.raises(Unreadable, match="more than one"):
        parse("tool.py", text + text)


def test_setup_py_is_read_and_never_run() -> None:
    text = """
import os
raise SystemExit
needs = ["a>=1"]
needs += ["b"]
needs.append("c")
setup(install_requires=needs, extras_require={"x": ["d"]}, setup_requires=read("more.txt"))
"""
    found = parse("setup.py", text)
    assert [one.name for one in found.dependencies] == ["a", "b", "c", "d"]
    assert [one.value for one in found.includes] == ["setup_requires = read('more.txt')"]


def test_setup_cfg() -> None:
    text = "[options]\ninstall_requires =\n    a>=1\n    b\n[options.extras_require]\nx = c\n"
    assert [row[0] for row in asked("setup.cfg", text)] == ["a", "b", "c"]
    with pytest.raises(Unreadable):
        parse("setup.cfg", text + "y = c d\n")


def test_pnpm_workspace() -> None:
    text = (
        "packages:\n  - a\ncatalog:\n  b: ^1\ncatalogs:\n  old:\n    c: ^2\n"
        "allowBuilds:\n  d: true\n  e: false\noverrides:\n  f: '1'\n"
    )
    found = parse("pnpm-workspace.yaml", text)
    assert [(one.name, one.scope, one.line) for one in found.dependencies] == [
        ("b", "catalog:default", 4),
        ("c", "catalog:old", 7),
    ]
    assert [one.name for one in found.grants] == ["allowBuilds/d"]
    assert [(one.name, one.value) for one in found.overrides] == [("overrides/f", "1")]


def test_go_mod() -> None:
    text = """module example.org/app
go 1.22
require example.org/a v1.0.0
require (
\texample.org/b v1.1.0 // indirect
\t"example.org/c" v1.2.0
)
replace example.org/a => ../a
replace example.org/b v1.1.0 => example.org/fork v1.1.1 // why
replace example.org/d => ./d
"""
    found = parse("go.mod", text)
    assert [(one.name, one.direct, one.line) for one in found.dependencies] == [
        ("example.org/a", True, 3),
        ("example.org/b", False, 5),
        ("example.org/c", True, 6),
    ]
    assert [(one.name, one.value) for one in found.overrides] == [
        ("replace/example.org/a", "../a"),
        ("replace/example.org/b v1.1.0", "example.org/fork v1.1.1"),
    ]
    for broken in ("require (\n", "nonsense x\n", "require a\n"):
        with pytest.raises(Unreadable):
            parse("go.mod", broken)


def test_cargo_toml() -> None:
    text = """
[dependencies]
a = "1"
b = { version = "2", package = "real-b" }
c = { git = "https://git.example.org/t/c", branch = "main" }
d = { path = "../../out" }
e.workspace = true
[target.'cfg(unix)'.dev-dependencies]
f = "=3.0.0"
[workspace.dependencies]
g = "4"
[patch.crates-io]
a = { path = "vendored" }
"""
    assert [row[:3] for row in asked("Cargo.toml", text)] == [
        ("a", "1", "registry"),
        ("real-b", "2", "registry"),
        ("c", "", "git"),
        ("d", "", "path"),
        ("e", "", "workspace"),
        ("g", "4", "registry"),
        ("f", "=3.0.0", "registry"),
    ]
    assert [one.name for one in parse("Cargo.toml", text).overrides] == ["patch.crates-io/a"]


def test_dockerfile() -> None:
    text = """# syntax=registry.example.org/frontend:1
ARG VERSION=3.12
ARG BASE
FROM --platform=linux/amd64 python:${VERSION} AS build
RUN <<EOF
FROM not-an-image
EOF
COPY --from=registry.example.org/tools:2 /x /x
FROM build AS next
FROM ${BASE}
FROM alpine@sha256:abcd \\
  AS last
COPY --from=0 /a /a
RUN --mount=type=bind,from=busybox,target=/b true
FROM scratch
"""
    found = parse("Dockerfile", text)
    assert [(one.name, one.requirement, bool(one.integrity), one.line) for one in found.dependencies] == [
        ("registry.example.org/frontend", "1", False, 1),
        ("python", "3.12", False, 4),
        ("registry.example.org/tools", "2", False, 8),
        ("alpine", "", True, 11),
        ("busybox", "", False, 14),
    ]


def test_compose_and_workflows() -> None:
    compose = "x-base: &base\n  image: nginx:1\nservices:\n  a:\n    <<: *base\n  b:\n    image: redis:${TAG:-7}\n"
    assert [row[:2] for row in asked("compose.yaml", compose)] == [("nginx", "1"), ("redis", "7")]
    workflow = (
        "on: push\njobs:\n  a:\n    container: {image: 'node:20'}\n    steps:\n      - uses: Team/act@v1\n"
        "      - uses: ./local\n      - uses: docker://alpine:3\n"
        "  b:\n    uses: team/repo/.github/workflows/x.yml@main\n"
    )
    assert [row[:2] for row in asked(".github/workflows/ci.yml", workflow)] == [
        ("node", "20"),
        ("team/act", "v1"),
        ("alpine", "3"),
        ("team/repo/.github/workflows/x.yml", "main"),
    ]


def test_other_pipelines() -> None:
    gitlab = (
        "image: ruby:3\ninclude:\n  - project: team/ci\n    ref: v1\n  - remote: https://ci.example.org/x.yml\n"
        "job:\n  services:\n    - name: postgres:15\n"
    )
    names = ["ruby", "team/ci", "https://ci.example.org/x.yml", "postgres"]
    assert [row[0] for row in asked(".gitlab-ci.yml", gitlab)] == names
    hooks = (
        f"repos:\n  - repo: {GIT}/t/hooks\n    rev: v1\n    hooks:\n      - id: x\n"
        "        additional_dependencies: ['@a/b@1', 'c==2']\n  - repo: local\n    hooks: []\n"
    )
    expected = [(f"{GIT}/t/hooks", "v1"), ("@a/b", "@1"), ("c", "==2")]
    assert [row[:2] for row in asked(".pre-commit-config.yaml", hooks)] == expected
    modules = f'[submodule "x"]\n\tpath = x\n\turl = {GIT}/t/x.git\n'
    assert asked(".gitmodules", modules) == [("x", "", "git", 3)]


MANIFESTS = {
    "Gemfile": (
        f"source '{INDEX}'\ngem 'a', '~> 1.2'\ngem \"b\", git: '{GIT}/b'\n",
        [("a", "~> 1.2", "registry", 2), ("b", "", "git", 3)],
    ),
    "environment.yml": (
        "channels: [main]\ndependencies:\n  - python=3.11\n  - pip:\n    - left-pad==1\n",
        [("python", "=3.11", "registry", 3), ("left-pad", "==1", "registry", 5)],
    ),
    "pom.xml": (
        "<project>\n<properties><v>2</v></properties>\n<!-- <dependency> -->\n<dependencies><dependency>\n"
        "<groupId>g</groupId><artifactId>a</artifactId><version>${v}</version></dependency></dependencies></project>",
        [("g:a", "2", "registry", 4)],
    ),
    "gradle/libs.versions.toml": (
        '[versions]\nx = "1"\n[libraries]\na = { module = "g:a", version.ref = "x" }\nb = "g:b:2"\n',
        [("g:a", "1", "registry", 4), ("g:b", "2", "registry", 5)],
    ),
    "app.csproj": (
        '<Project>\n<PackageReference Include="A.B" Version="1.0" />\n</Project>',
        [("a.b", "1.0", "registry", 2)],
    ),
    "pubspec.yaml": (
        f"dependencies:\n  a: ^1\n  b:\n    git: {GIT}/b\n",
        [("a", "^1", "registry", 2), ("b", "", "git", 3)],
    ),
    "deno.json": (
        '{"imports": {"a": "jsr:@s/a@^1", "b": "https://x.example.org/b.ts"}, // c\n}',
        [("jsr:@s/a", "^1", "registry", 1), ("b", "", "url", 1)],
    ),
    "Chart.yaml": (
        "dependencies:\n  - name: a\n    version: 1.0\n    repository: https://charts.example.org\n",
        [("a", "1.0", "registry", 2)],
    ),
    "MODULE.bazel": (
        'module(name = "m")\nbazel_dep(name = "a", version = "1")\n',
        [("a", "1", "registry", 2)],
    ),
    "Pipfile": (
        '[packages]\na = "*"\nb = {version = "==1", index = "x"}\n',
        [("a", "*", "registry", 2), ("b", "==1", "registry", 3)],
    ),
    "composer.json": (
        '{"require": {"php": ">=8", "Acme/A": "^1"}}',
        [("acme/a", "^1", "registry", 1)],
    ),
}


@pytest.mark.parametrize("path", MANIFESTS)
def test_manifests_of_other_ecosystems(path: str) -> None:
    text, expected = MANIFESTS[path]
    assert asked(path, text) == expected


LOCKS = {
    "Gemfile.lock": (
        f"GEM\n  remote: {INDEX}/\n  specs:\n    a (1.0)\n      b (>= 0)\n    b (2.0)\n\n"
        "DEPENDENCIES\n  a\n\nCHECKSUMS\n  a (1.0) sha256=ab\n",
        [("a", "1.0", 1, 4), ("b", "2.0", 0, 6)],
    ),
    "gradle.lockfile": ("# c\ng:a:1.0=compile\nempty=\n", [("g:a", "1.0", 0, 2)]),
    "gradle/verification-metadata.xml": (
        '<verification-metadata>\n<component group="g" name="a" version="1">\n'
        '<artifact name="a.jar"><sha256 value="ab"/></artifact></component></verification-metadata>',
        [("g:a", "1", 1, 2)],
    ),
    "packages.lock.json": (
        '{"version": 1, "dependencies": {"net8.0":\n'
        ' {"A": {"type": "Direct", "resolved": "1.0", "contentHash": "x"}}}}',
        [("a", "1.0", 1, None)],
    ),
    "pubspec.lock": (
        "packages:\n  a:\n    dependency: transitive\n    description:\n      name: a\n      sha256: ab\n"
        f"      url: {INDEX}\n    source: hosted\n    version: '1.0'\n",
        [("a", "1.0", 1, 2)],
    ),
    "mix.lock": (
        f'%{{\n  "a": {{:hex, :a, "1.0", "ab", [:mix], [], "hexpm", "cd"}},\n'
        f'  "b": {{:git, "{GIT}/b", "ef", []}},\n}}\n',
        [("a", "1.0", 2, 2), ("b", "", 0, 3)],
    ),
    "Package.resolved": (
        f'{{"version": 2, "pins": [{{"identity": "A", "location": "{GIT}/a",\n'
        '"state": {"version": "1.0", "revision": "ab"}}]}',
        [("a", "1.0", 1, None)],
    ),
    "deno.lock": (
        '{"version": "4", "npm": {"a@1.0": {"integrity": "sha512-ab"}},\n'
        '"remote": {"https://x.example.org/b.ts": "cd"}}',
        [("npm:a", "1.0", 1, None), ("https://x.example.org/b.ts", "", 1, None)],
    ),
    ".terraform.lock.hcl": (
        'provider "registry.example.org/t/a" {\n  version     = "1.0"\n  constraints = "~> 1"\n'
        '  hashes = [\n    "h1:ab",\n  ]\n}\n',
        [("registry.example.org/t/a", "1.0", 1, 1)],
    ),
    "Chart.lock": (
        "dependencies:\n- name: a\n  version: 1.0\n  repository: https://charts.example.org\n",
        [("a", "1.0", 0, 2)],
    ),
}


@pytest.mark.parametrize("path", LOCKS)
def test_locks_of_other_ecosystems(path: str) -> None:
    text, expected = LOCKS[path]
    found = [(one.name, one.version, len(one.integrity), one.line) for one in parse(path, text).entries]
    assert found == expected


@pytest.mark.parametrize(
    ("path", "text", "names"),
    [
        (
            ".npmrc",
            f"save-exact=true\nregistry={INDEX}/\n//registry.example.org/:_authToken=x\n",
            ["registry", "//registry.example.org/:_authToken"],
        ),
        (".yarnrc", f'registry "{INDEX}"\n', ["registry"]),
        (
            ".yarnrc.yml",
            f"nodeLinker: node-modules\nnpmRegistryServer: {INDEX}\nyarnPath: .yarn/y.cjs\n",
            ["npmRegistryServer", "yarnPath"],
        ),
        ("pip.conf", f"[global]\nindex-url = {INDEX}/simple\nquiet = 1\n", ["global/index-url"]),
        ("uv.toml", f'index-url = "{INDEX}/simple"\n', ["index-url"]),
        (".cargo/config.toml", '[source.x]\nreplace-with = "y"\n[net]\nretry = 3\n', ["source/x/replace-with"]),
    ],
)
def test_configuration_but_for_harmless_settings(path: str, text: str, names: list[str]) -> None:
    found = parse(path, text).registries
    assert [setting.name for setting in found] == names
    assert not any("authToken" in setting.name and setting.value != "(hidden)" for setting in found)


PNPM = "lockfileVersion: '9.0'\n\npackages:\n\n  a@1.0.0:\n    resolution: {integrity: sha512-a}\n"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("yarn.lock", '# yarn lockfile v1\n\na@^1:\n  version "1.0.0"\n\na@^1:\n  version "1.0.1"\n'),
        ("yarn.lock", '# yarn lockfile v1\n\n<<<<<<< HEAD\na@^1:\n  version "1.0.0"\n'),
        ("yarn.lock", '__metadata:\n  version: 8\n\n"a@npm:^1": &x\n  version: 1.0.0\n  resolution: "a@npm:1.0.0"\n'),
        ("pnpm-lock.yaml", PNPM + "\n  a@1.0.0:\n    resolution: {integrity: sha512-b}\n"),
        ("pnpm-lock.yaml", PNPM + "\npackages:\n\n  b@1.0.0:\n    resolution: {integrity: sha512-b}\n"),
        ("pnpm-lock.yaml", PNPM + '    deprecated: "no\n\n  b@1.0.0:"\n'),
        ("pnpm-lock.yaml", PNPM.replace("{integrity: sha512-a}", "*x")),
        ("pnpm-lock.yaml", PNPM.replace("packages:", '"packages":')),
        ("pnpm-lock.yaml", "lockfileVersion: '9.0'\n\npackages: {a@1.0.0: {resolution: {integrity: sha512-a}}}\n"),
        ("uv.lock", 'version = 1\n[[package]]\nname = "a"\nname = "b"\n'),
        ("uv.lock", "[[package]]\nname = 1\n"),
        ("package-lock.json", '{"lockfileVersion": 3, "packages": {"node_modules/a": 1}}'),
        ("bun.lockb", "anything"),
        ("pom.xml", "<!DOCTYPE x [<!ENTITY a 'b'>]><project></project>"),
        ("go.sum", "a v1\n"),
        ("Cargo.lock", "nothing = true\n"),
    ],
)
def test_what_a_lock_writer_does_not_write_is_refused(path: str, text: str) -> None:
    with pytest.raises(Unreadable):
        parse(path, text)


def test_a_lock_in_rare_syntax_reads_the_same() -> None:
    plain = FORMATS["uv"][1](BASE)
    rare = plain.replace('name = "left-pad"', "name = 'left-pad'").replace(
        'version = "1.3.0"', '"version" = """1.3.0"""'
    )
    assert parse("uv.lock", rare).entries == parse("uv.lock", plain).entries
