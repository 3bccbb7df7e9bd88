# SPDX-License-Identifier: Apache-2.0
"""What the documents repeat of the code is what the code says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gatekeeper.commands.main import EXIT_CODES, LATER, VERBS, overview
from gatekeeper.report.formats import FORMATS, PLANNED
from tests.cli import ROOT

DOCUMENTS = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("hooks/**/*.md")]
README = (ROOT / "README.md").read_text()


def test_the_readme_shows_the_help() -> None:
    assert f"```text\n{overview()}```\n" in README


def test_the_readme_lists_the_exit_codes() -> None:
    table = dict(re.findall(r"^\| (\d+) \| (.*) \|$", README, re.MULTILINE))
    told = dict(re.findall(r"(\d+) ([a-z][a-z ]*)", EXIT_CODES))
    for code, meaning in table.items():
        assert meaning.split(",")[0] in told[code]


def test_every_verb_is_named_somewhere_and_exists() -> None:
    known = {verb.name for verb in VERBS}
    for path in DOCUMENTS:
        for verb in re.findall(r"`gatekeeper ([a-z]+)", path.read_text()):
            assert verb in known | set(LATER) | {"run"}, f"{path.name} names {verb}"


def test_the_changelog_names_what_is_missing() -> None:
    text = (ROOT / "CHANGELOG.md").read_text()
    for word in (*LATER, *PLANNED):
        assert word in text
    for name in FORMATS:
        assert name.lower() in text.lower()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text()):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def test_make_has_the_targets_that_are_promised() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for text in (README, (ROOT / "CONTRIBUTING.md").read_text()):
        for target in re.findall(r"^\$ make ([a-z]+)", text, re.MULTILINE):
            assert re.search(rf"^{target}:", makefile, re.MULTILINE)


@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_has_its_module(verb: object) -> None:
    from importlib import import_module

    module = import_module(verb.module)  # type: ignore[attr-defined]
    assert callable(module.run)
