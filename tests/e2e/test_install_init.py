# SPDX-License-Identifier: Apache-2.0
"""init: one call sets a repository up; a second changes nothing; nothing of the project's own is overwritten."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeper.commands.runners import found_runners
from gatekeeper.commands.shim import LOCAL, is_shim
from gatekeeper.commands.signers import remote_name
from gatekeeper.git.repository import open_repository
from tests import signers
from tests.cli import ROOT, Result, gatekeeper
from tests.repo import RepoBuilder

POLICY, SIGNERS = ".gatekeeper/policy.yaml", ".gatekeeper/allowed_signers"


@pytest.fixture
def fresh(repo: RepoBuilder, home: Path) -> RepoBuilder:
    """A repository whose user has a name and an SSH key."""
    repo.git("config", "user.email", "alice@example.org")
    (home / ".ssh").mkdir()
    (home / ".ssh/id_ed25519.pub").write_text(signers.key("alice").public + "\n")
    return repo


def init(repo: RepoBuilder, *words: str, stdin: bytes = b"") -> Result:
    return gatekeeper("init", "--repo", str(repo.path), *words, stdin=stdin)


def files(repo: RepoBuilder) -> dict[str, bytes]:
    """Everything below the repository that init may touch."""
    found = [*repo.path.glob(".gatekeeper/*"), *repo.path.glob(".git/hooks/*"), *repo.path.glob(".git/gatekeeper/*")]
    return {str(path): path.read_bytes() for path in [*found, repo.path / ".git/config"] if path.is_file()}


def test_one_call_sets_everything_up(fresh: RepoBuilder) -> None:
    told = init(fresh, "--yes")
    assert told.code == 0, told.err
    policy, listed = ((fresh.path / path).read_bytes() for path in (POLICY, SIGNERS))
    assert b"maintainers: [alice@example.org]" in policy
    key = " ".join(signers.key("alice").public.split()[:2])
    assert f'alice@example.org namespaces="git,gatekeeper-approval" {key}\n' in listed.decode()
    pins = {hashlib.sha256(content).hexdigest() for content in (policy, listed)}
    assert set(fresh.git("config", "--get-all", "gatekeeper.pin").split()) == pins
    assert fresh.git("config", "gatekeeper.trustRef") == "refs/heads/main"
    assert (fresh.path / ".git/gatekeeper/gate_key").stat().st_mode & 0o777 == 0o600
    assert all(is_shim((fresh.path / ".git/hooks" / name).read_bytes()) for name in LOCAL)
    assert "next: git add .gatekeeper && git commit" in told.out
    assert gatekeeper("policy", "check", POLICY, cwd=fresh.path).code == 0


def test_twice_is_the_same_as_once(fresh: RepoBuilder) -> None:
    init(fresh, "--yes")
    before = files(fresh)
    again = init(fresh, "--yes", "--json")
    assert files(fresh) == before
    assert not any(step["changed"] for step in again.json()["steps"])  # type: ignore[attr-defined]
    assert again.json()["next"] == "gatekeeper doctor"


def test_a_dry_run_does_nothing(fresh: RepoBuilder) -> None:
    before = files(fresh)
    told = init(fresh, "--dry-run", "--yes")
    assert told.code == 0
    assert files(fresh) == before
    for words in (f"would: {POLICY} written", "would: hook pre-push installed", "would: gate key made"):
        assert words in told.err


def test_hooks_are_only_offered(fresh: RepoBuilder) -> None:
    told = init(fresh)
    assert "the local hooks are not installed: gatekeeper install" in told.out
    assert not any((fresh.path / ".git/hooks" / name).exists() for name in LOCAL)


def test_what_was_there_is_neither_changed_nor_pinned(fresh: RepoBuilder) -> None:
    fresh.write({POLICY: "version: 1\n# an agent wrote this\n"})
    told = init(fresh, "--yes")
    assert (fresh.path / POLICY).read_text() == "version: 1\n# an agent wrote this\n"
    assert fresh.run("config", "gatekeeper.pin", check=False).returncode == 1
    assert f"read both, then: gatekeeper install --pin {POLICY} {SIGNERS}" in told.out
    assert gatekeeper("install", "--pin", POLICY, SIGNERS, cwd=fresh.path, env={}).code == 0
    assert len(fresh.git("config", "--get-all", "gatekeeper.pin").split()) == 2
    assert "read both" not in init(fresh, "--yes").out


def test_a_policy_in_force_needs_no_pin(fresh: RepoBuilder) -> None:
    init(fresh, "--yes")
    fresh.git("add", ".gatekeeper")
    fresh.commit()
    fresh.git("config", "--unset-all", "gatekeeper.pin")
    assert "not pinned" not in init(fresh, "--yes").out


@pytest.mark.parametrize(
    ("file", "name", "line"),
    [
        (".pre-commit-config.yaml", "pre-commit", "entry: gatekeeper hook pre-commit, language: system"),
        ("prek.toml", "prek", "entry: gatekeeper hook commit-msg, language: system"),
        (".config/lefthook.yml", "lefthook", 'gatekeeper: {run: "gatekeeper hook commit-msg {1}"}'),
        (".husky/pre-commit", "husky", "echo 'gatekeeper hook pre-commit' >> .husky/pre-commit"),
    ],
)
def test_a_hook_runner_is_told_not_overwritten(fresh: RepoBuilder, file: str, name: str, line: str) -> None:
    fresh.write({file: "# the project's own\n"})
    told = init(fresh, "--yes")
    assert told.code == 0
    assert f"{name} runs this project's hooks" in told.out
    assert line in told.out
    assert "gatekeeper install --hooks pre-push" in told.out
    assert not any((fresh.path / ".git/hooks" / hook).exists() for hook in LOCAL)
    assert (fresh.path / file).read_text() == "# the project's own\n"
    runners = init(fresh, "--json").json()["runners"]
    assert [runner["name"] for runner in runners] == [name]  # type: ignore[attr-defined]


def test_the_lines_for_pre_commit_are_what_it_reads(fresh: RepoBuilder, tmp_path: Path) -> None:
    from pre_commit.clientlib import load_config  # type: ignore[import-untyped]

    fresh.write({".pre-commit-config.yaml": "repos: []\n"})
    config = tmp_path / "config.yaml"
    config.write_text("repos:\n" + found_runners(str(fresh.path))[0].lines)
    hooks = load_config(str(config))["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["gatekeeper", "gatekeeper-commit-msg"]


def test_without_a_key_or_a_name_it_explains(repo: RepoBuilder, home: Path) -> None:
    told = init(repo)
    assert (told.code, "git does not know who you are" in told.err) == (2, True)
    repo.git("config", "user.email", "alice@example.org")
    told = init(repo)
    assert told.code == 2
    assert "there is no SSH key of yours to sign approvals with" in told.err
    assert "next: make one: ssh-keygen -t ed25519" in told.err
    assert not (repo.path / ".gatekeeper").exists()
    told = init(repo, "--key", str(home / "nothing"))
    assert (told.code, "there is no public key at" in told.err) == (2, True)


def test_the_key_that_git_signs_with_comes_first(fresh: RepoBuilder) -> None:
    bob = signers.key("bob")
    fresh.git("config", "user.signingKey", bob.path)
    init(fresh)
    assert signers.key("alice").public.split()[1] in (fresh.path / SIGNERS).read_text()
    (fresh.path / SIGNERS).unlink()
    fresh.git("config", "gpg.format", "ssh")
    init(fresh)
    assert bob.public.split()[1] in (fresh.path / SIGNERS).read_text()
    (fresh.path / SIGNERS).unlink()
    init(fresh, "--key", signers.key("alice").path)
    assert signers.key("alice").public.split()[1] in (fresh.path / SIGNERS).read_text()


def test_a_key_that_asks_for_a_touch_is_preferred(fresh: RepoBuilder, home: Path) -> None:
    (home / ".ssh/aaa.pub").write_text(signers.key("bob").public + "\n")
    (home / ".ssh/id_ecdsa_sk.pub").write_text(signers.key("carol").public + "\n")
    init(fresh)
    assert signers.key("carol").public.split()[1] in (fresh.path / SIGNERS).read_text()


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://user:pw@git.example.org:8443/team/app.git", "git.example.org/team/app"),
        ("ssh://git@git.example.org:22/team/app", "git.example.org/team/app"),
        ("git@git.example.org:team/app.git", "git.example.org/team/app"),
        ("git.example.org:app", "git.example.org/app"),
        ("../elsewhere.git", None),
        ("/srv/app.git", None),
        ("file:///srv/app.git", None),
        ("C:/app.git", None),
        ("https://git.example.org/", None),
        ("https://git.example.org/a b", None),
    ],
)
def test_the_name_comes_from_the_remote(repo: RepoBuilder, url: str, name: str | None) -> None:
    repo.git("config", "remote.origin.url", url)
    assert remote_name(open_repository(str(repo.path), os.environ)) == name


def test_a_name_can_be_given(fresh: RepoBuilder) -> None:
    init(fresh, "--name", "example.org/payments")
    assert "repository: example.org/payments\n" in (fresh.path / POLICY).read_text()


def test_a_bare_repository_is_sent_elsewhere(tmp_path: Path) -> None:
    bare = RepoBuilder.create(tmp_path / "bare.git", bare=True)
    told = init(bare)
    assert (told.code, "init needs a work tree" in told.err) == (2, True)


def test_a_place_that_cannot_be_written_is_a_sentence(fresh: RepoBuilder) -> None:
    (fresh.path / ".gatekeeper").write_text("a file where a folder belongs")
    told = init(fresh)
    assert told.code == 4
    assert told.err == f"gatekeeper: {fresh.path / POLICY}: not a directory\n  next: see what is at that path\n"


@pytest.mark.parametrize(("answer", "installed"), [(b"\n", True), (b"y\n", True), (b"n\n", False)])
def test_at_a_terminal_it_asks(fresh: RepoBuilder, answer: bytes, installed: bool) -> None:
    terminal, inside = os.openpty()
    words = [sys.executable, "-P", "-m", "gatekeeper", "init"]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(words, cwd=fresh.path, stdin=inside, stderr=inside, stdout=subprocess.PIPE, env=env) as child:
        os.close(inside)
        os.write(terminal, answer)
        assert child.stdout is not None
        said = child.stdout.read()
        asked = os.read(terminal, 4096)
    os.close(terminal)
    assert child.returncode == 0
    assert b"Install the local hooks (pre-commit, commit-msg, pre-push)? [Y/n]" in asked
    assert (fresh.path / ".git/hooks/pre-commit").exists() == installed
    assert (b"the local hooks are not installed" in said) != installed
