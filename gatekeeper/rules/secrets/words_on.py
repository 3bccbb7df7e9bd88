# SPDX-License-Identifier: Apache-2.0
"""What a finding says: rule, place and length class. Nothing here lets a value through."""

from __future__ import annotations

import re
from functools import cache

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules.secrets.match import Match
from gatekeeper.rules.secrets.texts import Text

_CLASSES = ((16, "under 16"), (32, "16 to 31"), (64, "32 to 63"), (256, "64 to 255"))


def added(text: Text, match: Match, line: int) -> Hit:
    """A hit in what a file or symlink gains, with the reason of an inline allow on its first line."""
    assert text.file is not None
    where = "the target of a symlink" if text.file.new_mode == 0o120000 else "added text"
    return Hit(
        match.rule, text.file.path, line, f"a credential in {where}: {_what(match)}", "", None, _allowed(text, match)
    )


def moved(text: Text, match: Match, line: int, rule: str) -> Hit:
    """A hit for a value that stood in another file of the base."""
    assert text.file is not None
    return Hit(rule, text.file.path, line, f"a credential moved here from another file: {_what(match)}", "")


def commit(text: Text, match: Match) -> Hit:
    """A hit in the commit's own words, or in a path, which is then not shown."""
    line, _ = text.lines(match)
    if text.paths:
        start = text.scene.text.rfind(b"\n", 0, match.start) + 1
        path = text.scene.text[start:].partition(b"\n")[0].replace(match.value, b"***")
        shown = "" if match.via else f" ({path.decode('utf-8', 'surrogateescape')})"
        return Hit(match.rule, None, None, f"a credential in the name of a new path{shown}: {_what(match)}", "")
    if line < 1:
        return Hit(match.rule, None, None, f"a credential in an author or committer field: {_what(match)}", "")
    return Hit(match.rule, None, line, f"a credential in the commit message: {_what(match)}", "")


def file(change: FileChange, line: int | None, match: Match) -> Hit:
    """A hit somewhere inside a packed file."""
    return Hit(match.rule, change.path, line, f"a credential in added content: {_what(match)}", "")


def named(what: str, match: Match) -> Hit:
    """A hit in a ref's name or a tag."""
    return Hit(match.rule, None, None, f"a credential in {what}: {_what(match)}", "")


def _what(match: Match) -> str:
    size = next((words for most, words in _CLASSES if len(match.value) < most), "256 or more")
    inside = "".join(f", inside {via}" for via in reversed(match.via))
    return f"{match.rule.removeprefix('secrets.')}, {size} characters{inside}"


@cache
def _allow() -> re.Pattern[bytes]:
    return re.compile(rb"gatekeeper:allow[ \t]+(secrets\.[a-z0-9-]+)[ \t]+([^\r\n]+)")


def _allowed(text: Text, match: Match) -> str | None:
    """The reason of an inline allow that names exactly this rule, on the line where the match begins."""
    content = text.scene.text
    start = content.rfind(b"\n", 0, match.start) + 1
    line = content[start:].partition(b"\n")[0]
    for rule, reason in _allow().findall(line):
        words = reason.replace(match.value, b"***").strip().removesuffix(b"*/").removesuffix(b"-->").strip()
        if rule.decode() == match.rule and words:
            return str(words.decode("utf-8", "surrogateescape"))
    return None
