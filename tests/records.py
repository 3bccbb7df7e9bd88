# SPDX-License-Identifier: Apache-2.0
"""A repository with a gate that records what lands on its branches, signing in process so that tests are quick."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping

from gatekeeper.audit.decision import Circumstances, decision
from gatekeeper.audit.draft import Draft
from gatekeeper.audit.gate_key import Gate
from gatekeeper.audit.logs import Problem, Trust
from gatekeeper.audit.presence import Scope
from gatekeeper.audit.record import Recorded, begin, record
from gatekeeper.audit.verify import Audit, verify
from gatekeeper.git.changes import build_change
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from gatekeeper.git.store import Store
from gatekeeper.model import Finding, PolicyId, Scanned, Verdict
from gatekeeper.signing.allowed_signers import Signers
from tests.repo import RepoBuilder
from tests.signers import SoftKey, signers_line

GATE = "server@gates.example.org"
MAIN = "refs/heads/main"
POLICY = PolicyId("refs/heads/main:.gatekeeper/policy.yaml", "d" * 64, 3, "balanced")


def soft_gate(name: str) -> Gate:
    key = SoftKey(name)
    return Gate(key.blob, key.sign)


def never(seconds: float) -> None:
    raise AssertionError("nobody else is here to wait for")


class Recorder:
    """Lands commits on branches of ``repo`` as a gate would let them, and records them."""

    def __init__(self, repo: RepoBuilder, gate: Gate | None = None, store: Store | None = None) -> None:
        self.repo = repo
        self.gate = gate or soft_gate("gate")
        self.repository = open_repository(str(repo.path), os.environ)
        self.store: Store = store or PlumbingStore(self.repository)

    @property
    def clock(self) -> int:
        return self.repo.clock

    def begin(self) -> str:
        return begin(self.store, self.gate, self.clock, never)

    def verdict(self, target: str, base: str, head: str, findings: tuple[Finding, ...] = ()) -> Verdict:
        with Objects(self.repository) as objects:
            change = build_change(objects, target, base, head)
        scanned = Scanned(len(change.commits), 2, 4096)
        return Verdict("allowed", "example.org/payments", change, POLICY, findings, scanned=scanned)

    def draft(self, verdict: Verdict, landed: str | None = None, pusher: str | None = "alice") -> Draft:
        circumstances = Circumstances(self.gate.fingerprint, self.clock, pusher, landed)
        with Objects(self.repository) as objects:
            return decision(verdict, circumstances, lambda oid: objects.commit(oid).parents)

    def record(self, *drafts: Draft, negative: Mapping[str, bytes] | None = None) -> Recorded:
        now = self.clock
        return record(self.store, self.gate, drafts, now, since=now, negative=negative, sleep=never)

    def land(self, target: str = MAIN, count: int = 1) -> str:
        """Commit ``count`` times on the checked-out branch and record that ``target`` was moved there."""
        base = self.tip(target) or self.repository.zero
        for number in range(count):
            head = self.repo.commit({"a.txt": f"{self.clock} {number}\n"}, "work")
        if self.tip(target) != head:
            self.repo.git("update-ref", target, head)
        self.record(self.draft(self.verdict(target, base, head)))
        return head

    def tip(self, ref: str) -> str | None:
        return self.store.ref(ref)

    def trust(self, *, listed: bool = True, local: Gate | None = None, options: tuple[str, ...] = ()) -> Trust:
        key = SoftKey("gate")
        text = signers_line(GATE, key.public, "git,gatekeeper-decision", *options) if listed else ""
        signers = Signers.parse(text.encode(), "allowed_signers")
        return Trust(signers, (GATE,) if listed else (), local.blob if local else None)

    def scope(
        self,
        *refs: str,
        installed: tuple[str, ...] = (),
        since: str | None = None,
        hosts_gate: bool = True,
        is_protected: Callable[[str], bool] | None = None,
    ) -> Scope:
        names = refs or (MAIN,)
        protected = {name: value for name, value in self.repository.refs(*names).items() if name in names}
        return Scope(protected, is_protected or set(names).__contains__, installed, since, hosts_gate)

    def verify(self, scope: Scope | None = None, trust: Trust | None = None) -> Audit:
        return verify(self.store, trust or self.trust(), scope or self.scope())

    def problem(self, scope: Scope | None = None, trust: Trust | None = None) -> Problem:
        """The first bad entry; there must be one."""
        problems = self.verify(scope, trust).problems
        assert problems
        return problems[0]
