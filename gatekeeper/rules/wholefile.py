# SPDX-License-Identifier: Apache-2.0
"""Findings that are about a file as such: what was done to it, and what it is."""

from __future__ import annotations

from gatekeeper.model import FileChange, Hit, Level
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import Diff


def verb(file: FileChange) -> str:
    """``adds``, ``removes`` or ``changes``."""
    return "adds" if file.added else "removes" if file.removed else "changes"


def touched(rule: str, view: Diff, file: FileChange, what: str, escalate: Level | None = None) -> Hit:
    """One hit for the whole of what happened to ``file``. Raises ObjectMissing, TooLarge."""
    mark = fingerprint.file_change(rule, file, view.old(file), view.new(file))
    return Hit(rule, file.path, None, f"{verb(file)} {what}", mark, escalate)
