# SPDX-License-Identifier: Apache-2.0
"""install and uninstall on real repositories: what is there is kept, twice is once, and out again is as before."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeper.commands.hookfiles import HooksFolder
from gatekeeper.commands.install import notices
from gatekeeper.commands.shim import LOCAL, SAVED, SERVER, Installation, is_shim
from tests.cli import gatekeeper
from tests.repo import RepoBuilder


@pytest.fixture
def bare(tmp_path: Path) -> RepoBuilder:
    return RepoBuilder.create(tmp_path / "server.git", bare=True)


def hooks(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every hook file that is no sample: content and mode."""
    found = [path for path in folder.iterdir() if not path.name.endswith(".sample")]
    return {path.name: (path.read_bytes(), path.lstat().st_mode) for path in sorted(found)}


def put(path: Path, text: str, mode: int = 0o755) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(mode)


def test_local_hooks_go_in_and_out(repo: RepoBuilder) -> None:
    folder = repo.path / ".git/hooks"
    put(folder / "pre-commit", "#!/bin/sh\necho mine\n", 0o700)
    before = hooks(folder)
    told = gatekeeper("install", cwd=repo.path, env={}, stdin=b"")
    assert told.code == 0, told.err
    assert sorted(hooks(folder)) == sorted([*LOCAL, "pre-commit" + SAVED])
    assert all(is_shim((folder / name).read_bytes()) and os.access(folder / name, os.X_OK) for name in LOCAL)
    assert "what was there is kept as pre-commit.before-gatekeeper and runs as well" in told.err
    assert "local hooks are comfort" in told.out

    installed = hooks(folder)
    again = gatekeeper("install", "--repo", str(repo.path), "--json")
    assert hooks(folder) == installed
    assert not any(step["changed"] for step in again.json()["steps"])  # type: ignore[attr-defined]

    assert gatekeeper("uninstall", "--repo", str(repo.path)).code == 0
    assert hooks(folder) == before
    assert "no hook of gatekeeper's" in gatekeeper("uninstall", "--repo", str(repo.path)).out


def test_some_hooks_only(repo: RepoBuilder) -> None:
    assert gatekeeper("install", "--repo", str(repo.path), "--hooks", "pre-push, pre-commit").code == 0
    assert sorted(hooks(repo.path / ".git/hooks")) == ["pre-commit", "pre-push"]
    wrong = gatekeeper("install", "--repo", str(repo.path), "--hooks", "pre-comit")
    assert (wrong.code, "there is no local hook 'pre-comit'" in wrong.err) == (2, True)
    assert gatekeeper("install", "--repo", str(repo.path), "--hooks", ",").code == 2


def test_a_symlinked_hook_comes_back_as_a_symlink(repo: RepoBuilder) -> None:
    folder = repo.path / ".git/hooks"
    put(repo.path / "tools/hook.sh", "#!/bin/sh\nexit 0\n")
    (folder / "pre-commit").symlink_to("../../tools/hook.sh")
    gatekeeper("install", "--repo", str(repo.path))
    assert (folder / ("pre-commit" + SAVED)).resolve() == repo.path / "tools/hook.sh"
    assert (repo.path / "tools/hook.sh").read_text() == "#!/bin/sh\nexit 0\n"
    gatekeeper("uninstall", "--repo", str(repo.path))
    assert os.readlink(folder / "pre-commit") == "../../tools/hook.sh"


def test_an_outdated_or_sleeping_hook_is_repaired(repo: RepoBuilder) -> None:
    folder = repo.path / ".git/hooks"
    gatekeeper("install", "--repo", str(repo.path))
    good = hooks(folder)
    path = folder / "pre-commit"
    path.write_text(path.read_text().replace(sys.executable, "/old/python"))
    (folder / "pre-push").chmod(0o644)
    told = gatekeeper("install", "--repo", str(repo.path))
    assert "hook pre-commit updated for this installation" in told.err
    assert "hook pre-push made executable" in told.err
    assert hooks(folder) == good


def test_a_tool_that_came_later_is_not_overwritten(repo: RepoBuilder) -> None:
    folder = repo.path / ".git/hooks"
    put(folder / "pre-commit", "#!/bin/sh\n# first\n")
    gatekeeper("install", "--repo", str(repo.path))
    put(folder / "pre-commit", "#!/bin/sh\n# later\n")
    before = hooks(folder)
    told = gatekeeper("install", "--repo", str(repo.path))
    assert told.code == 2
    assert "was written by another tool after gatekeeper had kept" in told.err
    assert hooks(folder) == before
    assert "another tool has replaced" in gatekeeper("uninstall", "--repo", str(repo.path)).err
    assert (folder / "pre-commit").read_text() == "#!/bin/sh\n# later\n"


@pytest.mark.parametrize("value", [".githooks", "{home}/hooks"])
def test_a_configured_hooks_folder_is_used_and_said(repo: RepoBuilder, home: Path, value: str) -> None:
    value = value.format(home=home)
    repo.git("config", "core.hooksPath", value)
    told = gatekeeper("install", "--repo", str(repo.path))
    folder = home / "hooks" if Path(value).name == "hooks" else repo.path / ".githooks"
    assert sorted(hooks(folder)) == sorted(LOCAL)
    assert f"core.hooksPath is {value}" in told.out
    assert ("other repositories may use it too" in told.out) == (folder.parent == home)
    assert hooks(repo.path / ".git/hooks") == {}
    where = repo.git("rev-parse", "--path-format=absolute", "--git-path", "hooks")
    assert Path(where) == folder


def test_a_linked_worktree_shares_the_hooks(repo: RepoBuilder) -> None:
    repo.commit({"a": "1"})
    linked = repo.path.parent / "linked"
    repo.git("worktree", "add", "-q", str(linked))
    assert gatekeeper("install", "--repo", str(linked)).code == 0
    assert sorted(hooks(repo.path / ".git/hooks")) == sorted(LOCAL)


def test_a_hook_runs_when_git_commits(repo: RepoBuilder) -> None:
    gatekeeper("install", "--repo", str(repo.path), "--hooks", "commit-msg")
    path = repo.path / ".git/hooks/commit-msg"
    path.write_text(path.read_text().replace("python=", "python=/gone"))
    done = repo.run("commit", "--allow-empty", "-m", "x", check=False)
    assert done.returncode != 0
    assert b"gatekeeper: commit-msg cannot run, so nothing was decided: /gone" in done.stderr
    assert b"git commit --no-verify" in done.stderr


def test_a_server_gets_its_hooks_settings_and_key(bare: RepoBuilder) -> None:
    told = gatekeeper("install", "--server", str(bare.path))
    assert told.code == 0, told.err
    assert sorted(hooks(bare.path / "hooks")) == sorted(SERVER)
    assert bare.git("config", "receive.fsckObjects") == "true"
    key = bare.path / "gatekeeper/gate_key"
    assert key.stat().st_mode & 0o777 == 0o600
    kind, blob = (bare.path / "gatekeeper/gate_key.pub").read_text().split()[:2]
    assert f'namespaces="git,gatekeeper-decision" {kind} {blob}\n' in told.out
    made = key.read_bytes()
    again = gatekeeper("install", "--server", str(bare.path), "--json").json()
    assert key.read_bytes() == made
    assert again["gate_key"]["line"] in told.out  # type: ignore[index]
    gatekeeper("uninstall", "--server", str(bare.path))
    assert hooks(bare.path / "hooks") == {}
    assert key.read_bytes() == made


def test_the_gate_key_that_is_configured_is_used(bare: RepoBuilder, tmp_path: Path) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    bare.git("config", "gatekeeper.gateKey", str(key))
    told = gatekeeper("install", "--server", str(bare.path), "--gate-name", "server@gates.example.org")
    assert "server@gates.example.org namespaces=" in told.out
    assert key.with_suffix(".pub").read_text().split()[1] in told.out
    assert not (bare.path / "gatekeeper/gate_key").exists()


def test_a_first_policy_is_pinned_by_its_bytes(bare: RepoBuilder, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_bytes(b"version: 1\n")
    (tmp_path / "signers").write_bytes(b"")
    for _ in range(2):
        told = gatekeeper("install", "--server", "server.git", "--pin", "policy.yaml", "signers", cwd=tmp_path)
        assert told.code == 0, told.err
    digests = {hashlib.sha256(content).hexdigest() for content in (b"version: 1\n", b"")}
    assert set(bare.git("config", "--get-all", "gatekeeper.pin").split()) == digests
    missing = gatekeeper("install", "--server", "server.git", "--pin", "no.yaml", cwd=tmp_path)
    assert (missing.code, "no.yaml cannot be pinned: No such file" in missing.err) == (2, True)


def test_the_trust_ref_is_the_remotes_default_branch_or_our_own(repo: RepoBuilder, tmp_path: Path) -> None:
    gatekeeper("install", "--repo", str(repo.path))
    assert repo.git("config", "gatekeeper.trustRef") == "refs/heads/main"
    repo.commit({"a": "1"})
    clone = RepoBuilder(tmp_path / "clone")
    subprocess.run(["git", "clone", "-q", str(repo.path), str(clone.path)], check=True)
    clone.branch("topic")
    gatekeeper("install", "--repo", str(clone.path))
    assert clone.git("config", "gatekeeper.trustRef") == "refs/remotes/origin/main"
    clone.git("config", "gatekeeper.trustRef", "refs/heads/topic")
    gatekeeper("install", "--repo", str(clone.path))
    assert clone.git("config", "gatekeeper.trustRef") == "refs/heads/topic"


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["install", "--server", "work"], 2, "work has a work tree"),
        (["install", "--repo", "server.git"], 2, "this repository is bare"),
        (["install", "--server", "server.git", "--review-refs"], 2, "not available in this version yet"),
        (["install", "--repo", "nowhere"], 2, "nowhere"),
        (["install", "--server", "server.git", "--hooks", "pre-push"], 2, "not allowed with argument"),
    ],
)
def test_what_cannot_be_meant(
    words: list[str], code: int, sentence: str, repo: RepoBuilder, bare: RepoBuilder, tmp_path: Path
) -> None:
    (tmp_path / "work").symlink_to(repo.path)
    told = gatekeeper(*words, cwd=tmp_path)
    assert (told.code, sentence in told.err) == (code, True), told.err
    assert hooks(bare.path / "hooks") == {}


def test_a_folder_in_a_hooks_place_is_said(repo: RepoBuilder) -> None:
    (repo.path / ".git/hooks/pre-commit").mkdir()
    told = gatekeeper("install", "--repo", str(repo.path))
    assert (told.code, "is a folder, where git expects a hook" in told.err) == (2, True)


def test_an_installation_inside_the_work_tree_is_noticed(tmp_path: Path) -> None:
    inside = Installation(sys.executable, str(tmp_path / ".venv/x/start.py"), ())
    told = notices(HooksFolder("h", None, shared=False), str(tmp_path), inside)
    assert "gatekeeper runs from inside this work tree" in told[0]
