# SPDX-License-Identifier: Apache-2.0
"""gitignore patterns (gitignore(5), wildmatch of git) to regular expressions that cannot backtrack far.

A star takes as little as it can and never reconsiders (an atomic group): if the leftmost place for what
follows leads nowhere, no later place does, because the star before the last literal could have taken
more anyway. Each star therefore costs one scan, and the whole grows linearly with the name.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gatekeeper.policy.fold import fold, fold_characters

MAX_STARS = 32
"""Stars in one pattern; each is a scan."""

_END = r"(?=/|\Z)"
_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t-\r ",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}


class Literal(NamedTuple):
    char: str


class Star(NamedTuple):
    """Any characters of one name."""


class One(NamedTuple):
    """One character of a set; the empty set with ``negated`` is ``?``."""

    negated: bool
    ranges: tuple[tuple[str, str], ...]
    classes: tuple[str, ...]


class Anything(NamedTuple):
    """``**`` alone between slashes: any names, also none."""


Token = Literal | Star | One
Part = tuple[Token, ...] | Anything


class Glob(NamedTuple):
    parts: tuple[Part, ...]
    folder: bool
    """The pattern ends with a slash: what is below."""

    def needle(self) -> str:
        """The longest run of literal characters; a name without it cannot match."""
        runs = [""]
        for part in self.parts:
            runs.append("")
            for token in () if isinstance(part, Anything) else part:
                if isinstance(token, Literal):
                    runs[-1] += token.char
                else:
                    runs.append("")
        return max(runs, key=len)


def parse(pattern: str) -> Glob:
    """Read a pattern without its ``!``; raises ValueError with the reason, fit to follow a colon."""
    body = pattern[:-1] if pattern.endswith("/") else pattern
    anchored = "/" in body
    names = body.removeprefix("/").split("/")
    parts: list[Part] = [] if anchored else [Anything()]
    for name in names:
        if not name:
            raise ValueError("two slashes in a row match nothing")
        if name in (".", ".."):
            raise ValueError(f"'{name}' is no name inside a repository")
        part: Part = Anything() if name == "**" else _tokens(name)
        if not (parts and isinstance(part, Anything) and isinstance(parts[-1], Anything)):
            parts.append(part)
    if sum(_stars(part) for part in parts) > MAX_STARS:
        raise ValueError(f"a pattern has at most {MAX_STARS} stars")
    return Glob(tuple(parts), pattern.endswith("/"))


def folded(glob: Glob) -> Glob:
    """The same pattern for folded names."""
    parts: list[Part] = []
    for part in glob.parts:
        if isinstance(part, Anything):
            parts.append(part)
            continue
        text = _text(part)
        if text is None:
            parts.append(_folded_tokens(part))
        else:
            names = fold(text.encode("utf-8", "surrogateescape")).decode("utf-8", "surrogateescape").split("/")
            parts += [tuple(map(Literal, name)) for name in names if name] or [part]
    return Glob(tuple(parts), glob.folder)


def below(glob: Glob) -> str:
    """A regular expression (for ``match``) for the paths that gitignore means: the name itself or what is below it."""
    return _walk(glob.parts, "/" if glob.folder else _END)


def below_or_instead(glob: Glob) -> str:
    """As :func:`below`, and a folder's own name where ``x/`` or ``x/**`` mean what is in it: a submodule, link or
    file put in the folder's place changes all that is below."""
    parts = glob.parts
    if len(parts) > 1 and isinstance(parts[-1], Anything):
        parts = parts[:-1]
    return _walk(parts, _END)


def exactly(glob: Glob) -> str:
    """A regular expression for the whole name and nothing below it."""
    return _walk(glob.parts, r"\Z")


def _walk(parts: tuple[Part, ...], ending: str) -> str:
    out: list[str] = []
    last = len(parts) - 1
    open_scan = False
    for index, part in enumerate(parts):
        if isinstance(part, Anything):
            out.append(")" if open_scan else "")
            open_scan = index < last
            out.append("(?>(?:[^/]*+/)*?" if open_scan else "[^/]++(?:/[^/]++)*?")
        else:
            out.append(_name(part) + ("/" if index < last else ""))
    return "".join(out) + ending + (")" if open_scan else "")


def _name(part: tuple[Token, ...]) -> str:
    pieces: list[list[str]] = [[]]
    for token in part:
        if isinstance(token, Star):
            pieces.append([])
        elif isinstance(token, Literal):
            pieces[-1].append(re.escape(token.char))
        else:
            pieces[-1].append(_set(token))
    texts = ["".join(piece) for piece in pieces]
    if len(texts) == 1:
        return texts[0] + _END
    middle = "".join(f"(?>[^/]*?{text})" for text in texts[1:-1] if text)
    return texts[0] + middle + f"[^/]*{texts[-1]}" + _END


def _set(one: One) -> str:
    inside = "".join(_CLASSES[name] for name in one.classes)
    inside += "".join(f"{_in_set(low)}-{_in_set(high)}" for low, high in one.ranges)
    if one.negated:
        return f"[^/{inside}]"
    return f"(?!/)[{inside}]" if inside else r"(?!)"


def _in_set(char: str) -> str:
    return "\\" + char if char in r"\]^-[&~|" else char


def _tokens(name: str) -> tuple[Token, ...]:
    if "**" in name.replace("\\*", ""):
        raise ValueError("'**' stands alone between slashes, as in src/**/*.py; inside a name write one star")
    tokens: list[Token] = []
    at = 0
    while at < len(name):
        char = name[at]
        at += 1
        if char == "*":
            tokens.append(Star())
        elif char == "?":
            tokens.append(One(True, (), ()))
        elif char == "[":
            one, at = _bracket(name, at)
            tokens.append(one)
        elif char == "\\":
            if at == len(name):
                raise ValueError("a backslash stands before the character it protects")
            tokens.append(Literal(name[at]))
            at += 1
        else:
            tokens.append(Literal(char))
    return tuple(tokens)


def _bracket(name: str, at: int) -> tuple[One, int]:
    """The set whose ``[`` is before ``at``, and the place after its ``]``."""
    negated = name[at : at + 1] in ("!", "^")
    at += negated
    ranges: list[tuple[str, str]] = []
    classes: list[str] = []
    first = True
    while first or name[at : at + 1] != "]":
        first = False
        if name.startswith("[:", at):
            end = name.find(":]", at)
            word = name[at + 2 : end] if end > 0 else ""
            if word not in _CLASSES:
                raise ValueError(f"no class of characters is called '[:{word}:]'")
            classes.append(word)
            at = end + 2
            continue
        low, at = _set_char(name, at)
        high = low
        if name[at : at + 1] == "-" and name[at + 1 : at + 2] not in ("]", ""):
            high, at = _set_char(name, at + 1)
            if high < low:
                raise ValueError(f"the range {low}-{high} is empty")
        ranges.append((low, high))
    return One(negated, tuple(ranges), tuple(classes)), at + 1


def _set_char(name: str, at: int) -> tuple[str, int]:
    if name[at : at + 1] == "\\":
        at += 1
    if at >= len(name):
        raise ValueError("'[' without its ']' in the same name")
    return name[at], at + 1


def _stars(part: Part) -> int:
    return 1 if isinstance(part, Anything) else sum(isinstance(token, Star) for token in part)


def _text(part: tuple[Token, ...]) -> str | None:
    """What a part without wildcards says; None for one that has some."""
    chars = [token.char for token in part if isinstance(token, Literal)]
    return "".join(chars) if len(chars) == len(part) else None


def _folded_tokens(part: tuple[Token, ...]) -> tuple[Token, ...]:
    tokens: list[Token] = []
    run = ""
    for token in (*part, None):
        if isinstance(token, Literal):
            run += token.char
            continue
        # Only characters are folded here: next to a wildcard, a trailing dot is not at the end of the name.
        tokens += map(Literal, fold_characters(run))
        run = ""
        if token is not None:
            tokens.append(token if isinstance(token, Star) else _folded_set(token))
    return tuple(tokens)


def _folded_set(one: One) -> One:
    if one.negated:
        return one
    ranges = list(one.ranges)
    for low, high in one.ranges:
        first, last = max(low, "A"), min(high, "Z")
        if first <= last:
            ranges.append((first.lower(), last.lower()))
        small = [fold_characters(end) for end in (low, high)]
        ranges += [(end, end) for end in small if len(end) == 1]
    classes = tuple("alpha" if name in ("upper", "lower") else name for name in one.classes)
    return One(False, tuple(ranges), classes)
