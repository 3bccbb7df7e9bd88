# SPDX-License-Identifier: Apache-2.0
"""Secrets: what one text gives."""

from __future__ import annotations

from random import Random

import pytest

from gatekeeper.rules.secrets import scan
from gatekeeper.rules.secrets.catalogue import kinds
from gatekeeper.rules.secrets.kinds import Kind
from gatekeeper.rules.secrets.recipe import example


@pytest.mark.parametrize("kind", [kind for kind in kinds() if kind.check is None], ids=lambda kind: kind.name)
def test_an_example_of_every_kind_is_found(kind: Kind) -> None:
    value = example(kind.recipe, Random(kind.name))
    text = f'api_key = "{value}"\n' if kind.shape == "token" else f'{kind.anchors[0]}_api_key = "{value}"\n'
    assert f"secrets.{kind.name}" in {match.rule for match in scan(text.encode())}


def test_a_match_shows_no_value() -> None:
    value = example(KINDS[5].recipe, Random(1))
    (match,) = scan(value.encode())
    assert match.value.decode() == value
    assert value not in repr(match)
    assert value not in str([match])
