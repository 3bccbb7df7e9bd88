# SPDX-License-Identifier: Apache-2.0
"""The gate's own policy: every place is found, and a proposal that may not land is denied once."""

from __future__ import annotations

import pytest

from gatekeeper.model import MODE_GITLINK, MODE_LINK, Hit
from gatekeeper.rules.rule import RuleSettings
from gatekeeper.rules.selfpolicy import SelfPolicy, kind_of
from tests.views import MemoryChange, MemoryCommit, MemoryDiff, Sides

POLICY = ".gatekeeper/policy.yaml"
SIGNERS = b".gatekeeper/allowed_signers"


def places(files: dict[str | bytes, Sides], settings: RuleSettings | None = None) -> list[str]:
    return [hit.message for hit in SelfPolicy().inspect(MemoryCommit(files, settings=settings))]


def judged(
    files: dict[str | bytes, Sides], objection: str | None = None, paths: frozenset[bytes] | None = None
) -> list[Hit]:
    return list(SelfPolicy().inspect_change(MemoryChange(MemoryDiff(files), objection=objection, paths=paths)))


@pytest.mark.parametrize(
    "path",
    [POLICY, ".gatekeeper/x", ".GateKeeper/policy.yaml", ".gatekeeper./x", ".gatekeeper", "gateke~1/policy.yaml"],
)
def test_everything_of_the_gate_counts_by_any_spelling(path: str) -> None:
    assert places({path: (None, "x")}) == ["adds part of the gate's own policy"]


def test_signers_elsewhere_count_by_the_name_that_the_policy_gives() -> None:
    settings = RuleSettings(signers_path=b"security/signers")
    assert places({"security/signers": ("a", "b")}, settings) == ["changes part of the gate's own policy"]
    assert places({"security/other": ("a", "b")}, settings) == []


@pytest.mark.parametrize(
    "path",
    [
        ".github/workflows/ci.yml",
        ".github/actions/gate/action.yml",
        ".gitlab-ci.yml",
        ".gitlab/ci/gate.yml",
        ".pre-commit-config.yaml",
        ".husky/pre-push",
        ".githooks/pre-commit",
        "hooks/pre-receive",
        "ops/hooks/update",
        "lefthook.yml",
        ".circleci/config.yml",
        "Jenkinsfile",
        ".GitHub/Workflows/ci.yml",
        ".github/workflows/a\nb.yml",
    ],
)
def test_workflows_and_hooks_count_where_either_side_calls_the_gate(path: str) -> None:
    assert places({path: ("run: x\n", "run: Gatekeeper check\n")}) == ["changes a file that calls the gate"]
    assert places({path: ("run: gatekeeper check\n", "run: x\n")}) == ["changes a file that calls the gate"]
    assert places({path: ("run: gatekeeper check\n", None)}) == ["removes a file that calls the gate"]
    assert places({path: ("run: x\n", "run: y\n")}) == []


def test_other_files_may_speak_of_the_gate() -> None:
    assert places({"README.md": (None, "gatekeeper"), "src/gatekeeper.py": (None, "gatekeeper")}) == []
    assert kind_of(b"gatekeeper/policy.yaml", SIGNERS) is None


def test_a_proposal_with_a_raised_serial_is_left_to_people() -> None:
    assert judged({POLICY: ("serial: 1", "serial: 2")}) == []


def test_a_proposal_that_may_not_land_is_denied_with_the_reason() -> None:
    (hit,) = judged({POLICY: ("serial: 2", "serial: 2\n")}, "the serial is not higher than 2")
    assert (hit.rule, hit.path, hit.escalate) == ("self.policy", POLICY.encode(), "deny")
    assert hit.message == "this policy may not land: the serial is not higher than 2"


def test_changed_signers_need_a_higher_serial_too() -> None:
    (hit,) = judged({SIGNERS: ("a", "b")}, "the serial is not higher than 2")
    assert hit.path == SIGNERS


def test_deleting_the_policy_is_denied() -> None:
    (hit,) = judged({POLICY: ("serial: 1", None)})
    assert hit.escalate == "deny"
    assert "removes the policy" in hit.message


@pytest.mark.parametrize("mode", [MODE_LINK, MODE_GITLINK])
def test_a_policy_that_is_no_file_is_denied(mode: int) -> None:
    (hit,) = judged({POLICY: ("serial: 1", "elsewhere", 0o100644, mode)})
    assert "no longer a regular file" in hit.message


@pytest.mark.parametrize("path", [".Gatekeeper/policy.yaml", ".gatekeeper", ".gatekeeper /policy.yaml"])
def test_another_spelling_beside_the_policy_is_denied(path: str) -> None:
    (hit,) = judged({path: (None, "x")})
    assert hit.escalate == "deny"
    assert "another spelling" in hit.message


def test_what_comes_and_goes_within_the_change_is_not_judged() -> None:
    assert judged({}, "never asked", paths=frozenset({POLICY.encode()})) == []


def test_a_change_that_touches_nothing_of_it_asks_nothing() -> None:
    class Unasked(MemoryChange):
        def policy_objection(self) -> str | None:
            raise AssertionError("asked")

    assert list(SelfPolicy().inspect_change(Unasked(MemoryDiff({"a": (None, "x")})))) == []
