# SPDX-License-Identifier: Apache-2.0
"""Threat 56: an agent that edits hooks, signers, or the tool's surroundings changes nothing where it counts."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests import signers
from tests.cli import gatekeeper
from tests.served import MAIN, POLICY, Served, secret

MODULES = (
    "re",
    "json",
    "os",
    "subprocess",
    "hashlib",
    "typing",
    "yaml",
    "cryptography",
    "gatekeeper",
    "sitecustomize",
    "usercustomize",
)


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def hijack(folder: Path) -> None:
    """Modules that would print and pass, if anything imported them."""
    for name in MODULES:
        (folder / f"{name}.py").write_text("import sys\nsys.stderr.write('HIJACKED')\nsys.exit(0)\n")
    (folder / "evil.pth").write_text("import sys; sys.stderr.write('HIJACKED')\n")


def test_modules_in_the_work_tree_are_not_imported(served: Served) -> None:
    clone = served.clone
    assert gatekeeper("install", "--repo", str(clone.path)).code == 0
    hijack(clone.path)
    clone.write({"key.txt": secret()})
    surroundings = {
        "PYTHONPATH": str(clone.path),
        "PYTHONSTARTUP": str(clone.path / "re.py"),
        "PYTHONUSERBASE": str(clone.path),
    }
    done = clone.run("commit", "-m", "x", check=False, env=surroundings)
    assert done.returncode != 0
    assert b"HIJACKED" not in done.stderr + done.stdout
    assert b"denied" in done.stderr


def test_programs_in_the_work_tree_are_not_run(served: Served, tmp_path: Path) -> None:
    clone = served.clone
    assert gatekeeper("install", "--repo", str(clone.path)).code == 0
    for name in ("git", "python", "python3", "ssh-keygen", "gatekeeper"):
        (clone.path / name).write_text("#!/bin/sh\necho HIJACKED >&2\nexit 0\n")
        (clone.path / name).chmod(0o755)
    clone.write({"key.txt": secret()})
    done = clone.run("commit", "-m", "x", check=False)
    assert done.returncode != 0
    assert b"HIJACKED" not in done.stderr
    assert b"denied" in done.stderr


def test_configuration_in_the_repository_runs_nothing(served: Served, tmp_path: Path) -> None:
    clone, mark = served.clone, tmp_path / "ran"
    assert gatekeeper("install", "--repo", str(clone.path)).code == 0
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mark}\ncat\n")
    program.chmod(0o755)
    for key in (
        "core.fsmonitor",
        "diff.external",
        "core.pager",
        "diff.odd.textconv",
        "filter.odd.clean",
        "core.sshCommand",
    ):
        clone.git("config", key, str(program))
    clone.write({".gitattributes": "* diff=odd\n", "key.txt": secret()})
    mark.unlink(missing_ok=True)
    done = subprocess.run([str(clone.path / ".git/hooks/pre-commit")], cwd=clone.path, capture_output=True, check=False)
    assert done.returncode == 1
    assert not mark.exists()


def test_an_edited_hook_is_found_and_does_not_help(served: Served) -> None:
    clone = served.clone
    assert gatekeeper("install", "--repo", str(clone.path)).code == 0
    for name in ("pre-commit", "commit-msg", "pre-push"):
        (clone.path / ".git/hooks" / name).write_text("#!/bin/sh\nexit 0\n")
    told = gatekeeper("doctor", "--repo", str(clone.path))
    assert told.out.count("is not gatekeeper's") == 3
    clone.write({"key.txt": secret()})
    clone.git("commit", "-q", "-m", "x")
    assert "remote: denied" in served.push("HEAD:main").err


def test_an_edited_signers_file_does_not_count_for_itself(served: Served) -> None:
    clone, before = served.clone, served.refs()
    clone.branch("agent/signers", "refs/remotes/origin/main")
    mallory = f'mallory@example.org namespaces="git,gatekeeper-approval" {signers.key("mallory").public}\n'
    listed = (clone.path / ".gatekeeper/allowed_signers").read_text()
    policy = POLICY.replace("serial: 1", "serial: 2").replace("[alice@", "[mallory@example.org, alice@")
    clone.commit({".gatekeeper/allowed_signers": listed + mallory, ".gatekeeper/policy.yaml": policy}, "Add myself")
    told = gatekeeper(
        *("approve", "agent/signers", "--target", MAIN, "--key", signers.key("mallory").path, "--yes", "--offline"),
        *("--repo", str(clone.path)),
        now=served.now(),
    )
    assert told.code == 1, told
    done = served.push("agent/signers:main")
    assert done.code == 1
    assert "approval  self.policy" in done.err
    assert served.refs() == before


def test_a_record_key_of_the_server_cannot_be_pushed_over(served: Served) -> None:
    served.clone.branch("agent/log", "refs/remotes/origin/main")
    for ref in ("refs/gatekeeper/log/" + "0" * 64, "refs/notes/gatekeeper/audit"):
        done = served.push(f"HEAD:{ref}")
        assert done.code == 1
        assert "is written by gates only" in done.err
