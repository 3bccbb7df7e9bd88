# SPDX-License-Identifier: Apache-2.0
"""Commits that are too long to be read with care. Family ``size``."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import FileChange, Hit
from gatekeeper.rules import filetypes, fingerprint
from gatekeeper.rules.rule import CommitView, Rule

LARGE, HUGE = "size.large", "size.huge"
LIMITS = ((LARGE, 1000), (HUGE, 4000))
"""More changed lines (added and removed, lockfiles apart) than this."""

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
        files = [file for file in view.files if filetypes.file_name(file.path) not in LOCKFILES]
        if _at_most(view, files) <= LIMITS[0][1]:
            return
        lines = sum(_changed_lines(view, file) for file in files)
        if lines <= LIMITS[0][1]:
            return
        marks = [fingerprint.file_change("size", file, view.old(file), view.new(file)).encode() for file in files]
        for rule, limit in LIMITS:
            if lines > limit:
                message = f"{lines:,} changed lines in {len(files):,} files"
                yield Hit(rule, None, None, message, fingerprint.changed(rule, None, *sorted(marks)))


def rules() -> tuple[Rule, ...]:
    return (Size(),)


def _at_most(view: CommitView, files: list[FileChange]) -> int:
    """An upper bound of the changed lines: each takes a byte at least, and lies in the windows that differ."""
    total = 0
    for file in files:
        new, old = view.new(file), view.old(file)
        window = len(view.region(file).text)
        total += window + max(len(old) - (len(new) - window), 0)
    return total


def _changed_lines(view: CommitView, file: FileChange) -> int:
    """Lines added and removed; none for a file that is binary on either side, as git counts."""
    new, old = view.new(file), view.old(file)
    if b"\0" in new[:8000] or b"\0" in old[:8000]:
        return 0
    added = len(view.added(file))
    return added + _lines(old) - (_lines(new) - added)


def _lines(content: bytes) -> int:
    return content.count(b"\n") + (not content.endswith(b"\n") and bool(content))
