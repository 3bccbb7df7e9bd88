# SPDX-License-Identifier: Apache-2.0
"""A text, and what its path says about it."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gatekeeper.rules.secrets.words import words_of

_CODE = frozenset(
    words_of(
        "py pyi js jsx mjs cjs ts tsx java kt kts scala groovy go rs c h cc cpp cxx hpp cs vb fs swift m mm rb php"
        " phtml pl pm lua r jl dart ex exs erl hrl clj cljs hs ml mli elm nim zig d pas sol vue svelte sql ipynb gradle"
    )
)
_PROSE = frozenset(words_of("md markdown rst adoc asciidoc html htm tex po pot"))


_LOCKS = frozenset(
    (
        b"package-lock.json",
        b"npm-shrinkwrap.json",
        b"yarn.lock",
        b"pnpm-lock.yaml",
        b"bun.lock",
        b"poetry.lock",
        b"uv.lock",
        b"pdm.lock",
        b"pylock.toml",
        b"Pipfile.lock",
        b"Cargo.lock",
        b"composer.lock",
        b"Gemfile.lock",
        b"go.sum",
        b"go.work.sum",
        b"packages.lock.json",
        b"pubspec.lock",
        b"mix.lock",
        b"deno.lock",
        b"Podfile.lock",
        b"flake.lock",
    )
)


class Scene(NamedTuple):
    """A text, and what is known of where it stands."""

    text: bytes
    path: bytes | None
    binary: bool = False
    """True where only what has a mark of its own is looked for: chance words in binaries mean nothing."""

    @property
    def is_code(self) -> bool:
        """True where an unquoted word after ``=`` is an expression, not a value."""
        return self._ending() in _CODE

    @property
    def is_prose(self) -> bool:
        """True where a name and a word beside it are likely a sentence."""
        return self._ending() in _PROSE

    @property
    def is_fixture(self) -> bool:
        """True in tests, examples and documentation, where invented passwords stand."""
        return self.path is not None and (self.is_prose or _fixture().search(self.path) is not None)

    @property
    def is_lock(self) -> bool:
        """True in lockfiles, whose base64 is integrity."""
        return self.path is not None and self.path.rpartition(b"/")[2] in _LOCKS

    def _ending(self) -> str:
        if self.path is None:
            return ""
        return self.path.rpartition(b"/")[2].rpartition(b".")[2].lower().decode("ascii", "replace")


@cache
def _fixture() -> re.Pattern[bytes]:
    folder = (
        rb"(?i:(?:unit|e2e|integration|functional|smoke|acceptance)?[-_]?tests?|testing|specs?|fixtures?|test[-_]?data|mocks?"
        rb"|regress|stubs?|examples?|samples?|demos?|e2e|cypress|__\w{1,20}__|docs?|documentation|tutorials?|i18n|locales?|lang)"
    )
    file = rb"(?i:test|tests|spec|mock|fixture|example|sample|demo)"
    return re.compile(
        rb"(?:\A|/)" + folder + rb"/|(?:\A|[/_.-])" + file + rb"[_.-][^/]*\Z|[_.-]" + file + rb"\.[^/]*\Z"
        rb"|(?:Tests?|Spec|IT|TestCase)\.[A-Za-z]{1,6}\Z|(?:\A|/)(?:README|CHANGELOG|CHANGES|HISTORY|CONTRIBUTING)[^/]*\Z"
    )
