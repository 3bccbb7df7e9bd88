# SPDX-License-Identifier: Apache-2.0
"""Files that hold credentials in a form of their own, told by that form wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.judge import plausible
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scene import Scene


class NetrcDetector:
    """``secrets.netrc-password``: ``machine h login u password p`` (ftp(1), curl)."""

    anchors = (b"machine ", b"machine\t")
    folds = False
    rank = 7

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _netrc().match(scene.text, place)
        if found is not None and plausible(found["v"], "password"):
            yield Match("secrets.netrc-password", *found.span("v"), found["v"])


@cache
def _netrc() -> re.Pattern[bytes]:
    return re.compile(
        rb"machine[ \t]{1,8}\S{1,253}\s{1,40}(?:(?:login|account)[ \t]{1,8}\S{1,200}\s{1,40}){0,2}"
        rb"password[ \t]{1,8}(?P<v>\S{3,300})"
    )


class PgpassDetector:
    """``secrets.pgpass-password``: ``host:port:database:user:password`` (PostgreSQL, The Password File)."""

    anchors = (b":5432:", b":5433:", b":6432:", b":*:")
    folds = False
    rank = 7

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        start = scene.text.rfind(b"\n", max(0, place - 254), place) + 1
        found = _pgpass().match(scene.text, start)
        if found is not None and found.start("port") == place and plausible(found["v"], "password"):
            yield Match("secrets.pgpass-password", *found.span("v"), found["v"])


@cache
def _pgpass() -> re.Pattern[bytes]:
    return re.compile(
        rb"[\w.*/-]{1,253}(?P<port>:)(?:\d{1,5}|\*):[\w.*-]{1,63}:[\w.*@-]{1,63}:(?P<v>[^\s:]{3,200})\r?(?:\n|\Z)"
    )


class PasswordHashDetector:
    """``secrets.password-hash``: ``user:$6$...`` of shadow(5), htpasswd and their like."""

    anchors = tuple(
        b":" + mark
        for mark in (b"$1$", b"$2a$", b"$2b$", b"$2y$", b"$5$", b"$6$", b"$7$", b"$y$", b"$apr1$", b"{SHA}", b"{SSHA}")
    )
    folds = False
    rank = 7

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        user = scene.text[max(0, place - 64) : place]
        user = user[max(user.rfind(b"\n"), user.rfind(b'"'), user.rfind(b"'")) + 1 :]
        found = _hash().match(scene.text, place + 1)
        if found is not None and _user().match(user.strip()):
            yield Match("secrets.password-hash", *found.span(), found.group())


@cache
def _user() -> re.Pattern[bytes]:
    return re.compile(rb"[A-Za-z0-9_.@+-]{1,64}\Z")


@cache
def _hash() -> re.Pattern[bytes]:
    return re.compile(
        rb"\$(?:1|apr1)\$[./0-9A-Za-z]{1,8}\$[./0-9A-Za-z]{22}(?![./0-9A-Za-z])|\$2[aby]\$\d\d\$[./0-9A-Za-z]{53}"
        rb"|\$[56]\$(?:rounds=\d{1,9}\$)?[./0-9A-Za-z]{1,16}\$[./0-9A-Za-z]{43,86}|\$(?:y|7)\$[./0-9A-Za-z$]{40,160}"
        rb"|\{S?SHA\}[A-Za-z0-9+/]{27,60}={0,2}"
    )


class OracleUrlDetector:
    """``secrets.connection-string``: ``jdbc:oracle:thin:user/password@host``."""

    anchors = (b"oracle:thin:", b"oracle:oci:")
    folds = True
    rank = 3

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _oracle().match(scene.text, place + len(anchor))
        if found is not None and plausible(found["v"], "password"):
            yield Match("secrets.connection-string", *found.span("v"), found["v"])


@cache
def _oracle() -> re.Pattern[bytes]:
    return re.compile(rb"[\w.-]{1,60}/(?P<v>[^\s@\"'/]{3,100})@")
