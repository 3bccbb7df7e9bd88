# SPDX-License-Identifier: Apache-2.0
"""Threat 27: a signers line without ``namespaces=`` would make every signature of that key an approval."""

from __future__ import annotations

import pytest

from gatekeeper.errors import PolicyInvalid
from gatekeeper.signing.allowed_signers import Signers
from tests import signers


@pytest.mark.parametrize("options", ["", 'valid-before="20300101Z" ', 'namespaces="" ', "cert-authority "])
def test_it_is_a_policy_error_that_says_what_to_write(options: str) -> None:
    text = f"# people\nalice@example.org {options}{signers.key('alice').public}\n"
    with pytest.raises(PolicyInvalid) as caught:
        Signers.parse(text.encode(), ".gatekeeper/allowed_signers")
    assert str(caught.value) == (
        ".gatekeeper/allowed_signers:2: line names no namespaces; "
        'write namespaces="git,gatekeeper-approval" before the key'
    )
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("namespaces", ["*", "gatekeeper-*", "!file", "gi?"])
def test_a_pattern_of_namespaces_is_as_bad(namespaces: str) -> None:
    text = signers.signers_line("alice@example.org", signers.key("alice").public, namespaces)
    with pytest.raises(PolicyInvalid, match="is empty or a pattern; name each in full"):
        Signers.parse(text.encode(), "signers")
