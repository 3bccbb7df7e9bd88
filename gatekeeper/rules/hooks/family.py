# SPDX-License-Identifier: Apache-2.0
"""``hooks.config``: git hooks and the settings of hook managers."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import fingerprint
from gatekeeper.rules.hooks.places import Kind, kind_of
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.wholefile import Places, touched, verb

RULE = "hooks.config"


class HookConfiguration:
    """One finding for each file whose hooks are others than before."""

    names = (RULE,)

    def __init__(self) -> None:
        self._places = Places[Kind](kind_of)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file, kind in self._places.among(view.files):
            if kind == "package":
                yield from _of_manifest(view, file)
            elif kind != "pre-commit":
                what = "a git hook" if kind == "hook" else "what git hooks run"
                yield touched(RULE, view, file, what)
            elif _differs(view, file):
                yield touched(RULE, view, file, "the hooks that pre-commit runs")


def _differs(view: CommitView, file: FileChange) -> bool:
    """False for other comments, another order of keys, or other pinned revisions of the same hooks."""
    if file.added or file.removed or not file.is_text_candidate:
        return True
    from gatekeeper.rules.hooks.pre_commit import same

    new = view.new(file)
    return not any(same(old, new) for old in view.olds(file))


def _of_manifest(view: CommitView, file: FileChange) -> Iterator[Hit]:
    if file.removed:
        return
    from gatekeeper.rules.hooks.manifest import hooks

    new = hooks(view.new(file))
    if new and new not in [hooks(old) for old in view.olds(file)]:
        mark = fingerprint.changed(RULE, file.path, repr(new).encode())
        yield Hit(RULE, file.path, None, f"{verb(file)} what git hooks run, in a manifest", mark)
