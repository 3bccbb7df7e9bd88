# SPDX-License-Identifier: Apache-2.0
"""Kubernetes Secret manifests: base64 hides nothing. https://kubernetes.io/docs/concepts/configuration/secret/"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.judge import refers, stands_in
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scene import Scene
from gatekeeper.rules.secrets.words import words_of

_REACH = 1 << 16
_PUBLIC = (b"-----BEGIN CERT", b"-----BEGIN PUBLIC", b"-----BEGIN X509", b"ssh-rsa ", b"ssh-ed25519 ")
_NAMES = frozenset(
    words_of(
        "user username login email host hostname port url endpoint database dbname region name ca.crt tls.crt namespace"
    )
)


class SecretManifestDetector:
    """``secrets.kubernetes-secret``: a value under ``data`` of a manifest of kind Secret.

    What stands under ``stringData`` is judged by its names, as anywhere else.
    """

    anchors = (b"secret",)
    folds = True
    rank = 6

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        text = scene.text
        if not _kind().search(text, max(0, place - 24), place + len(anchor) + 3):
            return
        start = text.rfind(b"\n---", max(0, place - _REACH), place)
        end = text.find(b"\n---", place, place + _REACH)
        start = max(0, place - _REACH) if start < 0 else start
        if _kind().search(text, start, place - len(anchor)):
            return
        end = min(len(text), place + _REACH) if end < 0 else end
        for block in _data().finditer(text, start, end):
            for entry in _entry().finditer(text, block.end(), _block_end(text, block, end)):
                if _in_use(entry["name"].strip(b"\"'").lower().decode(), entry["v"]):
                    yield Match("secrets.kubernetes-secret", *entry.span("v"), entry["v"])


@cache
def _kind() -> re.Pattern[bytes]:
    return re.compile(rb"(?i)(?:\A|[\s{,\"'])kind[\"']?[ \t]{0,4}:[ \t]{0,4}[\"']?secret(?![\w-])")


@cache
def _data() -> re.Pattern[bytes]:
    return re.compile(rb"(?m)^(?P<indent>[ \t]{0,40})[\"']?data[\"']?[ \t]{0,4}:[ \t]{0,4}\{?[ \t]{0,4}\r?$")


@cache
def _entry() -> re.Pattern[bytes]:
    return re.compile(
        rb"(?m)^[ \t]{1,60}(?P<name>[\"']?[\w.-]{1,80}[\"']?)[ \t]{0,4}:[ \t]{0,4}"
        rb"(?:[|>][+-]?[ \t]{0,4}\r?\n[ \t]{1,60})?[\"']?(?P<v>[^\s\"'#,]{1,30000})"
    )


def _block_end(text: bytes, block: re.Match[bytes], end: int) -> int:
    """Where the mapping under ``data`` stops: at the first line that is indented no deeper."""
    depth = len(block["indent"])
    for line in _indented().finditer(text, block.end(), end):
        if len(line["blank"]) <= depth:
            return line.start()
    return end


@cache
def _indented() -> re.Pattern[bytes]:
    """A line with something on it that is no comment."""
    return re.compile(rb"(?m)^(?P<blank>[ \t]{0,60}+)[^\s#]")


def _in_use(name: str, value: bytes) -> bool:
    try:
        content = a2b_base64(value, strict_mode=True)
    except Error:
        return False
    if len(content) < 5 or name in _NAMES or content.startswith(_PUBLIC):
        return False
    return len(content) > 24 or not content.isascii() or not (refers(content) or stands_in(content))
