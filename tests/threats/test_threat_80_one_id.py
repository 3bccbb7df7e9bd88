# SPDX-License-Identifier: Apache-2.0
"""Threat 80: one statement under two encodings or two signatures has one id; extra signatures are refused."""

from __future__ import annotations

import json

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import canonical, dsse, statement
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.identify import open_envelope
from gatekeeper.signing.statement import APPROVAL
from gatekeeper.signing.wire import string
from tests.signers import P256_ORDER, SoftKey, blob, ecdsa_value, signed_data, signers_line

NAMESPACE = "gatekeeper-approval"
ALICE = SoftKey("alice", "ecdsa")
LISTED = Signers.parse(signers_line("alice@example.org", ALICE.public).encode(), "signers")
PAYLOAD = statement.build(APPROVAL, ["1" * 40], {"nonce": "n"})
MESSAGE = dsse.pae(dsse.PAYLOAD_TYPE, PAYLOAD)
LINE = dsse.encode(PAYLOAD, ALICE.sign(MESSAGE, NAMESPACE))


def test_ecdsa_s_and_n_minus_s_are_two_good_signatures_of_one_statement() -> None:
    """Harmless: what is revoked, counted and logged is the id, and that is made of what was said alone."""
    r, s = ALICE.numbers(signed_data(MESSAGE, NAMESPACE))
    lines = [
        dsse.encode(
            PAYLOAD, blob(ALICE.blob, NAMESPACE, string(b"ecdsa-sha2-nistp256") + string(ecdsa_value(r, value)))
        )
        for value in (s, P256_ORDER - s)
    ]
    assert lines[0] != lines[1]
    first, second = (open_envelope(line, LISTED, NAMESPACE, 0) for line in lines)
    assert first.statement.id == second.statement.id
    assert first.principal == second.principal


def test_two_hashes_of_one_payload_have_one_id() -> None:
    ids = {
        open_envelope(
            dsse.encode(PAYLOAD, ALICE.sign(MESSAGE, NAMESPACE, hash_name=name)), LISTED, NAMESPACE, 0
        ).statement.id
        for name in ("sha256", "sha512")
    }
    assert len(ids) == 1


def test_a_second_encoding_of_the_payload_is_refused_though_well_signed() -> None:
    value = json.loads(PAYLOAD)
    for payload in (json.dumps(value).encode(), PAYLOAD + b"\n", PAYLOAD.replace(b'"nonce"', b'"\\u006eonce"')):
        line = dsse.encode(payload, ALICE.sign(dsse.pae(dsse.PAYLOAD_TYPE, payload), NAMESPACE))
        with pytest.raises(SignatureInvalid, match="JSON is not in its canonical form"):
            open_envelope(line, LISTED, NAMESPACE, 0)


def test_a_second_encoding_of_the_envelope_is_refused() -> None:
    document = json.loads(LINE)
    text = document["payload"]
    assert text.endswith("=")
    changed = (text.rstrip("="), text + "=", text + "\n", "-_" + text[2:], text[:-2] + chr(ord(text[-2]) + 1) + "=")
    lines = [canonical.dumps({**document, "payload": payload}) for payload in changed]
    for line in (*lines, LINE + b" ", json.dumps(document).encode(), LINE.replace(b"payload", b"\\u0070ayload")):
        with pytest.raises(SignatureInvalid, match=r"canonical form"):
            open_envelope(line, LISTED, NAMESPACE, 0)


@pytest.mark.parametrize("extra", [ALICE, SoftKey("mallory")])
def test_an_extra_signature_is_refused(extra: SoftKey) -> None:
    document = json.loads(LINE)
    more = json.loads(dsse.encode(PAYLOAD, extra.sign(MESSAGE, NAMESPACE)))["signatures"]
    for signatures in (document["signatures"] + more, more + document["signatures"]):
        with pytest.raises(SignatureInvalid) as caught:
            open_envelope(canonical.dumps({**document, "signatures": signatures}), LISTED, NAMESPACE, 0)
        assert str(caught.value) == "envelope has not exactly one signature"
