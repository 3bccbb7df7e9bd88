# SPDX-License-Identifier: Apache-2.0
"""Threat 33: certificates are refused clearly, in signatures and as authorities in the signers file."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from gatekeeper.errors import PolicyInvalid, SignatureInvalid
from gatekeeper.signing import sshsig
from gatekeeper.signing.allowed_signers import Signers
from tests import signers
from tests.signers import signers_line, ssh_keygen_accepts

REASON = "certificates are not accepted: sign with the plain key, and list that key"


@pytest.fixture
def certified(tmp_path: Path) -> signers.Key:
    """A key with a certificate by the authority ``ca``, valid for ever and for every use."""
    key, path = signers.key("alice"), tmp_path / "id"
    shutil.copy(key.path, path)
    shutil.copy(key.path + ".pub", f"{path}.pub")
    words = ["ssh-keygen", "-q", "-s", signers.key("ca").path, "-I", "id", "-n", "alice@example.org", f"{path}.pub"]
    subprocess.run(words, check=True)
    return signers.Key(f"{path}-cert.pub", Path(f"{path}-cert.pub").read_text().strip())


def test_a_signature_with_a_certificate(certified: signers.Key) -> None:
    done = subprocess.run(
        ["ssh-keygen", "-q", "-Y", "sign", "-f", certified.path, "-n", "git"],
        input=b"message",
        capture_output=True,
        check=True,
    )
    authority = signers_line("alice@example.org", signers.key("ca").public, "git", "cert-authority")
    assert ssh_keygen_accepts(done.stdout, b"message", "git", "alice@example.org", authority)
    with pytest.raises(SignatureInvalid) as caught:
        sshsig.verify(sshsig.dearmor(done.stdout), b"message", "git")
    assert str(caught.value) == REASON


def test_a_certificate_in_the_signers_file(certified: signers.Key) -> None:
    with pytest.raises(PolicyInvalid, match=f"signers:1: {REASON}"):
        Signers.parse(signers_line("alice@example.org", certified.public).encode(), "signers")


def test_an_authority_is_nobodys_key() -> None:
    authority = signers.key("ca")
    listed = Signers.parse(signers_line("a@example.org", authority.public, "git", "cert-authority").encode(), "signers")
    with pytest.raises(SignatureInvalid, match="is not listed in signers other than as a certificate authority"):
        listed.principal(authority.blob, "git", 0)
