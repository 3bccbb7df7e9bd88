# SPDX-License-Identifier: Apache-2.0
"""Threats 20, 27 and 34 through the door: a signers file or team that names too much is code 4, with its line."""

from __future__ import annotations

import pytest

from tests.policies import ALICE, BOB, PERSON, SIGNERS, check, signer, trusted
from tests.repo import RepoBuilder
from tests.signers import SoftKey


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (f"eve@example.org {SoftKey('eve').public}\n", "line names no namespaces"),
        (signer("eve@example.org", ""), "line names no namespaces"),
        (signer("eve@example.org", "*"), "namespace '*' is empty or a pattern"),
        (signer("*@example.org", PERSON), "principal '*@example.org' is a pattern"),
        (signer("eve@example.org", PERSON, key=ALICE), "one key stands for one person"),
    ],
)
def test_a_signers_line_that_names_too_much(repo: RepoBuilder, line: str, said: str) -> None:
    trusted(repo, "", SIGNERS + line)
    repo.commit({"harmless": "text\n"})
    done = check(repo)
    assert done.code == 4
    assert "refs/heads/main:.gatekeeper/allowed_signers:6: " in done.err
    assert said in done.err


@pytest.mark.parametrize("name", ["*", "*@example.org", "alice@example.or?", "!bob@example.org"])
def test_a_team_agent_or_gate_that_is_a_pattern(repo: RepoBuilder, name: str) -> None:
    for text in (f"teams: {{maintainers: [{BOB}, '{name}']}}", f"agents: ['{name}']", f"gates: ['{name}']"):
        repo.git("checkout", "-q", "-B", "main")
        trusted(repo, text)
        repo.commit({"harmless": text})
        done = check(repo)
        assert done.code == 4
        assert f"policy.yaml:9: '{name}' in " in done.err
        assert "is a pattern; name each principal in full" in done.err
