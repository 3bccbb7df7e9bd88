# SPDX-License-Identifier: Apache-2.0
"""Who reviews, what bots may do, and under which licence. Family ``ownership``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from gatekeeper.model import Hit
from gatekeeper.policy.match import fold
from gatekeeper.rules import filetypes, fingerprint
from gatekeeper.rules.rule import CommitView, Rule

RULE = "ownership.changed"
Kind = Literal["code owners", "bot configuration", "licence"]

_OWNERS = frozenset((b"codeowners", b"owners", b"owners_aliases"))
_BOTS = frozenset(
    (
        b".bulldozer.yml",
        b".kodiak.toml",
        b".mergify.yml",
        b".renovaterc",
        b".renovaterc.json",
        b".renovaterc.json5",
        b"dependabot.yml",
        b"dependabot.yaml",
        b"mergify.yml",
        b"renovate.json",
        b"renovate.json5",
    )
)
_BOT_PATHS = frozenset((b".dependabot/config.yml", b".github/settings.yml", b".github/auto-approve.yml"))
_BOT_FOLDERS = frozenset((b"", b".github", b".gitlab", b".forgejo", b".gitea", b".mergify", b".config"))


class Ownership:
    """One finding for each such file that is added, changed or removed."""

    names = (RULE,)

    def __init__(self) -> None:
        self._known: dict[bytes, Kind | None] = {}

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file in view.files:
            if file.path not in self._known:
                self._known[file.path] = kind_of(file.path)
            kind = self._known[file.path]
            if kind is not None:
                verb = "adds" if file.added else "removes" if file.removed else "changes"
                mark = fingerprint.file_change(RULE, file, view.old(file), view.new(file))
                yield Hit(RULE, file.path, None, f"{verb} {kind}", mark)


def rules() -> tuple[Rule, ...]:
    return (Ownership(),)


def kind_of(path: bytes) -> Kind | None:
    """What a path is of the three, by its folded spelling; None for any other file."""
    path = fold(path)
    folder, _, name = path.rpartition(b"/")
    if name in _OWNERS:
        return "code owners"
    if path in _BOT_PATHS or (name in _BOTS and folder in _BOT_FOLDERS):
        return "bot configuration"
    if folder == b"licenses" or (_licence_name().fullmatch(name) and _is_page(name)):
        return "licence"
    return None


def _is_page(name: bytes) -> bool:
    """False for ``license.py``, ``license-check.json``, ``notice.png``."""
    kind = filetypes.extension(name)
    other = kind in filetypes.CODE or kind in filetypes.PLAIN_TEXT or filetypes.is_media_by_name(name)
    return kind in _PAGES or not other


_PAGES = frozenset((b"adoc", b"htm", b"html", b"md", b"rst", b"txt"))


@cache
def _licence_name() -> re.Pattern[bytes]:
    """``LICENSE``, ``LICENSE-MIT``, ``license.txt``, ``COPYING.LESSER``."""
    return re.compile(rb"(?:(?:un)?licen[sc]es?|copying|copyright|notice|patents)(?:[-_.][a-z0-9+]+)*")
