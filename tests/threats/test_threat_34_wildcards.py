# SPDX-License-Identifier: Apache-2.0
"""Threat 34: a principal that is a pattern lets one key be anybody. It is a policy error."""

from __future__ import annotations

import pytest

from gatekeeper.errors import PolicyInvalid
from gatekeeper.signing.allowed_signers import Signers
from tests.signers import SoftKey, signers_line


@pytest.mark.parametrize(
    "principal", ["*", "*@example.org", "alice@example.or?", "!bob@example.org", '"*@example.org"']
)
@pytest.mark.parametrize("options", [(), ("cert-authority",)])
def test_patterns_and_negations_are_refused(principal: str, options: tuple[str, ...]) -> None:
    text = signers_line(principal, SoftKey("alice").public, "git", *options)
    with pytest.raises(PolicyInvalid) as caught:
        Signers.parse(text.encode(), ".gatekeeper/allowed_signers")
    plain = principal.strip('"')
    assert str(caught.value) == f".gatekeeper/allowed_signers:1: principal '{plain}' is a pattern; name each person"


def test_a_list_that_hides_a_pattern() -> None:
    text = signers_line("alice@example.org,*", SoftKey("alice").public)
    with pytest.raises(PolicyInvalid, match="is a pattern"):
        Signers.parse(text.encode(), "signers")
