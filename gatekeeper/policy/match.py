# SPDX-License-Identifier: Apache-2.0
"""Which paths and refs a policy's patterns mean, in time that grows linearly with the name.

Patterns are gitignore's (gitignore(5)), applied to the whole path, so that ``!`` takes back below a
folder that an earlier pattern covers. A path is looked at as it is stored and as file systems may take
it (:func:`fold`): either is enough to match, and ``!`` needs both to take back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gatekeeper.policy import glob
from gatekeeper.policy.fold import fold

__all__ = ["Matcher", "RefMatcher", "compile_paths", "compile_refs", "fold", "path_problem", "ref_problem"]

MAX_PATTERN = 1024
"""Characters in one pattern."""


class _Form:
    """One pattern for one spelling of names; the regular expression is compiled when it is first needed."""

    __slots__ = ("_compiled", "needle", "source")

    def __init__(self, source: str, needle: str) -> None:
        self.source, self.needle = source, needle
        self._compiled: re.Pattern[str] | None = None

    def matches(self, text: str) -> bool:
        if self.needle not in text:
            return False
        if self._compiled is None:
            self._compiled = re.compile(self.source)
        return self._compiled.match(text) is not None


class _Pattern:
    __slots__ = ("folded", "raw", "takes_back")

    def __init__(self, takes_back: bool, raw: _Form, folded: _Form) -> None:
        self.takes_back, self.raw, self.folded = takes_back, raw, folded


class Matcher:
    """Compiled path patterns."""

    __slots__ = ("_patterns",)

    def __init__(self, patterns: tuple[_Pattern, ...]) -> None:
        self._patterns = patterns

    def matches(self, path: bytes) -> bool:
        """True where the last pattern that speaks of ``path``, a whole path as git stores it, includes it."""
        raw, folded = _spellings(path)
        for pattern in reversed(self._patterns):
            if pattern.takes_back:
                if pattern.raw.matches(raw) and pattern.folded.matches(folded):
                    return False
            elif pattern.raw.matches(raw) or pattern.folded.matches(folded):
                return True
        return False


class RefMatcher:
    """Compiled ref patterns: ``*`` within one part of the name, ``**`` across parts, no taking back."""

    __slots__ = ("_patterns",)

    def __init__(self, patterns: tuple[_Pattern, ...]) -> None:
        self._patterns = patterns

    def matches(self, ref: str) -> bool:
        """True where a pattern means the full name ``ref`` or another spelling of it.

        Other spellings count because loose refs are files: on a file system that ignores case,
        ``refs/heads/Main`` is ``refs/heads/main``.
        """
        raw, folded = _spellings(ref.encode("utf-8", "surrogateescape"))
        return any(pattern.raw.matches(raw) or pattern.folded.matches(folded) for pattern in self._patterns)


def compile_paths(patterns: Iterable[str]) -> Matcher:
    """Patterns in the policy's order; raises ValueError where :func:`path_problem` has something to say."""
    return Matcher(tuple(_path_pattern(text) for text in patterns))


def compile_refs(patterns: Iterable[str]) -> RefMatcher:
    """Ref patterns; raises ValueError where :func:`ref_problem` has something to say."""
    return RefMatcher(tuple(_ref_pattern(text) for text in patterns))


def path_problem(pattern: str) -> str | None:
    """Why ``pattern`` is refused, or None. Refused is also what gitignore accepts and nobody means."""
    body = pattern.removeprefix("!")
    if len(pattern) > MAX_PATTERN:
        return f"a pattern has at most {MAX_PATTERN} characters"
    if not body.strip("/"):
        return "an empty pattern means nothing; write ** for every path"
    if any(ord(c) < 32 or ord(c) == 127 for c in pattern):
        return "a pattern is one line without control characters"
    if body.startswith("#"):
        return r"a pattern that begins with # is a comment to git; write \# for a name that begins so"
    if body.startswith("!"):
        return r"one ! takes back; write \! for a name that begins so"
    if body.endswith(" ") and not body.endswith("\\ "):
        return "git drops trailing spaces; remove them, or write '\\ '"
    try:
        glob.parse(body)
    except ValueError as problem:
        return str(problem)
    return None


def ref_problem(pattern: str) -> str | None:
    """Why ``pattern`` is refused as the name of protected refs, or None."""
    if pattern.startswith("!"):
        return "what is protected is not taken back; name the refs that are meant"
    if not pattern.startswith("refs/"):
        return f"write the whole name, such as refs/heads/{pattern.lstrip('/') or 'main'}"
    if len(pattern) > MAX_PATTERN:
        return f"a pattern has at most {MAX_PATTERN} characters"
    if any(c in " ~^:\\" or ord(c) < 32 or ord(c) == 127 for c in pattern) or ".." in pattern or "@{" in pattern:
        return "no ref can have this name (see git help check-ref-format)"
    if pattern.endswith((".lock", ".", "/")) or "/." in pattern:
        return "no ref can have this name (see git help check-ref-format)"
    try:
        glob.parse(pattern)
    except ValueError as problem:
        return str(problem)
    return None


def _spellings(path: bytes) -> tuple[str, str]:
    """The stored bytes one character each, as git compares them, and the folded spelling as text."""
    return path.decode("latin-1"), fold(path).decode("utf-8", "surrogateescape")


def _stored(text: str) -> str:
    return text.encode("utf-8", "surrogateescape").decode("latin-1")


def _path_pattern(text: str) -> _Pattern:
    problem = path_problem(text)
    if problem:
        raise ValueError(f"{text!r}: {problem}")
    takes_back = text.startswith("!")
    ending = glob.below if takes_back else glob.below_or_instead
    raw = glob.parse(_stored(text[takes_back:]))
    folded = glob.folded(glob.parse(text[takes_back:]))
    return _Pattern(takes_back, _Form(ending(raw), raw.needle()), _Form(ending(folded), folded.needle()))


def _ref_pattern(text: str) -> _Pattern:
    problem = ref_problem(text)
    if problem:
        raise ValueError(f"{text!r}: {problem}")
    raw, folded = glob.parse(_stored(text)), glob.folded(glob.parse(text))
    return _Pattern(False, _Form(glob.exactly(raw), raw.needle()), _Form(glob.exactly(folded), folded.needle()))
