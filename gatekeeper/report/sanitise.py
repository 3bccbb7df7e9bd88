# SPDX-License-Identifier: Apache-2.0
"""The one sanitiser: whatever came out of a repository becomes printable text before anybody sees it.

Shown as escapes: control characters and terminal sequences, bidirectional and other format
characters, tag characters, zero-width and filling characters, variation selectors, unassigned and
private code points, bytes that are not UTF-8, and letters that pass for Latin inside a Latin word.
``\\xNN`` is an ASCII control character or a byte that is not UTF-8, ``\\uNNNN`` and ``\\UNNNNNNNN``
are code points. Nothing is dropped, and nothing is cut without saying how much.

Reports are read in the logs of build services too, which take a line that begins with ``::`` (after
blanks), or holds ``##[`` or ``##vso[``, for a command: such colons and hashes are escaped as well.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

NAMED = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
INVISIBLE = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]))
)
"""Characters that Unicode calls printable and nobody can see. All others are what ``str.isprintable`` refuses."""
LOOKALIKES = frozenset("аеорсухіјѕһԁԛԝАВЕКМНОРСТХІЈЅԌΑΒΕΖΗΙΚΜΝΟΡΤΥΧον")
"""Cyrillic and Greek letters that look like a Latin one; escaped where they stand in a word with Latin letters."""

LOG_COMMAND = r"#(?=#\w*\[)"
"""The first character of what some build services obey wherever it stands in a line of a log."""


def line(value: str | bytes, limit: int | None = None) -> str:
    """``value`` on one printable line. Different values give different lines: a backslash is doubled.

    Bytes are read as UTF-8. Over ``limit`` characters the rest is left out and its size in bytes said.
    """
    text = decoded(value)
    note = ""
    if limit is not None and len(text) > limit:
        text, note = text[:limit], f"…[{len(raw(text[limit:])):,} more bytes]"
    if text.isascii():
        if not text.isprintable() or "\\" in text:
            text = "".join(map(shown, text))
    elif LOOKALIKES.isdisjoint(text):
        text = "".join(map(shown, text))
    else:
        text = "".join(_word(word) for word in _words(text))
    return _no_command(text) + note


def block(value: str | bytes) -> tuple[str, int]:
    """Several lines, such as a diff: line ends, tabs and backslashes stay, all else as in :func:`line`.

    Returns the text and how many characters are shown as escapes, so that a reader can be told.
    """
    text = decoded(value)
    count = 0
    lines = text.split("\n")
    for number, one in enumerate(lines):
        if not (one.isascii() and one.replace("\t", "").isprintable()):
            characters = [char if char in "\t\\" else shown(char) for char in one]
            count += sum(char != now for char, now in zip(one, characters, strict=True))
            lines[number] = "".join(characters)
        if "::" in one or "##" in one:
            lines[number] = _no_command(lines[number])
    return "\n".join(lines), count


def unicode_text(value: str | bytes) -> str:
    """``value`` as valid Unicode for machine formats: only bytes that are not UTF-8 become ``\\xNN``."""
    return raw(decoded(value)).decode("utf-8", "backslashreplace")


def decoded(value: str | bytes) -> str:
    """Bytes of a repository as text, each byte that is not UTF-8 as one surrogate escape."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


def raw(text: str) -> bytes:
    """The bytes that :func:`decoded` was given; other lone surrogates as their three bytes."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def shown(char: str) -> str:
    """One character as itself, or as its escape."""
    if char in NAMED:
        return NAMED[char]
    if char.isprintable() and char not in INVISIBLE:
        return char
    return escape(char)


def escape(char: str) -> str:
    """The escape of one character, whatever it is."""
    code = ord(char)
    if code < 0x80:
        return f"\\x{code:02x}"
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _no_command(text: str) -> str:
    """One line that no build service takes for a command."""
    if "::" in text and text.lstrip().startswith("::"):
        text = text.replace(":", "\\x3a", 1)
    return re.sub(LOG_COMMAND, r"\\x23", text) if "##" in text else text


def _words(text: str) -> Iterator[str]:
    """``text`` cut between runs of letters, digits and underscores and everything else."""
    start, inside = 0, False
    for number, char in enumerate(text):
        kind = char.isalnum() or char == "_"
        if kind != inside:
            yield text[start:number]
            start, inside = number, kind
    yield text[start:]


def _word(word: str) -> str:
    latin = any(char.isascii() and char.isalpha() for char in word)
    return "".join(escape(char) if latin and char in LOOKALIKES else shown(char) for char in word)
