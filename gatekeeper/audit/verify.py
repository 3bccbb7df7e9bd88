# SPDX-License-Identifier: Apache-2.0
"""``audit verify``: the whole record held against itself, against the signers and against the history."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import NamedTuple

from gatekeeper.audit import seen
from gatekeeper.audit.logs import Log, Problem, Tip, Trust, lost_logs, read_logs
from gatekeeper.audit.noted import expected_notes, note_problems
from gatekeeper.audit.presence import Scope, presence_problems
from gatekeeper.audit.reliance import reliance
from gatekeeper.errors import CannotDecide, StateUnwritable
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.git.store import Store

MOST_PROBLEMS = 1000


class Audit(NamedTuple):
    problems: tuple[Problem, ...]
    """The first is the one to look at; at most MOST_PROBLEMS."""
    tips: tuple[Tip, ...]
    """Signed, and comparable between clones."""
    records: dict[str, int]
    """How many statements are by gates that are ``listed``, ``local`` or ``unlisted``."""
    commits: int
    """How many commits have a decision on record."""
    notices: tuple[str, ...]


def verify(store: Store, trust: Trust, scope: Scope) -> Audit:
    """Check everything and change nothing but the note of the tips seen, and that only when all is well.

    Raises CannotDecide where there is no record, HistoryCutOff, ObjectMissing.
    """
    logs = list(read_logs(store, trust, scope.since))
    lost = lost_logs(store)
    if not logs and not lost and store.ref(AUDIT) is None:
        raise CannotDecide(
            "there is no record here: no gate's log and no audit notes",
            "install a gate (gatekeeper install), or bring the record: gatekeeper audit sync REMOTE",
        )
    counting = [log for log in logs if log.tip.status != "unlisted"]
    expected = expected_notes(counting)
    touched = reliance(store, trust.signers, counting)
    parts: list[Iterable[Problem]] = [
        lost,
        *(log.problems for log in counting),
        _without_listed(trust, logs),
        note_problems(store, trust, expected, whole=scope.since is None),
        presence_problems(store, scope, counting),
        touched.problems,
    ]
    problems = tuple(islice((problem for part in parts for problem in part), MOST_PROBLEMS))
    notices = [*_notices(trust, logs), *touched.notices]
    if not problems:
        notices += _remember(store, logs)
    records = {"listed": 0, "local": 0, "unlisted": 0}
    for log in logs:
        records[log.tip.status] += len(log.found)
    return Audit(problems, tuple(log.tip for log in logs), records, len(expected), tuple(notices))


def _remember(store: Store, logs: Iterable[Log]) -> Iterable[str]:
    """Note the tips as seen. Where nothing can be written, the record can be verified all the same."""
    try:
        for log in logs:
            seen.remember(store.repository, log.tip.ref, log.tip.oid)
    except StateUnwritable as error:
        yield f"the tips could not be noted, so a later rollback would not show here: {error}"


def _without_listed(trust: Trust, logs: Iterable[Log]) -> Iterable[Problem]:
    if trust.gates and trust.local is None and all(log.tip.status != "listed" for log in logs):
        names = ", ".join(trust.gates)
        yield Problem("refs/gatekeeper/log/", f"has no log of a listed gate ({names})", "gatekeeper audit sync REMOTE")


def _notices(trust: Trust, logs: Sequence[Log]) -> Iterable[str]:
    if trust.gates and trust.local is not None and all(log.tip.status != "listed" for log in logs):
        yield "no log of a gate that the policy lists is here; bring it with: gatekeeper audit sync REMOTE"
    for log in logs:
        if log.tip.status == "local":
            yield f"{log.tip.ref} is by this machine's own gate, which the policy does not list: local"
        if log.tip.status == "unlisted":
            wrong = f"; {log.problems[0].place} {log.problems[0].what}" if log.problems else ""
            yield f"{log.tip.ref} is by {log.tip.gate}, which the policy does not list: it does not count{wrong}"
