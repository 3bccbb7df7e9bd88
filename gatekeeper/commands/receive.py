# SPDX-License-Identifier: Apache-2.0
"""A push arrives: every ref is judged, one refusal refuses all, and what lands is put on record."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gatekeeper import force, gate
from gatekeeper.approvals.admission import Admitted, admit_runs, admit_statements
from gatekeeper.approvals.read import Reader
from gatekeeper.audit.decision import Circumstances, decision
from gatekeeper.audit.gate_key import Gate, open_gate
from gatekeeper.audit.intents import Update, intents, write_intent
from gatekeeper.audit.journal import complete
from gatekeeper.audit.record import logged_since
from gatekeeper.commands.hook import worst
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.settings import gate_key
from gatekeeper.errors import CannotDecide
from gatekeeper.git import process
from gatekeeper.git.appended import Refused, appended
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.recordrefs import APPROVALS, is_record, push_refusal
from gatekeeper.git.repository import Repository, open_repository
from gatekeeper.git.trust import find_trust
from gatekeeper.hearing import people
from gatekeeper.hosts.push import Proposed, RefUpdate, changes_of, confirm, parse_updates
from gatekeeper.hosts.pusher import pusher
from gatekeeper.model import Verdict
from gatekeeper.policy.effective import Effective
from gatekeeper.report.formats import report_check
from gatekeeper.report.options import Options
from gatekeeper.report.sanitise import line

PATIENCE = 60.0
"""Seconds for a push unless git config ``gatekeeper.deadline`` says otherwise; some hosts end a hook after five."""


class Judged(NamedTuple):
    update: RefUpdate
    proposed: Proposed
    verdict: Verdict


def pre_receive(repository: Repository, words: list[str], call: Invocation) -> int:
    """Judge the push that git offers on stdin. Code 0 lets all of it in."""
    deadline = time.monotonic() + _patience(repository)
    updates = parse_updates(call.stdin.read())
    confirm(repository, updates)
    _finish_interrupted(repository, call)
    own = [update for update in updates if is_record(update.ref)]
    now = int(call.clock())
    with Objects(repository) as objects:
        policy = force.default_policy(objects)
        tips = force.protected_tips(objects, policy)
        others = [update for update in updates if not is_record(update.ref)]
        proposals = changes_of(objects, others, policy.is_protected, tips)
        policy = _of_first_push(objects, proposals, policy)
        records = _admitted(repository, own, policy, now, call)
        if records is None:
            return 1
        context = gate.Context(
            objects,
            now,
            is_hook=True,
            deadline=deadline,
            approvals_tip=next((update.new for update in own if update.ref == APPROVALS), None),
            pusher=pusher(call.environ),
        )
        judged = []
        for update, proposed in zip(others, proposals, strict=True):
            verdict = gate.decide(proposed.change, context._replace(known=proposed.known))
            judged.append(Judged(update, proposed, verdict))
        code = _tell(judged, call)
        if code == 0:
            protected = [one for one in judged if policy.is_protected(one.update.ref)]
            landing = [*map(_of_record, records), *_decisions(protected, policy, context, call)]
            if any(update.drafts or update.negative for update in landing):
                write_intent(repository, landing, now)
    return code


def _finish_interrupted(repository: Repository, call: Invocation) -> None:
    """Put on record what an earlier push left behind; outside of this one's quarantine, where refs may move."""
    waiting, damaged = intents(repository)
    if not waiting and not damaged:
        return
    environ = {name: value for name, value in call.environ.items() if name not in process.QUARANTINE}
    with PlumbingStore(open_repository(".", environ, git_dir=repository.git_dir)) as store:
        complete(store, open_own_gate(repository, environ), int(call.clock()))


def _refuse_rollback(objects: Objects, own: Gate, policy: Effective) -> None:
    """Raises CannotDecide where the policy in force is older than the one that this gate last let in."""
    trusted, tip, _ = find_trust(objects.repository)
    with PlumbingStore(objects.repository) as store:
        known = logged_since(store, store.ref(own.log), 0)
        last = next((one.predicate for one in known if one.predicate.get("target") == trusted), None)
    landed = str((last.get("landed") or last.get("head")) if last else tip)
    if landed == tip:
        return
    serial = force.serial_at(objects, landed)
    if serial is not None and policy.policy.serial < serial:
        raise CannotDecide(
            f"the policy in force has serial {policy.policy.serial}, and this gate let serial {serial} in before",
            f"find out who set {trusted} back from {landed}, and put it right",
        )


def _of_first_push(objects: Objects, proposals: Sequence[Proposed], policy: Effective) -> Effective:
    """The pinned policy where this push brings it, else ``policy``."""
    if policy.is_built_in:
        for change, _ in proposals:
            found = force.policy_in_force(objects, change)
            if found.is_pinned:
                return found
    return policy


def _patience(repository: Repository) -> float:
    text = repository.config("gatekeeper.deadline")
    if text is None:
        return PATIENCE
    if not text.isdecimal() or not int(text):
        raise CannotDecide(
            f"git config gatekeeper.deadline is {text!r}, not a number of seconds", "git config gatekeeper.deadline 60"
        )
    return float(text)


class Record(NamedTuple):
    update: RefUpdate
    admitted: Admitted


def _admitted(
    repository: Repository, own: Sequence[RefUpdate], policy: Effective, now: int, call: Invocation
) -> list[Record] | None:
    """The pushes to gatekeeper's own refs; None, and the reasons on stderr, where one may not come in."""
    found, refused = [], False
    with PlumbingStore(repository) as store:
        for update in own:
            reader = Reader(policy.repository, policy.signers, now)
            record = _admit(store, update, reader)
            if isinstance(record, Record):
                found.append(record)
            else:
                refused = True
                for reason in record:
                    call.stderr.write(f"refused: {line(reason)}\n")
    return None if refused else found


def _admit(store: PlumbingStore, update: RefUpdate, reader: Reader) -> Record | list[str]:
    """The update with what it brings, or the reasons why it may not come in."""
    ban = push_refusal(update.ref)
    if ban is not None:
        return [ban]
    growth = appended(store, _oid(update.old), _oid(update.new))
    if isinstance(growth, Refused):
        return [f"{update.ref}: {growth.reason}"]
    if update.ref == APPROVALS:
        admitted = admit_statements(growth.lines, reader)
    else:
        admitted = admit_runs(growth.lines, reader.repository)
    if admitted.objections:
        return [f"{update.ref}: {objection}" for objection in admitted.objections]
    return Record(update, admitted)


def _oid(oid: str) -> str | None:
    return oid if oid.strip("0") else None


def _tell(judged: Sequence[Judged], call: Invocation) -> int:
    for one in judged:
        if one.verdict.findings or one.verdict.exit_code:
            call.stderr.write(f"{line(one.update.ref)}:\n")
            report_check(one.verdict, "text", call.stderr, Options())
    code = worst([one.verdict.exit_code for one in judged])
    if code and len(judged) > 1:
        call.stderr.write("nothing of this push was taken: a refusal of one ref refuses all\n")
    return code


def _of_record(record: Record) -> Update:
    return Update(record.update.ref, record.update.old, record.update.new, (), record.admitted.negative)


def _decisions(
    judged: Sequence[Judged], policy: Effective, context: gate.Context, call: Invocation
) -> Iterable[Update]:
    objects = context.objects
    own = open_own_gate(objects.repository, call.environ)
    if judged and own is not None:
        _refuse_rollback(objects, own, policy)
    for update, _, verdict in judged:
        if own is None:
            raise CannotDecide("this gate has no key, so what it lets in could not be recorded", "gatekeeper install")
        signed = people(objects, verdict.change, policy, context.now)
        circumstances = Circumstances(own.fingerprint, context.now, context.pusher, None, signed)
        draft = decision(verdict, circumstances, lambda oid: objects.commit(oid).parents)
        yield Update(update.ref, update.old, update.new, (draft,))


def post_receive(repository: Repository, words: list[str], call: Invocation) -> int:
    """Put what has landed on record. The push is over: whatever fails here is repaired by the next call."""
    landed = {(update.ref, update.old, update.new) for update in parse_updates(call.stdin.read())}
    with PlumbingStore(repository) as store:
        done = complete(store, open_own_gate(repository, call.environ), int(call.clock()), landed)
    for sentence in done.dropped:
        call.stderr.write(f"not recorded: {line(sentence)}\n")
    return 0


def open_own_gate(repository: Repository, environ: Mapping[str, str]) -> Gate | None:
    """This gate with its key; None where it has none."""
    key = gate_key(repository, environ)
    return open_gate(key.path, environ) if key.configured or os.path.exists(key.path) else None
