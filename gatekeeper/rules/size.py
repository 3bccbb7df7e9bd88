# SPDX-License-Identifier: Apache-2.0
"""Commits that are too long to be read with care. Family ``size``."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.git.diff import windows
from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import filetypes, fingerprint
from gatekeeper.rules.moves import moved
from gatekeeper.rules.rule import CommitView, Rule

LARGE, HUGE = "size.large", "size.huge"
LIMITS = ((LARGE, 1000), (HUGE, 4000))
"""More changed lines (added and removed, lockfiles apart) than this."""

SNIFF = 8000
"""Bytes that decide whether git counts a file as binary."""
LOCKFILES = filetypes.words(
    "bun.lock bun.lockb cargo.lock composer.lock conan.lock deno.lock flake.lock gemfile.lock go.sum go.work.sum "
    "gradle.lockfile mix.lock module.bazel.lock npm-shrinkwrap.json package-lock.json package.resolved "
    "packages.lock.json paket.lock pdm.lock pipfile.lock pixi.lock pnpm-lock.yaml podfile.lock poetry.lock "
    "pubspec.lock pylock.toml rebar.lock uv.lock yarn.lock .terraform.lock.hcl"
)


class Size:
    """Counts by cheap bounds first: most commits have fewer bytes than the limit has lines."""

    names = (LARGE, HUGE)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        placed = moved(view.files)
        files = [
            file for file in view.files if file.path not in placed and filetypes.file_name(file.path) not in LOCKFILES
        ]
        lowest = LIMITS[0][1]
        if _bytes_at_most(view, files) <= lowest:
            return
        lines = _changed_lines([_changed_text(view, file) for file in files], lowest)
        if lines <= lowest:
            return
        marks = [fingerprint.file_change("size", file, view.old(file), view.new(file)).encode() for file in files]
        for rule, limit in LIMITS:
            if lines > limit:
                message = f"{lines:,} changed lines in {len(files):,} file{'s' * (len(files) > 1)}"
                yield Hit(rule, None, None, message, fingerprint.changed(rule, None, *sorted(marks)))


def rules() -> tuple[Rule, ...]:
    return (Size(),)


def _bytes_at_most(view: CommitView, files: list[FileChange]) -> int:
    """An upper bound of the changed lines: each takes a byte at least, and lies in the windows that differ."""
    total = 0
    for file in files:
        window = len(view.region(file).text)
        total += window + max(len(view.old(file)) - (len(view.new(file)) - window), 0)
    return total


def _changed_text(view: CommitView, file: FileChange) -> tuple[bytes, bytes]:
    """The windows of both sides that differ; nothing for a file that is binary on either, as git counts.

    Of a file that conflicted in a merge, the lines that neither parent has: whoever resolves drops lines of the
    others without removing anything.
    """
    old, new = view.old(file), view.new(file)
    if b"\0" in old[:SNIFF] or b"\0" in new[:SNIFF]:
        return b"", b""
    if len(view.olds(file)) > 1:
        return b"", b"".join(line + b"\n" for line in fingerprint.differing_lines(old, new)[1])
    old_start, old_end, new_start, new_end = windows(old, new)
    return old[old_start:old_end], new[new_start:new_end]


def _changed_lines(spans: list[tuple[bytes, bytes]], enough: int) -> int:
    """Lines added and removed; one that only moved is neither. Any number up to ``enough`` where it is not more.

    Starts from an upper bound and makes it exact, the largest file first, until the answer is clear.
    """
    bounds = sorted(((_lines(old) + _lines(new), old, new) for old, new in spans), reverse=True)
    total = sum(bound for bound, _, _ in bounds)
    for bound, old, new in bounds:
        if total <= enough:
            break
        if old and new:
            total += sum(map(len, fingerprint.differing_lines(old, new))) - bound
    return total


def _lines(text: bytes) -> int:
    return text.count(b"\n") + (bool(text) and not text.endswith(b"\n"))
