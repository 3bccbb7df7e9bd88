# SPDX-License-Identifier: Apache-2.0
"""SSH signatures: good ones of every kind are accepted, and each strictness has a reason that it gives."""

from __future__ import annotations

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import keys, sshsig
from gatekeeper.signing.wire import string, to_base64
from tests import signers
from tests.signers import KINDS, SoftKey

NAMESPACE = "gatekeeper-approval"
MESSAGE = b"a message\x00 of bytes"


def refusal(blob: bytes, message: bytes = MESSAGE, namespace: str = NAMESPACE) -> str:
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.verify(blob, message, namespace)
    return str(caught.value)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hash_name", ["sha256", "sha512"])
def test_signatures_by_ssh_keygen_are_good(kind: str, hash_name: str) -> None:
    key = signers.key("alice", kind)
    verified = sshsig.verify(key.sign(MESSAGE, NAMESPACE, "-O", f"hashalg={hash_name}"), MESSAGE, NAMESPACE)
    assert verified.key == key.blob
    assert verified.key_type == key.public.split()[0]
    assert verified.fingerprint == keys.fingerprint(key.blob)
    assert (verified.hardware, verified.touched, verified.verified, verified.counter) == (False, False, False, None)


@pytest.mark.parametrize("kind", KINDS)
def test_another_message_is_refused(kind: str) -> None:
    blob = signers.key("alice", kind).sign(MESSAGE, NAMESPACE)
    assert refusal(blob, MESSAGE + b"x") == "signature does not fit the content"


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
@pytest.mark.parametrize(("flags", "touched", "checked"), [(0, False, False), (1, True, False), (5, True, True)])
def test_hardware_signatures_say_what_the_key_saw(kind: str, flags: int, touched: bool, checked: bool) -> None:
    token = SoftKey("token", kind, "ssh:work")
    verified = sshsig.verify(token.sign(MESSAGE, NAMESPACE, flags, 41), MESSAGE, NAMESPACE)
    assert verified.hardware
    assert (verified.touched, verified.verified) == (touched, checked)
    assert (verified.counter, verified.application) == (41, "ssh:work")


def test_the_flags_of_a_hardware_signature_are_signed() -> None:
    blob = SoftKey("token", application="ssh:").sign(MESSAGE, NAMESPACE, flags=0)
    assert refusal(blob[:-5] + b"\x01" + blob[-4:]) == "signature does not fit the content"


def test_presence_is_asked_of_the_signature() -> None:
    token = SoftKey("token", application="ssh:")
    plain, idle, touched, checked = (
        sshsig.verify(blob, MESSAGE, NAMESPACE)
        for blob in (
            SoftKey("plain").sign(MESSAGE, NAMESPACE),
            *(token.sign(MESSAGE, NAMESPACE, flags) for flags in (0, 1, 5)),
        )
    )
    assert [one.lacks("none") for one in (plain, idle, touched, checked)] == [""] * 4
    assert plain.lacks("touch") == "a hardware key is asked for (presence: touch), and ssh-ed25519 is none"
    assert idle.lacks("touch") == "nobody touched the hardware key (presence: touch)"
    assert touched.lacks("touch") == checked.lacks("touch") == ""
    assert touched.lacks("verify") == "the hardware key checked neither PIN nor fingerprint (presence: verify)"
    assert checked.lacks("verify") == ""


def test_a_pin_without_a_touch_does_not_prove_verify() -> None:
    blob = SoftKey("token", application="ssh:").sign(MESSAGE, NAMESPACE, flags=4)
    assert "nobody touched" in sshsig.verify(blob, MESSAGE, NAMESPACE).lacks("verify")


@pytest.mark.parametrize(
    "namespace", ["git", "file", "", "gatekeeper-approval\0", "gatekeeper-approva", "Gatekeeper-approval"]
)
def test_the_namespace_is_compared_exactly(namespace: str) -> None:
    blob = SoftKey("alice").sign(MESSAGE, namespace)
    assert "not for 'gatekeeper-approval'" in refusal(blob)


def test_no_namespace_is_never_what_was_asked_for() -> None:
    assert "namespace ''" in refusal(SoftKey("alice").sign(MESSAGE, ""), namespace="")


def test_fields_that_must_be_empty_or_known() -> None:
    alice = SoftKey("alice")
    inner = alice.inner(signers.signed_data(MESSAGE, NAMESPACE))
    good = signers.blob(alice.blob, NAMESPACE, inner)
    sshsig.verify(good, MESSAGE, NAMESPACE)
    assert refusal(signers.blob(alice.blob, NAMESPACE, inner, reserved=b"\0")) == "signature has reserved bytes set"
    assert (
        refusal(signers.blob(alice.blob, NAMESPACE, inner, version=2)) == "SSH signature of version 2; only 1 is known"
    )
    assert (
        refusal(signers.blob(alice.blob, NAMESPACE, inner, version=0)) == "SSH signature of version 0; only 1 is known"
    )
    assert refusal(b"SSHSIC" + good[6:]) == "not an SSH signature"
    assert refusal(good + b"\0") == "signature has 1 bytes too many"
    assert refusal(signers.blob(alice.blob, NAMESPACE, inner + b"\0\0")) == "signature has 2 bytes too many"
    assert refusal(signers.blob(alice.blob + b"\0", NAMESPACE, inner)) == "public key has 1 bytes too many"
    assert refusal(good[:-1]) == "signature is cut short"
    assert refusal(b"") == "signature is cut short"


def test_an_algorithm_must_belong_to_the_key() -> None:
    alice, token = SoftKey("alice"), SoftKey("alice", application="ssh:")
    data = signers.signed_data(MESSAGE, NAMESPACE)
    swapped = signers.blob(alice.blob, NAMESPACE, token.inner(data)[:-5])
    assert refusal(swapped) == "signature algorithm 'sk-ssh-ed25519@openssh.com' does not count for ssh-ed25519 keys"
    # A plain signature under the hardware form of the same key is cut before its flags.
    assert refusal(signers.blob(token.blob, NAMESPACE, alice.inner(data))) == "signature is cut short"
    webauthn = string(b"webauthn-sk-ecdsa-sha2-nistp256@openssh.com") + string(b"x") + b"\x01\0\0\0\0"
    browser = signers.blob(SoftKey("alice", "ecdsa", "ssh:").blob, NAMESPACE, webauthn)
    assert "'webauthn-sk-ecdsa-sha2-nistp256@openssh.com' does not count" in refusal(browser)


def test_ecdsa_numbers_have_one_encoding() -> None:
    alice = SoftKey("alice", "ecdsa")
    data = signers.signed_data(MESSAGE, NAMESPACE)
    r, s = alice.numbers(data)
    for value in (
        string(b"\0\0" + r.to_bytes(32, "big")) + signers.mpint(s),
        signers.mpint(r) + string(b"\xff" + s.to_bytes(32, "big")),
        signers.mpint(r) + string(b""),
        signers.mpint(r) + string(b"\0"),
    ):
        blob = signers.blob(alice.blob, NAMESPACE, string(b"ecdsa-sha2-nistp256") + string(value))
        assert refusal(blob) == "ECDSA signature holds a number that is not positive and in its shortest form"
    more = string(b"ecdsa-sha2-nistp256") + string(signers.mpint(r) + signers.mpint(s) + b"\0")
    assert refusal(signers.blob(alice.blob, NAMESPACE, more)) == "ECDSA signature has 1 bytes too many"
    beyond = string(b"ecdsa-sha2-nistp256") + string(signers.mpint(r) + signers.mpint(s + signers.P256_ORDER))
    assert refusal(signers.blob(alice.blob, NAMESPACE, beyond)) == "signature does not fit the content"


def test_an_application_is_ascii() -> None:
    token = SoftKey("token", application="ssh:é")
    assert refusal(token.sign(MESSAGE, NAMESPACE)).startswith("hardware key has an application outside ASCII: 'ssh:")


def test_a_point_off_the_curve_is_refused() -> None:
    alice = SoftKey("alice", "ecdsa")
    off = alice.blob[:-1] + bytes([alice.blob[-1] ^ 1])
    inner = alice.inner(signers.signed_data(MESSAGE, NAMESPACE))
    assert refusal(signers.blob(off, NAMESPACE, inner)) == "the ecdsa-sha2-nistp256 key or its signature is malformed"


def test_an_ed25519_key_under_which_anybody_can_sign_is_refused() -> None:
    # The neutral element: R = S*B fits every message.
    for y in (1, 0, 2**255 - 20, 2**255 - 19 + 1):
        weak = string(b"ssh-ed25519") + string(y.to_bytes(32, "little"))
        inner = string(b"ssh-ed25519") + string(bytes([1]) + bytes(63))
        assert refusal(signers.blob(weak, NAMESPACE, inner)) == "Ed25519 key is a point that no honest key is"


def test_oversized_signatures_are_not_looked_at() -> None:
    assert refusal(b"SSHSIG" + bytes(20_000)) == "signature is too large"
    assert refusal(signers.blob(bytes(9_000), NAMESPACE, b"")) == "public key is too large"
    with pytest.raises(SignatureInvalid, match="signature is too large"):
        sshsig.dearmor(sshsig.BEGIN + bytes(40_000))


def test_armor_is_what_ssh_keygen_writes() -> None:
    blob = signers.key("alice").sign(MESSAGE, NAMESPACE)
    armored = sshsig.armor(blob)
    assert sshsig.dearmor(armored) == sshsig.dearmor(armored.rstrip(b"\n")) == blob
    one_line = b"\n".join([sshsig.BEGIN, to_base64(blob), sshsig.END])
    assert sshsig.dearmor(one_line) == blob


@pytest.mark.parametrize(
    "change",
    [
        lambda armor: armor + b"\n",
        lambda armor: b"\n" + armor,
        lambda armor: b" " + armor,
        lambda armor: armor + b"junk",
        lambda armor: armor + armor,
        lambda armor: armor.replace(b"\n", b"\r\n"),
        lambda armor: armor.replace(b"-----\n", b"-----\n\n", 1),
        lambda armor: armor.replace(b"-----\n", b"-----\nComment: x\n", 1),
        lambda armor: armor.replace(b"-----\n", b"-----\n ", 1),
        lambda armor: armor.replace(b"U1NI", b"U1N!", 1),
        lambda armor: armor.replace(b"U1NI", b"U1N\0", 1),
        lambda armor: armor.replace(b"\n-----END", b"=\n-----END"),
        lambda armor: armor.replace(b"\n-----END", b"-----END"),
        lambda armor: armor.replace(b"BEGIN SSH", b"BEGIN PGP"),
        lambda armor: sshsig.BEGIN + b"\n" + sshsig.END + b"\n",
        lambda armor: b"",
    ],
)
def test_armor_with_anything_else_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    armored = sshsig.armor(SoftKey("alice").sign(MESSAGE, NAMESPACE))
    with pytest.raises(SignatureInvalid):
        sshsig.dearmor(change(armored))


def test_base64_with_leftover_bits_is_refused() -> None:
    blob = SoftKey("alice").sign(MESSAGE, "n" * 21)
    text = to_base64(blob)
    assert text.endswith(b"=")
    body = text.rstrip(b"=")
    alphabet = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = body[:-1] + alphabet[alphabet.index(body[-1]) + 1 :][:1] + text[len(body) :]
    with pytest.raises(SignatureInvalid, match="canonical"):
        sshsig.dearmor(b"\n".join([sshsig.BEGIN, other, sshsig.END]))
