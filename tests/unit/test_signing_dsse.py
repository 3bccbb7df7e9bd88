# SPDX-License-Identifier: Apache-2.0
"""Envelopes and statements: one shape, one encoding, one signature, and a principal behind it."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import canonical, dsse, keys, statement
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.identify import open_envelope, open_unlisted
from gatekeeper.signing.statement import APPROVAL, DECISION, REJECTION, REVOCATION, RUN
from tests.signers import SoftKey, signers_line

ALICE = SoftKey("alice")
OID, OTHER = "1" * 40, "2" * 40
PREDICATE: dict[str, object] = {"nonce": "n1", "approver": "alice@example.org"}
LINE = ALICE.seal(APPROVAL, [OID], PREDICATE)
SIGNERS = Signers.parse(signers_line("alice@example.org", ALICE.public).encode(), "signers")


def changed(**fields: Any) -> bytes:
    return canonical.dumps({**json.loads(LINE), **fields})


def payload_line(payload: object) -> bytes:
    """An envelope, well signed, around any payload."""
    raw = payload if isinstance(payload, bytes) else canonical.dumps(payload)
    return dsse.encode(raw, ALICE.sign(dsse.pae(dsse.PAYLOAD_TYPE, raw), "gatekeeper-approval"))


def refusal(line: bytes, namespace: str = "gatekeeper-approval") -> str:
    with pytest.raises(SignatureInvalid) as caught:
        open_envelope(line, SIGNERS, namespace, 0)
    return str(caught.value)


def test_the_pae_of_the_dsse_specification() -> None:
    assert dsse.pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_a_line_is_parsed_back_to_what_was_signed() -> None:
    envelope = dsse.parse(LINE)
    assert envelope.keyid == keys.fingerprint(ALICE.blob)
    assert envelope.key == ALICE.blob
    assert envelope.line == LINE == dsse.encode(envelope.payload, envelope.sig)
    said = statement.parse(envelope)
    assert (said.predicate_type, said.subjects, said.predicate) == (APPROVAL, (OID,), PREDICATE)
    assert said.id == hashlib.sha256(dsse.pae(dsse.PAYLOAD_TYPE, envelope.payload)).hexdigest()


def test_the_signer_is_found_and_checked() -> None:
    opened = open_envelope(LINE, SIGNERS, "gatekeeper-approval", 0)
    assert (opened.principal, opened.statement.subjects, opened.verified.key) == (
        "alice@example.org",
        (OID,),
        ALICE.blob,
    )


def test_a_stranger_is_refused_and_can_still_be_read() -> None:
    line = SoftKey("mallory").seal(APPROVAL, [OID], PREDICATE)
    assert refusal(line).endswith("is not listed in signers")
    said, verified = open_unlisted(dsse.parse(line), "gatekeeper-approval")
    assert (said.subjects, verified.key) == ((OID,), SoftKey("mallory").blob)


@pytest.mark.parametrize(
    ("kind", "namespace"),
    [
        (APPROVAL, "gatekeeper-approval"),
        (REJECTION, "gatekeeper-approval"),
        (REVOCATION, "gatekeeper-approval"),
        (DECISION, "gatekeeper-decision"),
        (RUN, "gatekeeper-decision"),
    ],
)
def test_each_kind_is_signed_under_its_own_namespace(kind: str, namespace: str) -> None:
    signers = Signers.parse(
        signers_line("a@example.org", ALICE.public, "gatekeeper-approval,gatekeeper-decision").encode(), "signers"
    )
    line = ALICE.seal(kind, [OID, OTHER], {})
    assert open_envelope(line, signers, namespace, 0).statement.subjects == (OID, OTHER)
    other = {"gatekeeper-approval": "gatekeeper-decision", "gatekeeper-decision": "gatekeeper-approval"}[namespace]
    with pytest.raises(SignatureInvalid, match=f"is not signed under the namespace {other}"):
        open_envelope(line, signers, other, 0)


def test_a_changed_payload_does_not_fit_its_signature() -> None:
    payload = statement.build(APPROVAL, [OTHER], PREDICATE)
    line = changed(payload=base64.b64encode(payload).decode())
    assert refusal(line) == "signature does not fit the content"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "not JSON in UTF-8"),
        (b"[]", "not a DSSE envelope"),
        (LINE + b"\n", "JSON is not in its canonical form (RFC 8785)"),
        (LINE + b" ", "JSON is not in its canonical form (RFC 8785)"),
        (LINE.replace(b",", b", ", 1), "JSON is not in its canonical form (RFC 8785)"),
        (LINE.replace(b'"payload"', b'"\\u0070ayload"'), "JSON is not in its canonical form (RFC 8785)"),
        (json.dumps(dict(reversed(json.loads(LINE).items()))).encode(), "JSON is not in its canonical form (RFC 8785)"),
        (LINE.replace(b"{", b'{"payload":"",', 1), "JSON object has a key twice"),
        (changed(more=1), "not a DSSE envelope"),
        (changed(payloadType="text/plain"), "payload is not of type application/vnd.in-toto+json"),
        (changed(payload=1), "the envelope's payload is not text"),
        (changed(payload=""), "the envelope's payload is not base64 in its one canonical form"),
        (changed(payload="YQ"), "the envelope's payload is not base64 in its one canonical form"),
        (changed(payload="YR=="), "the envelope's payload is not base64 in its one canonical form"),
        (changed(payload="YQ==YQ=="), "the envelope's payload is not base64 in its one canonical form"),
        (changed(payload="Y Q=="), "the envelope's payload is not base64 in its one canonical form"),
        (changed(payload="_-8="), "the envelope's payload is not base64 in its one canonical form"),
        (changed(payload="é"), "the envelope's payload is not base64 in its one canonical form"),
        (changed(signatures={}), "envelope has not exactly one signature"),
        (changed(signatures=[]), "envelope has not exactly one signature"),
        (changed(signatures=json.loads(LINE)["signatures"] * 2), "envelope has not exactly one signature"),
        (changed(signatures=[{}]), "the envelope's signature is not keyid and sig"),
        (changed(signatures=["x"]), "the envelope's signature is not keyid and sig"),
        (changed(signatures=[{"keyid": "", "sig": "YQ=="}]), "signature is cut short"),
        (
            changed(signatures=[{**json.loads(LINE)["signatures"][0], "keyid": keys.fingerprint(b"x")}]),
            "keyid is not the fingerprint of the key that signed",
        ),
        (b'"' + b"x" * 65_535 + b'"', "JSON of 65537 bytes; accepted are 65536"),
    ],
)
def test_any_other_line_is_refused_with_the_reason(line: bytes, reason: str) -> None:
    assert refusal(line) == reason


GOOD = json.loads(base64.b64decode(json.loads(LINE)["payload"]))
SUBJECT = {"digest": {"gitCommit": OID}}


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (b"{ }", "JSON is not in its canonical form (RFC 8785)"),
        ([], "payload is not an in-toto statement"),
        ({**GOOD, "more": 1}, "payload is not an in-toto statement"),
        ({key: GOOD[key] for key in ("_type", "subject", "predicateType")}, "payload is not an in-toto statement"),
        ({**GOOD, "_type": "https://in-toto.io/Statement/v0.1"}, f"statement is not of type {statement.TYPE}"),
        ({**GOOD, "predicateType": "urn:gatekeeper:approval:v2"}, "a predicate type that gatekeeper does not know"),
        ({**GOOD, "predicateType": []}, "a predicate type that gatekeeper does not know"),
        ({**GOOD, "predicate": []}, "the statement's predicate is not an object"),
        ({**GOOD, "subject": []}, "statement has no subject"),
        ({**GOOD, "subject": {}}, "statement has no subject"),
        ({**GOOD, "subject": [SUBJECT, SUBJECT]}, "names a subject twice"),
        ({**GOOD, "subject": [SUBJECT, {"digest": {"gitCommit": "1" * 64}}]}, "under two hash algorithms"),
        ({**GOOD, "subject": ["x"]}, "is not a name and a digest"),
        ({**GOOD, "subject": [{**SUBJECT, "uri": "x"}]}, "is not a name and a digest"),
        ({**GOOD, "subject": [{"name": "x"}]}, "is not named by gitCommit alone"),
        ({**GOOD, "subject": [{**SUBJECT, "name": 1}]}, "is not named by gitCommit alone"),
        ({**GOOD, "subject": [{"digest": {"gitCommit": OID, "sha1": OID}}]}, "is not named by gitCommit alone"),
        ({**GOOD, "subject": [{"digest": {"gitCommit": "1" * 39}}]}, "is not a full object id in lower-case hex"),
        ({**GOOD, "subject": [{"digest": {"gitCommit": "A" * 40}}]}, "is not a full object id in lower-case hex"),
        ({**GOOD, "subject": [{"digest": {"gitCommit": OID + "\n"}}]}, "is not a full object id in lower-case hex"),
        ({**GOOD, "subject": [{"digest": {"gitCommit": 1}}]}, "is not a full object id in lower-case hex"),
    ],
)
def test_a_signed_payload_of_another_shape_is_refused(payload: object, reason: str) -> None:
    assert reason in refusal(payload_line(payload))


def test_a_subject_may_have_a_name_and_sha256_ids_are_read() -> None:
    named = {**GOOD, "subject": [{"name": "head", "digest": {"gitCommit": "3" * 64}}]}
    assert open_envelope(payload_line(named), SIGNERS, "gatekeeper-approval", 0).statement.subjects == ("3" * 64,)


def test_a_gate_may_read_its_own_longer_lines() -> None:
    line = ALICE.seal(APPROVAL, [f"{number:040x}" for number in range(1_000)], PREDICATE)
    assert len(line) > dsse.LINE_LIMIT
    assert "accepted are 65536" in refusal(line)
    assert len(open_envelope(line, SIGNERS, "gatekeeper-approval", 0, len(line)).statement.subjects) == 1_000
