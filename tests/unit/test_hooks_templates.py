# SPDX-License-Identifier: Apache-2.0
"""pre-commit reads what is offered to it, and what this repository runs on itself."""

from __future__ import annotations

from pre_commit.clientlib import load_config, load_manifest  # type: ignore[import-untyped]

from gatekeeper.commands.shim import LOCAL
from tests.cli import ROOT


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
