# SPDX-License-Identifier: Apache-2.0
"""Threat 72: a full disk, a read-only repository, a locked ref: a clear sentence, code 4, nothing half written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import signers
from tests.cli import ROOT, Result, gatekeeper
from tests.served import ALICE, MAIN, Served


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def mounted(script: str, folder: Path, options: str) -> Result:
    """Run ``script`` in sh where ``folder`` is a small file system of its own, or the same one read-only."""
    how = (
        f"mount --bind -o ro '{folder}' '{folder}'"
        if options == "ro"
        else f"mount -t tmpfs -o {options} none '{folder}'"
    )
    if options == "ro":
        how = f"mount -t tmpfs -o {options} none '{folder}'"
    if options == "ro":
        how = f"mount --bind '{folder}' '{folder}' && mount -o remount,bind,ro '{folder}'"
    words = ["unshare", "-m", "sh", "-c", f"{how} || exit 99\n{script}"]
    done = subprocess.run(words, capture_output=True, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)})
    if done.returncode == 99 or b"unshare" in done.stderr:
        pytest.skip("mounting is not allowed here")
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def command() -> str:
    if not shutil.which("unshare"):
        pytest.skip("there is no unshare on this system")
    return f"'{sys.executable}' -P -m gatekeeper"


def blocked(told: Result) -> str:
    """The sentence of a code 4."""
    assert told.code == 4, told
    assert "Traceback" not in told.err
    lines = told.err.splitlines()
    sentence = next(number for number, line in enumerate(lines) if line.startswith("gatekeeper: "))
    assert lines[sentence + 1].startswith("  next: ")
    return lines[sentence]


def test_a_report_that_does_not_fit_is_no_pass(served: Served) -> None:
    served.branch("agent/clean", {"b.txt": "b\n"})
    told = gatekeeper("check", "agent/clean", "--output", "/dev/full", "--offline", "--repo", str(served.clone.path))
    assert "no space left on device" in blocked(told)


def test_a_push_to_a_full_disk_is_refused(served: Served, command: str, tmp_path: Path) -> None:
    """The state folder is full: what could not be put on record is not let in."""
    head = served.branch("agent/clean", {"b.txt": "b\n"})
    state = served.server.path / "gatekeeper"
    script = (
        f"cp -a '{state}.kept/.' '{state}' && dd if=/dev/zero of='{state}/fill' 2>/dev/null; "
        f"git -C '{served.clone.path}' push origin agent/clean:main"
    )
    shutil.copytree(state, f"{state}.kept")
    told = mounted(script, state, "size=64k")
    assert told.code == 1
    assert "remote: gatekeeper: " in told.err
    assert "no space left on device" in told.err.lower()
    assert served.refs()[MAIN] == served.base != head
    assert served.push("agent/clean:main").code == 0


def test_an_approval_in_a_read_only_repository(served: Served, command: str) -> None:
    served.executable("agent/x")
    key = signers.key(ALICE).path
    words = f"approve agent/x --target {MAIN} --key '{key}' --yes --offline --repo '{served.clone.path}'"
    told = mounted(f"{command} {words}", served.clone.path / ".git", "ro")
    assert "read-only file system" in blocked(told)
    assert served.clone.git("for-each-ref", "refs/notes/") == ""


@pytest.mark.parametrize("verb", ["install", "init --yes", "check HEAD --offline", "doctor"])
def test_a_read_only_repository_is_a_sentence(served: Served, command: str, home: Path, verb: str) -> None:
    served.clone.git("config", "user.email", "alice@example.org")
    (home / ".ssh").mkdir()
    (home / ".ssh/id_ed25519.pub").write_text(signers.key("alice@example.org").public + "\n")
    told = mounted(f"{command} {verb} --repo '{served.clone.path}'", served.clone.path, "ro")
    if verb.startswith(("check", "doctor")):  # reading needs no room
        assert told.code == 0, told.err
    else:
        assert "read-only file system" in blocked(told)


def test_a_locked_ref_is_named_with_its_command(served: Served) -> None:
    served.executable("agent/x")
    lock = served.clone.path / ".git/refs/notes/gatekeeper/approvals.lock"
    lock.parent.mkdir(parents=True)
    lock.touch()
    told = served.approve("agent/x")
    assert str(lock) in blocked(told)
    assert f"rm -- '{lock}'" in told.err
    assert served.clone.git("for-each-ref", "refs/notes/") == ""
    lock.unlink()
    assert served.approve("agent/x").code == 0


def test_a_merge_into_a_locked_branch_moves_nothing(served: Served) -> None:
    served.branch("agent/clean", {"b.txt": "b\n"})
    served.clone.git("checkout", "-q", "--detach")
    served.clone.git("config", "user.name", "Alice")
    served.clone.git("config", "user.email", "alice@example.org")
    assert gatekeeper("install", "--repo", str(served.clone.path)).code == 0
    lock = served.clone.path / ".git/refs/heads/main.lock"
    lock.touch()
    before = served.clone.git("for-each-ref", "refs/heads/", "refs/notes/")
    told = gatekeeper("merge", "agent/clean", "--into", MAIN, "--repo", str(served.clone.path), now=served.now())
    assert str(lock) in blocked(told)
    assert served.clone.git("for-each-ref", "refs/heads/", "refs/notes/") == before


def test_a_locked_configuration_stops_the_installation(served: Served) -> None:
    lock = served.clone.path / ".git/config.lock"
    lock.touch()
    served.clone.git("config", "--get", "core.bare")
    told = gatekeeper("install", "--pin", ".gatekeeper/policy.yaml", cwd=served.clone.path)
    assert "config" in blocked(told)
    lock.unlink()
    assert gatekeeper("install", "--pin", ".gatekeeper/policy.yaml", cwd=served.clone.path).code == 0
