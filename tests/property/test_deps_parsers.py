# SPDX-License-Identifier: Apache-2.0
"""Parsers of dependency files survive any bytes, and say the same as the loaders that the tools use."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import Version

from gatekeeper.rules.deps import formats, versions
from gatekeeper.rules.deps.formats import pypi, toml
from gatekeeper.rules.deps.formats import yaml as own_yaml
from gatekeeper.rules.deps.formats.interface import Inventory, Unreadable
from tests.locks import BASE, FORMATS

MODULES = sorted(
    path.stem
    for path in (Path(formats.__file__).parent).glob("*.py")
    if "\ndef parse(data: bytes, path: str) -> Inventory:" in path.read_text("utf-8")
)
PATHS = {
    "bazel": ("MODULE.bazel", "MODULE.bazel.lock"),
    "cargo": ("Cargo.toml", "Cargo.lock"),
    "composer": ("composer.json", "composer.lock"),
    "config": (".npmrc", ".yarnrc", ".yarnrc.yml", "pip.conf", "bunfig.toml", "nuget.config", ".cargo/config"),
    "deno": ("deno.json", "deno.lock"),
    "gemfile": ("Gemfile", "Gemfile.lock"),
    "gradle": ("gradle.lockfile", "libs.versions.toml", "verification-metadata.xml"),
    "helm": ("Chart.yaml", "Chart.lock"),
    "nuget": ("app.csproj", "packages.lock.json"),
    "pipfile": ("Pipfile", "Pipfile.lock"),
    "pubspec": ("pubspec.yaml", "pubspec.lock"),
}
SEEDS = [write(BASE).encode() for _, write in FORMATS.values()]
WORDS = st.sampled_from(
    [
        *(
            b"packages:\n",
            b"[[package]]\n",
            b'"dependencies": {',
            b"dependencies:\n  ",
            b"name = ",
            b"'",
            b'"',
            b"}",
            b"]",
        ),
        *(b"- ", b": ", b"\n", b"  ", b"\\", b"{", b"[", b"&a ", b"*a", b"|\n", b"resolution: ", b"git+", b"@", b"</"),
        *(b"<dependency>", b"FROM ", b"# /// script\n", b"# ", b"require (", b"=> ", b"<<EOF\n", b"\x00", b"\xff"),
        *(b"\xc3\xa9", b"\x0c", b"\r"),
    ]
)


def read(module: str, data: bytes) -> None:
    for path in PATHS.get(module, ("some/file.txt",)):
        try:
            found = formats.parser(module)(data, path)
        except Unreadable:
            continue
        assert isinstance(found, Inventory)
        if found.edges is not None:
            found.edges()


def test_every_parser_is_fuzzed() -> None:
    assert len(MODULES) >= 38


@pytest.mark.parametrize("module", MODULES)
@settings(max_examples=60)
@given(st.one_of(st.binary(max_size=200), st.lists(WORDS, max_size=40).map(b"".join)))
@example(b"")
@example(b"[" * 3000)
@example(b"{" * 3000)
@example(b"a:\n" + b" a:\n" * 3000)
def test_any_bytes_are_read_or_refused(module: str, data: bytes) -> None:
    read(module, data)


@pytest.mark.parametrize("module", MODULES)
@settings(max_examples=25)
@given(st.sampled_from(SEEDS), st.integers(0, 10_000), st.integers(0, 40), st.one_of(WORDS, st.binary(max_size=8)))
def test_a_damaged_lockfile_is_read_or_refused(module: str, seed: bytes, at: int, cut: int, insert: bytes) -> None:
    position = at % (len(seed) + 1)
    read(module, seed[:position] + insert + seed[position + cut :])


TOML_PIECES = st.sampled_from(
    [
        *(
            "[[package]]\n",
            "[package.dependencies]\n",
            "[metadata]\n",
            '[a."b c"]\n',
            'name = "x"\n',
            'version = "1.0"\n',
        ),
        *("a = 1\n", "b = true\n", "files = [\n", '    {file = "x", hash = "sha256:1"},\n', "]\n", '    "y",\n'),
        *('c = ["a", "b",]\n', 'd = { k = "v", n = 2 }\n', "d = {}\n", "# note\n", "\n", 'e = "a\\"b"\n', "h.i = 1\n"),
        *(
            'f = """\nlong"""\n',
            "g = 'raw'\n",
            "when = 2024-01-02T03:04:05Z\n",
            "x = 1 # y\n",
            '"q r" = 1\n',
            "z = [\n",
        ),
        *('  {a = ["b"]},\n', "w = [[1], [2]]\n"),
    ]
)


@settings(max_examples=400)
@given(st.lists(TOML_PIECES, max_size=14).map("".join))
def test_toml_reads_as_tomllib_does(text: str) -> None:
    try:
        expected: dict[str, Any] | None = plain(tomllib.loads(text))
    except ValueError:
        expected = None
    try:
        found: dict[str, Any] | None = plain(toml.load(text))
    except Unreadable:
        found = None
    assert found == expected
    try:
        rest, rows = toml.rows(text, "package", lambda table, _: table, "x")
    except Unreadable:
        assert (
            expected is None
            or not isinstance(expected.get("package", []), list)
            or not all(isinstance(row, dict) for row in expected["package"])
        )
        return
    assert expected is not None
    assert plain({**rest, **({"package": rows} if rows else {})}) == expected or expected.get("package") == []


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    if isinstance(value, datetime.datetime) or value == "2024-01-02T03:04:05Z":
        return "a date"
    return value


YAML_PIECES = st.sampled_from(
    [
        *("a:\n", "a: b\n", "  c: d\n", "  - e\n", "- f\n", "- g: h\n", "  i: j\n", "    k: l\n", "m: [n, o]\n", "\n"),
        *("p: {q: r, s: t}\n", "u: 'v w'\n", 'x: "y\\n"\n', "z: |\n", "  text\n", "  more: text\n", "# note\n"),
        *("aa: bb # cc\n", "'dd ee': ff\n", "gg: &hh ii\n", "jj: *hh\n", "kk: !tag ll\n", "- - mm\n", "nn: >-\n"),
        *("    oo\n", "pp: 'qq''rr'\n", "ss:tt\n", "---\n", "uu: [\n", "  vv,\n", "  ]\n", "ww: http://xx\n"),
        *("yy: - zz\n", "? ab\n", "\tcd: e\n", 'ef: "g\n', '  h"\n'),
    ]
)


@settings(max_examples=400)
@given(st.lists(YAML_PIECES, max_size=10).map("".join))
def test_yaml_is_read_as_a_full_loader_does_or_refused(text: str) -> None:
    try:
        found = [normal(document) for document in own_yaml.load(text)]
    except Unreadable:
        return
    try:
        expected = [normal(document) for document in yaml.load_all(text, Loader=yaml.BaseLoader)]
    except yaml.YAMLError:
        return
    assert [document for document in found if document] == [document for document in expected if document]


def normal(value: Any) -> Any:
    """Values with white space folded: only words and structure matter here."""
    if isinstance(value, dict):
        return {key: normal(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [normal(inner) for inner in value]
    return " ".join(value.split()) if value else ""


NAMES = st.from_regex(r"\A[A-Za-z0-9]([A-Za-z0-9._-]{0,6}[A-Za-z0-9])?\Z")
URL = " @ https://files.example.org/x-1.0.zip"
SPECIFIERS = st.sampled_from(["", "==1.0", ">=1,<2", " ~= 1.2 ", "(>=1)", "!=1.*", URL, "==1 ||", "^1"])
EXTRAS = st.sampled_from(["", "[a]", "[a, b]", " [x]"])
MARKERS = st.sampled_from(["", "; python_version > '3.8'", " ; extra == 'x'"])


@settings(max_examples=300)
@given(NAMES, EXTRAS, SPECIFIERS, MARKERS)
def test_requirements_read_as_packaging_reads_them(name: str, extras: str, specifier: str, marker: str) -> None:
    marker = f" {marker}" if "@" in specifier and marker else marker
    text = f"{name}{extras}{specifier}{marker}"
    try:
        expected = Requirement(text)
    except InvalidRequirement:
        with pytest.raises(Unreadable):
            pypi.requirement(text)
        return
    found = pypi.requirement(text)
    assert (found.name, found.url) == (expected.name, expected.url)
    assert set(filter(None, found.range.split(","))) == {str(part) for part in expected.specifier}


@given(
    st.from_regex(r"\A[0-9]{1,2}(\.[0-9]{1,2}){0,2}((a|b|rc)[0-9])?(\.post[0-9])?\Z"),
    st.from_regex(r"\A[0-9]\.[0-9]\Z"),
)
def test_python_versions_are_ordered_by_packaging(left: str, right: str) -> None:
    expected = (Version(left) > Version(right)) - (Version(left) < Version(right))
    assert versions.compare("pypi", left, right) == expected


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_versions_compare_or_do_not(left: str, right: str) -> None:
    for ecosystem in ("npm", "pypi", "go", "composer"):
        there, back = versions.compare(ecosystem, left, right), versions.compare(ecosystem, right, left)
        assert (there is None) == (back is None)
        assert there is None or back is None or there == -back
        versions.looseness(ecosystem, left)
