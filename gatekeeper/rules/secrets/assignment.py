# SPDX-License-Identifier: Apache-2.0
"""A value given to a name that promises a credential, in whatever language or format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from gatekeeper.rules.secrets import names
from gatekeeper.rules.secrets.detector import Scene
from gatekeeper.rules.secrets.judge import plausible
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.pairs import decoded_pair, pair_in_use
from gatekeeper.rules.secrets.patterns import ATTRIBUTE, LINE_BREAK, NEXT_LINE, QUOTE, TYPED

_NAME = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-$"
_LONGEST = 60
_RULES = {"password": "password", "secret": "secret", "token": "token", "key": "api-key"}
_SETTERS = (b"set", b"with", b"use", b"add", b"login", b"password", b"secret", b"token", b"api", b"key", b"access")


class Given(NamedTuple):
    """A name and what stands on the other side of the operator."""

    name: bytes
    operator: bytes
    value: bytes
    start: int
    end: int
    quoted: bool


@cache
def _gives() -> re.Pattern[bytes]:
    operator = r"(?P<op>:{0,3}=|:{1,3}|=>|={1,3}|[?+.]=|<-|->|,|>|\|\|=?|\(|[ \t]is[ \t]|[ \t]was[ \t])"
    block = rf"{QUOTE}?[ \t]{{0,4}}\{{[^{{}}]{{0,300}}?\bdefault[ \t]{{0,20}}="
    tag = r"(?:[ \t][\w:]{1,20}=\"[^\"<>]{0,60}\"){1,4}(?P<tag>>)"
    flag = r"(?P<flag>[ \t]{1,12})(?=[^\s=:,>(-])"
    gives = rf"(?:{NEXT_LINE}|{ATTRIBUTE}|{TYPED}|{block}|{tag}|(?:\\?{QUOTE}|\]|\)|\}}){{0,4}}[ \t]{{0,20}}{operator}|{flag})"
    wrap = (
        r"(?:new[ \t]{1,4})?(?:[A-Za-z]{1,20}[.:]{1,2}){0,3}(?:[sS]tr(?:ing)?|[bB]ytes|from|of|b64decode|decodeString"
        r"|fromhex|unhexlify|Some|Ok|Secret(?:Str(?:ing)?)?|SecureString|GuardedString|Buffer|wrap|literal|constant|default|env|TEXT"
        r"|_T|t)?[ \t]{0,2}[(\[{][ \t]{0,4}|[bBrRuUfFL@$]{1,2}(?=[\"'])"
    )
    quoted = (
        r"(?P<q>[\"'`])(?P<v>(?:\\[^\r\n]|(?!(?P=q))[^\r\n\\]){1,300}+)(?P=q)"
        r"|(?P<e>\\{1,3}[\"']|&quot;|&#39;)(?P<w>[^\"'\\\r\n&]{1,300}+)(?P=e)"
    )
    plain = r"(?P<u>[^\s\"'`<>(){}\[\],;&|\\]{1,300}+)(?P<after>[(\[{]|[ \t]*[\"'`.+]?)"
    return re.compile(rf"{gives}[ \t]{{0,20}}(?:(?:{LINE_BREAK})?(?:{wrap})?(?:{quoted})|{plain})".encode())


class AssignmentDetector:
    """``secrets.generic-password``, ``-secret``, ``-token`` and ``-api-key``."""

    anchors = names.ANCHORS
    folds = True
    rank = 9

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        text = scene.text
        before, after = text[max(0, place - _LONGEST) : place], text[place : place + _LONGEST]
        start = place - (len(before) - len(before.rstrip(_NAME)))
        end = place + len(after) - len(after.lstrip(_NAME))
        while text[end - 1 : end] in (b"-", b"."):
            end -= 1
        sort = names.sort_of(text[start:end])
        if sort is None:
            return
        given = _given(scene, start, end)
        if given is not None and _in_use(scene, given, sort):
            yield Match(f"secrets.generic-{_RULES[sort]}", given.start, given.end, given.value)


def _in_use(scene: Scene, given: Given, sort: names.Sort) -> bool:
    if sort == "token" and given.name.endswith(b"auth"):
        pair = decoded_pair(given.value)
        return pair_in_use(*pair) if pair else plausible(given.value, sort)
    if sort in ("key", "token") and _in_header(scene.text, given):
        return len(given.value) >= 10 and plausible(given.value, "secret")
    return plausible(given.value, sort)


def _in_header(text: bytes, given: Given) -> bool:
    """True where name and value are one string after ``-H``: a header of a command line."""
    line = text[max(0, given.start - 100) : given.start]
    return _header().search(line) is not None


@cache
def _header() -> re.Pattern[bytes]:
    return re.compile(rb"(?:-H|--header)[ \t=]{0,4}[\"'][\w-]{1,60}:[ \t]{0,4}\Z")


def _given(scene: Scene, start: int, end: int) -> Given | None:
    text = scene.text
    found = _gives().match(text, end)
    if found is None:
        return None
    group = "v" if found["v"] else "w" if found["w"] else "u"
    operator = found["op"] or found["tag"] or found["flag"] or b"="
    given = Given(text[start:end], operator, found[group], *found.span(group), group != "u")
    line = text[max(text.rfind(b"\n", 0, start), start - 400) + 1 : start]
    if not _operator_fits(scene, given, line) or (
        group == "u" and not _may_be_bare(scene, given, line, found["after"])
    ):
        return None
    if group == "v" and _odd(text[start - len(line) : found.start("q")], found["q"]):
        return None
    if line.endswith(b"${") and not given.quoted:
        return _fallback(given)
    return given


def _operator_fits(scene: Scene, given: Given, line: bytes) -> bool:
    """True where the operator can give a value to a name that stands after ``line``."""
    if not given.operator.strip():
        return given.name.startswith(b"-") or _is_directive(scene, given, line)
    if given.operator == b",":
        return given.quoted and line.rstrip(b"\"'").endswith(b"(") and not line.endswith(b"(")
    if given.operator == b"(":
        return given.quoted and given.name.lower().rpartition(b".")[2].startswith(_SETTERS)
    if given.operator == b">":
        return (
            line.rpartition(b"<")[2].rstrip(b":abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") == b""
            and b"<" in line
        )
    return True


def _is_directive(scene: Scene, given: Given, line: bytes) -> bool:
    """True for ``name value`` on a line of its own, as many configuration files have it."""
    if scene.is_code or scene.is_prose or line.strip():
        return False
    end = given.end + given.quoted
    return not scene.text[end : end + 80].partition(b"\n")[0].strip(b" \t\r;")


def _may_be_bare(scene: Scene, given: Given, line: bytes, after: bytes) -> bool:
    """True where an unquoted word can be a value rather than an expression."""
    if after or given.operator in (b",", b"("):
        return False
    inside = _odd(line, b'"') or _odd(line, b"'") or _odd(line, b"`")
    return inside or not scene.is_code or line.lstrip().startswith((b"#", b"//", b"*", b"--", b"<!--"))


def _odd(line: bytes, quote: bytes) -> bool:
    """True where ``line`` ends inside a string of that quote; an apostrophe inside a word opens none."""
    return len(_quotes(quote).findall(line)) % 2 == 1


@cache
def _quotes(quote: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"(?<![A-Za-z\\])'|(?<=[A-Za-z])'(?![A-Za-z])" if quote == b"'" else rb"(?<!\\)" + quote)


def _fallback(given: Given) -> Given | None:
    """``${NAME:-value}`` of shells and compose files, ``${name:value}`` of Spring."""
    if given.operator != b":" or given.value[:1] in (b"+", b"?"):
        return None
    cut = given.value[:1] in (b"-", b"=")
    return given._replace(value=given.value[cut:], start=given.start + cut)
