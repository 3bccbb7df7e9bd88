# SPDX-License-Identifier: Apache-2.0
"""Threat 3: a policy that is missing, damaged or silent about a rule lets nothing through unseen."""

from __future__ import annotations

import pytest

from tests.policies import check, trusted
from tests.repo import RepoBuilder

BIDI = {"a.py": "x = 1  # \u202e\n"}


def test_without_a_policy_the_preset_decides_and_says_so(repo: RepoBuilder) -> None:
    repo.commit({"readme": "hi\n"})
    repo.git("config", "gatekeeper.trustRef", "refs/heads/main")
    repo.branch("work")
    repo.commit(BIDI)
    done = check(repo)
    assert done.code == 1
    assert "no policy in refs/heads/main: the built-in 'balanced' protects refs/heads/main" in done.out + done.err
    assert "unicode.bidi" in done.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("humans: cunts", "9: humans cannot be 'cunts'; did you mean 'counts'?"),
        ("protekt: []", "9: unknown key 'protekt'; did you mean 'protect'?"),
        ("serial: 2\nserial: 3", "10: duplicate key 'serial'; the first is in line 9"),
        ("levels: {unicode.bidy: off}", "9: unknown rule 'unicode.bidy'; did you mean 'unicode.bidi'?"),
        ("teams: [", "10: not YAML: did not find expected node content"),
        ("version: 2", "9: version is a whole number from 1 to 1, not '2'"),
    ],
)
def test_a_policy_that_is_not_valid_blocks(repo: RepoBuilder, text: str, said: str) -> None:
    trusted(repo, text)
    repo.commit({"harmless": "text\n"})
    done = check(repo)
    assert done.code == 4
    assert done.err.startswith(f"gatekeeper: refs/heads/main:.gatekeeper/policy.yaml:{said}")
    assert "  next: correct it with: gatekeeper policy check FILE" in done.err


def test_a_policy_that_names_no_rule_has_the_preset_for_all(repo: RepoBuilder) -> None:
    trusted(repo)
    repo.commit(BIDI)
    done = check(repo)
    assert done.code == 1
    assert "unicode.bidi" in done.out


def test_a_missing_signers_file_blocks(repo: RepoBuilder) -> None:
    trusted(repo, "signers: .gatekeeper/other")
    repo.commit({"harmless": "text\n"})
    done = check(repo)
    assert done.code == 4
    assert "the policy names people, and the file with their keys is missing" in done.err
