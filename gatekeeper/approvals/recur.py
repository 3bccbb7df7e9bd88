# SPDX-License-Identifier: Apache-2.0
"""Whether content that was seen before is there again: rebased commit by commit, or squashed into one."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.git.content import EMPTY, Content, series


def recurs(content: Content, digests: Sequence[str]) -> bool:
    """True where ``content`` is among commits with these ``digests`` (parents before children).

    Either one of them is the net content (a squash), or a run of them is the whole series (a rebase).
    Commits that change nothing, such as clean merges, are passed over.
    """
    if content.net != EMPTY and content.net in digests:
        return True
    length = content.commits
    filled = [digest for digest in digests if digest != EMPTY]
    runs = range(len(filled) - length + 1) if length else ()
    return any(series(filled[start : start + length]) == content.series for start in runs)
