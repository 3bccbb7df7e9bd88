# SPDX-License-Identifier: Apache-2.0
"""Passwords in SQL: statements that set one, and dumps of tables with a password column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.judge import plausible
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.names import sort_of
from gatekeeper.rules.secrets.scene import Scene

_ROWS, _BYTES = 2000, 1 << 18
"""What is read of one INSERT statement."""


class StatementDetector:
    """``secrets.sql-password``: ``IDENTIFIED BY 'x'`` (MySQL, Oracle), ``PASSWORD 'x'`` (PostgreSQL, SQL Server)."""

    anchors = (b"identified by", b"identified with", b"password '", b"password n'", b"password=n'")
    folds = True
    rank = 8

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _statement().match(scene.text, place)
        if found is not None and plausible(found["v"], "password"):
            yield Match("secrets.sql-password", *found.span("v"), found["v"])


@cache
def _statement() -> re.Pattern[bytes]:
    return re.compile(
        rb"(?i)(?:identified[ \t]{1,4}(?:with[ \t]{1,4}\S{1,40}[ \t]{1,4})?by[ \t]{1,4}(?:password[ \t]{1,4})?"
        rb"|password[ \t=]{1,4}n?)(?P<q>['\"])(?P<v>(?:(?!(?P=q))[^\r\n]){3,200}+)(?P=q)"
    )


class DumpDetector:
    """``secrets.sql-dump-password``: ``INSERT INTO t (..., password, ...) VALUES (...)``, plain or hashed."""

    anchors = (b"insert into", b"replace into")
    folds = True
    rank = 7

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        head = _insert().match(scene.text, place)
        if head is None:
            return
        columns = [column.strip(b' `"[]\r\n\t') for column in head["columns"].split(b",")]
        wanted = {number for number, column in enumerate(columns) if sort_of(column) == "password"}
        wanted |= {number for number, column in enumerate(columns) if _hashed_name().search(column)}
        if wanted:
            yield from _values(scene.text, head.end(), wanted)


@cache
def _insert() -> re.Pattern[bytes]:
    return re.compile(
        rb"(?i)(?:insert|replace)[ \t]{1,4}into[ \t]{1,4}[\w`\"\[\].]{1,120}\s{0,8}"
        rb"\((?P<columns>[\w`\"\[\], \t\r\n]{3,2000})\)\s{0,8}values?\s{0,8}"
    )


@cache
def _hashed_name() -> re.Pattern[bytes]:
    return re.compile(rb"(?i)pass(?:wd|word)?_?(?:hash|digest|encrypted|crypt)|(?:encrypted|hashed|crypted)_?pass")


@cache
def _row() -> re.Pattern[bytes]:
    return re.compile(rb"\(|,|\)|'(?:[^'\\]|\\.|'')*+'|\"[^\"\r\n]*+\"|[^\s,()'\"]+", re.DOTALL)


def _values(text: bytes, start: int, wanted: set[int]) -> Iterator[Match]:
    """The password columns of the rows from ``start`` on, up to the end of the statement."""
    depth = column = rows = 0
    for found in _row().finditer(text, start, min(len(text), start + _BYTES)):
        word = found.group()
        if word == b"(":
            depth += 1
            column = 0 if depth == 1 else column
        elif word == b")":
            depth -= 1
            rows += depth == 0
        elif word == b"," and depth == 1:
            column += 1
        elif (depth == 0 and word != b",") or rows > _ROWS:
            return
        elif depth == 1 and column in wanted and word[:1] in b"'\"" and _in_use(word[1:-1]):
            yield Match("secrets.sql-dump-password", found.start() + 1, found.end() - 1, word[1:-1])


def _in_use(value: bytes) -> bool:
    return _hash().match(value) is not None or plausible(value, "password")


@cache
def _hash() -> re.Pattern[bytes]:
    return re.compile(
        rb"\$(?:2[abxy]?|1|5|6|y|apr1|P|H|S|argon2\w*|scrypt|pbkdf2[\w-]*)\$\S{20,}|[0-9a-fA-F]{32,128}\Z|\*[0-9A-F]{40}\Z"
        rb"|(?:pbkdf2|bcrypt|sha1|sha256|sha512|scrypt|argon2)\w*[$:]\S{20,}|\{[A-Z0-9]{3,10}\}\S{20,}"
    )
