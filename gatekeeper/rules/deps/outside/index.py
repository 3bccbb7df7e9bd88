# SPDX-License-Identifier: Apache-2.0
"""What an index can be asked, and what its answers mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple, Protocol

from gatekeeper.model import Hit, NotChecked
from gatekeeper.rules.deps import versions
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.deps.outside.questions import Question

RULES = ("deps.unknown-name", "deps.unlisted", "deps.yanked", "deps.cooldown")
MOST = 400
"""Packages that are asked about in one change."""


class Release(NamedTuple):
    version: str
    published: int | None
    """Seconds since the epoch; None where the index does not say."""
    yanked: bool = False


class Silent(Exception):
    """The index gave no answer. ``str()`` says why, fit to be shown."""


class Index(Protocol):
    """The indexes that the machine's package managers are configured with."""

    def releases(self, ecosystem: str, name: str) -> Mapping[str, Release] | None:
        """Every release by version; None where no configured index has the name. Raises Silent."""
        ...

    def serves(self, ecosystem: str, host: str | None) -> bool:
        """True where questions about packages of ``host`` (None: unsaid) can be asked."""
        ...


class Answer(NamedTuple):
    hits: tuple[Hit, ...]
    not_checked: tuple[NotChecked, ...]


def judge(questions: Collection[Question], index: Index, now: int, cooldown: int) -> Answer:
    """Ask about each package once; a host that is silent is not asked again. ``cooldown`` is in seconds."""
    hits: list[Hit] = []
    reasons: dict[str, None] = {}
    answers: dict[tuple[str, str], Mapping[str, Release] | None] = {}
    silent: set[str] = set()
    for question in questions:
        key = question.ecosystem, question.name
        if question.ecosystem in silent or not index.serves(question.ecosystem, question.host):
            if question.ecosystem in ("pypi", "npm") and question.ecosystem not in silent:
                reasons[f"'{question.shown}' is of an index that is not configured here"] = None
            continue
        if key not in answers:
            if len(answers) >= MOST:
                reasons[f"more than {MOST} packages changed"] = None
                break
            try:
                answers[key] = index.releases(*key)
            except Silent as reason:
                silent.add(question.ecosystem)
                reasons[str(reason)] = None
                continue
        hits += _judge(question, answers[key], now, cooldown)
    return Answer(tuple(hits), tuple(NotChecked(rule, reason) for reason in reasons for rule in RULES))


def _judge(question: Question, releases: Mapping[str, Release] | None, now: int, cooldown: int) -> Iterator[Hit]:
    place, name = (question.path, question.line), question.shown
    if releases is None:
        what = "new " if question.new else ""
        message = f"no configured index has the {what}package '{name}'"
        yield hit("deps.unknown-name", *place, message, (question.ecosystem, question.name))
        return
    if not question.version:
        return
    parts = (question.ecosystem, question.name, question.version)
    release = _find(question, releases)
    if release is None:
        yield hit("deps.unlisted", *place, f"the index does not list '{name}' {question.version}", parts)
        return
    if release.yanked:
        yield hit("deps.yanked", *place, f"'{name}' {question.version} is yanked", parts)
    age = None if release.published is None else now - release.published
    if cooldown and age is not None and age < cooldown:
        message = f"'{name}' {question.version} was published {_span(age)} ago, the policy waits {_span(cooldown)}"
        yield hit("deps.cooldown", *place, message, parts)


def _find(question: Question, releases: Mapping[str, Release]) -> Release | None:
    exact = releases.get(question.version)
    if exact is not None:
        return exact
    key = versions.key(question.ecosystem, question.version)
    same = (found for version, found in releases.items() if versions.key(question.ecosystem, version) == key)
    return next(same, None) if key is not None else None


def _span(seconds: int) -> str:
    days, hours = max(seconds, 0) // 86_400, max(seconds, 0) // 3_600
    return f"{days} days" if days > 1 else f"{hours} hours"
