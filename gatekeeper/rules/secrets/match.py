# SPDX-License-Identifier: Apache-2.0
"""One credential found in a text. Its value is kept for comparing and fingerprinting, and is never shown."""

from __future__ import annotations


class Match:
    """A credential: ``text[start:end]`` holds it, as written or (``via``) encoded.

    Deliberately no tuple and no dataclass: whatever prints it, a traceback or an assertion included,
    shows the rule and the place alone.
    """

    __slots__ = ("end", "rule", "start", "value", "via")

    def __init__(self, rule: str, start: int, end: int, value: bytes, via: tuple[str, ...] = ()) -> None:
        self.rule = rule
        """The whole rule name, ``secrets.<kind>``."""
        self.start = start
        self.end = end
        self.value = value
        """The credential itself, decoded."""
        self.via = via
        """What it was wrapped in, outermost first: ``base64``, ``gzip``, ..."""

    def key(self) -> tuple[int, int, str, bytes, tuple[str, ...]]:
        return self.start, self.end, self.rule, self.value, self.via

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Match) and self.key() == other.key()

    def __hash__(self) -> int:
        return hash(self.key())

    def __repr__(self) -> str:
        return f"<{self.rule} at {self.start}:{self.end}{' in ' + ' in '.join(reversed(self.via)) if self.via else ''}>"
