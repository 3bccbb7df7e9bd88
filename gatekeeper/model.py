# SPDX-License-Identifier: Apache-2.0
"""The values that walk through the gate. They know nothing else of the project.

Named tuples rather than dataclasses: this module is on the hook path, where importing
``dataclasses`` alone costs a sixth of the time a person is willing to wait (ADR 0006).

Text and bytes: whatever comes out of a repository (paths, messages, names) is ``bytes`` as git
stores it; object ids are lower-case hex ``str``; what gatekeeper says itself is ``str``. A message
that quotes a repository holds surrogate escapes and is sanitised once, by ``report.sanitise``.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

Level = Literal["warn", "approval", "deny"]
Outcome = Literal["allowed", "needs-approval", "denied"]

LEVELS: tuple[Level, ...] = ("warn", "approval", "deny")
ABSENT = 0
"""The mode of a side of a :class:`FileChange` on which the path does not exist."""
MODE_FILE, MODE_EXEC, MODE_LINK, MODE_GITLINK = 0o100644, 0o100755, 0o120000, 0o160000


def strictest(*levels: Level) -> Level:
    """The highest of ``levels`` in the order warn < approval < deny; ``warn`` for none."""
    return max(levels, key=LEVELS.index, default="warn")


class Ident(NamedTuple):
    """An author, committer or tagger line, as written. Claims, never proof."""

    name: bytes
    email: bytes
    time: int
    """Seconds since the epoch."""
    zone: bytes
    """As written, e.g. ``+0100``."""


class Commit(NamedTuple):
    """One commit, parsed from its raw object: parents as written, no grafts, no replace refs."""

    oid: str
    tree: str
    parents: tuple[str, ...]
    author: Ident
    committer: Ident
    message: bytes
    signatures: tuple[bytes, ...]
    """Every armored signature header, in order; more than one proves nothing."""
    raw: bytes
    """The whole object without git's ``type size NUL`` prefix."""


class FileChange(NamedTuple):
    """One path whose mode or content differs. Renames are a removal and an addition."""

    path: bytes
    old_mode: int
    new_mode: int
    old_oid: str
    new_oid: str

    @property
    def added(self) -> bool:
        return self.old_mode == ABSENT

    @property
    def removed(self) -> bool:
        return self.new_mode == ABSENT

    @property
    def is_text_candidate(self) -> bool:
        """True where the new side is a regular file, so that its bytes can be inspected."""
        return self.new_mode in (MODE_FILE, MODE_EXEC, 0o100664)


class Change(NamedTuple):
    """A proposed update of one ref."""

    target: str | None
    """Full name of the ref to be updated; None where none is meant (a plain range)."""
    base: str
    """The target's tip when deciding; all zeros for a ref that does not exist yet."""
    head: str
    """The proposed tip; all zeros for a deletion."""
    commits: tuple[str, ...]
    """Reachable from head and not from base, parents before children."""
    result_tree: str | None
    """The tree the target would have; None where the automatic merge conflicts."""
    rewinds: bool = False
    """True where base is not an ancestor of head and the ref is to be set to head itself."""
    tag: str | None = None
    """The object id of the annotated tag at the tip, where there is one (head is its commit)."""
    unmade: bool = False
    """True for what is not a commit yet (the index, a patch): head and its commit's id are all zeros."""

    @property
    def creates(self) -> bool:
        return not self.base.strip("0")

    @property
    def deletes(self) -> bool:
        return not self.unmade and not self.head.strip("0")


class Hit(NamedTuple):
    """What a rule returns: a finding before the policy has given it a level."""

    rule: str
    path: bytes | None
    line: int | None
    """1-based line of the new side (of the message, where ``path`` is None)."""
    message: str
    fingerprint: str
    """Lower-case hex, from ``rules.fingerprint``."""
    escalate: Level | None = None
    """This place is worse than the rule's ordinary case: at least this level, whatever the policy's."""
    inline_allow: str | None = None
    """The reason given in an inline ``gatekeeper:allow`` for exactly this rule on this line."""


class Finding(NamedTuple):
    """A rule's statement about one place, with the level that the policy gives it."""

    rule: str
    level: Level
    commit: str
    path: bytes | None
    line: int | None
    message: str
    fingerprint: str
    approvers: tuple[tuple[str, int], ...] = ()
    """(team, count) pairs that must approve; empty unless level is ``approval``."""
    covered_by: tuple[str, ...] = ()
    """Ids of the statements that fill its slots (``commit-signature:<oid>`` for a person's own)."""

    @property
    def covered(self) -> bool:
        return bool(self.covered_by)


class Requirement(NamedTuple):
    """So many different people of one team."""

    team: str
    people: int


class Ignored(NamedTuple):
    """A statement that was read and does not count, and why."""

    id: str
    reason: str


class Scanned(NamedTuple):
    """How much was looked at. Scanning nothing must never look like a pass."""

    commits: int = 0
    blobs: int = 0
    bytes: int = 0

    def plus(self, other: Scanned) -> Scanned:
        return Scanned(self.commits + other.commits, self.blobs + other.blobs, self.bytes + other.bytes)


class NotChecked(NamedTuple):
    rule: str
    reason: str


class PolicyId(NamedTuple):
    """Which policy decided."""

    source: str
    """``<ref or commit>:<path>``, or ``built-in:<preset>``."""
    sha256: str
    serial: int
    preset: str
    managed: tuple[str, ...] = ()
    """SHA-256 of every managed policy that applied."""


class Verdict(NamedTuple):
    """What the gate says of one change. A value: only *cannot decide* is an exception."""

    outcome: Outcome
    repository: str
    change: Change
    policy: PolicyId
    findings: tuple[Finding, ...]
    required: tuple[Requirement, ...] = ()
    present: tuple[str, ...] = ()
    """Ids of the statements that count."""
    missing: tuple[Requirement, ...] = ()
    ignored: tuple[Ignored, ...] = ()
    vetoes: tuple[str, ...] = ()
    """Ids of the rejections in force over this change; any makes the outcome ``denied``."""
    sole: tuple[str, ...] = ()
    """Those of ``present`` whose signer the policy excludes, and who count because their team has nobody else."""
    scanned: Scanned = Scanned()
    not_checked: tuple[NotChecked, ...] = ()
    notices: tuple[str, ...] = ()
    """What the reader should know besides, e.g. that the built-in preset decided."""

    @property
    def exit_code(self) -> int:
        return {"allowed": 0, "denied": 1, "needs-approval": 3}[self.outcome]
