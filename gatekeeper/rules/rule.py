# SPDX-License-Identifier: Apache-2.0
"""What a rule is, and what it is shown.

A rule gets a view and returns hits. It knows no levels, no approvals, no output, and it does not
touch git: the views (``rules/view.py``) read objects by id, so neither attributes nor a NUL byte
hide anything from a rule.

A family is a module or package of this room with ``rules()``, ``change_rules()`` or both, listed in
``rules/registry.py``. Each call makes new objects, so a rule may remember what it worked out about a path.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, NamedTuple, Protocol

from gatekeeper.model import Change, Commit, FileChange, Hit

Side = Literal["new", "old"]


class AddedLine(NamedTuple):
    """One line that the new side has and the old side has not, by an exact line diff."""

    number: int
    """1-based, on the new side."""
    text: bytes
    """Without its line end (``\\n`` or ``\\r\\n``)."""


class Region(NamedTuple):
    """A run of whole lines of the new side that holds every added line, and maybe unchanged ones."""

    text: bytes
    """With line ends; empty where nothing was added."""
    first_line: int
    """1-based line number of its first line."""


class ProtectedPath(NamedTuple):
    """A path rule of the policy, as far as a rule needs it."""

    name: str
    match: tuple[str, ...]
    """gitignore-style patterns on the whole path; ``!`` takes back."""
    why: str = ""


class RuleSettings(NamedTuple):
    """What rules need of a policy. Plain values, so that an inspection can be sent to another process."""

    repository: str = ""
    """The repository's name in statements; salt of secrets' fingerprints."""
    protected_paths: tuple[ProtectedPath, ...] = ()
    signers_path: bytes = b".gatekeeper/allowed_signers"
    dependencies_hosts: tuple[str, ...] = ()
    dependencies_cooldown: int = 0
    """Seconds a version must have been public."""
    secrets_allow: tuple[str, ...] = ()
    """Fingerprints of values that the policy declares harmless."""
    is_hook: bool = False
    """True in git hooks, where no rule may ask an index or a registry."""
    online: bool = False
    """True where a rule may ask the configured index."""
    now: int = 0
    """The gate's clock, seconds since the epoch."""


class Diff(Protocol):
    """Two trees, and the paths that differ between them."""

    @property
    def files(self) -> tuple[FileChange, ...]:
        """In raw byte order of paths; a rename is a removal and an addition."""
        ...

    @property
    def settings(self) -> RuleSettings: ...

    def new(self, file: FileChange) -> bytes:
        """The new side's bytes (a symlink's target); empty where it is absent or a submodule.

        Raises ObjectMissing, TooLarge.
        """
        ...

    def old(self, file: FileChange) -> bytes:
        """As :meth:`new`, of the old side."""
        ...

    def olds(self, file: FileChange) -> tuple[bytes, ...]:
        """The old side for rules that parse it: one version, or both parents' for a file that git merged inside.

        :meth:`old` of such a file is these versions one after the other, which need not parse.
        """
        ...

    def added(self, file: FileChange) -> tuple[AddedLine, ...]:
        """The added lines by an exact line diff. Costly: ask only where a region hit."""
        ...

    def region(self, file: FileChange) -> Region:
        """The window of the new side that holds all added lines. Cheap: content rules look here first."""
        ...

    def is_binary(self, file: FileChange) -> bool:
        """True where the new side's first 8,000 bytes hold a NUL and it is not UTF-16 with a BOM."""
        ...

    def read_tree(self, path: bytes, side: Side) -> bytes | None:
        """Any regular file of the whole tree on that side, changed or not; None where ``path`` is none.

        Raises ObjectMissing, TooLarge.
        """
        ...

    def exists(self, path: bytes, side: Side) -> bool:
        """True where that side's tree has a file, symlink, submodule or directory at ``path``."""
        ...

    def entries(self, directory: bytes, side: Side) -> tuple[tuple[int, bytes], ...]:
        """Mode and name of every entry of one directory (``b""``: the root), subdirectories as 0o40000.

        In tree order; empty where there is no such directory.
        """
        ...


class CommitView(Diff, Protocol):
    """One commit against its parent; a merge against its recomputed automatic merge, so an untouched one has no files.

    A file of a merge is held against its automatic version where that is one of the parents'; where git had to merge
    inside the file, or could not, against both parents' versions together. The old tree is the first parent's.
    """

    @property
    def commit(self) -> Commit: ...


class ChangeView(Protocol):
    """The whole change at once, for what no single commit shows."""

    @property
    def change(self) -> Change: ...

    @property
    def settings(self) -> RuleSettings: ...

    @property
    def protected(self) -> bool:
        """True where the policy protects the target ref."""
        ...

    @property
    def paths(self) -> frozenset[bytes]:
        """Every path that any commit of the change touches."""
        ...

    @property
    def net(self) -> Diff:
        """What the target gains: its tree against the result's (where the merge conflicts: merge base against head)."""
        ...

    @property
    def tag(self) -> bytes | None:
        """The raw annotated tag object at the tip, where there is one, and those that it is a tag of, line by line."""
        ...

    def policy_objection(self) -> str | None:
        """Why the policy and signers of the result may not replace those in force: invalid, or no higher serial.

        None where they may. Fit to follow a colon.
        """
        ...


class Rule(Protocol):
    """Looks at one commit."""

    @property
    def names(self) -> tuple[str, ...]:
        """The exact rule names it can return, or a family such as ``paths.*``."""
        ...

    def inspect(self, view: CommitView) -> Iterable[Hit]: ...


class ChangeRule(Protocol):
    """Looks at a whole change."""

    @property
    def names(self) -> tuple[str, ...]: ...

    def inspect_change(self, view: ChangeView) -> Iterable[Hit]: ...
