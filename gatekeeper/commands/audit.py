# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper audit``: what was decided, whether the record of it is whole, and the record for others to read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper import force
from gatekeeper.audit.logs import Trust
from gatekeeper.commands import audit_text
from gatekeeper.commands.receive import open_own_gate
from gatekeeper.errors import CannotDecide, UsageError
from gatekeeper.git.objects import Objects
from gatekeeper.git.recordrefs import AUDIT, RUNS
from gatekeeper.git.repository import RefValue, Repository, open_repository
from gatekeeper.git.store import Store, open_store
from gatekeeper.git.trust import find_trust
from gatekeeper.policy.effective import Effective
from gatekeeper.report.json import write
from gatekeeper.report.options import Options, wants_color

if TYPE_CHECKING:
    import argparse

    from gatekeeper.audit.gate_key import Gate
    from gatekeeper.commands.invocation import Invocation

JOINER = b"gatekeeper <sync@gates.invalid>"
"""Who the commits are by that join two histories of notes."""
HELP = "Show what was decided, check that the record is whole, and bring it to where others can read it."


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="audit_verb", required=True, metavar="VERB")
    show = verbs.add_parser("show", help="what was decided about one commit")
    show.add_argument("commit", metavar="COMMIT")
    log = verbs.add_parser("log", help="every record of the gates' logs, the newest first")
    log.add_argument("--limit", metavar="N", type=int, help="only the newest N (default: all)")
    verify = verbs.add_parser("verify", help="signatures, chains, notes, and a record for every protected commit")
    verify.add_argument("--since", metavar="COMMIT", help="only what came after this commit")
    verify.add_argument("--repair", action="store_true", help="complete interrupted records, put lost notes back")
    report = verbs.add_parser("report", help="how often which gate and rule said what")
    report.add_argument("--html", metavar="FILE", help="as a page (not available yet)")
    export = verbs.add_parser("export", help="every record as a line of JSON")
    export.add_argument("--format", choices=("jsonl", "otlp"), default="jsonl", help="otlp is not available yet")
    sync = verbs.add_parser("sync", help="join this record with a remote's: fetch, merge, push")
    sync.add_argument("remote", metavar="REMOTE", help="a remote's name or URL")


def run(args: argparse.Namespace, call: Invocation) -> int:
    verbs = {"show": _show, "log": _log, "verify": _verify, "report": _report, "export": _export, "sync": _sync}
    return verbs[args.audit_verb](args, call)


class Scene(NamedTuple):
    """The repository, and whose records count in it."""

    store: Store
    policy: Effective
    gate: Gate | None
    trust: Trust

    @property
    def repository(self) -> Repository:
        return self.store.repository


@contextmanager
def _scene(args: argparse.Namespace, call: Invocation) -> Iterator[Scene]:
    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    with Objects(repository) as objects:
        policy = force.default_policy(objects)
    gate = open_own_gate(repository, call.environ)
    trust = Trust(policy.signers, tuple(policy.policy.gates), gate.blob if gate else None)
    with open_store(repository) as store:
        yield Scene(store, policy, gate, trust)


def _options(args: argparse.Namespace, call: Invocation) -> Options:
    return Options(wants_color(args.color, call.environ, call.stdout))


def _commit(scene: Scene, name: str) -> str:
    oid = scene.repository.resolve(name)
    if oid is None:
        raise UsageError(f"{name} names no commit here", "name a commit, a branch or a tag")
    return oid


def _show(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.audit.statements import records_of

    with _scene(args, call) as scene:
        oid = _commit(scene, args.commit)
        found = [one for ref in (AUDIT, RUNS) for one in records_of(scene.store, scene.trust, ref, oid)]
    code = 0 if any(one.status != "bad" for one in found) else 1
    if args.json:
        documents = [audit_text.document(one) for one in found]
        write({"schema": "gatekeeper.audit-show/1", "commit": oid, "records": documents, "exit": code}, call.stdout)
        return code
    for one in found:
        call.stdout.write("\n".join(audit_text.whole(one, _options(args, call))) + "\n")
    if not found:
        call.stdout.write(f"there is no record of {oid}\n")
    return code


def _log(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.audit.statements import logged_records

    if args.limit is not None and args.limit < 0:
        raise UsageError("--limit is a number of records", "gatekeeper audit log --limit 20")
    with _scene(args, call) as scene:
        records = islice(logged_records(scene.store, scene.trust), args.limit)
        if args.json:
            documents = [audit_text.document(one) for one in records]
            write({"schema": "gatekeeper.audit-log/1", "records": documents}, call.stdout)
            return 0
        for one in records:
            call.stdout.write(audit_text.brief(one, _options(args, call)) + "\n")
    return 0


def _verify(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.audit.journal import complete, unfinished
    from gatekeeper.audit.logs import Problem, read_logs
    from gatekeeper.audit.presence import Scope
    from gatekeeper.audit.restore import restore_notes
    from gatekeeper.audit.verify import verify

    now = int(call.clock())
    repaired: list[str] = []
    with _scene(args, call) as scene:
        store, repository = scene.store, scene.repository
        if args.repair:
            done = complete(store, scene.gate, now)
            repaired = (
                [f"recorded {audit_text.number(done.recorded, 'interrupted push', 'interrupted pushes')}"]
                if done.recorded
                else []
            )
            repaired += done.dropped
        open_ends = tuple(
            Problem("the journal", f"is not empty: {sentence}", "gatekeeper audit verify --repair")
            for sentence in unfinished(store, scene.gate, now)
        )
        scope = Scope(
            protected=_protected(scene),
            is_protected=scene.policy.is_protected,
            installed=_installed(repository),
            since=_commit(scene, args.since) if args.since else None,
            hosts_gate=repository.bare and scene.gate is not None and store.ref(scene.gate.log) is not None,
        )
        audit = verify(store, scene.trust, scope)
        if args.repair and audit.problems:
            logs = [log for log in read_logs(store, scene.trust, scope.since) if log.tip.status != "unlisted"]
            count = restore_notes(store, logs, now)
            repaired += [f"put {audit_text.number(count, 'note')} back from the logs"] if count else []
    audit = audit._replace(problems=(*open_ends, *audit.problems))
    code = 1 if audit.problems else 0
    if args.json:
        write(audit_text.verified_document(audit, repaired, code), call.stdout)
    else:
        call.stdout.write("\n".join(audit_text.verified(audit, repaired, _options(args, call))) + "\n")
    return code


def _installed(repository: Repository) -> tuple[str, ...]:
    found = []
    for name in repository.configs("gatekeeper.installedat"):
        oid = repository.resolve(name)
        if oid is None:
            raise CannotDecide(
                f"git config gatekeeper.installedAt names {name!r}, which is no commit here",
                "git config --unset-all gatekeeper.installedAt",
            )
        found.append(oid)
    return tuple(found)


def _protected(scene: Scene) -> dict[str, RefValue]:
    """The protected refs by name. A clone's are those of the remote it trusts, as far as it has them."""
    repository, policy = scene.repository, scene.policy
    found = {name: one for name, one in repository.refs().items() if policy.is_protected(name)}
    trusted = find_trust(repository).ref or ""
    if trusted.startswith("refs/remotes/"):
        remote = "/".join(trusted.split("/")[:3]) + "/"
        for name, value in repository.refs(remote).items():
            branch = "refs/heads/" + name.removeprefix(remote)
            if policy.is_protected(branch):
                found[branch] = value
    return {name: value for name, value in found.items() if not name.startswith("refs/remotes/")}


def _report(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.audit.statements import logged_records
    from gatekeeper.audit.summary import summarise

    if args.html:
        raise UsageError("audit report --html is not available in this version yet", "gatekeeper audit report --json")
    with _scene(args, call) as scene:
        summary = summarise(logged_records(scene.store, scene.trust))
    if args.json:
        write({"schema": "gatekeeper.audit-report/1", **summary._asdict()}, call.stdout)
    else:
        call.stdout.write("\n".join(audit_text.summary(summary)) + "\n")
    return 0


def _export(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.audit.statements import logged_records

    if args.format != "jsonl":
        raise UsageError("audit export --format otlp is not available in this version yet", "use --format jsonl")
    with _scene(args, call) as scene:
        for one in logged_records(scene.store, scene.trust):
            call.stdout.write(audit_text.json_line(one) + "\n")
    return 0


def _sync(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.audit.sync import sync

    with _scene(args, call) as scene:
        synced = sync(scene.store, args.remote, JOINER, int(call.clock()))
    code = 1 if synced.problems else 0
    if args.json:
        write(audit_text.synced_document(synced, code), call.stdout)
    else:
        call.stdout.write("\n".join(audit_text.synced(synced, args.remote)) + "\n")
    return code
