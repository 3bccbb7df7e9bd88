# SPDX-License-Identifier: Apache-2.0
"""The report says of each package what happened to it, from where it comes, and who asked for it."""

from __future__ import annotations

from gatekeeper.rules.deps.report import Movement, movements
from tests.locks import BASE, EVIL, HOME, Package, package_lock
from tests.views import MemoryCommit


def short(found: tuple[Movement, ...]) -> list[tuple[bytes, str, str, str, str, str, bool]]:
    return [(one.path, one.name, one.kind, one.old, one.new, one.source, one.direct) for one in found]


def test_manifest_and_lock_together() -> None:
    lock = [
        *(package for package in BASE if package.name not in ("fast-glob", "left-pad", "side-note", "tiny-body")),
        BASE[1]._replace(version="1.21.0"),
        BASE[2]._replace(host=EVIL),
        BASE[4]._replace(version="1.2.0"),
        Package("new-kit", "1.0.0"),
    ]
    view = MemoryCommit(
        {
            "package.json": (
                '{"dependencies": {"a": "1", "b": "1"}}',
                '{"dependencies": {"a": "^2", "new-kit": "u/r"}}',
            ),
            "package-lock.json": (package_lock(BASE), package_lock(lock)),
        }
    )
    assert short(movements(view)) == [
        (b"package.json", "a", "changed", "1", "^2", "", True),
        (b"package.json", "b", "removed", "1", "", "", True),
        (b"package.json", "new-kit", "added", "", "u/r", "git github:u/r", True),
        (b"package-lock.json", "fast-glob", "removed", "3.3.0", "", "", False),
        (b"package-lock.json", "left-pad", "downgraded", "1.3.0", "1.2.0", HOME, True),
        (b"package-lock.json", "new-kit", "added", "", "1.0.0", HOME, True),
        (b"package-lock.json", "side-note", "moved", "2.6.9", "2.6.9", EVIL, False),
        (b"package-lock.json", "tiny-body", "updated", "1.20.1", "1.21.0", HOME, False),
    ]


def test_nothing_moves_where_no_dependency_file_changed() -> None:
    assert movements(MemoryCommit({"a.py": ("1", "2")})) == ()
    assert movements(MemoryCommit({"package-lock.json": (package_lock(BASE), package_lock(BASE[::-1]))})) == ()
