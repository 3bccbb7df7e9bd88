# SPDX-License-Identifier: Apache-2.0
"""Threat 54: a commit with several signature headers. git shows one of them; here such a commit is signed by nobody."""

from __future__ import annotations

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.model import Commit, Ident
from gatekeeper.signing import sshsig
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.commits import verify_commit
from tests.repo import RepoBuilder
from tests.signers import SoftKey, signers_line

NOBODY = Ident(b"", b"", 0, b"+0000")
HEAD = f"tree {'4' * 40}\nauthor a <a> 1 +0000\ncommitter a <a> 1 +0000\n".encode()
ALICE, MALLORY = SoftKey("alice"), SoftKey("mallory")
LISTED = signers_line("alice@example.org", ALICE.public, "git")


def header(name: bytes, key: SoftKey) -> bytes:
    armored = sshsig.armor(key.sign(HEAD + b"\nmessage\n", "git")).rstrip(b"\n")
    return name + b" " + armored.replace(b"\n", b"\n ") + b"\n"


def refusal(raw: bytes) -> str:
    commit = Commit("0" * 40, "", (), NOBODY, NOBODY, b"", (), raw)
    with pytest.raises(SignatureInvalid) as caught:
        verify_commit(commit, Signers.parse(LISTED.encode(), "signers"), 0)
    return str(caught.value)


@pytest.mark.parametrize("first", [ALICE, MALLORY])
@pytest.mark.parametrize(
    "names", [(b"gpgsig", b"gpgsig"), (b"gpgsig", b"gpgsig-sha256"), (b"gpgsig-sha256", b"gpgsig")]
)
def test_two_signatures_prove_nothing(first: SoftKey, names: tuple[bytes, bytes]) -> None:
    raw = HEAD + header(names[0], first) + header(names[1], ALICE) + b"\nmessage\n"
    assert refusal(raw) == "commit has 2 signatures; exactly one proves something"


def test_bytes_that_git_neither_signs_nor_shows(repo: RepoBuilder) -> None:
    """git leaves every header that begins with ``gpgsig`` out of what it checks: room for unsigned content."""
    (repo.path / ".git" / "allowed").write_text(LISTED)
    repo.git("config", "gpg.ssh.allowedSignersFile", str(repo.path / ".git" / "allowed"))
    raw = HEAD + header(b"gpgsig", ALICE) + b"gpgsig-notes anything\n at all\n" + b"\nmessage\n"
    assert repo.run("verify-commit", repo.raw("commit", raw)).returncode == 0
    assert refusal(raw) == "commit has 2 signatures; exactly one proves something"
