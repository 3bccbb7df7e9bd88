# SPDX-License-Identifier: Apache-2.0
"""Fingerprints of values, each worked out once: scrypt is slow on purpose, and histories repeat themselves."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.rule import RuleSettings
from gatekeeper.rules.secrets.match import Match


class Marks:
    """Remembers fingerprints by a digest of the value, never by the value."""

    def __init__(self) -> None:
        self._known: dict[bytes, str] = {}

    def reported(self, settings: RuleSettings, match: Match, hit: Hit) -> Iterator[Hit]:
        """``hit`` with its fingerprint; nothing where the policy allows that."""
        mark = self._mark(match.rule, match.value, settings.repository)
        if mark not in settings.secrets_allow:
            yield hit._replace(fingerprint=mark)

    def _mark(self, rule: str, value: bytes, repository: str) -> str:
        from hashlib import sha256

        from gatekeeper.rules import fingerprint

        key = sha256(b"\0".join((rule.encode(), repository.encode(), value))).digest()
        if key not in self._known:
            self._known[key] = fingerprint.secret(rule, value, repository)
        return self._known[key]
