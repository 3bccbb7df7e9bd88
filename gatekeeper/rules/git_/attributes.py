# SPDX-License-Identifier: Apache-2.0
"""``.gitattributes`` lines that hide content from reviewers or hand it to programs (gitattributes(5))."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.policy.match import fold
from gatekeeper.rules import fingerprint
from gatekeeper.rules.git_.attribute_lines import Line, Macros, attribute, hides, lines, macros, shows
from gatekeeper.rules.git_.names import may_be
from gatekeeper.rules.git_.patterns import TextFiles
from gatekeeper.rules.rule import CommitView, Side

RULE = "git.attributes"
FILE = b".gitattributes"


class Attributes:
    """Every nested ``.gitattributes``, by lines: one that hides is added, or one that showed again is lost."""

    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file in view.files:
            if may_be(FILE, file.path) and fold(file.path.rpartition(b"/")[2]) == FILE:
                yield from _changed(view, file)


def _changed(view: CommitView, file: FileChange) -> Iterator[Hit]:
    befores = [[line for line in lines(old) if line.words] for old in view.olds(file)]
    after = [line for line in lines(view.new(file)) if line.words]
    known = _macros(view, file, "new")
    text = TextFiles(view, file.path)
    spare = Counter(_key(line) for before in befores for line in before)
    found = False
    for line in after:
        if spare[_key(line)] > 0:
            spare[_key(line)] -= 1
            continue
        reason = _hiding(line, known, text)
        if reason is not None:
            found = True
            mark = fingerprint.changed(RULE, file.path, line.text)
            yield Hit(RULE, file.path, line.number, reason, mark)
    if not found and befores and all(_uncovers(before, after, known) for before in befores):
        mark = fingerprint.file_change(RULE, file, view.old(file), view.new(file))
        yield Hit(RULE, file.path, None, "a line that hides content now reaches further", mark)


def _hiding(line: Line, known: Macros, text: TextFiles) -> str | None:
    """What an added line hides or runs, in words; None for one that does neither."""
    reasons = []
    for word in line.words:
        said = hides(word, known)
        if said is not None and (word != b"binary" or line.macro or text.matched_by(line.pattern)):
            reasons.append(said)
    if not reasons:
        return None
    shown = line.pattern.decode("utf-8", "surrogateescape")
    return f"'{shown}' {' and '.join(dict.fromkeys(reasons))}"


def _uncovers(before: list[Line], after: list[Line], known: Macros) -> bool:
    """True where lines that hide stay, and one that took some of it back is lost or stands elsewhere."""
    hidden = {attribute(word) for line in after for word in line.words if hides(word, known)}
    if not hidden:
        return False
    told = {_key(line) for line in after if any(hides(word, known) for word in line.words)}
    told |= {_key(line) for line in before if any(shows(word) in hidden for word in line.words)}
    was = [_key(line) for line in before if _key(line) in told]
    now = [_key(line) for line in after if _key(line) in told]
    lost = Counter(was) - Counter(now)
    gained = Counter(now) - Counter(was)
    if any(shows(word) in hidden for _, words in lost for word in words):
        return True
    return not lost and not gained and was != now


def _macros(view: CommitView, file: FileChange, side: Side) -> Macros:
    """Only the top file may define macros, and nested ones use them."""
    top = view.new(file) if file.path == FILE else view.read_tree(FILE, side) or b""
    return macros(lines(top))


def _key(line: Line) -> tuple[bytes, tuple[bytes, ...]]:
    return line.pattern, line.words
