# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper review``: a change as a person should read it before signing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from gatekeeper import gate
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.progress import progress_on
from gatekeeper.commands.subject import context_for, named
from gatekeeper.errors import UsageError
from gatekeeper.git.changes import read_commits
from gatekeeper.git.hunks import FilePatch, read_patches
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from gatekeeper.model import Change, Verdict
from gatekeeper.report import json as json_report
from gatekeeper.report.options import Options, wants_color
from gatekeeper.report.review import FileDiff, review
from gatekeeper.rules.view import BLOB_MODES, net_trees

if TYPE_CHECKING:
    import argparse

HELP = "Show a change ordered by risk: what was found first, then every file, the riskiest first."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("change", metavar="CHANGE", help="a branch, BASE..HEAD, one commit, or a tag")
    parser.add_argument(
        "--target", metavar="REF", help="the ref it would land on (default: the first protected branch)"
    )
    parser.add_argument("--html", metavar="FILE", help="not available yet")
    parser.add_argument("--offline", action="store_true", help="ask no package index")


def run(args: argparse.Namespace, call: Invocation) -> int:
    if args.html:
        raise UsageError("review --html is not available yet", "read the text, or --json")
    with Objects(open_repository(args.repo, call.environ)) as objects:
        subject = named(objects, args.change, args.target)
        progress = progress_on(call.stderr, "inspecting")
        context = gate.Context(objects, int(call.clock()), online=not args.offline, progress=progress)
        verdict = gate.decide(subject.change, context_for(context, subject))
        name = args.change if ".." not in args.change else None
        if args.json:
            json_report.write({**json_report.document(verdict, name), "schema": "gatekeeper.review/1"}, call.stdout)
        else:
            options = Options(wants_color(args.color, call.environ, call.stdout), name)
            for piece in pages(objects, verdict, options):
                call.stdout.write(piece)
    return verdict.exit_code


def pages(objects: Objects, verdict: Verdict, options: Options) -> Iterator[str]:
    """The review of ``verdict``'s change, piece by piece; the whole is what an approver is shown."""
    commits = [objects.commit(oid) for oid in verdict.change.commits]
    return review(verdict, commits, GitDiffs(objects, verdict.change), options)


class GitDiffs:
    """Diffs made from blobs by object id. A ``report.review.Diffs``."""

    def __init__(self, objects: Objects, change: Change) -> None:
        self._objects, self._change = objects, change

    def files(self) -> Sequence[FileDiff]:
        pair = net_trees(self._objects, self._change)
        return [self._file(patch) for patch in read_patches(self._objects, [pair])[0]]

    def in_commit(self, commit: str, path: bytes) -> FileDiff | None:
        (changed,) = read_commits(self._objects, [commit])
        patches = read_patches(self._objects, [(changed.old_tree, changed.commit.tree)])[0]
        return next((self._file(patch) for patch in patches if patch.path == path), None)

    def _file(self, patch: FilePatch) -> FileDiff:
        return FileDiff(
            patch.path,
            patch.old_mode,
            patch.new_mode,
            self._size(patch.old_mode, patch.old_oid),
            self._size(patch.new_mode, patch.new_oid),
            patch.binary,
            b"".join(hunk.header + hunk.body for hunk in patch.hunks),
        )

    def _size(self, mode: int, oid: str) -> int:
        return len(self._objects.blob(oid)) if mode in BLOB_MODES else 0
