# SPDX-License-Identifier: Apache-2.0
"""Credentials in what a change adds: file content, messages, names, paths, symlinks.

``Scanner().scan(text, path)`` is the pure function underneath, for one text at a time.
"""

from __future__ import annotations

from gatekeeper.rules.rule import ChangeRule, Rule
from gatekeeper.rules.secrets.inspection import Secrets, SecretsInNames
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scanner import Scanner

__all__ = ["Match", "Scanner", "Secrets", "SecretsInNames", "change_rules", "rules", "scan"]


def rules() -> tuple[Rule, ...]:
    return (Secrets(),)


def change_rules() -> tuple[ChangeRule, ...]:
    return (SecretsInNames(),)


def scan(text: bytes, path: bytes | None = None) -> tuple[Match, ...]:
    """The credentials in ``text``, in order of place; ``path`` is where it stands, if anywhere. Raises TooLarge.

    Whoever scans many texts keeps a :class:`Scanner`, which starts once.
    """
    return Scanner().scan(text, path)
