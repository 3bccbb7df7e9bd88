# SPDX-License-Identifier: Apache-2.0
"""The rooms import downwards only, and what people wait for loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli import ROOT
from tests.repo import RepoBuilder

FLOORS = (
    ("model", "errors"),
    ("signing", "git", "policy"),
    ("rules", "approvals", "audit"),
    ("force", "context"),
    ("hearing",),
    ("gate",),
    ("report", "hosts", "run"),
    ("commands",),
    ("__main__", "start"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
APART = {("signing", "git"), ("signing", "policy"), ("git", "policy"), ("rules", "approvals"), ("rules", "audit"),
         ("hosts", "gate"), ("report", "gate"), ("hosts", "report"), ("report", "git"), ("report", "policy"),
         ("hosts", "rules"), ("report", "rules")}  # fmt: skip
"""Rooms that may not see each other although the floors would allow it."""
HEAVY = {"pygit2", "yaml", "requests", "rich", "jinja2", "asyncio", "ssl", "unidiff", "email", "http"}


def imports() -> Iterator[tuple[str, str, str]]:
    """(module, its room, a room that it imports)."""
    package = ROOT / "gatekeeper"
    for path in sorted(package.rglob("*.py")):
        room = path.relative_to(package).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom) and node.module == "gatekeeper":
                names = [f"gatekeeper.{alias.name}" for alias in node.names]
            for name in names:
                if name.startswith("gatekeeper.") and (other := name.split(".")[1]) in FLOOR and other != room:
                    yield str(path.relative_to(ROOT)), room, other


def test_imports_go_downwards_only() -> None:
    upwards = [found for found in imports() if FLOOR[found[1]] < FLOOR[found[2]]]
    assert upwards == []


def test_rooms_that_must_not_know_each_other_do_not() -> None:
    both = APART | {(other, room) for room, other in APART}
    seen = [found for found in imports() if found[1:] in both and not is_allowed(*found)]
    assert seen == []


def is_allowed(module: str, room: str, other: str) -> bool:
    """The policy reads signers; a gate's journal and statements are read and signed."""
    return (room, other) in {("policy", "signing"), ("git", "signing"), ("approvals", "policy")}


def test_every_room_stands_on_a_floor() -> None:
    rooms = {
        path.name.removesuffix(".py") for path in (ROOT / "gatekeeper").iterdir() if not path.name.startswith("__pyc")
    }
    assert rooms - {"__init__", "py.typed"} == FLOOR.keys()


@pytest.mark.parametrize("stage", ["pre-commit", "commit-msg", "pre-receive"])
def test_a_hook_loads_nothing_heavy(repo: RepoBuilder, tmp_path: Path, stage: str) -> None:
    repo.commit({".gatekeeper/policy.yaml": "version: 1\nserial: 1\nrepository: example.org/x\nextends: balanced\n"})
    head = repo.commit({"a.py": "x = 1\n"})
    repo.git("config", "gatekeeper.trustRef", "refs/heads/main")
    repo.write({"b.py": "y = 1\n"})
    (tmp_path / "message").write_text("fine\n")
    words = {"pre-commit": [], "commit-msg": [str(tmp_path / "message")], "pre-receive": []}[stage]
    stdin = f"{'0' * 40} {head} refs/heads/topic\n" if stage == "pre-receive" else ""
    where = [str(ROOT), *(path for path in sys.path if "site-packages" in path)]
    code = (
        f"import sys; sys.path[:0] = {where!r}\n"
        f"from gatekeeper.__main__ import main\ncode = main(['hook', {stage!r}, *{words!r}])\n"
        f"print(sorted({{name.partition('.')[0] for name in sys.modules}} & {HEAVY!r}), code)"
    )
    command = [sys.executable, "-I", "-S", "-c", code]
    first = subprocess.run(command, cwd=repo.path, input=stdin, capture_output=True, text=True)
    assert first.stdout.split()[-1] == "0", first.stderr  # compiles the policy, and keeps it
    cached = subprocess.run(command, cwd=repo.path, input=stdin, capture_output=True, text=True)
    assert cached.stdout.split() == ["[]", "0"], cached.stderr
