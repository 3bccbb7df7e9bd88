# SPDX-License-Identifier: Apache-2.0
"""The templates that people copy: readable by their tools, pinned, and running nothing of a proposal."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from pre_commit.clientlib import load_config, load_manifest  # type: ignore[import-untyped]

from gatekeeper.commands.shim import LOCAL
from tests.cli import ROOT

WORKFLOWS = [ROOT / "hooks/github-action/action.yml", ROOT / "hooks/ci/github.yml"]


def steps(path: Path) -> Iterator[dict[str, object]]:
    """Every step of an action or workflow."""
    document = yaml.safe_load(path.read_text())
    jobs = document["jobs"].values() if "jobs" in document else [document["runs"]]
    return (step for job in jobs for step in job["steps"])


def test_pre_commit_reads_the_manifest() -> None:
    hooks = {hook["id"]: hook for hook in load_manifest(str(ROOT / ".pre-commit-hooks.yaml"))}
    assert list(hooks) == ["gatekeeper", "gatekeeper-commit-msg", "gatekeeper-pre-push"]
    for hook, name in zip(hooks.values(), LOCAL, strict=True):
        assert hook["entry"] == f"gatekeeper hook {name}"
        assert hook["stages"] == [name]
        assert hook["always_run"]
        assert hook["require_serial"]
        assert hook["pass_filenames"] == (name == "commit-msg")


def test_this_repository_runs_itself() -> None:
    hooks = load_config(str(ROOT / ".pre-commit-config.yaml"))["repos"][0]["hooks"]
    assert ".venv/bin/gatekeeper hook pre-commit" in [hook["entry"] for hook in hooks]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_no_script_holds_a_value_that_others_choose(path: Path) -> None:
    assert not [step["run"] for step in steps(path) if "${{" in str(step.get("run", ""))]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_every_action_is_pinned(path: Path) -> None:
    used = [str(step["uses"]) for step in steps(path) if "uses" in step]
    assert used
    for action in used:
        assert re.search(r"@([0-9a-f]{40}|COMMIT)$", action)


def test_the_proposal_is_fetched_and_never_checked_out() -> None:
    workflow = yaml.safe_load((ROOT / "hooks/ci/github.yml").read_text())
    assert workflow["permissions"] == {"contents": "read"}
    assert list(workflow[True]) == ["pull_request_target"]  # YAML 1.1 reads the key `on` as true
    checkouts = [step for step in steps(ROOT / "hooks/ci/github.yml") if "checkout@" in str(step.get("uses"))]
    assert [step["with"] for step in checkouts] == [{"fetch-depth": 0, "persist-credentials": False}]
    gitlab = yaml.safe_load((ROOT / "hooks/ci/gitlab.yml").read_text())["gatekeeper"]
    assert gitlab["variables"] == {"GIT_STRATEGY": "none"}
    for text in (str(workflow), str(gitlab)):
        assert not re.search(r"git (checkout|switch|merge|worktree)\b", text)
