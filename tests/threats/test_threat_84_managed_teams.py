# SPDX-License-Identifier: Apache-2.0
"""Threat 84: a repository redefines a managed policy's team, its members' keys, or what it asks for."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.cli import Result, gatekeeper
from tests.policies import ALICE, PERSON, SIGNERS, signer, trusted
from tests.repo import RepoBuilder

DAVE, EVE = "dave@corp.example.org", "eve@example.org"
CORP = f"""\
version: 1
signers: signers
teams: {{security: [{DAVE}]}}
levels: {{secrets.*: deny, deps.new-direct: approval}}
approval: {{require: {{security: 1}}}}
"""


@pytest.fixture
def corp(tmp_path: Path) -> Path:
    folder = tmp_path / "corp"
    folder.mkdir()
    (folder / "policy.yaml").write_text(CORP)
    (folder / "signers").write_text(signer(DAVE, PERSON))
    return folder / "policy.yaml"


def show(repo: RepoBuilder, corp: Path) -> Result:
    return gatekeeper(
        "policy", "show", "--json", "--repo", str(repo.path), env={"GATEKEEPER_MANAGED_POLICY": str(corp)}
    )


def test_a_team_of_the_same_name_is_another_team(repo: RepoBuilder, corp: Path) -> None:
    trusted(repo, f"teams: {{maintainers: [{ALICE}], security: [{EVE}]}}", SIGNERS + signer(EVE, PERSON))
    effective = show(repo, corp).json()["effective"]
    assert effective["teams"] == {"maintainers": [ALICE], "security": [EVE], "managed/security": [DAVE]}  # type: ignore[index]
    assert effective["approval"]["require"] == {"maintainers": 1, "managed/security": 1}  # type: ignore[index]


def test_its_own_name_cannot_be_taken(repo: RepoBuilder, corp: Path) -> None:
    trusted(repo, f"teams: {{managed/security: [{EVE}]}}")
    done = show(repo, corp)
    assert done.code == 4
    assert "'managed/security' is no name for a team" in done.err


def test_another_key_for_its_member_is_left_out(repo: RepoBuilder, corp: Path) -> None:
    trusted(repo, "", SIGNERS + signer(DAVE, PERSON, key="not dave's"))
    notices = show(repo, corp).json()["notices"]
    assert notices == [
        f"refs/heads/main:.gatekeeper/allowed_signers:6: left out; a managed policy says which keys '{DAVE}' has"
    ]


def test_its_member_s_key_under_another_name_is_left_out(repo: RepoBuilder, corp: Path) -> None:
    trusted(repo, f"teams: {{maintainers: [{EVE}]}}", SIGNERS + signer(EVE, PERSON, key=DAVE))
    notices = show(repo, corp).json()["notices"]
    assert any(f"left out; a managed policy says which keys '{EVE}' has" in str(one) for one in notices)  # type: ignore[attr-defined]


def test_its_levels_cannot_be_lowered(repo: RepoBuilder, corp: Path) -> None:
    trusted(repo, "extends: quiet\nlevels: {secrets.*: off, deps.new-direct: off}")
    levels = show(repo, corp).json()["levels"]
    assert levels["secrets.*"] == {"level": "deny", "origin": f"managed {corp}"}  # type: ignore[index]
    assert levels["deps.new-direct"] == {"level": "approval", "origin": f"managed {corp}"}  # type: ignore[index]


def test_a_managed_policy_that_is_gone_blocks(repo: RepoBuilder, corp: Path) -> None:
    trusted(repo)
    os.unlink(corp)
    done = show(repo, corp)
    assert done.code == 4
    assert f"the managed policy {corp} does not exist" in done.err
