# SPDX-License-Identifier: Apache-2.0
"""What a run leaves on record: one signed statement, noted on each commit that it made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gatekeeper.audit.decision import MOST_COMMITS, commits_digest
from gatekeeper.audit.draft import Draft, readable
from gatekeeper.git.recordrefs import RUNS
from gatekeeper.model import PolicyId
from gatekeeper.run.interface import Refusal
from gatekeeper.run.supervise import Ended
from gatekeeper.signing import statement
from gatekeeper.signing.times import rfc3339

MOST_REFUSED = 500
"""With more, the rest is counted under ``refusedOmitted``."""
LONGEST_WORD = 4096


class Account(NamedTuple):
    """A run, told once it is over."""

    run: str
    repository: str
    """Its name in statements."""
    agent: str
    operator: str | None
    """The principal who started it; None where no listed key says who."""
    command: tuple[str, ...]
    """Without credentials."""
    base: str
    head: str | None
    commits: tuple[str, ...]
    branch: str | None
    """Full name of the branch that was promoted."""
    policy: PolicyId
    isolation: str
    allowed: Mapping[str, Sequence[str]]
    """What the operator let it have beyond the policy: ``network``, ``read``."""
    ended: Ended
    leftovers: str | None
    """The commit made of what the agent left uncommitted, ``discarded``, or None."""
    verdict: str
    counts: Mapping[str, int]
    refused: tuple[Refusal, ...]
    events_chain: str
    started: int
    finished: int
    """Seconds since the epoch."""


def draft(account: Account) -> Draft:
    """The statement about a run. Without promoted commits it goes into the log alone, on the commits or the base."""
    commits = account.commits
    listed = len(commits) <= MOST_COMMITS
    subjects = (commits if listed else commits[-1:]) or (account.base,)
    predicate: dict[str, object] = {
        "run": account.run,
        "repository": readable(account.repository),
        "agent": account.agent,
        "operator": account.operator,
        "command": [readable(word[:LONGEST_WORD]) for word in account.command],
        "base": account.base,
        "head": account.head or account.base,
        "branch": None if account.branch is None else readable(account.branch),
        "policy": {
            "source": readable(account.policy.source),
            "sha256": account.policy.sha256,
            "serial": account.policy.serial,
            "preset": account.policy.preset,
            "managed": list(account.policy.managed),
        },
        "isolation": account.isolation,
        "allowed": {kind: [readable(one) for one in sorted(names)] for kind, names in account.allowed.items()},
        "ended": {
            "status": account.ended.status,
            "signal": account.ended.signal,
            "timedOut": account.ended.timed_out,
            "stopped": account.ended.stopped,
        },
        "leftovers": account.leftovers,
        "verdict": account.verdict,
        "counts": dict(account.counts),
        "refused": [_refusal(one) for one in account.refused[:MOST_REFUSED]],
        "eventsChain": account.events_chain,
        "started": rfc3339(account.started),
        "finished": rfc3339(account.finished),
    }
    if listed:
        predicate["commits"] = list(commits)
    else:
        digest = commits_digest(commits)
        predicate["commitsDigest"] = {"count": len(commits), "sha256": digest, "without": [account.base]}
    if len(account.refused) > MOST_REFUSED:
        predicate["refusedOmitted"] = len(account.refused) - MOST_REFUSED
    return Draft(statement.RUN, subjects, predicate, RUNS if account.branch else None)


def _refusal(one: Refusal) -> dict[str, object]:
    return {"kind": one.kind, "what": readable(one.what), "count": one.times}
