# SPDX-License-Identifier: Apache-2.0
"""Passwords and keys handed to well-known functions by position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.judge import certainly_drawn, plausible
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scene import Scene

_STRING = r"[bBrRuUfFL@$]{0,2}(?:\"(?P<a>[^\"\r\n]{1,200})\"|'(?P<b>[^'\r\n]{1,200})')"
_ARGUMENT = r"[^,()\r\n]{0,120},\s{0,40}"
_FIRST = rf"\(\s{{0,40}}{_STRING}"
_SECOND = rf"\(\s{{0,40}}{_ARGUMENT}{_STRING}"
_THIRD = rf"\(\s{{0,40}}{_ARGUMENT}{_ARGUMENT}{_STRING}"
_PASSWORDS = {
    "NetworkCredential": _SECOND,
    "UsernamePasswordCredentials": _SECOND,
    "PasswordAuthentication": _SECOND,
    "HTTPBasicAuth": _SECOND,
    "HTTPDigestAuth": _SECOND,
    "SetBasicAuth": _SECOND,
    "BasicAuth": _SECOND,
    "basic_auth": _SECOND,
    "basicAuth": _SECOND,
    "auth=": _SECOND,
    ".login": _SECOND,
    "ftp_login": rf"\(\s{{0,40}}{_ARGUMENT}{_ARGUMENT}{_STRING}",
    "mysqli_connect": _THIRD,
    "mysql_connect": _THIRD,
    "new mysqli": _THIRD,
    "new PDO": _THIRD,
    "DriverManager.getConnection": _THIRD,
    "MySQLdb.connect": _THIRD,
    "ConvertTo-SecureString": rf"[ \t]{{1,4}}(?:-String[ \t]{{1,4}})?{_STRING}",
}
_KEYS = {
    "createHmac": _SECOND,
    "hmac.new": _FIRST,
    "hash_hmac": _THIRD,
    "jwt.encode": _SECOND,
    "jwt.decode": _SECOND,
    "jwt.sign": rf"\(\s{{0,40}}(?:\{{[^{{}}]{{0,300}}\}}|[^,(){{}}\r\n]{{0,120}}),\s{{0,40}}{_STRING}",
    "jwt.verify": _SECOND,
    "Fernet": _FIRST,
    "AES.encrypt": _SECOND,
    "AES.decrypt": _SECOND,
    "SecretKeySpec": _FIRST,
    "bot.run": _FIRST,
    "client.run": _FIRST,
    "client.login": _FIRST,
}


class PasswordCallDetector:
    """``secrets.password-argument``."""

    anchors = tuple(name.encode() for name in _PASSWORDS)
    folds = False
    rank = 8

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _call(_PASSWORDS[anchor.decode()]).match(scene.text, place + len(anchor))
        if found is None:
            return
        group = "a" if found["a"] else "b"
        if certainly_drawn(found[group]) if scene.is_fixture else plausible(found[group], "password"):
            yield Match("secrets.password-argument", *found.span(group), found[group])


class KeyCallDetector:
    """``secrets.key-argument``: the key of a signature or cipher."""

    anchors = tuple(name.encode() for name in _KEYS)
    folds = False
    rank = 8

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _call(_KEYS[anchor.decode()]).match(scene.text, place + len(anchor))
        if found is None:
            return
        group = "a" if found["a"] else "b"
        if plausible(found[group], "secret"):
            yield Match("secrets.key-argument", *found.span(group), found[group])


@cache
def _call(arguments: str) -> re.Pattern[bytes]:
    return re.compile(arguments.encode())
