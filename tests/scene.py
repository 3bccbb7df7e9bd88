# SPDX-License-Identifier: Apache-2.0
"""A change before its approvers: a real repository, people with keys, and statements that say what a test wants."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager

from gatekeeper.approvals import make
from gatekeeper.approvals.case import Case
from gatekeeper.approvals.cover import cover
from gatekeeper.approvals.coverage import Coverage
from gatekeeper.approvals.facts import GitFacts
from gatekeeper.approvals.predicates import (
    Approval,
    Displayed,
    Rejection,
    Revocation,
    approval_predicate,
    rejection_predicate,
    revocation_predicate,
)
from gatekeeper.approvals.read import Reader, Said, Statements, read
from gatekeeper.git.changes import build_change
from gatekeeper.git.content import Content, Digests
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from gatekeeper.model import Change, Finding, PolicyId
from gatekeeper.policy import schema
from gatekeeper.policy.schema import Policy
from gatekeeper.signing import dsse, sshsig, statement
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.sshsig import Verified
from tests.repo import AGENT, RepoBuilder
from tests.signers import SoftKey

NOW = 1_800_000_000
HOUR, DAY = 3600, 86400
MAIN = "refs/heads/main"
REPOSITORY = "example.org/payments"
ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.org"
MALLORY = "mallory@example.org"
"""Nobody: in no team, and no line of the signers file is hers unless a test writes one."""
CLAUDE, SERVER = "claude@agents.example.org", "server@gates.example.org"
NAMESPACES = 'namespaces="git,gatekeeper-approval,gatekeeper-decision"'
NONE = Verified(b"", "SHA256:", "ssh-ed25519", False, False, False, None, None)

POLICY = Policy(
    version=1,
    serial=3,
    repository=REPOSITORY,
    preset="balanced",
    protect=(MAIN,),
    signers_path=schema.SIGNERS_PATH,
    teams={"maintainers": (ALICE, BOB), "security": (CAROL, ALICE)},
    agents=(CLAUDE,),
    gates=(SERVER,),
    levels={},
    paths=(),
    dependencies=schema.Dependencies(),
    secrets_allow=(),
    approval=schema.Approval(require=(("maintainers", 1),), policy_changes=(("maintainers", 2),)),
    humans="counts",
    break_glass=None,
    run=schema.Run(),
    stated=(),
)


def finding(
    commit: str,
    rule: str = "deps.new-direct",
    fingerprint: str = "0123456789abcdef0123",
    approvers: schema.Counts = (("maintainers", 1),),
) -> Finding:
    return Finding(rule, "approval", commit, b"pyproject.toml", 3, "a finding", fingerprint, approvers)


class Scene:
    """``notes`` and ``logged`` are what is read; the clock stands at ``NOW``."""

    def __init__(self, repo: RepoBuilder, objects: Objects) -> None:
        self.repo, self.objects = repo, objects
        self.policy = POLICY
        self.now = NOW
        self.notes: list[tuple[str, bytes]] = []
        self.logged: list[bytes] = []
        self.keys = {name: SoftKey(name) for name in (ALICE, BOB, CAROL, CLAUDE, SERVER, MALLORY)}
        self.lines = [f"{name} {NAMESPACES} {key.public}" for name, key in self.keys.items() if name != MALLORY]
        self.base = repo.commit({"README": "readme\n"}, "base")

    def approval_settings(self, **changed: object) -> None:
        self.policy = self.policy._replace(approval=self.policy.approval._replace(**changed))  # type: ignore[arg-type]

    def signers(self) -> Signers:
        return Signers.parse("\n".join(self.lines).encode(), "allowed_signers")

    def agent_commit(self, files: dict[str, str | bytes | None] | None = None, who: tuple[str, str] = AGENT) -> str:
        return self.repo.commit(files or {"a.txt": "agent\n"}, "work", who)

    def signed(self, oid: str, name: str, flags: int = 1, key: SoftKey | None = None) -> str:
        """The commit ``oid`` again, with that person's signature; the branch at it moves along."""
        raw = self.repo.run("cat-file", "commit", oid).stdout
        head, _, message = raw.partition(b"\n\n")
        armored = sshsig.armor((key or self.keys[name]).sign(raw, "git", flags)).removesuffix(b"\n")
        new = self.repo.raw("commit", head + b"\ngpgsig " + armored.replace(b"\n", b"\n ") + b"\n\n" + message)
        self.repo.git("reset", "-q", "--hard", new)
        return new

    def change(self, head: str, base: str | None = None, target: str = MAIN) -> Change:
        return build_change(self.objects, target, self.base if base is None else base, head)

    def content(self, change: Change) -> Content:
        return Digests(self.objects).of_change(change)

    def approval(self, name: str, change: Change, findings: Iterable[Finding], key: Verified = NONE) -> Approval:
        return make.approval(
            change,
            self.content(change),
            findings,
            repository=REPOSITORY,
            policy=PolicyId("main:.gatekeeper/policy.yaml", "d" * 64, 3, "balanced"),
            approver=name,
            key=key,
            shown=Displayed("e" * 64, "1 file"),
            reason="looks right",
            now=NOW - HOUR,
            expires=NOW + DAY,
            nonce=b"\1" * make.NONCE,
        )

    def rejection(self, name: str, change: Change) -> Rejection:
        target = change.target or ""
        said = Rejection("", name, REPOSITORY, target, change.base, change.head, self.content(change), "no", "01")
        return said._replace(id=make.identity(said))

    def revocation(self, name: str, said: Said) -> Revocation:
        made = Revocation("", name, REPOSITORY, said.id, said.head, "a mistake", "02")
        return made._replace(id=make.identity(made))

    def line(self, said: Said, key: SoftKey | None = None, flags: int = 1) -> bytes:
        kinds = {Approval: statement.APPROVAL, Rejection: statement.REJECTION, Revocation: statement.REVOCATION}
        predicates = {Approval: approval_predicate, Rejection: rejection_predicate, Revocation: revocation_predicate}
        payload = statement.build(kinds[type(said)], [said.head], predicates[type(said)](said))  # type: ignore[operator]
        message = dsse.pae(dsse.PAYLOAD_TYPE, payload)
        return dsse.encode(payload, (key or self.keys[said.approver]).sign(message, statement.BY_PEOPLE, flags))

    def note(self, said: Said, key: SoftKey | None = None, on: str | None = None, flags: int = 1) -> str:
        """Sign and note a statement; its id as it will be read. ``flags`` are a hardware key's."""
        self.notes.append((on or said.head, self.line(said, key, flags)))
        return make.identity(said)

    def approve(self, name: str, change: Change, findings: Iterable[Finding], **fields: object) -> str:
        """Note an approval by ``name``, with some fields other than they should be."""
        return self.note(self.approval(name, change, findings)._replace(**fields))  # type: ignore[arg-type]

    def reader(self) -> Reader:
        return Reader(REPOSITORY, self.signers(), self.now)

    def statements(self, change: Change) -> Statements:
        return read(self.reader(), self.notes, change, self.logged)

    def judge(
        self,
        change: Change,
        findings: Sequence[Finding],
        whole: Collection[Finding] = (),
        pusher: str | None = None,
        operators: Collection[str] = (),
    ) -> Coverage:
        facts = GitFacts(self.objects, change, self.signers(), self.now)
        case = Case(change, findings, whole, self.policy, facts, self.now, pusher, operators)
        return cover(case, self.statements(change), self.reader())

    def reason(self, change: Change, findings: Sequence[Finding], **parties: object) -> str:
        """Why the one statement does not count; the findings stay open."""
        coverage = self.judge(change, findings, **parties)  # type: ignore[arg-type]
        assert not any(one.covered for one in coverage.findings)
        assert len(coverage.ignored) == 1, coverage.ignored
        return coverage.ignored[0].reason


@contextmanager
def scene(repo: RepoBuilder) -> Iterator[Scene]:
    with Objects(open_repository(str(repo.path), os.environ)) as objects:
        yield Scene(repo, objects)
