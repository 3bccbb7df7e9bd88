# SPDX-License-Identifier: Apache-2.0
"""Threats 37 and 50: a merge follows renames, so what a commit does to one path can land in another, protected one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import served as serving
from tests.cli import gatekeeper
from tests.repo import AGENT
from tests.served import BOB, MAIN, Served

POLICY = """\
paths:
  - {name: ledger, match: ["ledger/**"], level: approval}
"""
BODY = "".join(f"line {number}\n" for number in range(40))
STOLEN = BODY.replace("line 20", "line 20, and a cent for me")
CARRIED = "(a merge carries it here, where no commit touches it)"


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    monkeypatch.setattr(serving, "POLICY", serving.POLICY + POLICY)
    return Served(tmp_path)


def merge_of(served: Served, *names: str) -> str:
    """What git makes of the commits ``names``, as a merge commit, even where it says that it is not sure."""
    parents = [served.clone.git("rev-parse", name) for name in names]
    tip = parents[0]
    for number, other in enumerate(parents[1:], 2):
        tree = served.clone.run("merge-tree", "--write-tree", tip, other, check=False).stdout.split(b"\n")[0].decode()
        tip = served.clone.commit_tree(tree, parents[:number])
    return tip


def renamed_by_people(served: Served) -> tuple[str, str]:
    """(the commit before, the commit after) ``pay.py`` became ``ledger/pay.py``."""
    before = served.by_people({"pay.py": BODY})
    return before, served.by_people({"pay.py": None, "ledger/pay.py": BODY})


@pytest.mark.parametrize("octopus", [False, True])
def test_an_edit_of_the_old_path_is_found_at_the_new_one(served: Served, octopus: bool) -> None:
    before, after = renamed_by_people(served)
    served.clone.branch("agent/other", before)
    other = served.clone.commit({"other.txt": "x\n"}, "other", AGENT)
    served.clone.branch("agent/fix", before)
    edit = served.clone.commit({"pay.py": STOLEN}, "edit", AGENT)
    head = merge_of(served, after, edit, *([other] if octopus else []))
    assert served.clone.git("show", f"{head}:ledger/pay.py") == STOLEN.strip()
    done = served.push(f"{head}:main")
    assert done.code == 1
    assert "ledger/pay.py  approval  paths.ledger" in done.err
    assert CARRIED in done.err
    assert served.refs()[MAIN] == after


def test_a_file_added_to_a_renamed_folder_is_found_where_it_lands(served: Served) -> None:
    before = served.by_people({"src/a.py": BODY, "src/b.py": BODY})
    moved = {"src/a.py": None, "src/b.py": None, "ledger/a.py": BODY, "ledger/b.py": BODY}
    after = served.by_people(moved)
    served.clone.branch("agent/fix", before)
    head = merge_of(served, after, served.clone.commit({"src/x.py": "x\n"}, "add", AGENT))
    assert served.clone.git("show", f"{head}:ledger/x.py") == "x"
    done = served.push(f"{head}:main")
    assert done.code == 1
    assert f"adds a protected path {CARRIED}; needs 1 of maintainers" in done.err


def test_the_gates_own_policy_is_found_too(served: Served) -> None:
    policy, signers = ".gatekeeper/policy.yaml", ".gatekeeper/allowed_signers"
    texts = {path: served.clone.run("show", f"origin/main:{path}").stdout for path in (policy, signers)}
    before = served.by_people({policy: None, signers: None, "gate.yaml": texts[policy], "keys": texts[signers]})
    after = served.by_people({**texts, "gate.yaml": None, "keys": None})
    served.clone.branch("agent/fix", before)
    worse = texts[policy].replace(b"serial: 1", b"serial: 2").replace(b"require: {maintainers: 1}", b"expires: 9d")
    head = merge_of(served, after, served.clone.commit({"gate.yaml": worse}, "tune", AGENT))
    assert b"serial: 2" in served.clone.run("show", f"{head}:{policy}").stdout
    done = served.push(f"{head}:main")
    assert done.code == 1
    assert f"changes part of the gate's own policy {CARRIED}; needs 2 of maintainers" in done.err


def test_every_door_sees_it_and_an_approval_covers_it(served: Served) -> None:
    before, _ = renamed_by_people(served)
    served.clone.branch("agent/fix", before)
    served.clone.commit({"pay.py": STOLEN}, "edit", AGENT)
    words = ("--repo", str(served.clone.path))
    assert gatekeeper("check", "agent/fix", "--target", MAIN, "--offline", *words).code == 3
    merged = gatekeeper("merge", "agent/fix", "--into", MAIN, *words)
    assert merged.code == 3
    assert CARRIED in merged.out
    assert served.approve("agent/fix", BOB).code == 0
    head = merge_of(served, "refs/remotes/origin/main", "agent/fix")
    assert served.push("refs/notes/gatekeeper/approvals", f"{head}:main").code == 0


def test_what_people_did_to_a_file_that_the_change_renames_is_no_finding(served: Served) -> None:
    before = served.by_people({"src/pay.py": BODY})
    served.by_people({"src/pay.py": BODY.replace("line 30", "line 30, by people")})
    served.clone.branch("agent/fix", before)
    served.clone.commit({"src/pay.py": None, "lib/pay.py": BODY}, "move", AGENT)
    head = merge_of(served, "refs/remotes/origin/main", "agent/fix")
    assert b"by people" in served.clone.run("show", f"{head}:lib/pay.py").stdout
    assert served.push(f"{head}:main").code == 0
