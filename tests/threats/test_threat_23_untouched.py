# SPDX-License-Identifier: Apache-2.0
"""Threat 23: a hardware-key signature with user-presence 0, which ssh-keygen calls good, proves no touch."""

from __future__ import annotations

import pytest

from gatekeeper.signing import sshsig
from tests.signers import SoftKey, signers_line, ssh_keygen_accepts

NAMESPACE = "gatekeeper-approval"


@pytest.mark.parametrize("kind", ["ed25519", "ecdsa"])
def test_presence_is_missing_where_nobody_touched(kind: str) -> None:
    token = SoftKey("token", kind, "ssh:")
    blob = token.sign(b"message", NAMESPACE, flags=0)
    line = signers_line("alice@example.org", token.public)
    assert ssh_keygen_accepts(sshsig.armor(blob), b"message", NAMESPACE, "alice@example.org", line)
    signature = sshsig.verify(blob, b"message", NAMESPACE)
    assert signature.lacks("none") == ""
    assert signature.lacks("touch") == "nobody touched the hardware key (presence: touch)"
    assert signature.lacks("verify") == "nobody touched the hardware key (presence: verify)"


def test_a_key_in_software_proves_no_presence() -> None:
    signature = sshsig.verify(SoftKey("plain").sign(b"message", NAMESPACE), b"message", NAMESPACE)
    assert signature.lacks("touch") == "a hardware key is asked for (presence: touch), and ssh-ed25519 is none"
