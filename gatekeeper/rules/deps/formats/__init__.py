# SPDX-License-Identifier: Apache-2.0
"""Which files speak of dependencies, and which module reads each.

A new format is one module beside this one with ``parse`` (see ``interface.Parser``), and one line in a table here.
The tables are all that an ordinary commit pays for: parsers are imported when such a file changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from gatekeeper.model import FileChange
from gatekeeper.rules.rule import Diff

if TYPE_CHECKING:
    from gatekeeper.rules.deps.formats.interface import Parser

_NAMES: Mapping[bytes, str] = {
    b".condarc": "config",
    b".gitlab-ci.yaml": "gitlab_ci",
    b".gitlab-ci.yml": "gitlab_ci",
    b".gitmodules": "gitmodules",
    b".npmrc": "config",
    b".pnpmfile.cjs": "program",
    b".pnpmfile.mjs": "program",
    b".pre-commit-config.yaml": "pre_commit",
    b".pre-commit-config.yml": "pre_commit",
    b".pypirc": "config",
    b".terraform.lock.hcl": "terraform",
    b".yarnrc": "config",
    b".yarnrc.yml": "config",
    b"action.yaml": "github_actions",
    b"action.yml": "github_actions",
    b"bun.lock": "bun_lock",
    b"bun.lockb": "binary",
    b"bunfig.toml": "config",
    b"cargo.lock": "cargo",
    b"cargo.toml": "cargo",
    b"chart.lock": "helm",
    b"chart.yaml": "helm",
    b"composer.json": "composer",
    b"composer.lock": "composer",
    b"conda.yaml": "conda",
    b"conda.yml": "conda",
    b"containerfile": "dockerfile",
    b"deno.json": "deno",
    b"deno.jsonc": "deno",
    b"deno.lock": "deno",
    b"directory.packages.props": "nuget",
    b"dockerfile": "dockerfile",
    b"environment.yaml": "conda",
    b"environment.yml": "conda",
    b"gemfile": "gemfile",
    b"gemfile.lock": "gemfile",
    b"gems.locked": "gemfile",
    b"gems.rb": "gemfile",
    b"go.mod": "go_mod",
    b"go.sum": "go_sum",
    b"go.work": "go_mod",
    b"go.work.sum": "go_sum",
    b"gradle.lockfile": "gradle",
    b"buildscript-gradle.lockfile": "gradle",
    b"settings-gradle.lockfile": "gradle",
    b"libs.versions.toml": "gradle",
    b"mix.lock": "mix_lock",
    b"module.bazel": "bazel",
    b"module.bazel.lock": "bazel",
    b"npm-shrinkwrap.json": "npm_lock",
    b"nuget.config": "config",
    b"package-lock.json": "npm_lock",
    b"package.json": "package_json",
    b"package.resolved": "swift",
    b"packages.config": "nuget",
    b"packages.lock.json": "nuget",
    b"pdm.lock": "pdm_lock",
    b"pip.conf": "config",
    b"pip.ini": "config",
    b"pipfile": "pipfile",
    b"pipfile.lock": "pipfile",
    b"pnpm-lock.yaml": "pnpm_lock",
    b"pnpm-workspace.yaml": "pnpm_workspace",
    b"pnpmfile.js": "program",
    b"poetry.lock": "poetry_lock",
    b"poetry.toml": "config",
    b"pom.xml": "maven",
    b"pubspec.lock": "pubspec",
    b"pubspec.yaml": "pubspec",
    b"pylock.toml": "pylock",
    b"pyproject.toml": "pyproject",
    b"setup.cfg": "setup_cfg",
    b"setup.py": "setup_py",
    b"uv.lock": "uv_lock",
    b"uv.toml": "config",
    b"verification-metadata.xml": "gradle",
    b"yarn.lock": "yarn_v1",
}
"""Lower-case base name to module."""

_PIP = (
    (r"(?:^|/)[^/]*(?:requirement|constraint)[^/]*$", "requirements"),
    (r"(?:^|/)(?:requirement|constraint)s?/", "requirements"),
)
_YAML = (
    (r"(?:^|/)\.github/workflows/[^/]*$", "github_actions"),
    (r"(?:^|/)(?:docker-)?compose[^/]*$", "compose"),
    (r"(?:^|/)environment[-_][^/]*$", "conda"),
)
_DOCKER = ((r"(?:^|/)(?:dockerfile|containerfile)\.[^/]*$|\.(?:dockerfile|containerfile)$", "dockerfile"),)
_ENDINGS: Mapping[bytes, str] = {b"csproj": "nuget", b"fsproj": "nuget", b"py": "pep723", b"vbproj": "nuget"}
"""Lower-case file extension to module."""

_SHAPES: Mapping[bytes, tuple[tuple[str, str], ...]] = {
    b"txt": _PIP,
    b"in": _PIP,
    b"pip": _PIP,
    b"yml": _YAML,
    b"yaml": _YAML,
    b"toml": (
        (r"(?:^|/)pylock\.[^/.]+\.toml$", "pylock"),
        (r"(?:^|/)\.cargo/config\.toml$", "config"),
        (r"(?:^|/)gradle/[^/]+\.versions\.toml$", "gradle"),
    ),
    b"xml": ((r"(?:^|/)\.m(?:2|vn)/(?:settings|extensions)\.xml$", "config"),),
    b"dockerfile": _DOCKER,
    b"containerfile": _DOCKER,
}
"""Lower-case file extension to (pattern searched in the lower-case path, module) pairs."""

MARKS: Mapping[str, bytes] = {"pep723": b"# /// "}
"""What a file must hold besides its name, for formats whose names are too common to go by."""


def format_of(path: bytes) -> str | None:
    """The module that reads ``path``, by name alone; None for a file that is no dependency file."""
    name = path[path.rfind(b"/") + 1 :].lower()
    found = _NAMES.get(name)
    if found is not None:
        return found
    ending = name[name.rfind(b".") + 1 :]
    found = _ENDINGS.get(ending)
    if found is not None:
        return found
    if ending in _SHAPES:
        text = path.lower().decode("utf-8", "surrogateescape")
        return next((module for pattern, module in _SHAPES[ending] if re.search(pattern, text)), None)
    if not name.isascii() or name.endswith((b".", b" ")):
        folded = _plain(name)
        return None if folded == name else format_of(path[: -len(name)] + folded)
    if name.startswith((b"dockerfile.", b"containerfile.")):
        return "dockerfile"
    return "config" if name == b"config" and path.lower().endswith(b".cargo/config") else None


def relevant(diff: Diff) -> Iterator[tuple[FileChange, str]]:
    """The files of ``diff`` that speak of dependencies, each with its format. Raises ObjectMissing, TooLarge."""
    for file in diff.files:
        module = format_of(file.path)
        if module is None:
            continue
        mark = MARKS.get(module)
        if mark is None or mark in diff.new(file) or mark in diff.old(file):
            yield file, module


def parser(module: str) -> Parser:
    """The parser of a format that :func:`format_of` named."""
    from importlib import import_module

    parse: Parser = import_module(f"{__name__}.{module}").parse
    return parse


def _plain(name: bytes) -> bytes:
    """The name that a file system which folds normal forms, or drops trailing dots and blanks, would give it."""
    import unicodedata

    text = unicodedata.normalize("NFKC", name.decode("utf-8", "surrogateescape")).rstrip(". ")
    return text.lower().encode("utf-8", "surrogateescape")
