# SPDX-License-Identifier: Apache-2.0
"""Secrets: a wrong checksum is no finding, wherever the value stands."""

from __future__ import annotations

import pytest

from gatekeeper.rules.secrets import scan
from gatekeeper.rules.secrets.checksums import BASE36, BASE62, aws, github, gitlab, in_base
from tests.unit.secret_values import drawn, github_token, routable_token


def rules(text: str) -> set[str]:
    return {match.rule for match in scan(text.encode())}


@pytest.mark.parametrize("prefix", ["ghp", "gho", "ghu", "ghs", "npm"])
def test_a_right_checksum_is_found_and_a_wrong_one_is_not(prefix: str) -> None:
    right = github_token(prefix)
    wrong = right[:-1] + ("a" if right[-1] != "a" else "b")
    for text in ("{}", 'token = "{}"', "Authorization: Bearer {}", "curl -u {}:x-oauth-basic https://api"):
        assert rules(text.format(right))
        assert not rules(text.format(wrong)), text


def test_routable_tokens_of_gitlab() -> None:
    right = routable_token()
    wrong = right[:-1] + ("a" if right[-1] != "a" else "b")
    assert rules(right) == {"secrets.gitlab-pat-routable"}
    assert not rules(wrong)
    assert not rules(f'gitlab_token = "{wrong}"')


def test_access_key_ids_of_aws_hold_an_account() -> None:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    assert aws(("AKIA" + "Q" + drawn(15, 1, alphabet)).encode())
    assert not aws(("AKIA" + "7" * 8 + drawn(8, 1, alphabet)).encode())
    assert aws(("AKIA" + "J" + drawn(15, 1, alphabet)).encode()), "ids from before 2019 hold no account"


@pytest.mark.parametrize(
    ("number", "alphabet", "width", "written"),
    [(0, BASE62, 6, b"000000"), (61, BASE62, 6, b"00000z"), (62, BASE62, 2, b"10"), (35, BASE36, 7, b"000000z")],
)
def test_numbers_are_written_with_leading_zeros(number: int, alphabet: bytes, width: int, written: bytes) -> None:
    assert in_base(number, alphabet, width) == written


def test_a_checksum_over_nothing_is_not_right() -> None:
    assert not github(b"ghp_" + b"0" * 35 + b"1")
    assert not gitlab(b"glpat-" + b"a" * 27 + b".0r0000000")
