# SPDX-License-Identifier: Apache-2.0
"""How a credential is written: literal pieces and runs of an alphabet.

One recipe gives both the pattern that finds a credential and an example of it, so that no example
stands in the source and none can drift from its pattern.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from random import Random

DIGITS = "0123456789"
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_UPPER = _LOWER.upper()


class Run(NamedTuple):
    """Between ``least`` and ``most`` characters of one alphabet."""

    characters: str
    """The alphabet, each character once."""
    charset: str
    """The same as a character class of a regular expression, without brackets."""
    least: int
    most: int


class Choice(NamedTuple):
    """Exactly one of several literals."""

    words: tuple[str, ...]


Part = str | Run | Choice
Recipe = tuple[Part, ...]


def _alphabet(characters: str, charset: str, least: int, most: int | None) -> Run:
    return Run(characters, charset, least, least if most is None else most)


def digits(least: int, most: int | None = None) -> Run:
    return _alphabet(DIGITS, "0-9", least, most)


def hexa(least: int, most: int | None = None) -> Run:
    """Lower-case hexadecimal."""
    return _alphabet(DIGITS + "abcdef", "0-9a-f", least, most)


def hex_any(least: int, most: int | None = None) -> Run:
    """Hexadecimal in either case."""
    return _alphabet(DIGITS + "abcdef", "0-9a-fA-F", least, most)


def lower(least: int, most: int | None = None) -> Run:
    """Lower-case letters and digits."""
    return _alphabet(DIGITS + _LOWER, "0-9a-z", least, most)


def upper(least: int, most: int | None = None) -> Run:
    """Upper-case letters and digits."""
    return _alphabet(DIGITS + _UPPER, "0-9A-Z", least, most)


def letters(least: int, most: int | None = None) -> Run:
    return _alphabet(_LOWER + _UPPER, "a-zA-Z", least, most)


def base32(least: int, most: int | None = None) -> Run:
    """RFC 4648, section 6, upper case."""
    return _alphabet("234567" + _UPPER, "2-7A-Z", least, most)


def base58(least: int, most: int | None = None) -> Run:
    """Letters and digits without 0, O, I and l."""
    return _alphabet(
        "123456789" + _LOWER.replace("l", "") + "ABCDEFGHJKLMNPQRSTUVWXYZ", "1-9a-km-zA-HJ-NP-Z", least, most
    )


def base62(least: int, most: int | None = None) -> Run:
    """Letters and digits."""
    return _alphabet(DIGITS + _LOWER + _UPPER, "0-9a-zA-Z", least, most)


def word(least: int, most: int | None = None) -> Run:
    """Letters, digits and the underscore."""
    return _alphabet(DIGITS + _LOWER + _UPPER + "_", "0-9a-zA-Z_", least, most)


def url64(least: int, most: int | None = None) -> Run:
    """RFC 4648, section 5: the URL-safe alphabet."""
    return _alphabet(DIGITS + _LOWER + _UPPER + "_-", "0-9a-zA-Z_-", least, most)


def base64(least: int, most: int | None = None) -> Run:
    """RFC 4648, section 4, without padding."""
    return _alphabet(DIGITS + _LOWER + _UPPER + "+/", "0-9a-zA-Z+/", least, most)


def any64(least: int, most: int | None = None) -> Run:
    """Either alphabet of base64, with padding and dots: opaque tokens."""
    return _alphabet(DIGITS + _LOWER + _UPPER + "+/_-", "0-9a-zA-Z+/_=.-", least, most)


def of(characters: str, least: int, most: int | None = None) -> Run:
    """An alphabet of its own; every character stands for itself."""
    return _alphabet(characters, "".join(f"\\{c}" if c in "\\]^-" else c for c in characters), least, most)


def one_of(*words: str) -> Choice:
    return Choice(words)


def uuid() -> Recipe:
    return (hex_any(8), "-", hex_any(4), "-", hex_any(4), "-", hex_any(4), "-", hex_any(12))


def expression(recipe: Recipe) -> str:
    """The recipe as a regular expression without groups; every repetition in it is bounded."""
    return "".join(_expression(part) for part in recipe)


def _expression(part: Part) -> str:
    if isinstance(part, Run):
        count = f"{{{part.least}}}" if part.least == part.most else f"{{{part.least},{part.most}}}"
        return f"[{part.charset}]{count}"
    if isinstance(part, Choice):
        return "(?:" + "|".join(literal(word) for word in sorted(part.words, key=len, reverse=True)) + ")"
    return literal(part)


def longest(recipe: Recipe) -> int:
    """Characters that the longest credential of that form has."""
    return sum(
        part.most if isinstance(part, Run) else max(map(len, part.words)) if isinstance(part, Choice) else len(part)
        for part in recipe
    )


def longest_run(recipe: Recipe) -> int:
    """Characters that every credential of that form has without a blank between them."""
    return sum(
        part.least if isinstance(part, Run) else min(map(len, part.words)) if isinstance(part, Choice) else len(part)
        for part in recipe
    )


def literal(text: str) -> str:
    """``text`` with what regular expressions treat specially escaped; imports nothing."""
    return "".join(f"\\{c}" if c in "\\.^$*+?{}[]()|/-#&~ " else c for c in text)


def example(recipe: Recipe, random: Random) -> str:
    """A credential of that form that was never issued; the same for the same state of ``random``."""
    return "".join(_example(part, random) for part in recipe)


def _example(part: Part, random: Random) -> str:
    if isinstance(part, Run):
        return "".join(random.choice(part.characters) for _ in range(random.randint(part.least, part.most)))
    if isinstance(part, Choice):
        return random.choice(part.words)
    return part
