# SPDX-License-Identifier: Apache-2.0
"""A change as a reviewer should read it: what was found first, then the files, the riskiest first.

Nothing is cut silently: every file of the change is named with its sizes, a diff is shown whole, and
what is not shown (binary, submodule, a file with a secret in it) says so with its size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, Protocol

from gatekeeper.model import LEVELS, Commit, Finding, Verdict
from gatekeeper.report.options import Options
from gatekeeper.report.sanitise import block, line
from gatekeeper.report.text import findings, summary
from gatekeeper.report.wording import count, headline, next_step, short

MODES = {0o100644: "file", 0o100664: "file", 0o100755: "executable", 0o120000: "symlink", 0o160000: "submodule"}
UNREMARKABLE = -1


class FileDiff(NamedTuple):
    """One path of a change, both sides."""

    path: bytes
    old_mode: int
    """0 where the side does not exist."""
    new_mode: int
    old_size: int
    """Bytes; 0 where the side does not exist or is a submodule."""
    new_size: int
    binary: bool
    """True where no hunks are given because a side is not text."""
    hunks: bytes
    """Unified diff from its first ``@@`` line on, whole."""


class Diffs(Protocol):
    """Where the diffs come from; they are made from blobs by object id, never through attributes."""

    def files(self) -> Sequence[FileDiff]:
        """Every path that differs between what the target holds and what it would hold."""
        ...

    def in_commit(self, commit: str, path: bytes) -> FileDiff | None:
        """One path of one commit, for a finding whose place is not in the net change; None where it is untouched."""
        ...


def review(verdict: Verdict, commits: Sequence[Commit], diffs: Diffs, options: Options) -> Iterator[str]:
    """Pieces of text, each ending in a line end; the whole is what a person needs to see before signing."""
    yield options.paint("strong", headline(verdict)) + "\n\n"
    secret = {(one.commit, one.path) for one in verdict.findings if one.rule.startswith("secrets.")}
    yield from _commits(commits, {commit for commit, path in secret if path is None}, options)
    found = findings(verdict.findings, options)
    if found:
        yield "\n".join(["what was found:", *found]) + "\n\n"
    risks = _risks(verdict.findings)
    files = sorted(diffs.files(), key=lambda file: (-risks.get(file.path, UNREMARKABLE), file.path))
    yield from _table(files, risks, options)
    withheld = {path for _, path in secret}
    for file in files:
        yield from _diff(file, "", file.path in withheld, options)
    for commit, file in _passing(verdict.findings, files, diffs, several=len(commits) > 1):
        yield from _diff(file, f" in commit {short(commit)}, not all in the result", file.path in withheld, options)
    yield "\n".join(summary(verdict)) + "\n"
    step = next_step(verdict, options.subject)
    if step:
        yield f"next: {options.paint('strong', step)}\n"


def _commits(commits: Sequence[Commit], secret: set[str], options: Options) -> Iterator[str]:
    for commit in commits:
        signed = "signed" if commit.signatures else "not signed"
        if commit.oid in secret:
            yield f"{options.paint('strong', short(commit.oid))} (message and author not shown: a secret), {signed}\n"
            continue
        message, escaped = block(commit.message.rstrip(b"\n"))
        subject, *body = message.split("\n")
        who = f"{line(commit.author.name)} <{line(commit.author.email)}>"
        yield f"{options.paint('strong', short(commit.oid))} {subject}\n    by {who} (a claim), {signed}\n"
        yield "".join(f"    {text}\n" if text else "\n" for text in body)
        if escaped:
            yield f"    ({count(escaped, 'invisible or odd character')} shown as escapes)\n"
    if commits:
        yield "\n"


def _table(files: Sequence[FileDiff], risks: dict[bytes, int], options: Options) -> Iterator[str]:
    yield f"{count(len(files), 'file')}, the riskiest first:\n"
    for file in files:
        risk = risks.get(file.path, UNREMARKABLE)
        level = LEVELS[risk] if risk != UNREMARKABLE else ""
        mark = f"{level:<9}" if not level else options.paint(level, f"{level:<9}")
        yield f"  {mark} {line(file.path)}  {_sizes(file)}\n"
    yield "\n"


def _sizes(file: FileDiff) -> str:
    """``+3 -1 lines, 120 -> 180 bytes``, and what became of its kind."""
    added, removed = _lines(file.hunks)
    sizes = f"{file.old_size:,} -> {file.new_size:,} bytes"
    what = f"binary, {sizes}" if file.binary else f"+{added:,} -{removed:,} lines, {sizes}"
    old, new = (MODES.get(mode, f"mode {mode:o}") for mode in (file.old_mode, file.new_mode))
    if not file.old_mode:
        return f"new {new}, {what}"
    if not file.new_mode:
        return f"deleted, {what}"
    return what if old == new else f"{old} became {new}, {what}"


def _lines(hunks: bytes) -> tuple[int, int]:
    lines = hunks.split(b"\n")
    return sum(one[:1] == b"+" for one in lines), sum(one[:1] == b"-" for one in lines)


def _diff(file: FileDiff, note: str, withheld: bool, options: Options) -> Iterator[str]:
    yield options.paint("strong", f"--- {line(file.path)}{note}") + f"  ({_sizes(file)})\n"
    if withheld:
        yield "(not shown: it holds a secret; read it in your own clone)\n"
    elif file.hunks:
        text, escaped = block(file.hunks.removesuffix(b"\n"))
        yield "".join(_coloured(one, options) + "\n" for one in text.split("\n"))
        if escaped:
            yield f"({count(escaped, 'invisible or odd character')} shown as escapes above)\n"
    elif file.binary:
        yield "(not text: judge it by its source, or with a tool that can open it)\n"
    else:
        yield "(no lines differ)\n"
    yield "\n"


def _coloured(text: str, options: Options) -> str:
    kind = {"+": "good", "-": "deny", "@": "warn"}.get(text[:1])
    return options.paint(kind, text) if kind else text


def _risks(found: tuple[Finding, ...]) -> dict[bytes, int]:
    """For each path the strictest level of its findings, as an index of LEVELS; covered ones count too."""
    risks: dict[bytes, int] = {}
    for finding in found:
        if finding.path is not None:
            risks[finding.path] = max(risks.get(finding.path, UNREMARKABLE), LEVELS.index(finding.level))
    return risks


def _passing(
    found: tuple[Finding, ...], files: Sequence[FileDiff], diffs: Diffs, *, several: bool
) -> Iterator[tuple[str, FileDiff]]:
    """Diffs of single commits that hold a finding and lines which the result no longer has: they land as history."""
    net = {file.path: _changed(file.hunks) for file in files}
    places = {(one.commit, one.path): None for one in found if one.path is not None}
    for commit, path in places:
        if several or path not in net:
            file = diffs.in_commit(commit, path)
            if file is not None and (path not in net or not net[path].issuperset(_changed(file.hunks))):
                yield commit, file


def _changed(hunks: bytes) -> set[bytes]:
    return {one for one in hunks.split(b"\n") if one[:1] in (b"+", b"-")}
