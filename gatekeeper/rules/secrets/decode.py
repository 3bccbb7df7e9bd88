# SPDX-License-Identifier: Apache-2.0
"""Text inside text: base64, hexadecimal, percent-encoding and the escapes of strings."""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from gatekeeper.rules.secrets.archive import gunzip
from gatekeeper.rules.secrets.judge import unquoted

_SHORTEST = 24
"""Base64 or hexadecimal characters in a row; fewer hold no more than 18 bytes."""
_LINE = 4000
"""Bytes of a line around an escape that are decoded."""
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 512
_NEEDLE = b"a" * _SHORTEST
_ALPHABET = frozenset(_BASE64.replace(b"/", b""))
_MASK = bytes(97 if code in _ALPHABET else 32 for code in range(256))
"""Turns a run of base64 into a run of ``a``, which the bytes type's own search finds faster than any pattern.

The slash is left out, and paths with it: of ASCII text only a question mark in every third place gives one, and
what stands behind it begins a group of four again. In the URL-safe alphabet the same is true of ``_``.
"""
_CONTROL = bytes(code for code in range(32) if code not in b"\t\n\r\x0b\x0c") + b"\x7f"


class Encoded(NamedTuple):
    """``text[start:end]`` says ``content`` under the encoding ``via``."""

    start: int
    end: int
    content: bytes
    via: str


def encoded(text: bytes) -> Iterator[Encoded]:
    """Everything in ``text`` that decodes to other text, in no order."""
    yield from _runs(text)
    if b"%" in text:
        yield from _lines(text, rb"%[2-7][0-9A-Fa-f]", "percent-encoding", unquoted)
    if b"\\x" in text or b"\\u00" in text:
        yield from _lines(text, rb"\\(?:x|u00)[2-7][0-9A-Fa-f]", "escapes", _unescaped)


def has_run(text: bytes) -> bool:
    """True where ``text`` holds something long enough to be encoded."""
    return _NEEDLE in text.translate(_MASK)


def readable(content: bytes) -> bytes | None:
    """``content`` where it is text, with gzip and UTF-16 unwrapped; else None. Raises TooLarge."""
    if content.startswith(b"\x1f\x8b"):
        content = gunzip(content) or b""
    if is_wide(content):
        content = narrow(content)
    elif not content.isascii():
        try:
            content.decode()
        except UnicodeDecodeError:
            return None
    return content if content and content.translate(None, _CONTROL) == content else None


def is_wide(content: bytes) -> bool:
    """True for UTF-16, with a mark at its beginning or with every second of its first bytes NUL."""
    return content.startswith(_MARKS) or (b"\0" in content[:_HEAD] and _unmarked(content) is not None)


def narrow(content: bytes) -> bytes:
    """UTF-16 as UTF-8; what is no character of it as a question mark."""
    encoding = "utf-16" if content.startswith(_MARKS) else _unmarked(content)
    return content.decode(encoding, "replace").encode("utf-8", "replace") if encoding else content


def _unmarked(content: bytes) -> str | None:
    head = content[: min(len(content), _HEAD) // 2 * 2]
    for encoding, letters, blanks in (("utf-16-le", head[0::2], head[1::2]), ("utf-16-be", head[1::2], head[0::2])):
        if len(head) >= 8 and not blanks.strip(b"\0") and b"\0" not in letters:
            return encoding
    return None


def _runs(text: bytes) -> Iterator[Encoded]:
    mask = text.translate(_MASK)
    done = 0
    start = mask.find(_NEEDLE)
    while start >= 0:
        end = mask.find(b" ", start)
        end = len(text) if end < 0 else end
        if b"/" in (text[start - 1 : start], text[end : end + 1]):
            head = text[max(done, start - _LINE) : start]
            start -= len(head) - len(head.rstrip(_BASE64))
            end = _rest(text, end)
        if end - start >= 60 and (found := _wrapped().match(text, start)) is not None:
            end = max(end, found.end())
        content, via = _decoded(text[start:end])
        plain = readable(content)
        if plain is not None:
            yield Encoded(start, end, plain, via)
        done = end
        start = mask.find(_NEEDLE, end)


def _rest(text: bytes, start: int) -> int:
    """Where the base64 that goes on at ``start`` ends."""
    found = _more().match(text, start)
    return found.end() if found else start


@cache
def _more() -> re.Pattern[bytes]:
    return re.compile(rb"[A-Za-z0-9+/]{1,4000000}+")


@cache
def _wrapped() -> re.Pattern[bytes]:
    """Lines of the usual lengths, and a shorter last one."""
    return re.compile(
        rb"[A-Za-z0-9+/]{60,80}+(?:\r?\n[ \t]{0,40}+[A-Za-z0-9+/]{60,80}+(?![A-Za-z0-9+/])){0,4000}+"
        rb"(?:\r?\n[ \t]{0,40}+[A-Za-z0-9+/]{1,80}+={0,2})?"
    )


def _decoded(run: bytes) -> tuple[bytes, str]:
    """The bytes that a run stands for; none for a name, a path, a line or a number."""
    if not any_digit(run):
        return b"", ""
    if len(run) % 2 == 0 and _hex().match(run):
        return bytes.fromhex(run.decode()), "hexadecimal"
    if run.upper() == run or run.lower() == run:
        return b"", ""
    run = b"".join(run.split()).rstrip(b"=")
    try:
        return a2b_base64(run + b"=" * (-len(run) % 4)), "base64"
    except Error:
        return b"", ""


def any_digit(run: bytes) -> bool:
    return run.translate(None, b"0123456789") != run


@cache
def _hex() -> re.Pattern[bytes]:
    return re.compile(rb"[0-9a-fA-F]+\Z")


def _lines(text: bytes, mark: bytes, via: str, decode: Callable[[bytes], bytes]) -> Iterator[Encoded]:
    """Lines with at least two of the ``mark``, decoded."""
    done = 0
    previous = -1
    for found in re.finditer(mark, text):
        place = found.start()
        if place < done:
            continue
        start = max(text.rfind(b"\n", 0, place) + 1, place - _LINE, done)
        if previous < start:
            previous = place
            continue
        end = text.find(b"\n", place, place + _LINE)
        done = end if end >= 0 else min(len(text), place + _LINE)
        yield Encoded(start, done, decode(text[start:done]), via)


def _unescaped(line: bytes) -> bytes:
    """``line`` without ``\\xHH`` and ``\\u00HH``."""
    return _escape().sub(lambda found: bytes([int(found[1], 16)]), line)


@cache
def _escape() -> re.Pattern[bytes]:
    return re.compile(rb"\\(?:x|u00)([0-9A-Fa-f]{2})")
