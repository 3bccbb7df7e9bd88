# SPDX-License-Identifier: Apache-2.0
"""``ci.*``: each CI file held against what it was; only what it gained is reported."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import fingerprint
from gatekeeper.rules.ci.facts import RISKY, TOUCHED, UNPINNED, UNTRUSTED, Fact, gained
from gatekeeper.rules.ci.places import System, system_of
from gatekeeper.rules.grades import graded
from gatekeeper.rules.rule import ChangeView, CommitView, Diff
from gatekeeper.rules.wholefile import Places, touched

NAMES = (RISKY, TOUCHED, UNPINNED, UNTRUSTED)


class ContinuousIntegration:
    """Every CI file that a commit adds, changes or removes."""

    names = NAMES

    def __init__(self) -> None:
        self._places, self._reader = Places[System](system_of), _Reader()

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file, system in self._places.among(view.files):
            yield touched(TOUCHED, view, file, "a CI file")
            if not file.removed and not (system in ("workflow", "action") and _only_updates(view, file)):
                yield from _hits(view, file, system, self._reader)


class _Reader:
    """Remembers what was read: the new side of one commit is mostly the old side of the next."""

    def __init__(self) -> None:
        self._read: dict[tuple[bytes, System], tuple[Sequence[Fact], str | None]] = {}

    def facts(self, content: bytes, system: System) -> tuple[Sequence[Fact], str | None]:
        """As :func:`_facts`."""
        key = (content, system)
        if key not in self._read:
            if len(self._read) >= _KEEP:
                self._read.clear()
            self._read[key] = _facts(content, system)
        return self._read[key]


class Combined:
    """What two branches make together that neither shows: a trigger from one, a checkout from the other."""

    names = (UNTRUSTED,)

    def inspect_change(self, view: ChangeView) -> Iterator[Hit]:
        change = view.change
        if len(change.commits) < 2 or change.creates or change.deletes:
            return
        if not any(system_of(path) == "workflow" for path in view.paths):
            return
        reader = _Reader()
        for file in view.net.files:
            if system_of(file.path) == "workflow" and not file.removed:
                yield from (hit for hit in _hits(view.net, file, "workflow", reader) if hit.rule == UNTRUSTED)


def _only_updates(view: Diff, file: FileChange) -> bool:
    """True where the actions of a file are the same in other releases: most of what bots do, and not worth a parse."""
    from gatekeeper.rules.ci.updates import only_updates

    new = view.new(file)
    return not file.added and all(only_updates(old, new) for old in view.olds(file))


def _hits(view: Diff, file: FileChange, system: System, reader: _Reader) -> Iterator[Hit]:
    new, problem = reader.facts(view.new(file), system)
    olds = [reader.facts(old, system)[0] for old in _olds(view, file)]
    if problem is not None:
        mark = fingerprint.changed(RISKY, file.path, view.new(file))
        yield Hit(RISKY, file.path, None, f"cannot be read as {_NAMED[system]}: {problem}", mark)
    for fact in gained(olds, new):
        if fact.rule != UNPINNED or not _known_elsewhere(view, file, fact):
            mark = fingerprint.changed(fact.rule, file.path, *(part.encode("utf-8", "replace") for part in fact.key))
            hit = Hit(fact.rule, file.path, fact.line, fact.message, mark, fact.escalate)
            yield graded(hit, lesser=fact.lesser) if fact.rule == UNPINNED else hit


_NAMED = {"workflow": "a workflow", "action": "an action", "gitlab": "GitLab CI", "lines": "text"}


def _olds(view: Diff, file: FileChange) -> Iterator[bytes]:
    """What the file was; for a new one the CI files that the same commit removes, which it may come from."""
    if not file.added:
        yield from view.olds(file)
        return
    for other in view.files:
        if other.removed and system_of(other.path) == system_of(file.path):
            yield view.old(other)


def _facts(content: bytes, system: System) -> tuple[Sequence[Fact], str | None]:
    """The facts, and why the file could not be read by its structure; then it was read by lines."""
    from gatekeeper.rules.ci import github, gitlab, plain
    from gatekeeper.rules.deps.formats.interface import Unreadable

    if system == "lines" or not content:
        return plain.facts(content), None
    try:
        return gitlab.facts(content) if system == "gitlab" else github.facts(content), None
    except (Unreadable, RecursionError) as error:
        return plain.facts(content), str(error) or "it is nested too deeply"


def _known_elsewhere(view: Diff, file: FileChange, fact: Fact) -> bool:
    """True where the base's other workflows use the same action by a tag already, and this file had no pin to lose."""
    if fact.key[0] != "action" or fact.key[2] != "release":
        return False
    from gatekeeper.rules.ci.pins import used_in

    name = fact.key[1]
    if any(name.encode("utf-8", "replace") + b"@" in old.lower() for old in view.olds(file)):
        return False
    folder = file.path.rpartition(b"/")[0]
    names = [entry for mode, entry in view.entries(folder, "old") if mode in (0o100644, 0o100755)]
    others = (view.read_tree(folder + b"/" + entry if folder else entry, "old") for entry in names[:_SIBLINGS])
    return any(used_in(other, name) for other in others if other is not None)


_KEEP = 128
"""Versions of files that are remembered."""
_SIBLINGS = 100
"""Files beside a workflow that are looked at."""
