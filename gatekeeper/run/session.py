# SPDX-License-Identifier: Apache-2.0
"""One run from start to end: lay out, check out, let the agent work, collect, judge, record and promote, clean up."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import NamedTuple

from gatekeeper import gate
from gatekeeper.audit.files import write_file
from gatekeeper.audit.gate_key import Gate
from gatekeeper.audit.record import begin as begin_log
from gatekeeper.audit.record import record
from gatekeeper.errors import CannotDecide, GatekeeperError
from gatekeeper.git import process
from gatekeeper.git.changes import build_change, new_commits, read_commits
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import Repository
from gatekeeper.git.revisions import target_tip
from gatekeeper.git.store import RefUpdate
from gatekeeper.model import Verdict
from gatekeeper.policy.effective import Effective
from gatekeeper.run import collect, folder, inside, quarantine, shadow, submodules, teardown, worktree
from gatekeeper.run.alternates import object_folders
from gatekeeper.run.cell import Cell, Job
from gatekeeper.run.collect import Site, Told
from gatekeeper.run.events import EventLog
from gatekeeper.run.folder import Claim, Phase, State
from gatekeeper.run.interface import Attachment, Events, Observed, Refusal
from gatekeeper.run.launch import SandboxFailed, Streams
from gatekeeper.run.record import Account, draft
from gatekeeper.run.requirements import explain
from gatekeeper.run.sandbox import Private
from gatekeeper.run.service import serve
from gatekeeper.run.streams import Wiring
from gatekeeper.run.supervise import Ended, supervise
from gatekeeper.signing import canonical

CHECKOUT_PATIENCE = 3600.0
MOST_FILES = 200
"""Files that the event of one commit names."""
MOST_FINDINGS = 500
"""Findings that get an event."""


class Order(NamedTuple):
    """What was asked for, checked: every name is full, every number within the policy."""

    command: tuple[str, ...]
    shown: tuple[str, ...]
    """The command as it may be shown and recorded: without credentials."""
    agent: str
    email: str
    operator: str | None
    base: str
    base_ref: str | None
    target: str
    branch: str | None
    """Full name; None: ``refs/heads/agent/<run>``."""
    seconds: int
    leftovers: str
    keep: bool
    allowed: Mapping[str, Sequence[str]]
    prefix: str = ""
    """The folder to start in, below the top of the worktree."""


class World(NamedTuple):
    """What a run needs of everything else."""

    repository: Repository
    policy: Effective
    gate: Gate
    streams: Streams
    clock: Callable[[], float]
    entropy: Callable[[int], bytes]
    redact: Callable[[str], str]
    notice: Callable[[str], None]
    """Told sentences that the person should read."""
    make_cell: Callable[[Site, folder.Folder, tuple[str, ...]], Cell]
    """From the site, the run's folder and the folders of real objects."""
    attachments: Callable[[Events], tuple[Attachment, ...]]
    inside: Mapping[str, str]
    """The environment of our own gits inside."""
    agent: Mapping[str, str]
    """The environment of the agent."""


class Outcome(NamedTuple):
    """What a run came to."""

    run: str
    folder: str
    branch: str | None
    """Full name of the branch that was created."""
    base: str
    head: str | None
    commits: tuple[str, ...]
    verdict: Verdict | None
    """None where there was nothing to judge."""
    trouble: GatekeeperError | None
    """Why there is no verdict although there should be one."""
    ended: Ended
    isolation: str
    refused: tuple[Refusal, ...]
    told: Told
    record: str | None
    kept: str | None
    """The worktree, where it is still there."""

    @property
    def exit_code(self) -> int:
        """4 before 5 before 1 before 3; 130 where we were interrupted and nothing is worse."""
        if self.trouble is not None:
            return self.trouble.exit_code
        if self.ended.interrupted and self.ended.failed:
            return 130
        if self.ended.failed:
            return 5
        return self.verdict.exit_code if self.verdict else 0


def run(order: Order, world: World) -> Outcome:
    """Run the agent. Whatever happens, nothing of it is left but what the outcome names. Raises CannotDecide."""
    with ExitStack() as stack:
        claim = stack.enter_context(folder.begin(world.repository.state_dir, world.entropy))
        return _Session(order, world, claim, stack).run()


class _Session:
    def __init__(self, order: Order, world: World, claim: Claim, stack: ExitStack) -> None:
        self.order, self.world, self.claim, self.stack = order, world, claim, stack
        self.repository, self.folder = world.repository, claim.folder
        self.events = EventLog(self.folder.events, self.folder.run, world.clock, world.redact)
        stack.callback(self.events.close)
        started = int(world.clock())
        self.state = State(
            run=self.folder.run,
            agent=order.agent,
            email=order.email,
            operator=order.operator,
            command=order.shown,
            started=started,
            base=order.base,
            target=order.target,
            branch=order.branch or f"refs/heads/agent/{self.folder.run}",
            isolation="none",
            worktree=worktree.planned_path(self.repository, self.repository.environ, self.folder.run),
        )
        self.told = Told(None)
        self.ended = Ended(0)
        self.commits: tuple[str, ...] = ()
        self.verdict: Verdict | None = None
        self.trouble: GatekeeperError | None = None
        self.refused: list[Refusal] = []
        self.counts: dict[str, int] = {}

    def run(self) -> Outcome:
        self.folder.write_state(self.state)
        done = False
        try:
            self.objects = self.stack.enter_context(Objects(self.repository))
            self._lay_out()
            self._check_out()
            self._work()
            self._collect()
            self._judge()
            record_id = self._finish()
            done = True
        finally:
            self._clean_up(done)
        return self._outcome(record_id)

    def _enter(self, phase: Phase) -> None:
        self.state = self.state._replace(phase=phase)
        self.folder.write_state(self.state)

    def _started(self, pid: int) -> None:
        """Written down before the sandbox does anything: a sweep waits until this process is gone."""
        ticks = teardown.start_time(pid)
        if ticks is not None:
            self.state = self.state._replace(processes=(*self.state.processes[-3:], (pid, ticks)))
            self.folder.write_state(self.state)

    def _lay_out(self) -> None:
        order, path = self.order, self.state.worktree
        tree = worktree.add(self.repository, path, order.base, self.folder.run, self.claim.lock)
        modules = submodules.present(self.objects, order.base)
        real = object_folders(self.repository.common_dir)
        plan = shadow.Plan(
            run=self.folder.run,
            base=order.base,
            base_ref=order.base_ref,
            name=order.agent,
            email=order.email,
            worktree=path,
            admin=tree.admin,
            objects=real,
            submodules=modules,
        )
        self.site = Site(
            run=self.folder.run,
            worktree=path,
            common_dir=self.repository.common_dir,
            admin=tree.admin,
            restore=self.folder.file("restore"),
            environ=self.world.inside,
        )
        self.real = real
        every = (*real, *(one for module in modules for one in module.objects))
        self.cell = self.world.make_cell(self.site, self.folder, every)
        if self.cell.borrowed is None:
            self.site = self.site._replace(common_dir=self.folder.shadow)
            shadow.point(path, self.folder.shadow, tree.admin)
        shadow.build(self.repository, self.folder.shadow, plan, self.cell.borrowed)
        shadow.keep_copy(self.folder.shadow, self.site.restore)
        self.private = Private(os.path.join(tree.scratch, "home"), os.path.join(tree.scratch, "tmp"))
        os.mkdir(self.private.home, 0o700)
        os.mkdir(self.private.tmp)
        os.chmod(self.private.tmp, 0o1777)  # noqa: S103 - below a folder that is its owner's alone
        self.state = self.state._replace(isolation=self.cell.isolation)
        self.events.append("gatekeeper.run.started", self._beginning())

    def _beginning(self) -> dict[str, str | bool | int | Sequence[str]]:
        order = self.order
        return {
            "gen_ai.agent.name": order.agent,
            "process.command_args": order.shown,
            "gatekeeper.operator": order.operator or "",
            "gatekeeper.isolation": self.cell.isolation,
            "gatekeeper.policy.sha256": self.world.policy.id.sha256,
            "gatekeeper.target": order.target,
            "gatekeeper.limit.seconds": order.seconds,
            "vcs.ref.base.revision": order.base,
            "vcs.ref.base.name": order.base_ref or "",
            **{f"gatekeeper.allowed.{kind}": tuple(names) for kind, names in order.allowed.items() if names},
        }

    def _check_out(self) -> None:
        job = Job(inside.CHECKOUT, self.site.worktree, self.world.inside)
        try:
            done = serve(self.cell, job, self.private.home, self._started, CHECKOUT_PATIENCE)
        except SandboxFailed as error:
            raise explain(error.said) from error
        if done.status:
            raise process.failure(("read-tree",), process.Completed(done.status, done.stdout, done.stderr))

    def _work(self) -> None:
        self._enter("running")
        attachments = self.world.attachments(self.events)
        seen: list[Observed] = []
        try:
            self.ended = self._supervised(attachments)
        finally:
            seen.extend(one.finish() for one in attachments)
        for observed in seen:
            self.refused.extend(observed.refused)
            for name, number in observed.counts.items():
                self.counts[name] = self.counts.get(name, 0) + number
        if self.ended.stopped:
            self.refused.append(Refusal("limit", self.ended.stopped))

    def _supervised(self, attachments: tuple[Attachment, ...]) -> Ended:
        wiring = Wiring(self.world.streams)
        try:
            start = os.path.join(self.site.worktree, self.order.prefix).rstrip("/")
            job = Job(
                self.order.command,
                start,
                {**self.world.agent, "GATEKEEPER_RUN": self.folder.run},
                private=self.private,
                attachments=attachments,
                controls=wiring.controls,
            )
            child = self.cell.start(job, wiring.inner, self._started)
            try:
                if attachments:
                    child.settle()
                    for one in attachments:
                        one.attach(child.pid)
                readers = {number: call for one in attachments for number, call in one.readers().items()}
                guard = self.cell.guard(child, self.private.home)
                return supervise(child, wiring, guard, self.order.seconds, readers)
            finally:
                child.close()
        finally:
            wiring.close()

    def _collect(self) -> None:
        """Bring the agent's commits into the quarantine. Where that fails its files are kept."""
        self._enter("collecting")
        try:
            self.told = collect.tidy(self.cell, self.site, self.order.base, self.order.leftovers, self._started)
            if self.told.head is None or self.told.head == self.order.base:
                return
            quarantine.create(self.folder.quarantine, self.repository, self.real)
            limits = self.world.policy.policy.run.limits
            collect.fetch(
                self.cell, self.site, self.told.head, self.order.base, limits, self.folder.quarantine, self._started
            )
            self.quarantined = quarantine.opened(self.repository, self.folder.quarantine)
            self.objects = self.stack.enter_context(Objects(self.quarantined))
            quarantine.check_connected(self.objects, self.told.head, self.order.base)
            self.commits = new_commits(self.objects, self.told.head, (self.order.base,))
            if self.commits:
                quarantine.set_branch(self.folder.quarantine, self.state.branch, self.told.head)
        except CannotDecide as error:
            self.trouble = error
            self.refused.append(Refusal("collect", str(error)))
            self.state = self.state._replace(kept=True)
        self.state = self.state._replace(head=self.told.head if self.commits else None)
        for one in read_commits(self.objects, self.commits) if self.commits and not self.trouble else ():
            files = [path.path.decode("utf-8", "surrogateescape") for path in one.files[:MOST_FILES]]
            self.events.append(
                "gatekeeper.commit.collected",
                {
                    "vcs.ref.head.revision": one.commit.oid,
                    "gatekeeper.commit.subject": one.commit.message.partition(b"\n")[0].decode("utf-8", "replace"),
                    "gatekeeper.commit.files": files,
                    "gatekeeper.commit.file_count": len(one.files),
                    "gatekeeper.commit.leftovers": one.commit.oid == self.told.left,
                },
            )

    def _judge(self) -> None:
        if not self.commits or self.trouble:
            return
        self._enter("judging")
        try:
            self.verdict = judge(self.objects, self.state, self.told.head or "", int(self.world.clock()))
        except CannotDecide as error:
            self.trouble = error
            return
        for finding in self.verdict.findings[:MOST_FINDINGS]:
            path = (finding.path or b"").decode("utf-8", "surrogateescape")
            self.events.append(
                "gatekeeper.finding",
                {
                    "gatekeeper.finding.rule": finding.rule,
                    "gatekeeper.finding.level": finding.level,
                    "gatekeeper.finding.fingerprint": finding.fingerprint,
                    "vcs.ref.head.revision": finding.commit,
                    "code.file.path": path,
                    "code.line.number": finding.line or 0,
                },
            )

    def _finish(self) -> str | None:
        """The last events, the statement, and, where the commits may leave, the branch: in one transaction."""
        promoted = self.verdict is not None and self.verdict.outcome != "denied"
        said = "cannot-decide" if self.trouble else self.verdict.outcome if self.verdict else "nothing"
        self.events.append(
            "gatekeeper.verdict", {"gatekeeper.verdict": said, "gatekeeper.findings": len(self._findings())}
        )
        self.events.append(
            "gatekeeper.run.finished",
            {
                "process.exit.code": self.ended.status,
                "gatekeeper.timed_out": self.ended.timed_out,
                "gatekeeper.stopped": self.ended.stopped or "",
                "gatekeeper.interrupted": self.ended.interrupted,
                "gatekeeper.commits": len(self.commits),
                "gatekeeper.branch": self.state.branch if promoted else "",
            },
        )
        now = int(self.world.clock())
        statement = draft(self._account(said, promoted, now))
        write_file(self.folder.predicate, canonical.dumps(statement.predicate))
        moves = []
        if promoted:
            self._enter("promoting")
            quarantine.promote(self.folder.quarantine, self.repository)
            moves = [RefUpdate(self.state.branch, self.told.head, None)]
        with PlumbingStore(self.repository) as store:
            begin_log(store, self.world.gate, now)
            done = record(store, self.world.gate, [statement], now, since=self.state.started, updates=moves)
        self.state = self.state._replace(promoted=promoted, verdict=said, record=done.ids[0])
        return done.ids[0]

    def _findings(self) -> Sequence[object]:
        return self.verdict.findings if self.verdict else ()

    def _account(self, said: str, promoted: bool, now: int) -> Account:
        names = self.events.names
        counts = {
            **self.counts,
            "events": self.events.count,
            "commits": len(self.commits),
            "findings": len(self._findings()),
            "refused": sum(one.times for one in self.refused),
        }
        for key, name in (("execs", "gatekeeper.process.exec"), ("connects", "gatekeeper.network.connect")):
            counts.setdefault(key, names[name])
        return Account(
            run=self.folder.run,
            repository=self.world.policy.repository,
            agent=self.order.agent,
            operator=self.order.operator,
            command=self.order.shown,
            base=self.order.base,
            head=self.told.head if self.commits else None,
            commits=self.commits,
            branch=self.state.branch if promoted else None,
            policy=self.world.policy.id,
            isolation=self.cell.isolation,
            allowed=self.order.allowed,
            ended=self.ended,
            leftovers=self.told.left or ("discarded" if self.told.discarded else None),
            verdict=said,
            counts=counts,
            refused=tuple(self.refused),
            events_chain=self.events.head,
            started=self.state.started,
            finished=now,
        )

    def _clean_up(self, done: bool) -> None:
        """Always. A run that failed before there was anything to keep leaves no folder either."""
        self.state = self.state._replace(kept=self.state.kept or (done and self.order.keep))
        if self.state.kept:
            teardown.end_processes(self.state.processes)
        else:
            teardown.clean(self.folder, self.state, self.repository.common_dir)
        self._enter("ended" if done else "interrupted")
        self.claim.end()

    def _outcome(self, record_id: str | None) -> Outcome:
        return Outcome(
            run=self.folder.run,
            folder=self.folder.path,
            branch=self.state.branch if self.state.promoted else None,
            base=self.order.base,
            head=self.told.head if self.commits else None,
            commits=self.commits,
            verdict=self.verdict,
            trouble=self.trouble,
            ended=self.ended,
            isolation=self.cell.isolation,
            refused=tuple(self.refused),
            told=self.told,
            record=record_id,
            kept=self.state.worktree if self.state.kept else None,
        )


def judge(objects: Objects, state: State, head: str, now: int) -> Verdict:
    """The gate's verdict on what the run made, as it would land on the target: what was in the base is not its."""
    tip = target_tip(objects.repository, state.target)
    change = build_change(objects, state.target, tip, head, (state.base,))
    operators = (state.operator,) if state.operator else ()
    return gate.decide(change, gate.Context(objects, now, online=True, known=(state.base,), operators=operators))
