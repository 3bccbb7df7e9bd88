# SPDX-License-Identifier: Apache-2.0
"""The comments and attributes by which code silences its checkers, language by language.

Each language has needles, which are looked for first and cost next to nothing, and patterns, of which the first that
fits a line says how grave it is: ``blanket`` (everything is silenced, or a whole file), ``security`` (a check that
looks for vulnerabilities or secrets), or plain (one check, in one place).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from gatekeeper.rules.filetypes import words

Gravity = Literal["blanket", "security", "plain"]


class Language(NamedTuple):
    """How one language silences."""

    needles: tuple[bytes, ...]
    """A line that silences holds one of them."""
    patterns: tuple[tuple[Gravity, bytes], ...]
    """Regular expressions over one line, the gravest first."""


_ANYWHERE: tuple[tuple[Gravity, bytes], ...] = (
    ("security", rb"\bnosemgrep\b"),
    ("security", rb"\bNOSONAR\b"),
    ("security", rb"\b(?:gitleaks:allow|trufflehog:ignore)\b"),
    ("security", rb"pragma: (?:allow|white)list (?:nextline )?secret"),
)
"""Scanners that read all languages."""
_EVERYWHERE = (b"nosemgrep", b"NOSONAR", b"gitleaks:allow", b"trufflehog:ignore", b"list secret")

_PYTHON = Language(
    (b"noqa", b"ignore", b"pylint:", b"nosec", b"NOQA", b"mypy:", b"pyright:", b"ruff:"),
    (
        ("blanket", rb"(?i)#\s*+(?:flake8|ruff):\s*+noqa(?!:)"),
        ("blanket", rb"#\s*+mypy:\s*+ignore-errors|^\s*+#\s*+type:\s*+ignore\s*+$"),
        ("blanket", rb"#\s*+pylint:\s*+(?:skip-file|disable\s*+=\s*+(?:all|[CREFW])\b)"),
        ("blanket", rb"#\s*+pyright:\s*+(?:basic|off|ignore-errors)"),
        ("security", rb"#\s*+nosec\b"),
        ("security", rb"(?i)#\s*+(?:ruff:\s*+)?noqa:[^#]{0,300}?\b(?:S|DUO)(?!101\b)\d"),
        ("blanket", rb"(?i)#\s*+noqa(?!\s*+:)\b"),
        ("plain", rb"(?i)#\s*+(?:ruff:\s*+|flake8:\s*+)?noqa\b"),
        ("plain", rb"#\s*+(?:type|pyright|pyre|ty|mypy|pyrefly):\s*+(?:ignore|disable)|#\s*+pyre-(?:ignore|fixme)"),
        ("plain", rb"#\s*+(?:pylint|pytype):\s*+disable"),
    ),
)
_SECURITY_OF_ESLINT = (
    rb"(?:[^*\n]{0,300}?\b(?:security/|no-eval\b|no-implied-eval|no-new-func|no-unsanitized|no-danger|sdl/))"
)
_SCRIPT = Language(
    (b"lint-disable", b"lint:disable", b"biome-ignore", b"lint-ignore", b"@ts-"),
    (
        ("security", rb"(?:eslint|oxlint)-disable" + _SECURITY_OF_ESLINT),
        ("blanket", rb"(?:eslint|oxlint)-disable(?:-next-line|-line)?\s*+(?:\*/|-->|--|$)"),
        ("blanket", rb"[/*]\s*+@ts-nocheck"),
        ("security", rb"biome-ignore(?:-all)?\s++lint/security"),
        ("blanket", rb"biome-ignore(?:-all)?\s++lint:|tslint:disable\s*+(?:\*/|$)|deno-lint-ignore-file\s*+$"),
        ("plain", rb"[/*<]\W*+(?:eslint-disable|oxlint-disable|tslint:disable|biome-ignore|deno-lint-ignore)"),
        ("plain", rb"[/*]\s*+@ts-(?:ignore|expect-error)"),
    ),
)
_GO = Language(
    (b"nolint", b"nosec", b"lint:"),
    (
        ("security", rb"//\s*+nolint:[^/]{0,300}?\bgosec\b|#\s*+nosec\b"),
        ("blanket", rb"//\s*+nolint(?:\s|$|:\s*+all\b)|//\s*+lint:file-ignore"),
        ("plain", rb"//\s*+(?:nolint:|lint:ignore)"),
    ),
)
_RUST = Language(
    (b"[allow(", b"[expect(", b" allow("),
    (
        (
            "security",
            rb"(?:allow|expect)\([^()]{0,300}?\b(?:unsafe_code|unsafe_op_in_unsafe_fn|undocumented_unsafe_blocks)\b",
        ),
        (
            "blanket",
            rb"(?:allow|expect)\([^()]{0,300}?\b(?:warnings|clippy::all|clippy::correctness|clippy::suspicious)\b",
        ),
        (
            "blanket",
            rb"#!\[(?:allow|expect)\([^()]{0,300}?\b(?:unused|clippy::(?:pedantic|restriction|style|complexity))\b",
        ),
        ("plain", rb"#!?\[(?:cfg_attr\([^\]]{0,300}?)?(?:allow|expect)\("),
    ),
)
_JVM = Language(
    (b"Suppress", b"NOPMD", b"CHECKSTYLE", b"noinspection", b"NOLINT", b"scalastyle:"),
    (
        ("security", rb"@(?:edu\.umd\.\w+\.)?SuppressFBWarnings"),
        ("blanket", rb"""@(?:file:)?Suppress(?:Warnings|Lint)?\s*+\([^()]{0,300}?["'](?i:all|warnings)["']"""),
        ("blanket", rb"CHECKSTYLE[: ]OFF|scalastyle:off\s*+$"),
        (
            "plain",
            rb"@(?:file:)?Suppress(?:Warnings|Lint)?\s*+[(\[]|//\s*+(?:NOPMD|noinspection|NOLINT)|scalastyle:off",
        ),
    ),
)
_DOTNET = Language(
    (b"pragma", b"SuppressMessage", b"ReSharper", b"#nullable", b"#nowarn"),
    (
        (
            "security",
            rb"(?:pragma\s++warning\s++disable|SuppressMessage)[^/]{0,300}?\b(?:CA(?:2[13]\d\d|[35]\d{3})|SCS\d{4}|S[2-6]\d{3})\b",
        ),
        ("blanket", rb"#\s*+pragma\s++warning\s++disable\s*+(?://|$)|ReSharper\s++disable\s++All"),
        ("plain", rb"#\s*+pragma\s++warning\s++disable|\bSuppressMessage\s*+\(|ReSharper\s++disable|^\s*+#nowarn"),
        ("plain", rb"^\s*+#nullable\s++disable"),
    ),
)
_RUBY = Language(
    (b"rubocop:", b"brakeman:", b"standard:", b"steep:", b"reek:"),
    (
        ("security", rb"#\s*+rubocop:(?:disable|todo)[^#]{0,300}?\bSecurity\b|brakeman:ignore"),
        ("blanket", rb"#\s*+(?:rubocop|standard):(?:disable|todo)\s++(?:all|[A-Z]\w++(?![/\w]))"),
        ("plain", rb"#\s*+(?:rubocop|standard):(?:disable|todo)|steep:ignore|:reek:"),
    ),
)
_PHP = Language(
    (b"phpstan-", b"phpcs:", b"psalm-", b"@phan-", b"noinspection", b"@codingStandards"),
    (
        ("security", rb"@psalm-suppress\s++Tainted|phpcs:(?:ignore|disable)[^*]{0,300}?\bSecurity\b"),
        ("blanket", rb"phpcs:ignoreFile|phpcs:disable\s*+(?:\*/|--|$)|@codingStandardsIgnoreFile"),
        ("blanket", rb"@psalm-suppress\s++all\b|@phan-file-suppress"),
        ("plain", rb"phpstan-ignore|phpcs:(?:ignore|disable)|@psalm-suppress|@phan-suppress|@noinspection"),
        ("plain", rb"@codingStandardsIgnore"),
    ),
)
_SHELL = Language(
    (b"shellcheck",),
    (("blanket", rb"#\s*+shellcheck\s++disable=all\b"), ("plain", rb"#\s*+shellcheck\s++disable=")),
)
_C = Language(
    (b"NOLINT", b"diagnostic", b"pragma warning", b"cppcheck-", b"coverity["),
    (
        (
            "blanket",
            rb"\bNOLINT(?:BEGIN|NEXTLINE)?\b(?!\()|pragma\s++(?:GCC|clang)\s++diagnostic\s++ignored\s++\"-Wall\"",
        ),
        ("blanket", rb"pragma\s++clang\s++diagnostic\s++ignored\s++\"-Weverything\""),
        ("plain", rb"\bNOLINT|pragma\s++(?:GCC|clang)\s++diagnostic\s++ignored|cppcheck-suppress|coverity\["),
        ("plain", rb"pragma\s++warning\s*+\([^()]{0,300}?disable"),
    ),
)
_SWIFT = Language(
    (b"swiftlint:",),
    (("blanket", rb"swiftlint:disable(?::\w++)?\s++all\b"), ("plain", rb"swiftlint:disable")),
)
_DART = Language(
    (b"ignore:", b"ignore_for_file:"),
    (("blanket", rb"//\s*+ignore_for_file:\s*+type=lint"), ("plain", rb"//\s*+ignore(?:_for_file)?:")),
)
_INFRASTRUCTURE = Language(
    (
        b"tfsec:",
        b"checkov:",
        b"trivy:",
        b"kics-scan",
        b"hadolint",
        b"tflint-",
        b"zizmor:",
        b"kube-",
        b"snyk:",
        b"yamllint",
    ),
    (
        ("security", rb"(?:tfsec|trivy):ignore|checkov:skip|kics-scan\s++(?:ignore|disable)|zizmor:\s*+ignore"),
        ("security", rb"kube-(?:linter|score)[./]|snyk:ignore"),
        ("plain", rb"hadolint\s++(?:global\s++)?ignore=|tflint-ignore|yamllint\s++disable"),
    ),
)
_STYLE = Language(
    (b"stylelint-disable",),
    (("blanket", rb"stylelint-disable(?:-line|-next-line)?\s*+(?:\*/|$)"), ("plain", rb"stylelint-disable")),
)
_LUA = Language((b"luacheck:",), (("blanket", rb"luacheck:\s*+ignore\s*+$"), ("plain", rb"luacheck:\s*+ignore")))
_ELIXIR = Language((b"credo:",), (("blanket", rb"credo:disable-for-this-file\s*+$"), ("plain", rb"credo:disable")))
_PLAIN = Language((), ())

_BY_EXTENSION: Mapping[bytes, Language] = {
    extension: language
    for extensions, language in (
        ("py pyi pyx pxd", _PYTHON),
        ("js jsx mjs cjs ts tsx mts cts vue svelte astro", _SCRIPT),
        ("go", _GO),
        ("rs", _RUST),
        ("java kt kts scala groovy gradle", _JVM),
        ("cs fs vb cshtml razor", _DOTNET),
        ("rb rake gemspec ru", _RUBY),
        ("php phtml phpt", _PHP),
        ("sh bash zsh ksh bats", _SHELL),
        ("c cc cpp cxx h hh hpp hxx m mm cu", _C),
        ("swift", _SWIFT),
        ("dart", _DART),
        ("tf tfvars hcl yml yaml json bicep dockerfile", _INFRASTRUCTURE),
        ("css scss less sass", _STYLE),
        ("lua", _LUA),
        ("ex exs", _ELIXIR),
        ("sql xml ini cfg toml conf properties env ps1 psm1 pl pm erb html", _PLAIN),
    )
    for extension in words(extensions)
}
_BY_NAME: Mapping[bytes, Language] = {
    name: language
    for names, language in (
        ("dockerfile containerfile", _INFRASTRUCTURE),
        ("rakefile gemfile vagrantfile", _RUBY),
    )
    for name in words(names)
}


def language_of(name: bytes) -> Language | None:
    """The language of a folded file name; None for one whose checkers are not known."""
    found = _BY_EXTENSION.get(name.rpartition(b".")[2]) if b"." in name else None
    return found or _BY_NAME.get(name.partition(b".")[0])


def needles(language: Language) -> tuple[bytes, ...]:
    """What a line of this language holds where it silences anything."""
    return (*language.needles, *_EVERYWHERE)


def suppression(line: bytes, language: Language) -> tuple[Gravity, bytes] | None:
    """(how grave it is, the line from there on) of the suppression on ``line``; None where it holds none."""
    for grave, pattern in _compiled(language):
        if found := pattern.search(line):
            return grave, line[found.start() :]
    return None


@cache
def _compiled(language: Language) -> tuple[tuple[Gravity, re.Pattern[bytes]], ...]:
    return tuple((grave, re.compile(pattern)) for grave, pattern in (*_ANYWHERE, *language.patterns))
