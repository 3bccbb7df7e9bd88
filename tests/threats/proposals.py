# SPDX-License-Identifier: Apache-2.0
"""A repository with a policy on its main branch, and what ``check`` says of a commit on top."""

from __future__ import annotations

from tests.cli import Result, gatekeeper
from tests.policies import SMALL
from tests.repo import RepoBuilder

LEDGER = """\
paths:
  - name: ledger
    match: ["payments/ledger/**"]
    level: approval
    why: money moves here
"""


def base(repo: RepoBuilder, files: dict[str, str | bytes | None] | None = None) -> str:
    """The commit that everything is proposed on: a policy with a protected path, and ``files``."""
    signers = "# nobody yet\n"
    own = {".gatekeeper/policy.yaml": SMALL + LEDGER, ".gatekeeper/allowed_signers": signers}
    return repo.commit({**own, **(files or {})}, "base")


def judged(repo: RepoBuilder, start: str, head: str) -> Result:
    """``check`` of a range, as text."""
    return gatekeeper("check", f"{start}..{head}", "--repo", str(repo.path), "--offline")


def graft(repo: RepoBuilder, start: str, path: bytes, mode: str, oid: str) -> str:
    """A commit on ``start`` with one more entry, whatever its name; git's own checks are not asked."""
    entries = [(mode_, name, oid_) for mode_, name, oid_ in listed(repo, start) if name != path.partition(b"/")[0]]
    top, _, rest = path.partition(b"/")
    if rest:
        parts = rest.split(b"/")
        for part in reversed(parts):
            oid, mode = repo.tree([(mode, part, oid)]), "40000"
    entries.append((mode, top, oid))
    tree = repo.tree(sorted(entries, key=lambda entry: entry[1] + (b"/" if entry[0] == "40000" else b"")))
    return repo.commit_tree(tree, [start])


def listed(repo: RepoBuilder, commit: str) -> list[tuple[str, bytes, str]]:
    """(mode, name, id) of the entries of a commit's top tree."""
    found = []
    for record in repo.run("ls-tree", "-z", commit).stdout.split(b"\0")[:-1]:
        meta, name = record.split(b"\t", 1)
        mode, _, oid = meta.decode().split()
        found.append((mode.lstrip("0"), name, oid))
    return found
