# SPDX-License-Identifier: Apache-2.0
"""Hostile bytes end in one kind of exception each; canonical JSON has one form."""

from __future__ import annotations

import contextlib
import json
import struct
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import PolicyInvalid, SignatureInvalid
from gatekeeper.signing import canonical, commits, dsse, keys, sshsig, statement, times
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.identify import open_envelope
from gatekeeper.signing.statement import APPROVAL
from gatekeeper.signing.wire import string
from tests import signers
from tests.signers import SoftKey, signers_line

KEYS = [SoftKey("a"), SoftKey("a", "ecdsa"), SoftKey("a", "ed25519", "ssh:"), SoftKey("a", "ecdsa", "ssh:")]
LINE = KEYS[0].seal(APPROVAL, ["1" * 40], {"reason": "fine"})
LISTED = Signers.parse(signers_line("alice@example.org", KEYS[0].public).encode(), "signers")

names = st.sampled_from(
    [*(name.encode() for name in keys.KEY_TYPES), b"ssh-dss", b"rsa-sha2-512", b"nistp256", b"x", b""]
)
fields = st.one_of(st.binary(max_size=140), names, st.just(b"\4" + bytes(64)), st.just(bytes(32)))
blobs = st.builds(lambda name, rest: b"".join(map(string, [name, *rest])), names, st.lists(fields, max_size=4))


@given(st.one_of(st.binary(max_size=300), blobs))
def test_any_key(blob: bytes) -> None:
    with contextlib.suppress(SignatureInvalid):
        assert keys.parse(blob).blob == blob


@given(
    st.one_of(blobs, st.sampled_from([key.blob for key in KEYS])),
    st.one_of(blobs, st.binary(max_size=100)),
    st.binary(max_size=6),
    st.sampled_from(["sha512", "sha256", "md5", "sha1", ""]),
)
def test_any_signature(public: bytes, inner: bytes, tail: bytes, hash_name: str) -> None:
    blob = signers.blob(public, "n", inner + tail, hash_name)
    with contextlib.suppress(SignatureInvalid):
        sshsig.verify(blob, b"message", "n")
    with contextlib.suppress(SignatureInvalid):
        sshsig.verify(sshsig.dearmor(sshsig.armor(blob)[: len(tail) - 6]), b"message", "n")


@given(st.sampled_from(KEYS), st.data())
def test_any_mutation_of_a_good_signature(key: SoftKey, data: st.DataObject) -> None:
    good = key.sign(b"message", "n")
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 8)))
    mutant = good[:start] + data.draw(st.binary(max_size=8)) + good[end:]
    if mutant != good:
        # ECDSA has a second signature for the same content, but no splice of eight bytes finds it.
        try:
            sshsig.verify(mutant, b"message", "n")
        except SignatureInvalid:
            return
        raise AssertionError(mutant)


@given(st.integers(0, len(LINE) - 1), st.binary(max_size=3), st.integers(0, 3))
def test_any_mutation_of_a_line(at: int, instead: bytes, width: int) -> None:
    mutant = LINE[:at] + instead + LINE[at + width :]
    try:
        opened = open_envelope(mutant, LISTED, "gatekeeper-approval", 0)
    except SignatureInvalid:
        return
    assert mutant == LINE == opened.statement.envelope.line


json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(1 - 2**53, 2**53 - 1),
        st.floats(1 - 2**53, 2**53 - 1),
        st.floats(min_value=1e21, allow_infinity=False),
        st.text(),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.text(), inner, max_size=4)),
    max_leaves=12,
)


@given(json_values)
def test_canonical_json_is_json_and_has_one_form(value: Any) -> None:
    text = canonical.dumps(value)
    assert canonical.loads_canonical(text) == json.loads(text) == value
    assert canonical.dumps(canonical.loads(json.dumps(value, indent=1).encode())) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_read_back_as_the_same_double(value: float) -> None:
    assert struct.pack(">d", float(canonical.number(value))) == struct.pack(">d", value + 0.0 if value else 0.0)


@given(st.one_of(st.binary(max_size=60), st.text(alphabet='{}[]",:\\u0aeE+-.1 ntf', max_size=40).map(str.encode)))
def test_any_json(data: bytes) -> None:
    with contextlib.suppress(SignatureInvalid):
        canonical.loads(data)


@given(json_values)
def test_any_payload(value: Any) -> None:
    payload = canonical.dumps(value)
    envelope = dsse.Envelope(dsse.PAYLOAD_TYPE, payload, "", b"", b"", b"")
    with contextlib.suppress(SignatureInvalid):
        statement.parse(envelope)


@given(
    st.one_of(
        st.binary(max_size=100),
        st.text(alphabet='a@,"=! \t\r\n#*\x00é', max_size=60).map(str.encode),
        st.builds(
            lambda left, options, right: f"{left} {options} {right}".encode(),
            st.text(alphabet='a@,"*', max_size=8),
            st.lists(
                st.sampled_from(['namespaces="git"', 'valid-after="20260101"', "cert-authority", '"', ",", "x"]),
                max_size=4,
            ).map(",".join),
            st.sampled_from([KEYS[0].public, KEYS[1].public, "ssh-rsa AAAA", "", "ssh-ed25519"]),
        ),
    )
)
def test_any_signers_file(text: bytes) -> None:
    with contextlib.suppress(PolicyInvalid):
        for signer in Signers.parse(text, "signers").lines:
            assert len(signer.principals) == 1
            assert signer.namespaces


@given(st.binary(max_size=80).map(lambda rest: b"tree " + rest))
def test_any_commit(raw: bytes) -> None:
    assert b"\ngpgsig" not in commits.signed_payload(raw).partition(b"\n\n")[0]
    with contextlib.suppress(SignatureInvalid):
        sshsig.dearmor(commits.signature_of(raw))


@given(st.one_of(st.text(max_size=24), st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")))
def test_any_time(text: str) -> None:
    with contextlib.suppress(SignatureInvalid):
        assert times.rfc3339(times.parse_rfc3339(text)) == text
    times.parse_compact(text)
