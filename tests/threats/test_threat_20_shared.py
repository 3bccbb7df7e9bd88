# SPDX-License-Identifier: Apache-2.0
"""Threat 20: one key listed for two principals would let one person be two. It is a policy error."""

from __future__ import annotations

import pytest

from gatekeeper.errors import PolicyInvalid
from gatekeeper.signing.allowed_signers import Signers
from tests.signers import SoftKey, signers_line

KEY = SoftKey("shared")
SECOND_LINE = signers_line("bob@example.org", KEY.public, "gatekeeper-approval")


@pytest.mark.parametrize(
    "text",
    [
        signers_line("alice@example.org", KEY.public) + SECOND_LINE,
        signers_line("alice@example.org", KEY.public, "git") + SECOND_LINE,
        signers_line("alice@example.org", KEY.public, "git", 'valid-before="20200101Z"') + SECOND_LINE,
        signers_line("alice@example.org", KEY.public + " another comment") + SECOND_LINE,
        signers_line("alice@example.org", KEY.public, "git", "cert-authority") + SECOND_LINE,
    ],
)
def test_on_two_lines_whatever_else_they_say(text: str) -> None:
    with pytest.raises(PolicyInvalid) as caught:
        Signers.parse(text.encode(), ".gatekeeper/allowed_signers")
    assert str(caught.value) == (
        ".gatekeeper/allowed_signers:2: this key is listed for 'bob@example.org', and in line 1 for "
        "'alice@example.org': one key stands for one person"
    )
    assert caught.value.exit_code == 4


def test_on_one_line() -> None:
    with pytest.raises(PolicyInvalid, match="several principals for one key: one key stands for one person"):
        Signers.parse(signers_line("alice@example.org,bob@example.org", KEY.public).encode(), "signers")
