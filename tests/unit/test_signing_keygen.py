# SPDX-License-Identifier: Apache-2.0
"""Signing with real keys, agents and prompts; the keys that gates make; and what is said when it does not work."""

from __future__ import annotations

import os
import pty
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gatekeeper.errors import SigningFailed, StateUnwritable
from gatekeeper.signing import dsse, keygen, keys, sshsig
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.identify import open_envelope
from gatekeeper.signing.seal import seal
from gatekeeper.signing.statement import APPROVAL
from tests import signers
from tests.signers import KINDS, signers_line

NAMESPACE = "gatekeeper-approval"


@pytest.fixture
def environ(home: Path) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home)}


@pytest.fixture
def agent(environ: dict[str, str], tmp_path: Path) -> Iterator[Mapping[str, str]]:
    """An environment with an agent of its own."""
    socket = str(tmp_path / "agent")
    process = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.PIPE)
    assert process.stdout
    process.stdout.readline()
    yield {**environ, "SSH_AUTH_SOCK": socket}
    process.terminate()
    process.communicate()


def failure(key: str, environ: Mapping[str, str]) -> SigningFailed:
    with pytest.raises(SigningFailed) as caught:
        keygen.sign(b"message", key, NAMESPACE, environ)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
def test_a_private_key_signs_quietly(kind: str, environ: dict[str, str], capfd: pytest.CaptureFixture[str]) -> None:
    key = signers.key("alice", kind)
    blob = keygen.sign(b"message", key.path, NAMESPACE, environ)
    assert sshsig.verify(blob, b"message", NAMESPACE).key == key.blob
    assert capfd.readouterr() == ("", "")


def test_a_path_may_begin_with_the_home_directory(environ: dict[str, str], home: Path) -> None:
    shutil.copy(signers.key("alice").path, home / "id")
    assert keygen.sign(b"message", "~/id", NAMESPACE, environ)


def test_an_agent_signs_for_a_public_key_in_a_file_or_in_words(agent: Mapping[str, str], tmp_path: Path) -> None:
    key = signers.key("alice")
    subprocess.run(["ssh-add", "-q", key.path], env=agent, check=True)
    (tmp_path / "id.pub").write_text(key.public)
    for name in (str(tmp_path / "id.pub"), str(tmp_path / "id"), f"key::{key.public}", key.public):
        blob = keygen.sign(b"message", name, NAMESPACE, agent)
        assert sshsig.verify(blob, b"message", NAMESPACE).key == key.blob


def test_an_agent_without_the_key(agent: Mapping[str, str], tmp_path: Path) -> None:
    (tmp_path / "id.pub").write_text(signers.key("alice").public)
    failed = failure(str(tmp_path / "id.pub"), agent)
    assert "No private key found for public key" in str(failed)
    assert failed.next_step == "load the key into your agent (ssh-add), or give the private key's path"


def test_a_key_that_is_not_there(environ: dict[str, str]) -> None:
    failed = failure("/nowhere/id", environ)
    assert str(failed) == "there is no key at /nowhere/id"
    assert failed.next_step == "name one with --key PATH or git config gatekeeper.key"


def test_a_file_that_is_no_key(environ: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "id").write_text("hello\n")
    failed = failure(str(tmp_path / "id"), environ)
    assert str(failed).startswith(f"ssh-keygen could not sign with {tmp_path}/id: ")
    assert failed.next_step.startswith("try it by hand: ssh-keygen -Y sign")


def test_a_key_that_others_may_read(environ: dict[str, str], tmp_path: Path) -> None:
    shutil.copy(signers.key("alice").path, tmp_path / "id")
    shutil.copy(signers.key("alice").path + ".pub", tmp_path / "id.pub")
    (tmp_path / "id").chmod(0o644)
    failed = failure(str(tmp_path / "id"), environ)
    assert str(failed).endswith(f"Permissions 0644 for '{tmp_path}/id' are too open.")
    assert failed.next_step == f"make the key yours alone: chmod 600 {tmp_path}/id"


def test_ssh_keygen_is_not_installed(tmp_path: Path) -> None:
    assert str(failure(signers.key("alice").path, {"PATH": str(tmp_path)})) == "there is no ssh-keygen to run"


def test_no_room_for_temporary_files(environ: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(StateUnwritable, match="cannot write a temporary file to sign: No such file"):
        keygen.sign(b"message", signers.key("alice").path, NAMESPACE, {**environ, "TMPDIR": str(tmp_path / "gone")})


def askpass(folder: Path, answer: str) -> dict[str, str]:
    program = folder / "askpass"
    program.write_text(f"#!/bin/sh\necho {answer}\n")
    program.chmod(0o700)
    return {"SSH_ASKPASS": str(program), "SSH_ASKPASS_REQUIRE": "force", "DISPLAY": ":0"}


def test_a_passphrase_is_asked_for_by_the_program_of_the_person(environ: dict[str, str], tmp_path: Path) -> None:
    key = signers.key("alice", passphrase="open sesame")
    blob = keygen.sign(b"message", key.path, NAMESPACE, {**environ, **askpass(tmp_path, "open sesame")})
    assert sshsig.verify(blob, b"message", NAMESPACE).key == key.blob


def test_a_wrong_passphrase(environ: dict[str, str], tmp_path: Path) -> None:
    key = signers.key("alice", passphrase="open sesame")
    failed = failure(key.path, {**environ, **askpass(tmp_path, "wrong")})
    assert "incorrect passphrase" in str(failed)
    assert failed.next_step == f"run it again and give the key's passphrase, or load the key: ssh-add {key.path}"


def test_a_passphrase_is_asked_for_on_the_terminal(environ: dict[str, str]) -> None:
    key = signers.key("alice", passphrase="open sesame")
    program = (
        "import os, sys\n"
        "from gatekeeper.signing import keygen\n"
        "print('signed', len(keygen.sign(b'message', sys.argv[1], 'test', os.environ)))\n"
    )
    child, terminal = pty.fork()
    if not child:  # pragma: no cover
        os.execve(sys.executable, [sys.executable, "-c", program, key.path], {**environ, "DISPLAY": ":0"})
    shown = b""
    while b"assphrase" not in shown:
        shown += os.read(terminal, 1024)
    os.write(terminal, b"open sesame\n")
    while b"signed" not in shown:
        shown += os.read(terminal, 1024)
    assert os.waitpid(child, 0)[1] == 0
    os.close(terminal)


def test_tokens_of_the_environment_do_not_reach_ssh_keygen(environ: dict[str, str], tmp_path: Path) -> None:
    real = shutil.which("ssh-keygen")
    fake = tmp_path / "ssh-keygen"
    fake.write_text(f'#!/bin/sh\nenv > {tmp_path}/seen\nexec {real} "$@"\n')
    fake.chmod(0o700)
    loud = {
        **environ,
        "PATH": f"{tmp_path}:{environ['PATH']}",
        "HTTP_AUTHORIZATION": "Basic x",
        "GIT_DIR": "x",
        "TERM": "dumb",
    }
    assert keygen.sign(b"message", signers.key("alice").path, NAMESPACE, loud)
    seen = {line.partition("=")[0] for line in (tmp_path / "seen").read_text().splitlines()}
    assert "TERM" in seen
    assert not seen & {"HTTP_AUTHORIZATION", "GIT_DIR"}


def test_a_signature_that_nobody_would_accept_is_not_handed_out(environ: dict[str, str]) -> None:
    weak = signers.key("alice", "rsa-1024")
    failed = failure(weak.path, environ)
    assert str(failed).endswith("would not be accepted: RSA key of 1024 bits: accepted are 2048 to 16384")


def test_a_gate_makes_its_own_key(tmp_path: Path, environ: dict[str, str]) -> None:
    path = tmp_path / "state" / "key"
    line = keygen.make(str(path), "gate of\nexample.org")
    assert line.startswith("ssh-ed25519 ")
    assert line.endswith(" gate of example.org")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Path(f"{path}.pub").read_text() == line + "\n"
    shown = subprocess.run(["ssh-keygen", "-y", "-f", str(path)], capture_output=True, text=True, check=True).stdout
    assert shown.split()[:2] == line.split()[:2]
    assert sshsig.verify(keygen.sign(b"m", str(path), "git", environ), b"m", "git").key == keys.parse_line(line).blob


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = str(tmp_path / "key")
    line = keygen.make(path, "")
    with pytest.raises(SigningFailed, match="there is a key already"):
        keygen.make(path, "")
    assert keygen.public_line(path) == line
    os.unlink(path)
    with pytest.raises(SigningFailed, match=r"there is a key already: .*key\.pub"):
        keygen.make(path, "")
    assert not os.path.exists(path)


def test_a_key_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateUnwritable, match="cannot write the key"):
        keygen.make(str(tmp_path / "file" / "key"), "")


def test_a_public_key_is_read_without_a_passphrase(tmp_path: Path) -> None:
    for kind, passphrase in (("ed25519", ""), ("ed25519", "open sesame"), ("rsa-2048", "")):
        key = signers.key("alice", kind, passphrase)
        words = key.public.split()[:2]
        for name in (key.path, key.path + ".pub", f"key::{key.public}", key.public):
            assert keygen.public_line(name).split()[:2] == words
        shutil.copy(key.path, tmp_path / "alone")
        assert keygen.public_line(str(tmp_path / "alone")).split()[:2] == words


def test_a_private_key_in_another_form_needs_its_public_file(tmp_path: Path) -> None:
    pem = tmp_path / "id"
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-m", "PEM", "-N", "", "-f", str(pem)], check=True)
    assert keygen.public_line(str(pem)).startswith("ssh-rsa ")
    (tmp_path / "id.pub").unlink()
    with pytest.raises(SigningFailed) as caught:
        keygen.public_line(str(pem))
    assert caught.value.next_step == f"write it: ssh-keygen -y -f {pem} > {pem}.pub"


@pytest.mark.parametrize(
    "content",
    [
        "",
        "hello",
        "ssh-ed25519 AAAA",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n",
        f"-----BEGIN OPENSSH PRIVATE KEY-----\n{'AAAA' * 10}\n-----END OPENSSH PRIVATE KEY-----\n",
    ],
)
def test_a_file_without_a_public_key(tmp_path: Path, content: str) -> None:
    (tmp_path / "id").write_text(content)
    with pytest.raises(SigningFailed):
        keygen.public_line(str(tmp_path / "id"))
    with pytest.raises(SigningFailed):
        keygen.public_line(str(tmp_path))


def test_names_of_a_key_agree_with_ssh_keygen() -> None:
    key = signers.key("alice")
    shown = subprocess.run(["ssh-keygen", "-l", "-f", key.path + ".pub"], capture_output=True, text=True, check=True)
    assert keys.fingerprint(key.blob) == shown.stdout.split()[1]
    assert len(keys.gate_id(key.blob)) == 64
    assert keys.line(key.blob, "alice") == key.public


def test_a_sealed_statement_opens_again(environ: dict[str, str]) -> None:
    key = signers.key("alice")
    said = seal(APPROVAL, ["1" * 40], {"reason": "fine"}, key.path, environ)
    listed = Signers.parse(signers_line("alice@example.org", key.public).encode(), "signers")
    opened = open_envelope(said.envelope.line, listed, NAMESPACE, 0)
    assert opened.statement == said
    assert opened.statement.id == dsse.statement_id(said.envelope)
