# SPDX-License-Identifier: Apache-2.0
"""Threat 60: in CI the base's gatekeeper and policy judge; not a line of the proposal runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.cli import ROOT
from tests.repo import AGENT, RepoBuilder
from tests.served import secret

ACTION, WORKFLOW = ROOT / "hooks/github-action/action.yml", ROOT / "hooks/ci/github.yml"
POLICY = "version: 1\nserial: 1\nrepository: example.org/payments\nextends: balanced\nprotect: [refs/heads/main]\n"
BRANCH = "agent/$(touch${IFS}owned);`id`"


def steps(path: Path) -> Iterator[dict[str, object]]:
    """Every step of an action or workflow."""
    document = yaml.safe_load(path.read_text())
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    return (step for job in jobs for step in job["steps"])


@pytest.mark.parametrize("path", [ACTION, WORKFLOW], ids=lambda path: path.name)
def test_no_script_holds_a_value_that_others_choose(path: Path) -> None:
    assert not [step["run"] for step in steps(path) if "${{" in str(step.get("run", ""))]


@pytest.mark.parametrize("path", [ACTION, WORKFLOW], ids=lambda path: path.name)
def test_every_action_is_pinned(path: Path) -> None:
    used = [str(step["uses"]) for step in steps(path) if "uses" in step]
    assert used
    for action in used:
        assert re.search(r"@([0-9a-f]{40}|COMMIT)$", action)


def test_the_proposal_is_fetched_and_never_checked_out() -> None:
    workflow = yaml.safe_load(WORKFLOW.read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert list(workflow[True]) == ["pull_request_target"]  # YAML 1.1 reads the key `on` as true
    checkouts = [step for step in steps(WORKFLOW) if "checkout@" in str(step.get("uses"))]
    assert [step["with"] for step in checkouts] == [{"fetch-depth": 0, "persist-credentials": False}]
    gitlab = yaml.safe_load((ROOT / "hooks/ci/gitlab.yml").read_text())["gatekeeper"]
    assert gitlab["variables"] == {"GIT_STRATEGY": "none"}
    for text in (str(workflow), str(gitlab)):
        assert not re.search(r"git (checkout|switch|merge|worktree)\b", text)


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """The temporary folder of a runner, with this gatekeeper where the action would have installed it."""
    python = tmp_path / "runner/gatekeeper/bin/python"
    python.parent.mkdir(parents=True)
    python.write_text(f"#!/bin/sh\nshift 3\nPYTHONPATH='{ROOT}' exec '{sys.executable}' -P -m gatekeeper \"$@\"\n")
    python.chmod(0o755)
    return tmp_path / "runner"


@pytest.mark.parametrize(
    ("files", "code", "words"),
    [
        ({"b.txt": "b\n"}, 0, "allowed"),
        ({"key.txt": secret()}, 1, "denied"),
        ({".gatekeeper/policy.yaml": POLICY.replace("balanced", "quiet")}, 1, "denied"),
        ({".gatekeeper/policy.yaml": POLICY.replace("serial: 1", "serial: 2")}, 3, "needs approval"),
    ],
)
def test_the_action_s_own_script(
    repo: RepoBuilder, runner: Path, files: dict[str, str | bytes | None], code: int, words: str
) -> None:
    """As the runner runs it: bash, values in the environment, a branch whose name is a command."""
    repo.commit({".gatekeeper/policy.yaml": POLICY, "conftest.py": "", "a.txt": "a\n"})
    repo.git("update-ref", "refs/remotes/origin/main", "HEAD")
    repo.git("config", "gatekeeper.trustRef", "refs/remotes/origin/main")
    repo.branch("proposal")
    repo.commit(dict(files), "work", AGENT)
    repo.git("update-ref", f"refs/heads/{BRANCH}", "HEAD")
    repo.git("checkout", "-q", "main")
    (script,) = (str(step["run"]) for step in steps(ACTION) if step.get("name") == "Judge")
    summary = runner / "summary.md"
    env = {
        **os.environ,
        "RUNNER_TEMP": str(runner),
        "GITHUB_STEP_SUMMARY": str(summary),
        "BASE": "refs/remotes/origin/main",
        "HEAD": f"refs/heads/{BRANCH}",
        "TARGET": "refs/heads/main",
    }
    shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    done = subprocess.run(shell, cwd=repo.path, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    assert f"gatekeeper: {words}" in summary.read_text()
    assert not (repo.path / "owned").exists()
