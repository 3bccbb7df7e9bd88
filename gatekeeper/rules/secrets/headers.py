# SPDX-License-Identifier: Apache-2.0
"""Credentials in HTTP headers (RFC 9110, section 11.6.2), in code, in shells and in dumps of requests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.judge import opaque, refers, stands_in
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.pairs import decoded_pair, pair_in_use
from gatekeeper.rules.secrets.patterns import QUOTE
from gatekeeper.rules.secrets.scene import Scene


@cache
def _header() -> re.Pattern[bytes]:
    operator = r"(?::|=>?|,|->|(?=[ \t]{1,4}[\"']))"
    gives = rf"(?:{QUOTE}|\]|\)){{0,3}}[ \t]{{0,4}}{operator}[ \t]{{0,4}}(?:[bBfFrR]{{0,2}}{QUOTE})?[ \t]{{0,4}}"
    scheme = r"(?:(?P<scheme>[A-Za-z][A-Za-z-]{1,20})[ \t]{1,4})?"
    return re.compile(rf"(?i:authorization){gives}{scheme}(?P<v>[A-Za-z0-9+/_.~:=@%!$-]{{6,4000}})".encode())


class AuthorizationDetector:
    """``secrets.http-authorization``: ``Authorization: Basic ...``, ``Bearer ...``, or the credential alone."""

    anchors = (b"authorization",)
    folds = True
    rank = 8

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _header().match(scene.text, place)
        if found is None or (scene.is_fixture and found["v"].startswith(b"ey")):
            return
        if _in_use((found["scheme"] or b"").lower(), found["v"]):
            yield Match("secrets.http-authorization", *found.span("v"), found["v"])


def _in_use(scheme: bytes, value: bytes) -> bool:
    if refers(value) or stands_in(value):
        return False
    if scheme == b"basic":
        pair = decoded_pair(value)
        return pair_in_use(*pair) if pair else len(value) >= 16 and opaque(value)
    return len(value) >= 10 and opaque(value)
