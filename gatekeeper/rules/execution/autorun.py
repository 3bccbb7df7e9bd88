# SPDX-License-Identifier: Apache-2.0
"""``exec.autorun``: build scripts, test set-up, shell and interpreter start-up files."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from gatekeeper.model import FileChange, Hit
from gatekeeper.policy.match import fold
from gatekeeper.rules import filetypes
from gatekeeper.rules.filetypes import words
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.wholefile import Places, touched

RULE = "exec.autorun"
Kind = Literal["start-up", "tool"]
"""``start-up``: every start of the interpreter runs it, whatever was asked for."""

_START_UP = words("sitecustomize.py usercustomize.py sitecustomize.pyc usercustomize.pyc")
_NAMES = words(
    # shells, debuggers and interpreters that read a file of the folder they are started in
    ".autoenv .autoenv.zsh .bash_profile .bashrc .env.zsh .envrc .gdbinit .irbrc .lldbinit .pdbrc .profile .pryrc "
    ".rdebugrc .rprofile .zlogin .zprofile .zshenv .zshrc .mise.toml mise.toml .mise.local.toml "
    # builds and task runners
    "binding.gyp build.gradle build.gradle.kts build.jl build.rs build.sbt build.zig cmakelists.txt configure "
    "configure.ac directory.build.props directory.build.targets extensions.xml gnumakefile "
    "gradle-wrapper.jar gradle-wrapper.properties gradlew gradlew.bat gruntfile.js gulpfile.js init.gradle "
    "init.gradle.kts jakefile jakefile.js justfile makefile maven-wrapper.jar maven-wrapper.properties meson.build "
    "mix.exs mvnw mvnw.cmd noxfile.py package.swift pavement.py rakefile sconstruct settings.gradle "
    "settings.gradle.kts setup.py tasks.py taskfile.yaml taskfile.yml vagrantfile wscript "
    # test runners
    "conftest.py karma.conf.js playwright.config.js playwright.config.ts spec_helper.rb test_helper.exs"
)
_STEMS = words(
    ".babelrc .eslintrc .mocharc .pnpmfile .prettierrc astro.config babel.config cypress.config drizzle.config "
    "esbuild.config eslint.config gatsby-config gatsby-node gulpfile jest.config jest.setup metro.config next.config "
    "nuxt.config postcss.config prettier.config rollup.config stylelint.config svelte.config tailwind.config "
    "tsup.config vite.config vitest.config vitest.setup vue.config webpack.config"
)
"""Names before an extension of JavaScript or TypeScript: configuration that is a program."""
_SCRIPTS = words("cjs cts js mjs mts ts")
_ENDINGS = (b".mk", b".cmake", b".gemspec", b".targets")
_FOLDERS = (b".mvn/", b".yarn/plugins/", b".yarn/releases/", b"buildsrc/", b"build-logic/")


class AutoRun:
    """One finding for each such file that is added or changed."""

    names = (RULE,)

    def __init__(self) -> None:
        self._places = Places[Kind](kind_of)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file, kind in self._places.among(view.files):
            if not file.removed:
                yield _hit(view, file, kind)


def _hit(view: CommitView, file: FileChange, kind: Kind) -> Hit:
    if kind == "tool":
        return touched(RULE, view, file, "a file that tools run by themselves")
    return touched(RULE, view, file, "a file that every start of the interpreter runs", "approval")


def kind_of(path: bytes) -> Kind | None:
    """What runs a path by itself, by its folded spelling; None for any other file."""
    path = fold(path)
    name = path.rpartition(b"/")[2]
    if name in _START_UP or name.endswith(b".pth"):
        return "start-up"
    if name in _NAMES or name.endswith(_ENDINGS):
        return "tool"
    stem, _, kind = name.rpartition(b".")
    if kind in _SCRIPTS and stem in _STEMS:
        return "tool"
    if any(path.startswith(folder) or b"/" + folder in path for folder in _FOLDERS) and not _is_prose(name):
        return "tool"
    return None


def _is_prose(name: bytes) -> bool:
    return filetypes.extension(name) in (b"md", b"txt", b"rst")
