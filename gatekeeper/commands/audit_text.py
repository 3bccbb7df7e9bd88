# SPDX-License-Identifier: Apache-2.0
"""What ``gatekeeper audit`` prints: records, results of verifying, numbers; for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from gatekeeper.audit.logs import Problem
from gatekeeper.report.options import Options
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.signing import statement
from gatekeeper.signing.times import rfc3339

if TYPE_CHECKING:
    from gatekeeper.audit.statements import Record
    from gatekeeper.audit.summary import Summary
    from gatekeeper.audit.sync import Synced
    from gatekeeper.audit.verify import Audit

SHOWN = 20
"""Problems that are printed; the rest is counted, and ``--json`` has them."""
NAMES = {
    statement.DECISION: "decision",
    statement.RUN: "run",
    statement.APPROVAL: "approval",
    statement.REJECTION: "rejection",
    statement.REVOCATION: "revocation",
}
COLORS = {"allowed": "good", "needs-approval": "approval", "denied": "deny"}


def document(record: Record) -> dict[str, object]:
    """One record as plain values."""
    return {
        "id": record.id or None,
        "type": record.kind or None,
        "status": record.status,
        "by": unicode_text(record.by),
        "logged": rfc3339(record.when) if record.when is not None else None,
        "entry": record.entry,
        "statement": record.statement or None,
    }


def json_line(record: Record) -> str:
    return json.dumps(document(record), sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def brief(record: Record, options: Options) -> str:
    """One line of ``audit log``."""
    when = rfc3339(record.when) if record.when is not None else "-"
    return f"{when}  {record.id[:12] or '-':12}  {_what(record, options)}  ({_by(record)})"


def whole(record: Record, options: Options) -> Iterator[str]:
    """The lines of ``audit show``."""
    yield _what(record, options)
    if record.status == "bad":
        return
    predicate = record.predicate
    yield f"  id: {record.id}"
    yield f"  by: {_by(record)}"
    for name in ("decidedAt", "repository", "resultTree", "landed", "run", "agent"):
        if isinstance(predicate.get(name), str):
            yield f"  {name}: {line(str(predicate[name]), 400)}"
    pusher = _mapping(predicate.get("host")).get("pusher")
    if isinstance(pusher, str):
        yield f"  pusher: {line(pusher, 400)}"
    policy = _mapping(predicate.get("policy"))
    if policy:
        source, serial = line(str(policy.get("source")), 400), line(str(policy.get("serial")))
        yield f"  policy: {source}, serial {serial}, {line(str(policy.get('sha256')))}"
    yield from (f"  {_finding(_mapping(one))}" for one in _list(predicate.get("findings")))
    for one in _list(_mapping(predicate.get("approvals")).get("present")):
        yield f"  counted: {line(str(one))}"


def _finding(finding: Mapping[str, object]) -> str:
    words = [line(str(finding.get("level"))), line(str(finding.get("rule")))]
    if finding.get("path") is not None:
        words.append(f"{line(str(finding['path']), 400)}:{finding.get('line') or ''}".rstrip(":"))
    covered = ", ".join(line(str(one))[:12] for one in _list(finding.get("coveredBy")))
    return " ".join(words) + (f", covered by {covered}" if covered else "")


def _what(record: Record, options: Options) -> str:
    if record.status == "bad":
        return options.paint("deny", f"a line that does not count: {line(record.by, 400)}")
    name, predicate = NAMES[record.kind], record.predicate
    if record.kind == statement.DECISION:
        verdict = str(predicate.get("verdict"))
        base, head = str(predicate.get("base"))[:12], str(predicate.get("head"))[:12]
        target = line(str(predicate.get("target")), 400)
        return f"{options.paint(COLORS.get(verdict, 'strong'), line(verdict))} {target} {line(base)}..{line(head)}"
    if record.kind == statement.RUN:
        return f"run {line(str(predicate.get('run')), 100)} by {line(str(predicate.get('agent')), 100)}"
    return f"{name} by {line(str(predicate.get('approver')), 400)}"


def _by(record: Record) -> str:
    marks = {"listed": "", "person": "", "local": ", local", "unlisted": ", not a listed gate"}
    return line(record.by, 400) + marks[record.status]


def verified_document(audit: Audit, repaired: Sequence[str], code: int) -> dict[str, object]:
    """``gatekeeper.audit-verify/1``."""
    return {
        "schema": "gatekeeper.audit-verify/1",
        "exit": code,
        "tips": [{**tip._asdict(), "gate": unicode_text(tip.gate), "when": rfc3339(tip.when)} for tip in audit.tips],
        "records": audit.records,
        "commits": audit.commits,
        "problems": [_problem(problem) for problem in audit.problems],
        "notices": [unicode_text(notice) for notice in audit.notices],
        "repaired": [unicode_text(sentence) for sentence in repaired],
        "next": unicode_text(audit.problems[0].next_step) if audit.problems else "",
    }


def _problem(problem: Problem) -> dict[str, str]:
    return {key: unicode_text(value) for key, value in problem._asdict().items()}


def verified(audit: Audit, repaired: Sequence[str], options: Options) -> Iterator[str]:
    """The lines of ``audit verify``: the first bad entry first, then what compares with another clone."""
    first = audit.problems[0] if audit.problems else None
    if first is None:
        yield options.paint("good", f"the record is whole: {number(sum(audit.records.values()), 'record')}") + (
            f" of {number(audit.commits, 'commit')}"
        )
    else:
        yield options.paint("deny", f"something is wrong: {line(first.place)} {line(first.what)}")
    for problem in audit.problems[1:SHOWN]:
        yield f"  and {line(problem.place)} {line(problem.what)}"
    if len(audit.problems) > SHOWN:
        yield f"  and {len(audit.problems) - SHOWN:,} more (all of them: --json)"
    yield from (f"repaired: {line(sentence)}" for sentence in repaired)
    yield from (f"note: {line(notice)}" for notice in audit.notices)
    for tip in audit.tips:
        who = line(tip.gate) + {"listed": "", "local": " (local)", "unlisted": " (not a listed gate)"}[tip.status]
        yield f"signed tip: {tip.oid} {who}, {number(tip.entries, 'entry', 'entries')}, {rfc3339(tip.when)}"
    if first is not None and first.next_step:
        yield f"next: {options.paint('strong', line(first.next_step))}"


def summary(numbers: Summary) -> Iterator[str]:
    """The lines of ``audit report``."""
    span = ""
    if numbers.first is not None and numbers.last is not None:
        span = f", {rfc3339(numbers.first)} to {rfc3339(numbers.last)}"
    yield f"{number(numbers.records, 'record')}{span}"
    yield f"{number(numbers.commits, 'commit')}, {numbers.by_people:,} of them signed by people"
    yield f"{number(numbers.approvals, 'statement')} by people counted"
    for title, table in (("verdicts", numbers.verdicts), ("findings", numbers.rules), ("gates", numbers.gates)):
        if table:
            yield f"{title}:"
            yield from (f"  {count:8,}  {line(name, 400)}" for name, count in table.items())


def synced_document(result: Synced, code: int) -> dict[str, object]:
    """``gatekeeper.audit-sync/1``."""
    return {
        "schema": "gatekeeper.audit-sync/1",
        "exit": code,
        "brought": list(map(unicode_text, result.brought)),
        "sent": list(map(unicode_text, result.sent)),
        "refused": {unicode_text(ref): unicode_text(reason) for ref, reason in result.refused.items()},
        "problems": [_problem(problem) for problem in result.problems],
    }


def synced(result: Synced, remote: str) -> Iterator[str]:
    """The lines of ``audit sync``."""
    yield from (f"something is wrong: {line(one.place)} {line(one.what)}" for one in result.problems)
    yield from (f"brought {line(ref)}" for ref in result.brought)
    yield from (f"sent {line(ref)}" for ref in result.sent)
    yield from (f"{line(remote)} did not take {line(ref)}: {line(why, 400)}" for ref, why in result.refused.items())
    if not (result.brought or result.sent or result.refused or result.problems):
        yield f"the same record here and at {line(remote)}"
    yield from (f"next: {line(one.next_step)}" for one in result.problems[:1])


def number(count: int, one: str, many: str = "") -> str:
    """``3 records``; ``many`` where the plural is not made with an s."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _mapping(value: object) -> Mapping[str, object]:
    return cast("Mapping[str, object]", value) if isinstance(value, dict) else {}


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []
