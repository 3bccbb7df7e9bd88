# SPDX-License-Identifier: Apache-2.0
"""The habits of a script as facts about the CI that runs it."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.rules.ci.facts import RISKY, Fact
from gatekeeper.rules.ci.shell import habits


def of_script(script: str, line: int | None) -> Iterator[Fact]:
    """``line``: of the key whose value the script is; a script of several lines begins below it."""
    if not script:
        return
    first = line + 1 if line is not None and "\n" in script else line
    for found in habits(script):
        number = None if first is None else first + found.offset
        shown = found.text[:100]
        if found.habit == "download":
            message = f"runs what it downloads, unseen: {shown}"
        else:
            message = f"a failure no longer shows: {shown}"
        yield Fact(RISKY, (found.habit, found.key), number, message)
