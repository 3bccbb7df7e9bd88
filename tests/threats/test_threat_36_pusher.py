# SPDX-License-Identifier: Apache-2.0
"""Threat 36: who pushed is on record beside who wrote, and fills no slot where the rule names its approvers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import forged
from tests import served as serving
from tests.cli import gatekeeper
from tests.served import ALICE, BOB, MAIN, Served

APPROVALS = "refs/notes/gatekeeper/approvals"
PATHS = """\
paths:
  - {name: app, match: [app.py], level: approval, approvers: {maintainers: 1}}
"""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.setattr(serving, "POLICY", serving.POLICY + PATHS)
    return Served(tmp_path)


def test_the_pusher_is_recorded_as_the_host_names_it(served: Served) -> None:
    served.branch("agent/fix", {"b.txt": "b\n"})
    done = served.push("agent/fix:main", env={"GL_USERNAME": "dave\x1b[31m"})
    assert done.code == 0
    assert "\x1b" not in done.err
    told = gatekeeper("audit", "show", MAIN, "--repo", str(served.server.path))
    assert told.code == 0
    assert "dave" in told.out
    assert "\x1b" not in told.out


def test_whoever_pushes_does_not_approve_what_named_people_must(served: Served) -> None:
    served.branch("agent/fix", {"app.py": "print(2)\n"})
    forged.note(served, forged.approval(served, "agent/fix", BOB))
    done = served.push(APPROVALS, "agent/fix:main", env={"GL_USERNAME": BOB.upper()})
    assert done.code == 1
    assert "approver pushed the change" in done.err
    assert served.refs() == {MAIN: served.base}
    assert served.push(APPROVALS, "agent/fix:main", env={"GL_USERNAME": ALICE}).code == 0
