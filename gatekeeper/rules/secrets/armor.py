# SPDX-License-Identifier: Apache-2.0
"""Private keys in PEM-like armor (RFC 7468, RFC 4880, OpenSSH), however they are quoted or indented."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.judge import entropy
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scene import Scene

_REACH = 32768
"""Bytes after the first line that are looked at; the longest keys in use take about 13,000."""
_LEAST = 40
"""Base64 characters that a body must have; a private key of any algorithm has more."""
_RUN = 30
"""Of these so many on end: words of a comment that explains the format are shorter."""
_NAMES = {b"OPENSSH": "ssh", b"PGP": "pgp", b"SSH2 ENCRYPTED": "ssh"}


@cache
def _begin() -> re.Pattern[bytes]:
    return re.compile(rb"-{4,5} ?BEGIN (?P<what>(?:[A-Z0-9]{1,12} ){0,3})PRIVATE KEY(?: BLOCK)? ?-{4,5}")


@cache
def _junk() -> re.Pattern[bytes]:
    """What a body holds besides base64: header lines, escapes of line ends, quotes, signs of concatenation."""
    return re.compile(
        rb"[A-Z][A-Za-z-]{1,30}: [^\r\n\\]{0,200}|\\{1,4}[nrt]|[\"'`][ \t]{0,4}[+.]|[+.][ \t]{0,4}[\"'`]"
        rb"|&#(?:10|13|xA|xD);|%0[AaDd]|[^A-Za-z0-9+/=]"
    )


@cache
def _run() -> re.Pattern[bytes]:
    return re.compile(rb"[A-Za-z0-9+/]{%d}" % _RUN)


class PrivateKeyDetector:
    """``-----BEGIN ... PRIVATE KEY-----`` with a body that can be a key; its value is the body's base64 alone."""

    anchors = (b"PRIVATE KEY",)
    folds = False
    rank = 0

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        text = scene.text
        for begin in _begin().finditer(text, max(0, place - 50), place + len(anchor) + 12):
            if begin.start() < place < begin.end():
                break
        else:
            return
        stop = text.find(b"-----", begin.end(), begin.end() + _REACH)
        body = text[begin.end() : stop if stop >= 0 else begin.end() + _REACH]
        key = _junk().sub(b"", body)
        if len(key) < _LEAST or entropy(key[:512]) < 3.5:
            return
        first = _run().search(body)
        if first is None or len(_junk().sub(b"", body[: first.start()])) > _RUN:
            return
        sort = _NAMES.get(begin["what"].strip())
        yield Match(
            f"secrets.{sort}-private-key" if sort else "secrets.private-key",
            begin.start(),
            begin.end() + len(body),
            key,
        )
