# SPDX-License-Identifier: Apache-2.0
"""The policy's protected paths. Family ``paths``, one rule name for each."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.policy.match import Matcher, compile_paths
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import CommitView, ProtectedPath, Rule, RuleSettings


class ProtectedPaths:
    """One finding for each path rule and file. A rename is a removal and an addition, so both names count."""

    names = ("paths.*",)

    def __init__(self) -> None:
        self._settings: RuleSettings | None = None
        self._matchers: tuple[tuple[ProtectedPath, Matcher], ...] = ()
        self._known: dict[bytes, tuple[ProtectedPath, ...]] = {}

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        if not view.settings.protected_paths:
            return
        if self._settings is not view.settings:
            self._settings, self._known = view.settings, {}
            self._matchers = tuple((path, compile_paths(path.match)) for path in view.settings.protected_paths)
        for file in view.files:
            for rule in self._rules_of(file.path):
                yield _hit(rule, file, view)

    def _rules_of(self, path: bytes) -> tuple[ProtectedPath, ...]:
        found = self._known.get(path)
        if found is None:
            found = tuple(rule for rule, matcher in self._matchers if matcher.matches(path))
            self._known[path] = found
        return found


def rules() -> tuple[Rule, ...]:
    return (ProtectedPaths(),)


def _hit(rule: ProtectedPath, file: FileChange, view: CommitView) -> Hit:
    name = f"paths.{rule.name}"
    verb = "adds" if file.added else "removes" if file.removed else "changes"
    why = f": {rule.why}" if rule.why else ""
    mark = fingerprint.file_change(name, file, view.old(file), view.new(file))
    return Hit(name, file.path, None, f"{verb} a protected path{why}", mark)
