# SPDX-License-Identifier: Apache-2.0
"""A server's bare repository with gatekeeper's hooks in it, and a clone that pushes to it through git."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from tests import signers
from tests.cli import Result, gatekeeper
from tests.repo import AGENT, HUMAN, RepoBuilder

MAIN = "refs/heads/main"
ALICE, BOB = "alice@example.org", "bob@example.org"
GATE = "server@gates.example.org"
POLICY = f"""\
version: 1
serial: 1
repository: example.org/payments
extends: balanced
protect: [refs/heads/main, refs/heads/release/*]
teams: {{maintainers: [{ALICE}, {BOB}]}}
agents: [{AGENT[1]}]
gates: [{GATE}]
approval: {{require: {{maintainers: 1}}}}
"""


class Served:
    """``clone`` has pushed ``main`` with the policy; its own hooks are not installed."""

    def __init__(self, folder: Path) -> None:
        self.server = RepoBuilder.create(folder / "server.git", bare=True)
        self.clone = RepoBuilder.create(folder / "clone")
        self.clone.git("remote", "add", "origin", str(self.server.path))
        told = gatekeeper("install", "--server", str(self.server.path), "--gate-name", GATE, "--json")
        gate = cast("dict[str, str]", told.json()["gate_key"])["line"]
        people = [f'{name} namespaces="git,gatekeeper-approval" {signers.key(name).public}' for name in (ALICE, BOB)]
        listed = "".join(f"{line}\n" for line in [*people, gate])
        files = {".gatekeeper/policy.yaml": POLICY, ".gatekeeper/allowed_signers": listed, "app.py": "print(1)\n"}
        self.base = self.clone.commit(dict(files), "First", HUMAN)
        self.clone.git("config", "gatekeeper.trustRef", "refs/remotes/origin/main")
        self.unhooked("-q", "main")
        self.clone.git("fetch", "-q", "origin")

    def push(self, *words: str, env: Mapping[str, str] | None = None) -> Result:
        """``git push origin ...`` as the clone's user; what the server says is in ``err``."""
        done = self.clone.run("push", "origin", *words, check=False, env=env)
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    def sync(self) -> None:
        """What the server has, in the clone: its ``main`` too, whatever branch is checked out."""
        self.clone.git("fetch", "-q", "origin")
        self.clone.git("update-ref", MAIN, "refs/remotes/origin/main")

    def by_people(self, files: Mapping[str, str | bytes | None], message: str = "by people") -> str:
        """A commit that is on the server's main, however it came there; the clone has it too."""
        self.clone.branch("people", "refs/remotes/origin/main")
        head = self.clone.commit(files, message, HUMAN)
        self.unhooked("people:main")
        self.sync()
        return head

    def unhooked(self, *words: str) -> None:
        """A push that the gate is not asked about."""
        hook = self.server.path / "hooks/pre-receive"
        os.rename(hook, hook.with_name("aside"))
        done = self.push(*words)
        os.rename(hook.with_name("aside"), hook)
        assert done.code == 0, done.err

    def refs(self) -> dict[str, str]:
        """Every branch of the server."""
        lines = self.server.git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads/").splitlines()
        return dict(cast("tuple[str, str]", tuple(line.split())) for line in lines)

    def branch(self, name: str, files: Mapping[str, str | bytes | None], message: str | bytes = "work") -> str:
        """A branch of the clone, one commit of an agent's above the server's main."""
        self.clone.branch(name, "refs/remotes/origin/main")
        return self.clone.commit(files, message, AGENT)

    def executable(self, name: str) -> str:
        """A branch that needs a person: ``app.py`` becomes executable."""
        self.clone.branch(name, "refs/remotes/origin/main")
        (self.clone.path / "app.py").chmod(0o755)
        self.clone.git("add", "app.py")
        return self.clone.commit(None, "Make it executable", AGENT)

    def approve(self, branch: str, who: str = ALICE) -> Result:
        key = signers.key(who).path
        words = ("approve", branch, "--target", MAIN, "--key", key, "--yes", "--offline")
        return gatekeeper(*words, "--repo", str(self.clone.path), now=self.now())

    @staticmethod
    def now() -> float:
        """The server's hooks read the real clock, so approvals must too."""
        return float(subprocess.run(["date", "+%s"], capture_output=True, check=True).stdout)


def secret() -> str:
    """Something that a rule takes for a private key, put together here so that no file holds it."""
    kind = " ".join(["OPENSSH", "PRIVATE", "KEY"])
    body = "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW" + "QyNTUxOQAAACB" * 6
    return f"-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n"
