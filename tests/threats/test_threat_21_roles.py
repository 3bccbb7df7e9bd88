# SPDX-License-Identifier: Apache-2.0
"""Threat 21: an agent or a gate among the approvers, by name or by key, is refused wherever it hides."""

from __future__ import annotations

import pytest

from tests.policies import AGENT, ALICE, BOB, CLAUDE, GATE, PERSON, SERVER, SIGNERS, check, signer, trusted
from tests.repo import RepoBuilder

OTHERS = "".join(line for line in SIGNERS.splitlines(keepends=True) if not line.startswith((CLAUDE, SERVER)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"teams: {{maintainers: [{ALICE}, {CLAUDE}]}}", f"'{CLAUDE}' is both an agent (line 7) and in a team"),
        (f"teams: {{maintainers: [{ALICE}, {SERVER}]}}", f"'{SERVER}' is both a gate (line 8) and in a team"),
        (f"teams: {{maintainers: [{CLAUDE.title()}]}}", "differ in case alone"),
        (f"agents: [{CLAUDE}, {BOB}]", f"'{BOB}' is both an agent (line 9) and in a team"),
        (f"gates: [{BOB}]", f"'{BOB}' is both a gate (line 9) and in a team"),
    ],
)
def test_in_a_team(repo: RepoBuilder, text: str, said: str) -> None:
    trusted(repo, text)
    repo.commit({"harmless": "text\n"})
    done = check(repo)
    assert done.code == 4
    assert said in done.err
    assert "policy.yaml:" in done.err


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (signer(CLAUDE, PERSON), f"'{CLAUDE}' is an agent and may sign work alone: take gatekeeper-approval out"),
        (signer(CLAUDE, GATE), f"'{CLAUDE}' is an agent and may sign work alone: take gatekeeper-decision out"),
        (signer(CLAUDE.upper(), AGENT), f"'{CLAUDE.upper()}' is spelled '{CLAUDE}' in the policy"),
        (signer(SERVER, PERSON), f"'{SERVER}' is a gate and never approves: take gatekeeper-approval out"),
        (signer(CLAUDE, AGENT, key=ALICE), "one key stands for one person"),
    ],
)
def test_by_its_key(repo: RepoBuilder, line: str, said: str) -> None:
    trusted(repo, "", OTHERS + line)
    repo.commit({"harmless": "text\n"})
    done = check(repo)
    assert done.code == 4
    assert "refs/heads/main:.gatekeeper/allowed_signers:4: " in done.err
    assert said in done.err
