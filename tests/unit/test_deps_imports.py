# SPDX-License-Identifier: Apache-2.0
"""Judging dependencies in a hook loads nothing heavy, and an ordinary commit loads no parser at all."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = {
    *(
        "pygit2",
        "yaml",
        "requests",
        "rich",
        "jinja2",
        "asyncio",
        "ssl",
        "unidiff",
        "email",
        "http",
        "dataclasses",
        "inspect",
    ),
    *("pathlib", "argparse", "tempfile", "shutil", "logging", "urllib", "datetime", "enum", "cryptography", "sqlite3"),
    *("zipfile", "tomllib", "subprocess", "socket"),
}
PROBE = """
import sys
sys.path.insert(0, {root!r})
from tests import views, locks
before = set(sys.modules)
from gatekeeper.rules import deps
from gatekeeper.rules.rule import RuleSettings
files = {files}
view = views.MemoryCommit(files)
hits = [hit for rule in deps.rules() for hit in rule.inspect(view)]
change = views.MemoryChange(views.MemoryDiff(files))
hits += [hit for rule in deps.change_rules() for hit in rule.inspect_change(change)]
deps.not_checked([path.encode() for path in files], RuleSettings(is_hook=True))
print(len(hits), *sorted(set(sys.modules) - before))
"""
MANIFEST = "(None, '[project]\\ndependencies = [\"attrs\"]\\n')"
LOCKS = "{path: (write(locks.BASE), write(locks.BASE[:3])) for path, write in locks.FORMATS.values()}"


def loaded(files: str) -> tuple[int, set[str]]:
    import gatekeeper

    root = str(gatekeeper.__file__).rpartition("/gatekeeper/")[0]
    code = PROBE.format(root=root, files=files)
    done = subprocess.run([sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False)
    if done.returncode:
        raise AssertionError(done.stderr)
    count, *modules = done.stdout.split()
    return int(count), set(modules)


@pytest.mark.parametrize("files", [f"{{'pyproject.toml': {MANIFEST}}}", LOCKS])
def test_a_hook_that_judges_dependencies_stays_light(files: str) -> None:
    hits, modules = loaded(files)
    assert hits
    assert {name.partition(".")[0] for name in modules} & HEAVY == set()


def test_an_ordinary_commit_loads_no_parser() -> None:
    hits, modules = loaded("{'src/a.py': ('x = 1', 'x = 2'), 'README.txt': (None, 'x')}")
    assert hits == 0
    assert not any(name.startswith("gatekeeper.rules.deps.formats.") for name in modules)
    assert not any(name.startswith("gatekeeper.rules.deps.checks") for name in modules)
