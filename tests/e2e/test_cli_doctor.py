# SPDX-License-Identifier: Apache-2.0
"""doctor: each thing that can be wrong has its line and its repair; nothing wrong has none."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path

import pytest

from tests import signers
from tests.cli import NOW, Result, gatekeeper
from tests.repo import RepoBuilder
from tests.served import Served


@pytest.fixture
def clone(repo: RepoBuilder, home: Path) -> RepoBuilder:
    """A work tree that is set up, its policy committed."""
    repo.git("config", "user.email", "alice@example.org")
    (home / ".ssh").mkdir()
    (home / ".ssh/id_ed25519.pub").write_text(signers.key("alice").public + "\n")
    assert gatekeeper("init", "--repo", str(repo.path), "--yes").code == 0
    repo.git("add", ".gatekeeper")
    repo.commit(message="First")
    return repo


@pytest.fixture
def server(clone: RepoBuilder, tmp_path: Path) -> RepoBuilder:
    bare = RepoBuilder.create(tmp_path / "server.git", bare=True)
    clone.git("push", "-q", "--no-verify", str(bare.path), "main")
    assert gatekeeper("install", "--server", str(bare.path)).code == 0
    return bare


def doctor(repo: RepoBuilder, **env: str) -> Result:
    return gatekeeper("doctor", "--repo", str(repo.path), env=env)


def lines(told: Result, state: str) -> list[str]:
    return [line[6:] for line in told.out.splitlines() if line.startswith(state.ljust(5))]


def test_a_good_set_up_has_nothing_to_repair(clone: RepoBuilder) -> None:
    told = doctor(clone)
    assert (told.code, lines(told, "warn"), lines(told, "fail")) == (0, [], []), told.out
    for words in ("git version", "ssh-keygen", "hook pre-push", "trust ref refs/heads/main", "1 person can sign"):
        assert any(line.startswith(words) for line in lines(told, "ok"))
    assert "repair:" not in told.out
    assert "local hooks: --no-verify, SKIP= and core.hooksPath pass them by" in told.out
    document = gatekeeper("doctor", "--repo", str(clone.path), "--json").json()
    assert (document["schema"], document["exit"]) == ("gatekeeper.doctor/1", 0)
    assert {check["state"] for check in document["checks"]} == {"ok"}  # type: ignore[attr-defined]


def test_a_server_is_looked_at_as_one(server: RepoBuilder) -> None:
    told = doctor(server)
    assert (told.code, lines(told, "fail")) == (0, []), told.out
    assert lines(told, "warn") == ["this gate is not listed, so its records count as local"]
    assert "this server decides again" in told.out
    server.git("config", "--unset", "receive.fsckObjects")
    (server.path / "hooks/pre-receive").unlink()
    (server.path / "gatekeeper/gate_key").chmod(0o644)
    told = doctor(server)
    assert told.code == 1
    failed = "\n".join(lines(told, "fail"))
    assert "hook pre-receive is not installed" in failed
    assert "gate_key can be read by others" in failed
    assert "receive.fsckObjects is off" in failed
    assert f"repair: gatekeeper install --server {server.path}\n" in told.out
    assert f"repair: chmod 600 {server.path}/gatekeeper/gate_key" in told.out
    (server.path / "gatekeeper/gate_key").unlink()
    (server.path / "gatekeeper/gate_key.pub").unlink()
    assert "no gate key, so decisions are not signed" in "\n".join(lines(doctor(server), "fail"))


def test_a_gate_that_the_policy_lists_is_named(clone: RepoBuilder, server: RepoBuilder) -> None:
    policy, listed = clone.path / ".gatekeeper/policy.yaml", clone.path / ".gatekeeper/allowed_signers"
    line = gatekeeper("install", "--server", str(server.path), "--gate-name", "gate@example.org", "--json").json()
    listed.write_text(listed.read_text() + str(line["gate_key"]["line"]) + "\n")  # type: ignore[index]
    policy.write_text(
        policy.read_text().replace("gates: []", "gates: [gate@example.org]").replace("serial: 1", "serial: 2")
    )
    clone.git("add", ".gatekeeper")
    clone.commit(message="List the gate")
    os.rename(server.path / "hooks/pre-receive", server.path / "hooks/aside")
    clone.git("push", "-q", "--no-verify", str(server.path), "main")
    assert "gate key of gate@example.org" in lines(doctor(server), "ok")


def test_hooks_that_do_not_work_are_found(clone: RepoBuilder) -> None:
    hooks = clone.path / ".git/hooks"
    (hooks / "pre-commit").unlink()
    (hooks / "commit-msg").chmod(0o644)
    (hooks / "pre-push").write_text("#!/bin/sh\n")
    assert lines(doctor(clone), "warn") == [
        "hook pre-commit is not installed",
        "hook commit-msg is not executable, so git skips it",
        "hook pre-push is not gatekeeper's",
    ]
    gatekeeper("install", "--repo", str(clone.path))
    (hooks / "pre-commit").write_text((hooks / "pre-commit").read_text().replace("python=", "python=/old"))
    assert lines(doctor(clone), "warn") == ["hook pre-commit is from another installation of gatekeeper"]
    assert "hook pre-push, and pre-push.before-gatekeeper with it" in lines(doctor(clone), "ok")


def test_a_hook_runner_may_run_them(clone: RepoBuilder) -> None:
    clone.write({".pre-commit-config.yaml": "repos: []\n"})
    (clone.path / ".git/hooks/pre-commit").write_text("#!/bin/sh\n# pre-commit\n")
    assert lines(doctor(clone), "warn") == ["hook pre-commit: pre-commit runs it, if its configuration says so"]


def test_another_hooks_folder_is_a_surprise(clone: RepoBuilder) -> None:
    clone.git("config", "core.hooksPath", ".githooks")
    warned = lines(doctor(clone), "warn")
    assert warned[0] == "core.hooksPath is .githooks, so git ignores .git/hooks"
    assert "hook pre-commit is not installed" in warned


def test_a_policy_that_cannot_decide_fails(clone: RepoBuilder) -> None:
    policy = clone.path / ".gatekeeper/policy.yaml"
    policy.write_text(policy.read_text().replace("extends:", "extend:"))
    clone.git("add", ".gatekeeper")
    clone.commit(message="Break it")
    told = doctor(clone)
    assert told.code == 1
    assert any(".gatekeeper/policy.yaml:7" in line and "'extends'" in line for line in lines(told, "fail")), told.out


def test_no_policy_is_a_warning(repo: RepoBuilder, tmp_path: Path) -> None:
    told = doctor(repo)
    assert told.code == 0
    assert any("built-in 'balanced'" in line for line in lines(told, "warn"))
    assert "no ref is trusted, so each base's own policy decides" in lines(told, "warn")
    assert "repair: gatekeeper init\n" in told.out
    bare = RepoBuilder.create(tmp_path / "bare.git", bare=True)
    assert f"gatekeeper install --server {bare.path} --pin FILE FILE" in doctor(bare).out
    bare.git("config", "gatekeeper.pin", "0" * 64)
    assert "push the first policy and signers that are pinned here" in doctor(bare).out


def test_an_ssh_agent_without_presence_is_a_risk(clone: RepoBuilder, home: Path) -> None:
    path = home / "agent.sock"
    with socket.socket(socket.AF_UNIX) as agent:
        agent.bind(str(path))
        told = doctor(clone, SSH_AUTH_SOCK=str(path))
    assert any("any program of yours can sign as you through the ssh-agent" in one for one in lines(told, "warn"))
    assert "approval.presence: touch" in told.out


def test_old_lock_files_are_named_with_the_command(clone: RepoBuilder) -> None:
    old, new = clone.path / ".git/index.lock", clone.path / ".git/refs/heads/x.lock"
    old.touch()
    new.touch()
    os.utime(old, (NOW - 3600, NOW - 3600))
    os.utime(new, (NOW - 5, NOW - 5))
    told = doctor(clone)
    assert lines(told, "warn") == [f"{old} is 60 minutes old; a crashed git may have left it"]
    assert f"repair: rm -- {old}" in told.out


def test_a_machine_without_its_tools(clone: RepoBuilder, tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    git = tools / "git"
    real = shutil.which("git")
    git.write_text(f'#!/bin/sh\n[ "$1" = version ] && {{ echo git version 2.30.1; exit; }}\nexec "{real}" "$@"\n')
    git.chmod(0o755)
    told = doctor(clone, PATH=os.pathsep.join([str(tools), os.environ["PATH"]]))
    assert "git version 2.30.1 has no merge-tree --write-tree" in lines(told, "fail")
    told = doctor(clone, PATH=str(tools))
    assert "ssh-keygen is not on PATH, so nothing can be signed" in lines(told, "fail")


def test_a_folder_that_is_no_repository(tmp_path: Path) -> None:
    told = gatekeeper("doctor", "--repo", str(tmp_path))
    assert (told.code, "not a git repository" in told.err) == (2, True)


def test_what_landed_and_is_not_on_record_is_repaired(tmp_path: Path) -> None:
    served = Served(tmp_path)
    served.branch("agent/clean", {"b.txt": "b\n"})
    (served.server.path / "hooks/post-receive").unlink()  # as if it had been killed
    assert served.push("agent/clean:main").code == 0
    where = ("--repo", str(served.server.path))
    told = gatekeeper("doctor", *where, now=served.now())
    assert "1 push or merge is not on record yet" in lines(told, "warn")
    assert "repair: gatekeeper doctor --repair\n" in told.out
    told = gatekeeper("doctor", "--repair", *where, now=served.now())
    assert told.out.startswith("repaired: 1 decision put on record\n")
    assert "not on record yet" not in told.out
    assert served.server.git("for-each-ref", "refs/notes/gatekeeper/audit") != ""
    journal = served.server.path / "gatekeeper/journal"
    (journal / "0000000001-x.json").write_text("{")
    assert any("0000000001-x.json is damaged" in line for line in lines(gatekeeper("doctor", *where), "warn"))
    repaired = gatekeeper("doctor", "--repair", "--json", *where, now=served.now()).json()["repaired"]
    assert ["damaged and was put aside" in sentence for sentence in repaired] == [True]  # type: ignore[attr-defined]
