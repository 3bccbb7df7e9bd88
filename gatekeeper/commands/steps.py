# SPDX-License-Identifier: Apache-2.0
"""What a set-up verb is going to do, as a list that can be shown before, done, and told after."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, TextIO

from gatekeeper.report.sanitise import block


class Step(NamedTuple):
    """One change to a repository's set-up."""

    what: str
    """Fit to follow 'done:' and 'would do:', e.g. ``write .gatekeeper/policy.yaml``."""
    apply: Callable[[], None] | None
    """None where it is so already."""

    @property
    def needed(self) -> bool:
        return self.apply is not None


def carry_out(steps: Sequence[Step], stream: TextIO, *, dry_run: bool) -> None:
    """Do what is needed, in order, telling each on ``stream``."""
    for step in steps:
        word = "unchanged" if step.apply is None else "would" if dry_run else "done"
        if step.apply is not None and not dry_run:
            step.apply()
        stream.write(f"  {word}: {block(step.what)[0]}\n")


def as_documents(steps: Sequence[Step]) -> list[dict[str, object]]:
    """For ``--json``: what each step was, and whether it changed anything."""
    return [{"what": block(step.what)[0], "changed": step.needed} for step in steps]
