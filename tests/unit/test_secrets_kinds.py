# SPDX-License-Identifier: Apache-2.0
"""Secrets: the catalogue. Every kind finds its own examples, and nothing that only resembles them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gatekeeper.rules import secrets
from gatekeeper.rules.secrets import catalogue
from gatekeeper.rules.secrets.detector import KindDetector
from gatekeeper.rules.secrets.kinds import Kind
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.recipe import Choice, Run
from gatekeeper.rules.secrets.scene import Scene
from tests.unit.secret_values import context, of_kind

KINDS = catalogue.kinds()
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def found(kind: Kind, text: str) -> Iterator[Match]:
    """What the detector of that kind says of every place where one of its anchors stands."""
    detector = KindDetector(kind)
    content = text.encode()
    where = content.lower() if detector.folds else content
    for anchor in detector.anchors:
        for place in (hit.start() for hit in re.finditer(re.escape(anchor), where)):
            yield from detector.at(Scene(content, None), place, anchor)


@every_kind
def test_an_example_is_found(kind: Kind) -> None:
    for seed in range(3):
        value = of_kind(kind, seed)
        assert value.encode() in {match.value for match in found(kind, context(kind, value))}


@every_kind
def test_a_stand_in_is_not(kind: Kind) -> None:
    fill = {"x": "x", "X": "X", "0": "0"}
    value = "".join(
        part
        if isinstance(part, str)
        else part.words[0]
        if isinstance(part, Choice)
        else next(fill[c] for c in fill if c in part.characters) * part.least
        for part in kind.recipe
    )
    if sum(part.least for part in kind.recipe if isinstance(part, Run)) >= 12 and kind.floor:
        assert not list(found(kind, context(kind, value)))


@every_kind
def test_part_of_a_word_is_not(kind: Kind) -> None:
    value = of_kind(kind)
    assert not [match for match in found(kind, f"W{value}W") if match.value == value.encode()]


@every_kind
def test_its_name_is_a_rule_name(kind: Kind) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", kind.name)
    assert kind.anchors
    assert all(anchor for anchor in kind.anchors)
    assert kind.source


def test_there_are_enough_and_each_has_its_own_name() -> None:
    names = [kind.name for kind in KINDS]
    assert len(names) >= 250
    assert len(names) == len(set(names))


def test_the_index_is_what_the_catalogue_says() -> None:
    written = Path(catalogue.__file__).with_name("index.py").read_text(encoding="ascii")
    assert written == catalogue.index(), "run: python -m gatekeeper.rules.secrets.catalogue"


def test_every_rule_that_is_no_kind_is_documented() -> None:
    page = (Path(secrets.__file__).parents[1] / "docs" / "secrets.md").read_text(encoding="utf-8")
    said = {name.strip() for line in page.splitlines() if line.startswith("## ") for name in line[3:].split(",")}
    source = "".join(path.read_text(encoding="utf-8") for path in Path(secrets.__file__).parent.glob("*.py"))
    assert set(re.findall(r'"(secrets\.[a-z][a-z0-9-]+)"', source)) <= said
