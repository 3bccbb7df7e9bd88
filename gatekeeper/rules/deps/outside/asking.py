# SPDX-License-Identifier: Apache-2.0
"""The rules that need more than the repository, each saying what it could not check."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping

from gatekeeper.model import Hit, NotChecked
from gatekeeper.rules.deps import formats
from gatekeeper.rules.rule import ChangeView, RuleSettings

INDEX_RULES = ("deps.unknown-name", "deps.unlisted", "deps.yanked", "deps.cooldown")
OSV_RULES = ("deps.malicious", "deps.vulnerable")
ASKED = frozenset(
    ("package_json", "npm_lock", "pnpm_lock", "pnpm_workspace", "yarn_v1", "bun_lock", "pyproject", "requirements",
     "uv_lock", "poetry_lock", "pdm_lock", "pylock", "pipfile", "setup_cfg", "setup_py")
)  # fmt: skip
"""Formats of the ecosystems whose indexes can be asked."""
ADVISED = frozenset(
    ("cargo", "composer", "gemfile", "go_mod", "go_sum", "gradle", "maven", "mix_lock", "nuget", "pubspec")
)
"""Further formats that advisories speak of."""


class AskIndexes:
    """What the configured indexes say of the packages that a change brings in. A ``ChangeRule``.

    Only where the settings say online; ``unanswered`` then has what no index could be asked.
    """

    names = INDEX_RULES

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.unanswered: tuple[NotChecked, ...] = ()

    def inspect_change(self, view: ChangeView) -> Iterable[Hit]:
        if not view.settings.online or not any(formats.format_of(path) for path in view.paths):
            return ()
        from gatekeeper.rules.deps import locks
        from gatekeeper.rules.deps.delta import read
        from gatekeeper.rules.deps.outside import configured, index, places, web
        from gatekeeper.rules.deps.outside.answers import Answers
        from gatekeeper.rules.deps.outside.questions import ask

        delta = read(view.net)
        questions = tuple(ask(delta, locks.changes(delta)))
        ecosystems = {question.ecosystem for question in questions} & {"pypi", "npm"}
        if not ecosystems:
            return ()
        settings = view.settings
        answers = Answers(places.answers(self._environ), settings.now)
        asked = web.WebIndex(configured.read(self._environ, ecosystems), answers)
        answer = index.judge(questions, asked, settings.now, settings.dependencies_cooldown)
        self.unanswered = answer.not_checked
        return answer.hits


def not_checked(paths: Collection[bytes], settings: RuleSettings, environ: Mapping[str, str]) -> tuple[NotChecked, ...]:
    """What would have been asked about the dependency files among ``paths``, and why it was not."""
    modules = {module for path in paths if (module := formats.format_of(path)) and module not in formats.MARKS}
    found: list[NotChecked] = []
    if modules & ASKED and not settings.online:
        reason = "git hooks ask no index" if settings.is_hook else "no network"
        found += [NotChecked(rule, reason) for rule in INDEX_RULES]
    if modules & (ASKED | ADVISED):
        from gatekeeper.rules.deps.outside import places

        path = places.advisories(environ)
        if path is None or not os.path.exists(path):
            found += [NotChecked(rule, "no advisories here: gatekeeper osv import FILE.zip") for rule in OSV_RULES]
    return tuple(found)
