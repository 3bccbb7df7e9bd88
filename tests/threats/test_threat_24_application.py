# SPDX-License-Identifier: Apache-2.0
"""Threat 24: a hardware key made for another application, or presence ``verify`` without the verified flag."""

from __future__ import annotations

import pytest

from gatekeeper.errors import PolicyInvalid, SignatureInvalid
from gatekeeper.signing import sshsig
from gatekeeper.signing.allowed_signers import Signers
from tests.signers import SoftKey, signers_line

NAMESPACE = "gatekeeper-approval"


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
@pytest.mark.parametrize("application", ["https://example.org", "ssh", "", "SSH:", " ssh:"])
def test_another_application_is_refused_in_signatures_and_in_the_signers_file(kind: str, application: str) -> None:
    token = SoftKey("token", kind, application)
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.verify(token.sign(b"message", NAMESPACE), b"message", NAMESPACE)
    assert str(caught.value) == f"hardware key is for the application {application!r}, not for ssh:"
    with pytest.raises(PolicyInvalid, match="signers:1: hardware key is for the application"):
        Signers.parse(signers_line("alice@example.org", token.public).encode(), "signers")


def test_the_application_is_part_of_what_is_signed() -> None:
    work, play = SoftKey("token", application="ssh:work"), SoftKey("token", application="ssh:play")
    blob = work.sign(b"message", NAMESPACE)
    swapped = blob.replace(work.blob, play.blob)
    assert swapped != blob
    with pytest.raises(SignatureInvalid, match="does not fit the content"):
        sshsig.verify(swapped, b"message", NAMESPACE)


def test_verify_asks_for_the_verified_flag() -> None:
    token = SoftKey("token", application="ssh:")
    touched, checked = (sshsig.verify(token.sign(b"m", NAMESPACE, flags), b"m", NAMESPACE) for flags in (1, 5))
    assert touched.lacks("verify") == "the hardware key checked neither PIN nor fingerprint (presence: verify)"
    assert checked.lacks("verify") == ""
