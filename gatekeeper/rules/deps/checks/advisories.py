# SPDX-License-Identifier: Apache-2.0
"""``deps.malicious`` and ``deps.vulnerable``: what the local database of advisories says of what came in."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.delta import Delta
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.deps.locks import LockChange
from gatekeeper.rules.deps.outside.osv import Advisories
from gatekeeper.rules.deps.outside.questions import ask

MALICIOUS, VULNERABLE = "deps.malicious", "deps.vulnerable"


def check(delta: Delta, locks: tuple[LockChange, ...], advisories: Advisories) -> Iterator[Hit]:
    """A name without a version is malicious where no version of it is known to be good."""
    if not advisories.exists:
        return
    for question in ask(delta, locks):
        for advisory in advisories.of(question.ecosystem, question.name, question.version):
            rule = MALICIOUS if advisory.malicious else VULNERABLE
            if not advisory.malicious and not (advisory.high and question.version):
                continue
            shown = f"'{question.shown}' {question.version}".strip()
            message = f"{shown}: {advisory.id}, {advisory.summary}".rstrip(", ")
            parts = (question.ecosystem, question.name, question.version, advisory.id)
            yield hit(rule, question.path, question.line, message, parts)
