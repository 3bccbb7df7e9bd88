# SPDX-License-Identifier: Apache-2.0
"""The ``gatekeeper.check/1`` document.

Every string is valid Unicode. A path that is not UTF-8 is given twice: ``path`` with ``\\xNN`` for
each byte that cannot be read, and ``path_bytes``, the exact bytes in base64.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from typing import TextIO

from gatekeeper.model import Finding, Requirement, Verdict
from gatekeeper.report.options import Options
from gatekeeper.report.sanitise import LOG_COMMAND, unicode_text
from gatekeeper.report.wording import next_step

SCHEMA = "gatekeeper.check/1"


def render(verdict: Verdict, options: Options) -> str:
    return dumps(document(verdict, options.subject))


def dumps(document: Mapping[str, object]) -> str:
    """One object, indented, in ASCII, with its line end; nothing in it is a command to a build service's log."""
    text = json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False)
    return re.sub(LOG_COMMAND, r"\\u0023", text) + "\n"


def write(document: Mapping[str, object], stream: TextIO) -> None:
    stream.write(dumps(document))


def document(verdict: Verdict, subject: str | None = None) -> dict[str, object]:
    """The verdict as plain values. ``subject`` is the change as its user named it, for ``next``."""
    change, policy = verdict.change, verdict.policy
    found: dict[str, object] = {
        "schema": SCHEMA,
        "verdict": verdict.outcome,
        "exit": verdict.exit_code,
        "repository": unicode_text(verdict.repository),
        "target": None if change.target is None else unicode_text(change.target),
        "base": change.base,
        "head": change.head,
        "result_tree": change.result_tree,
        "commits": list(change.commits),
        "policy": {
            "source": unicode_text(policy.source),
            "sha256": policy.sha256,
            "serial": policy.serial,
            "preset": policy.preset,
            "managed": list(policy.managed),
        },
        "findings": [_finding(finding) for finding in verdict.findings],
        "approvals": {
            "required": _requirements(verdict.required),
            "present": [{"id": one, **({"sole": True} if one in verdict.sole else {})} for one in verdict.present],
            "missing": _requirements(verdict.missing),
            "ignored": [{"id": one.id, "reason": unicode_text(one.reason)} for one in verdict.ignored],
            "rejections": list(verdict.vetoes),
        },
        "scanned": verdict.scanned._asdict(),
        "not_checked": [{"rule": one.rule, "reason": unicode_text(one.reason)} for one in verdict.not_checked],
        "notices": [unicode_text(notice) for notice in verdict.notices],
        "next": unicode_text(next_step(verdict, subject)),
    }
    return found


def path_fields(path: bytes) -> dict[str, str]:
    """``path``, and ``path_bytes`` where the path is not UTF-8."""
    fields = {"path": unicode_text(path)}
    if fields["path"].encode() != path:
        fields["path_bytes"] = b64encode(path).decode()
    return fields


def _finding(finding: Finding) -> dict[str, object]:
    where: dict[str, object] = {"path": None} if finding.path is None else {**path_fields(finding.path)}
    return {
        "rule": finding.rule,
        "level": finding.level,
        "commit": finding.commit,
        **where,
        "line": finding.line,
        "message": unicode_text(finding.message),
        "fingerprint": finding.fingerprint,
        "approvers": {unicode_text(team): number for team, number in finding.approvers},
        "covered_by": list(finding.covered_by),
    }


def _requirements(requirements: tuple[Requirement, ...]) -> list[dict[str, object]]:
    return [{"team": unicode_text(team), "count": number} for team, number in requirements]
