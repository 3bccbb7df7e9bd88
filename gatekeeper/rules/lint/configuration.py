# SPDX-License-Identifier: Apache-2.0
"""Settings that silence a checker for a whole project: rules switched off, files left out, findings put on a list."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from gatekeeper.model import FileChange
from gatekeeper.rules.filetypes import words
from gatekeeper.rules.lint.markers import Gravity
from gatekeeper.rules.rule import CommitView

_SCANNER_LISTS = words(
    ".bandit .bandit.yaml .bandit.yml .checkov.yaml .checkov.yml .gitleaksignore .grype.yaml .nsprc .secrets.baseline "
    ".semgrepignore .snyk .tfsec.yml .trivyignore .trivyignore.yaml .zizmor.yml audit-ci.json audit-ci.jsonc "
    "osv-scanner.toml zizmor.yml zizmor.yaml"
)
"""Files whose lines are exceptions from what a scanner for vulnerabilities or secrets would say."""
_LINT_LISTS = words(
    ".ansible-lint-ignore .eslintignore .hadolint.yaml .hadolint.yml .rubocop_todo.yml .shellcheckrc .stylelintignore "
    ".swiftlint.baseline detekt-baseline.xml eslint-suppressions.json lint-baseline.xml phpstan-baseline.neon "
    "phpstan-baseline.php psalm-baseline.xml"
)
_TOML = words(".ruff.toml pyproject.toml ruff.toml")
_OFF = rb"""\s*+:\s*+\[?\s*+(?:["']off["']|0\b)"""
_LINES: Mapping[str, tuple[tuple[Gravity, bytes], ...]] = {
    "typescript": (
        ("blanket", rb'"strict"\s*+:\s*+false'),
        ("plain", rb'"(?:noImplicit\w++|strict\w++|noUnchecked\w++|noFallthrough\w++|checkJs)"\s*+:\s*+false'),
    ),
    "script": (
        ("security", rb"""["'](?:security/[\w-]++|no-eval|no-implied-eval|no-new-func|react/no-danger)["']""" + _OFF),
        ("plain", rb"""["'][\w@/-]++["']""" + _OFF),
    ),
    "ini": (
        ("blanket", rb"^\s*+ignore_errors\s*+=\s*+(?i:true|1|yes)"),
        ("plain", rb"^\s*+(?:(?:extend-|per-file-)?ignore|disable(?:_error_code)?)\s*+[=:]"),
        ("plain", rb"^\s*+strict\s*+=\s*+(?i:false|0)"),
    ),
    "yaml": (
        ("blanket", rb"^\s*+(?:disable-all|DisabledByDefault):\s*+true"),
        ("plain", rb"^\s*+(?:Enabled|enabled|active|enable):\s*+false"),
    ),
    "dotnet": (
        ("blanket", rb"<TreatWarningsAsErrors>\s*+false|<EnableNETAnalyzers>\s*+false|<RunAnalyzers\w*+>\s*+false"),
        ("security", rb"(?:dotnet_diagnostic\.|<NoWarn>[^<]{0,300}?)(?:CA(?:2[13]\d\d|[35]\d{3})|SCS\d{4}|NU190\d)"),
        ("plain", rb"<NoWarn>|<Nullable>\s*+disable|^\s*+dotnet_diagnostic\.\w++\.severity\s*+=\s*+(?:none|silent)"),
    ),
}  # fmt: skip
_NAMES: Mapping[bytes, str] = {
    name: kind
    for kind, names in (
        ("ini", ".flake8 .pylintrc mypy.ini .mypy.ini pylintrc setup.cfg tox.ini"),
        ("yaml", ".golangci.yaml .golangci.yml .rubocop.yml .swiftlint.yml detekt.yml .ansible-lint .yamllint"),
        ("script", "biome.json biome.jsonc .oxlintrc.json tslint.json"),
        ("dotnet", ".editorconfig .globalconfig"),
    )
    for name in words(names)
}

_LONGEST = 2000


def kind_of(path: bytes) -> str | None:
    """Which settings a file of this folded path holds; None for any other."""
    folder, _, name = path.rpartition(b"/")
    if name in _SCANNER_LISTS and not folder.endswith(b"workflows"):
        return "scanner list"
    if name in _LINT_LISTS:
        return "lint list"
    if name in _TOML:
        return "toml"
    if name in _NAMES:
        return _NAMES[name]
    if name.startswith((b".eslintrc", b"eslint.config.")):
        return "script"
    if name.startswith(b"tsconfig") and name.endswith(b".json"):
        return "typescript"
    return "dotnet" if name.endswith((b".csproj", b".fsproj", b".vbproj", b"build.props")) else None


def silenced(view: CommitView, file: FileChange, kind: str) -> Iterator[tuple[int | None, bytes, Gravity]]:
    """(line, text, gravity) of each setting of ``file`` that silences and did not before."""
    if kind == "toml":
        from gatekeeper.rules.lint.toml import silenced_in_toml

        for text, gravity in silenced_in_toml(view.olds(file), view.new(file)):
            yield None, text, gravity
        return
    found = [(line.number, line.text[:_LONGEST].strip()) for line in view.added(file)]
    graves = [(number, text, grave) for number, text in found if (grave := _of_line(text, kind)) is not None]
    if kind.endswith(" list") and len(graves) > 1:
        number, text, grave = graves[0]
        yield number, b"%s and %d more lines" % (text, len(graves) - 1), grave
    else:
        yield from graves


def _of_line(text: bytes, kind: str) -> Gravity | None:
    if kind.endswith(" list"):
        if not text or text.startswith((b"#", b"//", b"<", b"---")) or text in (b"{", b"}", b"[", b"]"):
            return None
        return "security" if kind == "scanner list" else "plain"
    return next((grave for grave, pattern in _patterns(kind) if pattern.search(text)), None)


@cache
def _patterns(kind: str) -> tuple[tuple[Gravity, re.Pattern[bytes]], ...]:
    return tuple((grave, re.compile(pattern)) for grave, pattern in _LINES[kind])
