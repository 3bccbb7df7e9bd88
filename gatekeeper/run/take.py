# SPDX-License-Identifier: Apache-2.0
"""Taking commits out of an ended run's quarantine: judged again, now, and recorded like the run itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, cast

from gatekeeper.audit.decision import MOST_COMMITS
from gatekeeper.audit.draft import Draft, readable
from gatekeeper.audit.files import read_file
from gatekeeper.audit.gate_key import Gate
from gatekeeper.audit.record import begin, record
from gatekeeper.errors import CannotDecide, UsageError
from gatekeeper.git.changes import new_commits
from gatekeeper.git.objects import Objects
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.recordrefs import RUNS
from gatekeeper.git.repository import Repository
from gatekeeper.git.store import RefUpdate
from gatekeeper.model import Verdict
from gatekeeper.run import events, quarantine
from gatekeeper.run.folder import Folder, State
from gatekeeper.run.session import judge
from gatekeeper.signing import canonical, statement
from gatekeeper.signing.times import rfc3339

FEWEST_DIGITS = 4


class Taken(NamedTuple):
    verdict: Verdict
    head: str
    commits: tuple[str, ...]
    branch: str | None
    """Full name of the branch that was created; None where the verdict is denied."""
    record: str | None


def take(
    repository: Repository, gate: Gate, folder: Folder, upto: str | None, branch: str | None, clock: Callable[[], float]
) -> Taken:
    """Judge the run's commits up to ``upto`` (an id or its beginning; None: all), and promote them unless denied.

    ``branch`` is a full name that is free; None: the run's own. Raises UsageError, CannotDecide.
    """
    state = folder.read_state()
    if state.head is None or state.promoted:
        what = "were promoted already" if state.promoted else "do not exist"
        raise UsageError(f"commits of run {state.run} {what}", f"gatekeeper run show {state.run}")
    now = int(clock())
    with Objects(quarantine.opened(repository, folder.quarantine)) as objects:
        commits = new_commits(objects, state.head, (state.base,))
        head = _named(commits, upto) if upto else state.head
        part = new_commits(objects, head, (state.base,))
        verdict = judge(objects, state, head, now)
    name = branch or state.branch
    if verdict.outcome == "denied":
        return Taken(verdict, head, part, None, None)
    if head == state.head:
        quarantine.promote(folder.quarantine, repository)
    else:
        quarantine.promote_part(folder.quarantine, repository, head, state.base)
    said = _draft(folder, state, verdict, head, part, name, now)
    with PlumbingStore(repository) as store:
        begin(store, gate, now)
        done = record(store, gate, [said], now, since=now, updates=[RefUpdate(name, head, None)])
    folder.write_state(state._replace(promoted=head == state.head, branch=name, record=state.record or done.ids[0]))
    return Taken(verdict, head, part, name, done.ids[0])


def _named(commits: tuple[str, ...], upto: str) -> str:
    found = [oid for oid in commits if len(upto) >= FEWEST_DIGITS and oid.startswith(upto.lower())]
    if len(found) != 1:
        raise UsageError(f"'{upto}' names no commit of the run", "gatekeeper run show ID")
    return found[0]


def _draft(
    folder: Folder, state: State, verdict: Verdict, head: str, commits: tuple[str, ...], branch: str, now: int
) -> Draft:
    """What the run's own statement said, of the part that was taken."""
    if len(commits) > MOST_COMMITS:
        raise CannotDecide(
            f"{len(commits)} commits cannot be taken at once", f"take at most {MOST_COMMITS}: --upto COMMIT"
        )
    predicate: dict[str, object] = {
        **_said(folder, state, verdict),
        "head": head,
        "commits": list(commits),
        "branch": readable(branch),
        "verdict": verdict.outcome,
        "takenFrom": state.record,
        "taken": rfc3339(now),
    }
    predicate.pop("commitsDigest", None)
    return Draft(statement.RUN, commits, predicate, RUNS)


def _said(folder: Folder, state: State, verdict: Verdict) -> Mapping[str, object]:
    """The run's own predicate; what is known where its supervisor was killed before it was recorded."""
    content = read_file(folder.predicate)
    if content is not None:
        return cast("Mapping[str, object]", canonical.loads(content))
    policy = verdict.policy
    return {
        "run": state.run,
        "repository": readable(verdict.repository),
        "agent": state.agent,
        "operator": state.operator,
        "command": [readable(word) for word in state.command],
        "base": state.base,
        "policy": {"source": readable(policy.source), "sha256": policy.sha256, "serial": policy.serial},
        "isolation": state.isolation,
        "ended": None,
        "counts": {},
        "refused": [],
        "eventsChain": events.check(folder.events).head,
        "started": rfc3339(state.started),
        "finished": None,
    }
