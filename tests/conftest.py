# SPDX-License-Identifier: Apache-2.0
"""Hermetic by default: no user or system configuration, no agent sockets, no network, a home of its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.repo import RepoBuilder

settings.register_profile("gatekeeper", derandomize=True, deadline=None, max_examples=100)
settings.load_profile("gatekeeper")


@pytest.fixture(autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home directory, with every variable dropped that could reach the real one."""
    folder = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("GIT_", "GATEKEEPER_", "SSH_", "XDG_", "GITHUB_", "GITLAB_", "CI_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_TERMINAL_PROMPT", "0")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("no_proxy", "*")
    return folder


@pytest.fixture
def repo(tmp_path: Path) -> RepoBuilder:
    """An empty repository with a work tree on branch ``main``."""
    return RepoBuilder.create(tmp_path / "repo")
