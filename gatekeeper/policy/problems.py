# SPDX-License-Identifier: Apache-2.0
"""What is wrong with a file, as values, so that all of it can be said at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from gatekeeper.errors import PolicyInvalid


class Problem(NamedTuple):
    """One error in a file."""

    source: str
    line: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.message}" if self.line else f"{self.source}: {self.message}"


def raise_first(problems: Sequence[Problem]) -> None:
    """Raise PolicyInvalid for the first of ``problems`` and say how many more there are; nothing for none."""
    if problems:
        first = min(problems, key=lambda problem: problem.line or 0)
        more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
        raise PolicyInvalid(first.source, first.line, first.message + more)
