# SPDX-License-Identifier: Apache-2.0
"""``osv``: a local database of advisories, so that known bad versions are found without a network."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper.errors import UsageError
from gatekeeper.report.json import write
from gatekeeper.rules.deps.outside import osv, osv_import, places

if TYPE_CHECKING:
    import argparse

    from gatekeeper.commands.invocation import Invocation

HELP = "Keep a local database of advisories (OSV format) for deps.malicious and deps.vulnerable."


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="osv_verb", required=True, metavar="VERB")
    load = verbs.add_parser("import", help="add the advisories of an archive as osv.dev publishes them")
    load.add_argument("file", metavar="FILE.zip", help="a ZIP archive with one JSON file for each advisory")
    verbs.add_parser("status", help="where the database is and what it holds")


def run(args: argparse.Namespace, call: Invocation) -> int:
    path = places.advisories(call.environ)
    if path is None:
        raise UsageError("there is no home directory to keep advisories in", "set HOME or XDG_DATA_HOME")
    return _import(args, call, path) if args.osv_verb == "import" else _status(args, call, path)


def _import(args: argparse.Namespace, call: Invocation, path: str) -> int:
    done = osv_import.load(os.path.join(call.cwd, args.file), path, int(call.clock()))
    if args.json:
        write({"schema": "gatekeeper.osv/1", "database": path, **done._asdict()}, call.stdout)
    else:
        call.stdout.write(f"{done.advisories} advisories for {done.packages} packages are in {path}\n")
        if done.skipped:
            call.stdout.write(f"{done.skipped} files were left out: no advisory, or of another ecosystem\n")
    return 0


def _status(args: argparse.Namespace, call: Invocation, path: str) -> int:
    known = osv.status(path)
    if args.json:
        write({"schema": "gatekeeper.osv/1", "database": path, **known._asdict()}, call.stdout)
    elif known.imported is None:
        call.stdout.write(f"there is no database at {path}\n  next: gatekeeper osv import FILE.zip\n")
    else:
        days = max(int(call.clock()) - known.imported, 0) // 86_400
        call.stdout.write(f"{known.advisories} advisories in {path}, the last import {days} days ago\n")
    return 0
