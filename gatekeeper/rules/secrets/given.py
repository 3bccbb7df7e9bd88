# SPDX-License-Identifier: Apache-2.0
"""What stands on the other side of the operator: the grammar of giving a value to a name."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from gatekeeper.rules.secrets.patterns import ATTRIBUTE, LINE_BREAK, NEXT_LINE, QUOTE, TYPED
from gatekeeper.rules.secrets.scene import Scene

_LINE = 400
"""Bytes of the line before the name that are looked at."""
_SETTERS = (b"set", b"with", b"use", b"add", b"login", b"password", b"secret", b"token", b"api", b"key", b"access")
_COMMENTS = (b"#", b"//", b"*", b"--", b"<!--", b";")


class Given(NamedTuple):
    """A name, an operator and a value."""

    name: bytes
    operator: bytes
    """As written; blank for ``--name value`` and ``name value``."""
    value: bytes
    start: int
    end: int
    """Of the value."""
    quoted: bool
    is_header: bool
    """True where name and value are one string after ``-H``: a header of a command line."""
    is_base64: bool
    """True where the markup says so."""
    is_firm: bool
    """True where it can hardly be anything but a value: quoted, or all of what a setting has behind it."""


@cache
def _grammar() -> re.Pattern[bytes]:
    operator = r"(?P<op>={2,3}|=>|:{0,3}=|:{1,3}|[?+.]=|<-|->|,|>|\|\|=?|\(|\{(?=[\"'])|[ \t]is[ \t]|[ \t]was[ \t])"
    block = rf"{QUOTE}?[ \t]{{0,4}}\{{[^{{}}]{{0,300}}?\bdefault[ \t]{{0,20}}="
    tag = r"(?P<attributes>(?:[ \t][\w:]{1,20}=\"[^\"<>]{0,60}\"){1,4})(?P<tag>>)"
    element = r"</key>\s{0,40}<string>|\"[^<>]{0,80}>\s{0,40}<(?:value|string)>"
    closed = rf"(?:\\?{QUOTE}|\]|\)|\}}){{0,4}}[ \t]{{0,20}}{operator}"
    flag = r"(?P<flag>[ \t]{1,12})(?=[^\s=:,>(-])"
    gives = rf"(?:{NEXT_LINE}|{ATTRIBUTE}|{tag}|{element}|{TYPED}|{block}|{closed}|{flag})"
    wrap = (
        r"(?:new[ \t]{1,4})?(?:[A-Za-z]{1,20}[.:]{1,2}){0,3}(?:[sS]tr(?:ing)?|[bB]ytes|from|of|b64decode|decodeString"
        r"|fromhex|unhexlify|Some|Ok|Secret(?:Str(?:ing)?)?|SecureString|GuardedString|Buffer|wrap|literal|constant"
        r"|default|env|TEXT|_T|t)?[ \t]{0,2}[(\[{][ \t]{0,4}|[bBrRuUfFL@$]{1,2}(?=[\"'])"
    )
    quoted = (
        r"(?P<q>[\"'`])(?P<v>(?:\\[^\r\n]|(?!(?P=q))[^\r\n\\]){1,300}+)(?P=q)"
        r"|(?P<e>\\{1,3}[\"']|&quot;|&#39;)(?P<w>[^\"'\\\r\n&]{1,300}+)(?P=e)"
    )
    plain = r"(?P<u>[^\s\"'`<>(){}\[\],;&|\\]{1,300}+)(?P<after>[(\[{]|[ \t]*[\"'`.+]?)"
    return re.compile(
        rf"{gives}[ \t]{{0,20}}(?:(?:{LINE_BREAK})?(?:{wrap})?(?:{quoted})|(?:{LINE_BREAK})?{plain})".encode()
    )


def given_to(scene: Scene, start: int, end: int) -> Given | None:
    """The value given to the name at ``scene.text[start:end]``; None where none is, or an expression."""
    text = scene.text
    found = _grammar().match(text, end)
    if found is None:
        return None
    group = "v" if found["v"] else "w" if found["w"] else "u"
    line = text[max(text.rfind(b"\n", 0, start), start - _LINE) + 1 : start]
    given = Given(
        text[start:end],
        found["op"] or found["tag"] or found["flag"] or b"=",
        found[group],
        *found.span(group),
        group != "u",
        _header().search(line) is not None,
        b'"base64"' in (found["attributes"] or b""),
        not line.lstrip().startswith(_COMMENTS) and (group != "u" or _is_setting(text, end, found)),
    )
    if found["op"] == b"," and b")" in text[end : found.start("op")]:
        return None
    if group == "u" and b"\n" in text[end : found.start("u")] and not _continued(text[end : found.start("u")]):
        return None
    if not _operator_fits(scene, given, line) or (
        group == "u" and not _may_be_bare(scene, given, line, found["after"])
    ):
        return None
    if group == "v" and is_open(text[start - len(line) : found.start("q")], found["q"]):
        return None
    return _fallback(given) if line.endswith(b"${") and not given.quoted else given


def _continued(between: bytes) -> bool:
    """True where a bare word on the next line still belongs: after a tag, ``|``, ``>``, or ``value:`` below a name."""
    first = between.partition(b"\n")[0].rstrip(b" \t\r+-")
    return first.endswith((b">", b"|")) or b"alue" in between or b"default" in between


def _is_setting(text: bytes, end: int, found: re.Match[bytes]) -> bool:
    """True for ``name=value`` without blanks, and for ``name: value`` with nothing behind it on the line."""
    if found["op"] == b"=":
        return found.start("u") - end == 1
    if found["op"] not in (b":", b"="):
        return False
    return not text[found.end("u") : found.end("u") + 40].partition(b"\n")[0].strip()


@cache
def _header() -> re.Pattern[bytes]:
    return re.compile(rb"(?:-H|--header)[ \t=]{0,4}[\"'][\w-]{0,40}\Z")


def _operator_fits(scene: Scene, given: Given, line: bytes) -> bool:
    """True where the operator can give a value to a name that stands after ``line``."""
    if not given.operator.strip():
        return given.name.startswith(b"-") or _is_directive(scene, given, line)
    if given.operator == b",":
        return given.quoted and line.rstrip(b"\"'").endswith(b"(") and not line.endswith(b"(")
    if given.operator in (b"(", b"{"):
        return given.quoted and given.name.lower().rpartition(b".")[2].startswith(_SETTERS)
    if given.operator == b">":
        return (
            scene.text[given.end : given.end + 60].lstrip()[:2] in (b"</", b"", b"<!")
            and _in_tag().search(line) is not None
        )
    return True


@cache
def _in_tag() -> re.Pattern[bytes]:
    """Up to the name of an element, or up to a name in one of its attributes."""
    attribute = rb"(?:[A-Za-z][\w.-]{0,40}[ \t][^<>]{0,80}\b(?:key|name|id|property)=[\"'])?"
    return re.compile(rb"<(?:[A-Za-z]{1,30}:)?" + attribute + rb"\Z")


def _is_directive(scene: Scene, given: Given, line: bytes) -> bool:
    """True for ``name value`` on a line of its own, as many configuration files have it."""
    if given.quoted and _declares().search(line):
        return True
    if scene.is_code or scene.is_prose or not opens_setting(line):
        return False
    end = given.end + given.quoted
    return not scene.text[end : end + 80].partition(b"\n")[0].strip(b" \t\r;")


@cache
def _declares() -> re.Pattern[bytes]:
    """Words that give the name behind them a value without an operator, in code too."""
    return re.compile(
        rb"(?:\A|[\s(])(?:#[ \t]{0,4}define|def|set|let|setq|defparameter)[ \t]{1,8}(?:[\w.-]{1,30}[ \t]{1,4})?\Z"
    )


def opens_setting(before: bytes) -> bool:
    """True where the name behind ``before`` can be that of a setting with its value after a blank."""
    return _setting().search(before.rpartition(b"\n")[2]) is not None


@cache
def _setting() -> re.Pattern[bytes]:
    """What may stand before the name of a setting: nothing, ``ENV``, or a user."""
    return re.compile(
        rb"\A[ \t]{0,80}(?:(?:ENV|ARG|set|setenv|export)[ \t]{1,8})?\Z|\bconfigure[ \t]{1,4}set[ \t]{1,4}\Z"
        rb"|(?i:\b(?:user|username|login|uid)[ \t:=]{1,4}\S{1,60}[ \t,;/]{1,4})\Z"
    )


def _may_be_bare(scene: Scene, given: Given, line: bytes, after: bytes) -> bool:
    """True where an unquoted word can be a value rather than an expression."""
    if given.operator in (b",", b"(") or after in (b"(", b"[", b"{"):
        return False
    inside = is_open(line, b'"') or is_open(line, b"'") or is_open(line, b"`")
    if after.strip() and not inside:
        return False
    return inside or not scene.is_code or line.lstrip().startswith(_COMMENTS)


def is_open(line: bytes, quote: bytes) -> bool:
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
