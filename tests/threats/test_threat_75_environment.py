# SPDX-License-Identifier: Apache-2.0
"""Threat 75: credentials of the environment reach neither logs, nor crash reports, nor other programs, nor records."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests import signers
from tests.cli import gatekeeper, process
from tests.served import ALICE, MAIN, Served

VALUE = "-".join(["do", "not", "tell", "4711"])
SECRETS = {
    "HTTP_AUTHORIZATION": f"Basic {VALUE}",
    "REMOTE_PASSWORD": VALUE,
    "CI_JOB_TOKEN": VALUE,
    "GITHUB_TOKEN": VALUE,
    "AWS_SECRET_ACCESS_KEY": VALUE,
    "GIT_ASKPASS": f"/tmp/{VALUE}",
    "GIT_CONFIG_PARAMETERS": f"'http.extraheader=Authorization: {VALUE}'",
    "MY_UNSUSPICIOUS_SETTING": VALUE,
}


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


@pytest.fixture
def spies(tmp_path: Path) -> Path:
    """Stand-ins for git and ssh-keygen that write their environment down, then do the work."""
    folder = tmp_path / "spies"
    folder.mkdir()
    for name in ("git", "ssh-keygen"):
        path = folder / name
        path.write_text(f"#!/bin/sh\nenv >> '{folder}/{name}.env'\nexec '{shutil.which(name)}' \"$@\"\n")
        path.chmod(0o755)
    return folder


def everything_below(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_children_do_not_get_them(served: Served, spies: Path) -> None:
    served.executable("agent/x")
    env = {**SECRETS, "PATH": f"{spies}{os.pathsep}{os.environ['PATH']}"}
    key = signers.key(ALICE).path
    at = ("--offline", "--repo", str(served.clone.path))
    words = ("approve", "agent/x", "--target", MAIN, "--key", key, "--yes")
    assert gatekeeper(*words, *at, env=env, now=served.now()).code == 0
    assert gatekeeper("check", "agent/x", *at, env=env, now=served.now()).code == 0
    for name in ("git", "ssh-keygen"):
        seen = (spies / f"{name}.env").read_text()
        assert "PATH=" in seen
        assert [line for line in seen.splitlines() if VALUE in line] == []


def test_a_server_hook_scrubs_them(served: Served, spies: Path) -> None:
    """Over HTTP, the hook's environment holds the password of whoever pushes."""
    served.branch("agent/clean", {"b.txt": "b\n"})
    hook = served.server.path / "hooks/pre-receive"
    exports = "".join(f'export {name}="{value}"\n' for name, value in SECRETS.items() if not name.startswith("GIT_"))
    lines = hook.read_text().splitlines(keepends=True)
    hook.write_text(lines[0] + exports + f"PATH='{spies}':$PATH\n" + "".join(lines[1:]))
    done = served.push("agent/clean:main")
    assert done.code == 0, done.err
    assert VALUE not in done.err
    assert [line for line in (spies / "git.env").read_text().splitlines() if VALUE in line] == []
    hook.write_text("".join(lines))
    assert VALUE.encode() not in everything_below(served.server.path)


def test_a_crash_report_does_not_repeat_them(tmp_path: Path) -> None:
    words = ("explain", "-", "--debug", "--json", "--repo", VALUE)
    told = process(*words, stdin=VALUE.encode(), env={**SECRETS, "GATEKEEPER_DEBUG": "1"}, cwd=tmp_path)
    assert told.code == 2
    assert "Traceback" in told.err
    assert VALUE not in told.err + told.out
    told = process("check", VALUE, "--debug", env=SECRETS, cwd=tmp_path)
    assert told.code == 2
    assert VALUE not in told.err + told.out
