# SPDX-License-Identifier: Apache-2.0
"""A repository with a policy, people and an agent's branch, used from the command line."""

from __future__ import annotations

from typing import cast

from gatekeeper.git.recordrefs import APPROVALS
from tests import cli
from tests.cli import NOW, Result
from tests.repo import AGENT, RepoBuilder
from tests.signers import key

ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.org"
ROOT = ("Root", "root@example.org")
POLICY = """\
version: 1
serial: 1
repository: example.org/payments
extends: balanced
protect: [refs/heads/main]
teams:
  maintainers: [alice@example.org, bob@example.org]
  security: [carol@example.org]
agents: [claude@agents.example.org]
paths:
  - {name: ledger, match: ["ledger/**"], level: approval, approvers: {security: 1}, presence: PRESENCE}
approval: {require: {maintainers: REQUIRE}}
"""
NAMESPACES = 'namespaces="git,gatekeeper-approval"'


class Shop:
    """A repository with a policy on main, and an agent's branch."""

    def __init__(self, repo: RepoBuilder, require: int = 1, presence: str = "none") -> None:
        self.repo = repo
        signers = "".join(f"{name} {NAMESPACES} {key(name).public}\n" for name in (ALICE, BOB, CAROL))
        signers += f'{AGENT[1]} namespaces="git" {key(AGENT[1]).public}\n'
        policy = POLICY.replace("REQUIRE", str(require)).replace("PRESENCE", presence)
        files = {".gatekeeper/policy.yaml": policy, ".gatekeeper/allowed_signers": signers, "run.sh": "echo\n"}
        self.base = repo.commit(dict(files), "base", ROOT)
        repo.git("config", "gatekeeper.trustRef", "refs/heads/main")
        repo.branch("agent/fix")

    def agent(self, path: str = "run.sh") -> str:
        """A commit that asks for a person: an executable bit, or a protected path."""
        if path != "run.sh":
            return self.repo.commit({path: "x\n"}, "work", AGENT)
        (self.repo.path / path).chmod(0o755)
        return self.repo.commit({path: "echo\n"}, "work", AGENT)

    def run(self, *words: str, now: float = NOW, stdin: bytes = b"") -> Result:
        return cli.gatekeeper(*words, "--repo", str(self.repo.path), now=now, stdin=stdin)

    def approve(self, name: str, *words: str, now: float = NOW) -> Result:
        return self.run("approve", "agent/fix", "--key", key(name).path, "--yes", "--offline", *words, now=now)

    def verdict(self, now: float = NOW) -> str:
        return cast(str, self.run("check", "agent/fix", "--offline", "--json", now=now).json()["verdict"])

    def noted(self) -> list[bytes]:
        if not self.repo.git("for-each-ref", APPROVALS):
            return []
        listed = self.repo.git("notes", "--ref", APPROVALS, "list").split()
        return [line for blob in listed[::2] for line in self.repo.run("cat-file", "blob", blob).stdout.splitlines()]
