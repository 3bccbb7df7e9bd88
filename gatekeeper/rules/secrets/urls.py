# SPDX-License-Identifier: Apache-2.0
"""Passwords in the authority of a URL (RFC 3986, section 3.2.1): ``scheme://user:password@host``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.rules.secrets.judge import certainly_drawn, everyday, opaque, refers, stands_in
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.scene import Scene
from gatekeeper.rules.secrets.words import words_of

_DATABASES = frozenset(
    words_of(
        "postgres postgresql pgsql mysql mariadb mongodb redis rediss amqp amqps mssql sqlserver oracle cassandra"
        " clickhouse cockroachdb db2 neo4j bolt couchbase couchdb ldap ldaps memcached nats kafka influxdb snowflake"
    )
)


@cache
def _authority() -> re.Pattern[bytes]:
    return re.compile(
        rb"://(?P<user>[^\s:/?#\"'<>\[\]`\\|@]{0,100}):(?P<v>[^\s/\"'<>`\\|]{3,200}?)@"
        rb"(?P<host>[A-Za-z0-9_.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]|[$%{][^\s\"'<>]{1,80})(?![^\s/\"'<>`\\|?#]{0,200}@)"
    )


@cache
def _nobody() -> re.Pattern[bytes]:
    """Hosts that are for documentation (RFC 2606, RFC 6761) or this machine."""
    return re.compile(
        rb"(?i)(?:[\w.-]+\.)?(?:example(?:\.(?:com|org|net|edu))?|test|invalid|local|localhost|host(?:name)?|server)\Z|127\.\d"
    )


class UrlDetector:
    """A URL that carries a password: ``secrets.connection-string`` for databases, else ``secrets.basic-auth-url``."""

    anchors = (b"://",)
    folds = False
    rank = 3

    def at(self, scene: Scene, place: int, anchor: bytes) -> Iterator[Match]:
        found = _authority().match(scene.text, place)
        if found is None or not _in_use(scene, found["user"], found["v"], found["host"]):
            return
        head = scene.text[max(0, place - 24) : place]
        scheme = head[len(head.rstrip(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-")) :].lower()
        family = scheme.replace(b"+", b":").split(b":")[0].decode()
        name = "connection-string" if family in _DATABASES else "basic-auth-url"
        yield Match(f"secrets.{name}", *found.span("v"), found["v"])


def _in_use(scene: Scene, user: bytes, password: bytes, host: bytes) -> bool:
    if refers(password) or refers(user) or stands_in(password) or everyday(password) or password == user:
        return False
    if scene.is_fixture:
        return certainly_drawn(password)
    return opaque(password) if _nobody().match(host) else True
