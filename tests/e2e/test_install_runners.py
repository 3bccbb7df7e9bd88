# SPDX-License-Identifier: Apache-2.0
"""Beside pre-commit: called by it, and installed over it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import ROOT, gatekeeper
from tests.repo import RepoBuilder
from tests.served import Served, secret

CONFIG = """\
repos:
  - repo: local
    hooks:
      - id: gatekeeper
        name: gatekeeper
        language: system
        entry: env PYTHONPATH={root} {python} -P -m gatekeeper hook {stage}
        stages: [{stage}]
        always_run: true
        pass_filenames: {names}
"""


@pytest.fixture
def clone(tmp_path: Path) -> RepoBuilder:
    """A clone whose remote has no hooks of its own."""
    served = Served(tmp_path)
    for name in ("pre-receive", "post-receive"):
        (served.server.path / "hooks" / name).unlink()
    return served.clone


def use_pre_commit(clone: RepoBuilder, stage: str) -> None:
    names = str(stage == "commit-msg").lower()
    config = CONFIG.format(root=ROOT, python=sys.executable, stage=stage, names=names)
    (clone.path / ".pre-commit-config.yaml").write_text(config)
    words = [sys.executable, "-m", "pre_commit", "install", "--hook-type", stage]
    subprocess.run(words, cwd=clone.path, check=True, capture_output=True, env=dict(os.environ))


def push(clone: RepoBuilder, *refs: str) -> tuple[int, str]:
    done = clone.run("push", "origin", *refs, check=False)
    return done.returncode, (done.stdout + done.stderr).decode()


@pytest.mark.parametrize("stage", ["pre-commit", "commit-msg"])
def test_pre_commit_calls_it_before_a_commit(clone: RepoBuilder, stage: str) -> None:
    use_pre_commit(clone, stage)
    clone.write({"a.txt": secret() if stage == "pre-commit" else "a\n"})
    message = "Say it\n\n" + (secret() if stage == "commit-msg" else "")
    done = clone.run("commit", "-m", message, check=False)
    assert done.returncode == 1
    assert b"denied: the new commit" in done.stderr + done.stdout
    assert b"secrets." in done.stderr + done.stdout


def test_pre_commit_hands_on_one_ref_and_it_is_judged(clone: RepoBuilder) -> None:
    use_pre_commit(clone, "pre-push")
    clone.branch("agent/leak", "refs/remotes/origin/main")
    clone.commit({"key.txt": secret()})
    code, said = push(clone, "agent/leak")
    assert code == 1
    assert "denied" in said
    assert "pre-commit hands on one ref of a push; all are seen by: gatekeeper install --hooks pre-push" in said


def test_installed_over_pre_commit_every_ref_is_judged(clone: RepoBuilder) -> None:
    use_pre_commit(clone, "pre-push")
    assert gatekeeper("install", "--hooks", "pre-push", "--repo", str(clone.path)).code == 0
    for name, files in (("agent/clean", {"b.txt": "b\n"}), ("agent/leak", {"key.txt": secret()})):
        clone.branch(name, "refs/remotes/origin/main")
        clone.commit(dict(files))
    code, said = push(clone, "agent/clean", "agent/leak")
    assert code == 1
    assert "gatekeeper...." in said  # pre-commit ran, and passed the first
    assert "refs/heads/agent/leak:\ndenied" in said
    assert clone.git("ls-remote", "origin", "refs/heads/agent/*") == ""


def test_nothing_to_judge_is_not_a_pass(clone: RepoBuilder) -> None:
    told = gatekeeper("hook", "pre-push", cwd=clone.path, env={"PRE_COMMIT": "1"})
    assert (told.code, "pre-commit does not say what is pushed" in told.err) == (2, True)
    gone = {"PRE_COMMIT": "1", "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/gone", "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/x"}
    told = gatekeeper("hook", "pre-push", cwd=clone.path, env=gone)
    assert (told.code, "refs/heads/gone, which is to be pushed, is not in this repository" in told.err) == (2, True)
