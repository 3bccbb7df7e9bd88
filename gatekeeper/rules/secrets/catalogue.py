# SPDX-License-Identifier: Apache-2.0
"""Every kind and every detector there is, and the index of their anchors that the scanner loads instead of them.

``python -m gatekeeper.rules.secrets.catalogue`` writes ``index.py`` anew.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from gatekeeper.rules.secrets.kinds import Kind
from gatekeeper.rules.secrets.loading import PACKAGE, Address, load

_FAMILIES = "ai chat cloud code_hosts identity money monitoring packages social stores work"
_DETECTORS = """
    armor.PrivateKeyDetector keys.PuttyKeyDetector keys.JsonWebKeyDetector keys.XmlKeyDetector keys.BareKeyDetector
    urls.UrlDetector files.OracleUrlDetector kubernetes.SecretManifestDetector files.NetrcDetector files.PgpassDetector
    files.PasswordHashDetector sql.DumpDetector sql.StatementDetector headers.AuthorizationDetector
    commands.CommandDetector commands.UserOptionDetector commands.PipedPasswordDetector calls.PasswordCallDetector calls.KeyCallDetector assignment.AssignmentDetector
"""


def addresses() -> list[Address]:
    """Where every detector is, in order of their names."""
    found: list[Address] = []
    for name in _DETECTORS.split():
        module, _, attribute = name.partition(".")
        found.append((module, attribute, -1))
    for family in _FAMILIES.split():
        count = len(import_module(f"{PACKAGE}.families.{family}").KINDS)
        found += [(f"families.{family}", "KINDS", number) for number in range(count)]
    return found


def kinds() -> tuple[Kind, ...]:
    """Every kind of every family."""
    return tuple(kind for family in _FAMILIES.split() for kind in import_module(f"{PACKAGE}.families.{family}").KINDS)


def index() -> str:
    """The source of ``index.py``: constants alone, so that loading it constructs nothing."""
    owners: dict[tuple[bytes, bool], list[Address]] = {}
    for address in addresses():
        detector = load(address)
        for literal in detector.anchors:
            owners.setdefault((literal, detector.folds), []).append(address)
    lines = [f"    ({literal!r}, {folds}, {tuple(found)!r})," for (literal, folds), found in owners.items()]
    return _HEAD + "\n".join(lines) + "\n)\n"


_HEAD = '''# SPDX-License-Identifier: Apache-2.0
# ruff: noqa: E501
# fmt: off
"""Which detectors look at which anchor. Written by ``python -m gatekeeper.rules.secrets.catalogue``; a test compares."""

from __future__ import annotations

ANCHORS: tuple[tuple[bytes, bool, tuple[tuple[str, str, int], ...]], ...] = (
'''

if __name__ == "__main__":
    Path(__file__).with_name("index.py").write_text(index(), encoding="ascii")
