# SPDX-License-Identifier: Apache-2.0
"""A value given to a name that promises a credential, in whatever language or format."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.rules.secrets import names
from gatekeeper.rules.secrets.given import Given, given_to, opens_setting
from gatekeeper.rules.secrets.judge import certainly_drawn, is_plain_word, opaque, plausible, refers, stands_in
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.pairs import decoded_pair, pair_in_use, plain_text
from gatekeeper.rules.secrets.scene import Scene

_NAME = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-$"
_LONGEST = 60
_NEVER_GIVES = (b"", b"/", b";", b"*", b"!", b"@", b"#", b"%", b"^", b"~")
_RULES = {"password": "password", "secret": "secret", "token": "token", "key": "api-key"}


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
        if not _may_be_given(text, start, end):
            return
        sort = None if scene.is_lock else names.sort_of(text[start:end])
        if sort is None:
            return
        given = given_to(scene, start, end)
        if given is not None and _in_use(scene, given, sort):
            yield Match(f"secrets.generic-{_RULES[sort]}", given.start, given.end, given.value)


def _may_be_given(text: bytes, start: int, end: int) -> bool:
    """False where a look at what stands behind the name is enough: a word of a sentence, an item of a list."""
    after = text[end : end + 3]
    if after[:1] == b" ":
        return _has_value(text, start, end)
    if after[:1] in (b'"', b"'", b"`") and after[1:2] == b"," and after[2:3] not in (b"\n", b"\r", b""):
        return text[start - 2 : start - 1] == b"("
    if after[:1] in (b"\n", b"\r"):
        return b"alue" in text[end : end + 90] or b"default" in text[end : end + 90]
    return after[:1] not in _NEVER_GIVES


def _has_value(text: bytes, start: int, end: int) -> bool:
    near = text[end : end + 64]
    if b"=" in near or b":" in near or b" is " in near or b" was " in near or text[start : start + 1] == b"-":
        return True
    return near.lstrip(b" \t")[:1] in (b'"', b"'", b"`") or opens_setting(text[max(0, start - 120) : start])


def _in_use(scene: Scene, given: Given, sort: names.Sort) -> bool:
    value = given.value
    if sort == "token" and given.name.endswith(b"auth"):
        pair = decoded_pair(value)
        return pair_in_use(*pair) if pair else plausible(value, sort)
    if given.is_header and sort in ("key", "token"):
        return len(value) >= 10 and opaque(value) and not (refers(value) or stands_in(value))
    if sort == "password" and given.is_base64:
        return plausible(plain_text(value), sort)
    if scene.is_fixture:
        return plausible(value, sort) and certainly_drawn(value) and not value.startswith(b"eyJ")
    return plausible(value, sort) or (sort == "password" and given.is_firm and is_plain_word(value))
