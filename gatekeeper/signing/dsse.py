# SPDX-License-Identifier: Apache-2.0
"""DSSE envelopes (secure-systems-lab/dsse, protocol 1.0.2): one a line, canonical, with exactly one SSH signature."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import canonical, keys, sshsig
from gatekeeper.signing.wire import from_base64, to_base64

PAYLOAD_TYPE = "application/vnd.in-toto+json"
LINE_LIMIT = 64 * 1024
"""Bytes a line may have where anybody may add one."""


class Envelope(NamedTuple):
    """A well-formed envelope. Its signature is not verified yet."""

    payload_type: str
    payload: bytes
    keyid: str
    """``SHA256:`` fingerprint; it is that of the key in ``sig``."""
    sig: bytes
    """The SSHSIG blob, over :func:`pae` of type and payload."""
    line: bytes
    """The whole envelope, without a line end."""
    key: bytes
    """The public key blob in ``sig``."""


def pae(payload_type: str, payload: bytes) -> bytes:
    """The bytes that are signed: DSSE's pre-authentication encoding."""
    name = payload_type.encode()
    return b"DSSEv1 %d %s %d %s" % (len(name), name, len(payload), payload)


def encode(payload: bytes, sig: bytes) -> bytes:
    """The envelope's line, without a line end, for an in-toto ``payload`` and the SSHSIG blob over its PAE."""
    signature = {"keyid": keys.fingerprint(sshsig.parse(sig).key.blob), "sig": to_base64(sig).decode()}
    document = {"payload": to_base64(payload).decode(), "payloadType": PAYLOAD_TYPE, "signatures": [signature]}
    return canonical.dumps(document)


def parse(line: bytes, limit: int = LINE_LIMIT) -> Envelope:
    """Take one line (without its end) apart. Raises :class:`SignatureInvalid` unless :func:`encode` would write it.

    ``limit`` is in bytes; the gates' own records may be longer than what people send.
    """
    document = canonical.loads_canonical(line, limit)
    if not isinstance(document, dict) or document.keys() != {"payload", "payloadType", "signatures"}:
        raise SignatureInvalid("not a DSSE envelope")
    if document["payloadType"] != PAYLOAD_TYPE:
        raise SignatureInvalid(f"payload is not of type {PAYLOAD_TYPE}")
    signatures = document["signatures"]
    if not isinstance(signatures, list) or len(signatures) != 1:
        raise SignatureInvalid("envelope has not exactly one signature")
    signature = signatures[0]
    if not isinstance(signature, dict) or signature.keys() != {"keyid", "sig"}:
        raise SignatureInvalid("the envelope's signature is not keyid and sig")
    payload = _bytes(document["payload"], "payload")
    sig = _bytes(signature["sig"], "sig")
    key = sshsig.parse(sig).key.blob
    keyid = keys.fingerprint(key)
    if signature["keyid"] != keyid:
        raise SignatureInvalid("keyid is not the fingerprint of the key that signed")
    return Envelope(PAYLOAD_TYPE, payload, keyid, sig, line, key)


def statement_id(envelope: Envelope) -> str:
    """The id of the statement inside: SHA-256, in hex, of the PAE. It depends on what is said, not on who signed."""
    return hashlib.sha256(pae(envelope.payload_type, envelope.payload)).hexdigest()


def _bytes(text: object, what: str) -> bytes:
    if not isinstance(text, str):
        raise SignatureInvalid(f"the envelope's {what} is not text")
    return from_base64(text.encode(), f"the envelope's {what}")
