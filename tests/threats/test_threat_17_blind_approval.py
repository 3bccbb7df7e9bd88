# SPDX-License-Identifier: Apache-2.0
"""Threat 17: the statement says what was displayed, and whether a person confirmed it."""

from __future__ import annotations

import hashlib
import json
import re
from base64 import b64decode

from tests.repo import RepoBuilder
from tests.shop import ALICE, Shop


def test_the_digest_is_that_of_the_text_shown(repo: RepoBuilder) -> None:
    shop = Shop(repo)
    shop.agent()
    answer = shop.approve(ALICE)
    text = answer.out.partition("approved by alice@example.org")[0]
    (line,) = shop.noted()
    displayed = json.loads(b64decode(json.loads(line)["payload"]))["predicate"]["displayed"]
    assert displayed == {
        "sha256": hashlib.sha256(text.encode()).hexdigest(),
        "summary": "1 commit, 1 file version, 1 finding; not asked (--yes)",
    }


def test_colours_are_no_part_of_it(repo: RepoBuilder) -> None:
    shop = Shop(repo)
    shop.agent()
    answer = shop.approve(ALICE, "--color", "always")
    assert "\x1b[" in answer.out
    text = re.sub("\x1b\\[[0-9]+m", "", answer.out).partition("approved by alice@example.org")[0]
    (line,) = shop.noted()
    displayed = json.loads(b64decode(json.loads(line)["payload"]))["predicate"]["displayed"]
    assert displayed["sha256"] == hashlib.sha256(text.encode()).hexdigest()


def test_nothing_is_signed_blindly_where_nobody_can_be_asked(repo: RepoBuilder) -> None:
    from tests.signers import key

    shop = Shop(repo)
    shop.agent()
    answer = shop.run("approve", "agent/fix", "--key", key(ALICE).path)
    assert answer.code == 2
    assert "approve asks before it signs, and there is no terminal" in answer.err
    assert shop.noted() == []
