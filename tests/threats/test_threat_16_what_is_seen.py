# SPDX-License-Identifier: Apache-2.0
"""Threat 16: what the approver sees is what is signed: nothing is hidden, and nothing is cut."""

from __future__ import annotations

import pytest

from tests.repo import AGENT, RepoBuilder
from tests.shop import ALICE, Shop

HIDING = {
    "erase": (b"rm -rf /\x1b[2K\rls\n", r"rm -rf /\x1b[2K\rls"),
    "bidi in a comment": ("a \u2067b\n".encode(), r"a \u2067b"),
    "zero width": ("pass\u200bword\n".encode(), r"pass\u200bword"),
    "not UTF-8": (b"caf\xe9\n", r"caf\xe9"),
}


@pytest.fixture
def shop(repo: RepoBuilder) -> Shop:
    shop = Shop(repo)
    # A person decides about these here; by default some of them are denied outright.
    repo.git("checkout", "-q", "main")
    levels = "levels: {unicode.bidi: approval, unicode.invisible: warn}\nextends: balanced\n"
    policy = (repo.path / ".gatekeeper" / "policy.yaml").read_text().replace("extends: balanced\n", levels)
    repo.commit({".gatekeeper/policy.yaml": policy}, "policy")
    repo.branch("agent/fix", "main")
    return shop


@pytest.mark.parametrize("name", HIDING)
def test_hidden_bytes_are_shown_as_escapes(shop: Shop, name: str) -> None:
    raw, shown = HIDING[name]
    shop.agent()
    shop.repo.commit({"notes.txt": raw}, "work", AGENT)
    answer = shop.approve(ALICE)
    assert answer.code == 0, answer.err
    assert f"+{shown}" in answer.out
    assert "\x1b" not in answer.out


def test_look_alike_letters_are_pointed_out(shop: Shop) -> None:
    shop.agent()
    shop.repo.commit({"pay.py": "\u0440aypal = 1\n"}, "work", AGENT)
    assert "unicode.mixed-script" in shop.approve(ALICE).out


def test_the_whole_change_is_shown(shop: Shop) -> None:
    shop.agent()
    shop.repo.commit({"long.txt": "".join(f"line {number}\n" for number in range(3000))}, "work", AGENT)
    answer = shop.approve(ALICE)
    assert all(f"+line {number}\n" in answer.out for number in range(3000))
    assert "+3,000 -0 lines" in answer.out


def test_the_message_and_the_path_hide_nothing(shop: Shop) -> None:
    shop.agent()
    shop.repo.commit({"a\x1b[31m.txt": "x\n"}, "fix\x1b[2J\u202e", AGENT)
    answer = shop.approve(ALICE)
    assert "fix\\x1b[2J\\u202e" in answer.out
    assert "a\\x1b[31m.txt" in answer.out
    assert "\x1b" not in answer.out
