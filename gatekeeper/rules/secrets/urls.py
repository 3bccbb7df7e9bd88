# SPDX-License-Identifier: Apache-2.0
"""Passwords in the authority of a URL (RFC 3986, section 3.2.1): ``scheme://user:password@host``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.detector import Scene
from gatekeeper.rules.secrets.match import Match

_DATABASES = frozenset(
    b"postgres postgresql mysql mariadb mongodb redis rediss amqp amqps mssql sqlserver oracle cassandra clickhouse"
    b" cockroachdb db2 neo4j bolt couchbase ldap ldaps memcached nats kafka influxdb jdbc".split()
)


@cache
def _authority() -> re.Pattern[bytes]:
    return re.compile(
        rb"://(?P<user>[^\s:/?#\"'<>\[\]`\\|]{0,100}):(?P<v>[^\s/\"'<>`\\@|]{3,200})@"
        rb"(?P<host>[A-Za-z0-9_.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]|[$%{][^\s\"'<>]{1,80})"
    )


@cache
def _placeholder() -> re.Pattern[bytes]:
    return re.compile(
        rb"(?i)[$%]?[{(<\[]|\$[a-z_]|%[sdv]|[*x.]{3,}|(?:my|your|the|db|some)?[-_]?(?:pass(?:word|wd|phrase)?|pwd|pw|secret|token|api[-_]?key|key)\Z"
    )


class UrlDetector:
    """A URL that carries a password: ``secrets.connection-string`` for databases, else ``secrets.basic-auth-url``."""

    anchors = (b"://",)
    folds = False
    rank = 3

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _authority().match(scene.text, place)
        if found is None or _placeholder().match(found["v"]):
            return
        head = scene.text[max(0, place - 24) : place]
        scheme = head[len(head.rstrip(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-")) :].lower()
        family = scheme.replace(b"+", b":").split(b":")[0]
        name = "connection-string" if family in _DATABASES else "basic-auth-url"
        yield Match(f"secrets.{name}", *found.span("v"), found["v"])
