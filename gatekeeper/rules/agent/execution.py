# SPDX-License-Identifier: Apache-2.0
"""``agent.exec``: files that make an agent or an editor run code on the machine of whoever opens the project."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules.agent.places import Kind, kind_of
from gatekeeper.rules.rule import CommitView
from gatekeeper.rules.wholefile import Places, touched

RULE = "agent.exec"
_WHAT = {
    "agent": "what an agent runs or may do: its settings, hooks, servers or programs",
    "editor": "what an editor runs",
    "editor settings": "editor settings that name programs or what may run",
    "container": "what runs when the development container is opened",
}


class Execution:
    """One finding for each such file. A new form of the same JSON is none."""

    names = (RULE,)

    def __init__(self) -> None:
        self._places = Places[Kind](kind_of)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file, kind in self._places.among(view.files):
            if kind != "instructions" and _matters(view, file, kind):
                yield touched(RULE, view, file, _WHAT[kind])


def _matters(view: CommitView, file: FileChange, kind: Kind) -> bool:
    """False where what would run is the same as before, or gone with nothing that it held back."""
    if file.removed:
        return kind == "agent"
    if not file.path.lower().endswith((b".json", b".jsonc", b".code-workspace")) or not file.is_text_candidate:
        return True
    from gatekeeper.rules.agent.settings import harmless, load

    new = load(view.new(file))
    olds = [{} if file.added else load(old) for old in view.olds(file)]
    if new is None:
        return True
    if kind == "editor settings":
        return not any(old is not None and harmless(old, new) for old in olds)
    return not any(old == new for old in olds) if not file.added else bool(new)
