# SPDX-License-Identifier: Apache-2.0
"""Passwords on command lines, where a program's own short option carries them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.judge import plausible
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.pairs import pair_in_use, password_in_use
from gatekeeper.rules.secrets.scene import Scene

_WORD = r"(?:\"(?P<a>[^\"\r\n]{1,200})\"|'(?P<b>[^'\r\n]{1,200})'|(?P<c>[^\s\"'|;&<>]{1,200}))"
_FILE_AND_USER = r"(?:-[A-Z0-9 ]{1,8})?[^\s]{1,100}[ \t]{1,4}[^\s]{1,60}[ \t]{1,4}"
_ARGUMENTS = r"[^\r\n|;]{0,160}?"
_OPTIONS = {
    "sshpass": rf"[ \t]{{1,4}}-p[ \t]{{0,4}}{_WORD}",
    "mysql": rf"(?:dump|admin|import|show|check)?[ \t]{_ARGUMENTS}[ \t]-p{_WORD}",
    "mongo": rf"(?:dump|restore|export|import|sh)?[ \t]{_ARGUMENTS}[ \t]-p[ \t]{{1,4}}{_WORD}",
    "docker login": rf"[ \t]{_ARGUMENTS}-p[ \t=]{{1,4}}{_WORD}",
    "podman login": rf"[ \t]{_ARGUMENTS}-p[ \t=]{{1,4}}{_WORD}",
    "helm registry login": rf"[ \t]{_ARGUMENTS}-p[ \t=]{{1,4}}{_WORD}",
    "oc login": rf"[ \t]{_ARGUMENTS}-p[ \t=]{{1,4}}{_WORD}",
    "cf login": rf"[ \t]{_ARGUMENTS}-p[ \t=]{{1,4}}{_WORD}",
    "az login": rf"[ \t]{_ARGUMENTS}-p[ \t=]{{1,4}}{_WORD}",
    "redis-cli": rf"[ \t]{_ARGUMENTS}-a[ \t]{{1,4}}{_WORD}",
    "ldapsearch": rf"[ \t]{_ARGUMENTS}-w[ \t]{{1,4}}{_WORD}",
    "ldapadd": rf"[ \t]{_ARGUMENTS}-w[ \t]{{1,4}}{_WORD}",
    "ldapmodify": rf"[ \t]{_ARGUMENTS}-w[ \t]{{1,4}}{_WORD}",
    "sqlcmd": rf"[ \t]{_ARGUMENTS}-P[ \t]{{0,4}}{_WORD}",
    "plink": rf"[ \t]{_ARGUMENTS}-pw[ \t]{{1,4}}{_WORD}",
    "pscp": rf"[ \t]{_ARGUMENTS}-pw[ \t]{{1,4}}{_WORD}",
    "xfreerdp": rf"[ \t]{_ARGUMENTS}/p:{_WORD}",
    "net user": rf"[ \t]{{1,4}}[^\s/]{{1,40}}[ \t]{{1,4}}{_WORD}[ \t]{{1,4}}/add",
    "htpasswd": rf"[ \t]{{1,4}}-[a-zA-Z]{{0,4}}b[a-zA-Z]{{0,4}}[ \t]{{1,4}}{_FILE_AND_USER}{_WORD}",
    "lftp": rf"[ \t]{_ARGUMENTS}-u[ \t]{{1,4}}[^\s,]{{1,60}},{_WORD}",
    "smbclient": rf"[ \t]{_ARGUMENTS}-U[ \t]{{1,4}}[^\s%]{{1,60}}%{_WORD}",
    "openssl": rf"[ \t]{_ARGUMENTS}-pass(?:in|out)?[ \t]{{1,4}}pass:{_WORD}",
}
"""What follows the program's name. Sources: the programs' manual pages."""


class CommandDetector:
    """``secrets.command-line-password``."""

    anchors = tuple(program.encode() for program in _OPTIONS)
    folds = False
    rank = 8

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _option(anchor).match(scene.text, place + len(anchor))
        if found is None:
            return
        group = "a" if found["a"] else "b" if found["b"] else "c"
        if plausible(found[group], "password"):
            yield Match("secrets.command-line-password", *found.span(group), found[group])


@cache
def _option(program: bytes) -> re.Pattern[bytes]:
    return re.compile(_OPTIONS[program.decode()].encode())


class UserOptionDetector:
    """``secrets.curl-user``: ``curl -u user:password``; the command may run over continued lines."""

    anchors = (b" -u", b"--user", b"--proxy-user")
    folds = False
    rank = 8
    _reach = 1000

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        text = scene.text
        begin = max(text.rfind(b"curl", max(0, place - self._reach), place), text.rfind(b"wget", place - 200, place))
        if begin < 0 or _line_end().search(text, begin, place):
            return
        found = _user().match(text, place + len(anchor))
        if found is None:
            return
        user, password = found["user"], found["p"] or found["q"] or found["r"] or b""
        if pair_in_use(user, password):
            group = "p" if found["p"] else "r" if found["r"] else "q"
            group = group if password_in_use(password) else "user"
            yield Match("secrets.curl-user", *found.span(group), found[group])


@cache
def _line_end() -> re.Pattern[bytes]:
    return re.compile(rb"(?<![\\\r])\r?\n")


@cache
def _user() -> re.Pattern[bytes]:
    return re.compile(
        rb"[ \t=]{0,4}(?P<open>[\"']?)(?P<user>[^\s:\"']{0,120})[\"']?:"
        rb"(?:(?<=[\"']:)[\"'](?P<p>[^\"'\r\n]{1,200})|'(?P<r>[^'\r\n]{1,200})'|(?P<q>[^\s\"']{0,200}))"
    )


class PipedPasswordDetector:
    """``secrets.command-line-password``: ``echo user:password | chpasswd``, ``echo password | passwd --stdin``."""

    anchors = (b"chpasswd", b"passwd --stdin", b"sudo -S")
    folds = False
    rank = 8

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        start = max(scene.text.rfind(b"\n", 0, place) + 1, place - 240)
        for found in _piped().finditer(scene.text, start, place):
            if plausible(found["v"], "password"):
                yield Match("secrets.command-line-password", *found.span("v"), found["v"])


@cache
def _piped() -> re.Pattern[bytes]:
    return re.compile(
        rb"(?:echo|printf)[ \t]{1,4}(?:-\w{1,3}[ \t]{1,4})?[\"']?(?:[\w.-]{1,40}:)?(?P<v>[^\s\"'|]{4,120})[\"']?"
        rb"[ \t]{0,4}\|[ \t]{0,4}(?:sudo[ \t]{1,4})?\Z"
    )
