# SPDX-License-Identifier: Apache-2.0
"""Policies and signers files for tests."""

from __future__ import annotations

from collections.abc import Mapping

from gatekeeper.policy.parse import parse
from gatekeeper.policy.schema import POLICY_PATH, SIGNERS_PATH, Policy
from tests.cli import Result, gatekeeper
from tests.repo import RepoBuilder
from tests.signers import SoftKey

ALICE, BOB, CAROL = "alice@example.org", "bob@example.org", "carol@example.org"
CLAUDE, SERVER = "claude@agents.example.org", "server@gates.example.org"
PERSON, AGENT, GATE = "git,gatekeeper-approval", "git", "git,gatekeeper-decision"

SMALL = f"""\
version: 1
serial: 1
repository: example.org/payments
protect: [refs/heads/main, refs/heads/release/*]
teams:
  maintainers: [{ALICE}, {BOB}]
agents: [{CLAUDE}]
gates: [{SERVER}]
"""


def policy(text: str = "", *, base: str = SMALL) -> Policy:
    """``base`` with the lines of ``text`` after it; a key that both have is taken from ``text``."""
    return parse(joined(text, base).encode(), "policy.yaml")


def joined(text: str, base: str = SMALL) -> str:
    """Two files of top-level keys as one, the keys of ``text`` which keeps its lines (``SMALL``: 8)."""
    keys = {line.partition(":")[0] for line in text.splitlines() if line and line[0] not in " #"}
    kept: list[str] = []
    keep = True
    for line in base.splitlines():
        keep = keep if line.startswith((" ", "#")) else line.partition(":")[0] not in keys
        kept.append(line if keep else "")
    return "\n".join([*kept, text]) + "\n"


def signer(name: str, namespaces: str, key: str = "") -> str:
    """One line of a signers file, with the software key called ``key``, else ``name``."""
    return f'{name} namespaces="{namespaces}" {SoftKey(key or name).public}\n'


SIGNERS = (
    signer(ALICE, PERSON) + signer(BOB, PERSON) + signer(CAROL, PERSON) + signer(CLAUDE, AGENT) + signer(SERVER, GATE)
)


def files(text: str = "", signers: str = SIGNERS) -> Mapping[str, str]:
    """What a repository with that policy holds."""
    return {POLICY_PATH: joined(text), SIGNERS_PATH: signers}


def trusted(repo: RepoBuilder, text: str = "", signers: str = SIGNERS) -> str:
    """Commit a policy on ``main``, trust that branch, and go on on the branch ``work``; the commit's id."""
    tip = repo.commit(files(text, signers), "policy")
    repo.git("config", "gatekeeper.trustRef", "refs/heads/main")
    repo.branch("work")
    return tip


def check(repo: RepoBuilder) -> Result:
    """``gatekeeper check`` of the branch ``work`` against ``main``."""
    return gatekeeper("check", "work", "--target", "refs/heads/main", "--repo", str(repo.path))
