# SPDX-License-Identifier: Apache-2.0
"""Threat 26: a signature that a person made for something else is not an approval."""

from __future__ import annotations

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import dsse, statement
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.identify import open_envelope
from gatekeeper.signing.statement import APPROVAL, DECISION
from tests import signers
from tests.signers import signers_line

PAYLOAD = statement.build(APPROVAL, ["1" * 40], {})
EVERYTHING = "git,file,gatekeeper-approval,gatekeeper-decision"


@pytest.mark.parametrize("namespace", ["git", "file", "email", "gatekeeper-decision", "gatekeeper-approval2"])
def test_a_signature_for_another_namespace(namespace: str) -> None:
    key = signers.key("alice")
    listed = Signers.parse(signers_line("alice@example.org", key.public, EVERYTHING).encode(), "signers")
    line = dsse.encode(PAYLOAD, key.sign(dsse.pae(dsse.PAYLOAD_TYPE, PAYLOAD), namespace))
    with pytest.raises(SignatureInvalid) as caught:
        open_envelope(line, listed, "gatekeeper-approval", 0)
    assert str(caught.value) == f"signature is for the namespace {namespace!r}, not for 'gatekeeper-approval'"


def test_a_signature_for_the_empty_namespace() -> None:
    key = signers.SoftKey("alice")
    listed = Signers.parse(signers_line("alice@example.org", key.public, EVERYTHING).encode(), "signers")
    line = dsse.encode(PAYLOAD, key.sign(dsse.pae(dsse.PAYLOAD_TYPE, PAYLOAD), ""))
    with pytest.raises(SignatureInvalid, match="signature is for the namespace '', not for"):
        open_envelope(line, listed, "gatekeeper-approval", 0)


def test_a_decision_signed_as_a_person_or_an_approval_signed_as_a_gate() -> None:
    key = signers.SoftKey("alice")
    listed = Signers.parse(signers_line("alice@example.org", key.public, EVERYTHING).encode(), "signers")
    for kind, namespace in ((DECISION, "gatekeeper-approval"), (APPROVAL, "gatekeeper-decision")):
        payload = statement.build(kind, ["1" * 40], {})
        line = dsse.encode(payload, key.sign(dsse.pae(dsse.PAYLOAD_TYPE, payload), namespace))
        with pytest.raises(SignatureInvalid, match=f"{kind} is not signed under the namespace {namespace}"):
            open_envelope(line, listed, namespace, 0)
