# SPDX-License-Identifier: Apache-2.0
"""Threat 2: an older, once valid policy comes back: refused by its serial, and by what the log last saw."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.repo import HUMAN
from tests.served import ALICE, BOB, POLICY, Served


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def policy_change(served: Served, serial: int, name: str) -> None:
    served.clone.branch(name, "refs/remotes/origin/main")
    served.clone.commit({".gatekeeper/policy.yaml": POLICY.replace("serial: 1", f"serial: {serial}")}, name, HUMAN)


def test_a_lower_or_equal_serial_is_denied(served: Served) -> None:
    policy_change(served, 1, "same")
    served.clone.commit({".gatekeeper/policy.yaml": POLICY + "# looser\n"}, "same", HUMAN)
    done = served.push("same:main")
    assert done.code == 1
    assert "its serial is 1; any change under .gatekeeper/ raises it to 2 or more" in done.err


def test_a_server_that_was_set_back_lets_nothing_in(served: Served) -> None:
    policy_change(served, 2, "newer")
    for who in (ALICE, BOB):
        assert served.approve("newer", who).code == 0
    landed = served.push("refs/notes/gatekeeper/approvals", "newer:main")
    assert landed.code == 0, landed.err
    served.server.git("update-ref", "refs/heads/main", served.base)  # by hand, past every hook
    served.sync()
    served.branch("agent/clean", {"b.txt": "b\n"})
    done = served.push("agent/clean:main")
    assert done.code == 1
    assert "the policy in force has serial 1, and this gate let serial 2 in before" in done.err
