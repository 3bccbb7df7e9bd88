# SPDX-License-Identifier: Apache-2.0
"""Private keys without PEM armor: PuTTY, JSON Web Keys, XML, and bare base64 of DER or of OpenSSH's format."""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scene import Scene


class PuttyKeyDetector:
    """``secrets.putty-private-key``: a .ppk file, any version."""

    anchors = (b"PuTTY-User-Key-File-",)
    folds = False
    rank = 0

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _ppk().match(scene.text, place)
        if found is not None:
            yield Match("secrets.putty-private-key", place, found.end(), b"".join(found["v"].split()))


@cache
def _ppk() -> re.Pattern[bytes]:
    return re.compile(
        rb"PuTTY-User-Key-File-\d: [\w-]{2,40}\r?\n(?:(?!Private-Lines)[^\r\n]{0,200}\r?\n){1,80}?"
        rb"Private-Lines: \d{1,3}\r?\n(?P<v>(?:[A-Za-z0-9+/=]{4,76}\r?\n?){1,100})"
    )


class JsonWebKeyDetector:
    """``secrets.jwk-private-key``: a JWK with its private part (RFC 7518, sections 6.2.2, 6.3.2 and 6.4)."""

    anchors = (b'"kty"', b"'kty'")
    folds = False
    rank = 0
    _reach = 6000

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        text = scene.text
        start = text.rfind(b"{", max(0, place - self._reach), place)
        end = text.find(b"}", place, place + self._reach)
        if start < 0 or text.find(anchor, start, place) >= 0:
            return
        symmetric = _octets().match(text, place) is not None
        for found in (_secret() if symmetric else _private()).finditer(
            text, start, end if end >= 0 else place + self._reach
        ):
            yield Match("secrets.jwk-private-key", *found.span("v"), found["v"])


@cache
def _octets() -> re.Pattern[bytes]:
    return re.compile(rb".kty.\s{0,4}:\s{0,4}[\"']oct[\"']")


@cache
def _private() -> re.Pattern[bytes]:
    return re.compile(rb"[\"']d[\"']\s{0,4}:\s{0,4}[\"'](?P<v>[A-Za-z0-9_-]{32,1400})[\"']")


@cache
def _secret() -> re.Pattern[bytes]:
    return re.compile(rb"[\"']k[\"']\s{0,4}:\s{0,4}[\"'](?P<v>[A-Za-z0-9_-]{22,700})[\"']")


class XmlKeyDetector:
    """``secrets.xml-private-key``: ``<RSAKeyValue>`` with ``<D>`` (.NET)."""

    anchors = (b"<RSAKeyValue>",)
    folds = False
    rank = 0

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        end = scene.text.find(b"</RSAKeyValue>", place, place + 8000)
        found = _exponent().search(scene.text, place, end if end >= 0 else place + 8000)
        if found is not None:
            yield Match("secrets.xml-private-key", *found.span("v"), found["v"])


@cache
def _exponent() -> re.Pattern[bytes]:
    return re.compile(rb"<D>\s{0,40}(?P<v>[A-Za-z0-9+/=]{40,1000})\s{0,40}</D>")


class BareKeyDetector:
    """``secrets.private-key-der`` and ``secrets.ssh-private-key``: the base64 without the lines around it.

    PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) and SEC 1 (RFC 5915) begin with a SEQUENCE and a version, which
    certificates and public keys do not.
    """

    anchors = (b"MII", b"MIG", b"MHc", b"MHQ", b"MFM", b"b3BlbnNzaC1rZXktdjE")
    folds = False
    rank = 1

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _run().match(scene.text, place)
        if found is None:
            return
        value = _breaks().sub(b"", found.group())
        if anchor.startswith(b"b3"):
            if len(value) >= 200:
                yield Match("secrets.ssh-private-key", *found.span(), value)
        elif len(value) >= 100 and _is_private(a2b_base64(value[:48])):
            yield Match("secrets.private-key-der", *found.span(), value)


def _is_private(der: bytes) -> bool:
    if der[0] != 0x30:
        return False
    body = der[2 + (der[1] & 0x7F if der[1] & 0x80 else 0) :]
    if body[:4] == b"\x02\x01\x00\x02":
        return True
    if body[:4] == b"\x02\x01\x00\x30":
        return b"\x06" in body[4:8]
    return body[:3] == b"\x02\x01\x01" and body[3:4] == b"\x04"


@cache
def _run() -> re.Pattern[bytes]:
    return re.compile(rb"(?<![A-Za-z0-9+/=])(?:[A-Za-z0-9+/]{16,20000}+(?:\\[nr]|\r?\n[ \t]{0,20})?+){1,100}+={0,2}")


@cache
def _breaks() -> re.Pattern[bytes]:
    return re.compile(rb"\\[nr]|\s")
