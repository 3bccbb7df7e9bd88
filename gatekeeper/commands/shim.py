# SPDX-License-Identifier: Apache-2.0
"""The hook files: POSIX sh that runs what was there before, then the Python of this installation.

A hook that finds its interpreter gone blocks, and says what to do. What was there before runs first,
because it may change what is to be judged; after a push has landed the record comes first.
"""

from __future__ import annotations

import os
import sys
import sysconfig
from importlib.util import find_spec
from typing import NamedTuple

import gatekeeper
from gatekeeper.errors import UsageError
from gatekeeper.report.wording import quoted

LOCAL = ("pre-commit", "commit-msg", "pre-push")
SERVER = ("pre-receive", "post-receive")
READS_STDIN = ("pre-push", "pre-receive", "post-receive")
SAVED = ".before-gatekeeper"
"""What the name of a hook that was there before gets at its end."""
MARK = "# gatekeeper hook file, format 1: "
DEPENDENCIES = ("cryptography", "hyperscan", "pygit2", "requests", "unidiff", "yaml")
"""Modules whose folders a hook may import from; one that is not installed is left out."""

TEMPLATE = """\
#!/bin/sh
{mark}{name}
# Checked by `gatekeeper doctor`. Taken out by `gatekeeper uninstall`, which puts back what was here before.
python={python}
start={start}
folders={folders}
before="$0{saved}"

for needed in "$python" "$start"; do
    [ -f "$needed" ] && continue
    printf '%s\\n' "gatekeeper: {name} cannot run, so nothing was decided: $needed is gone" >&2
    printf '%s\\n' "  next: {repair}" >&2
    exit 4
done
{chain}exec "$python" -I -S "$start" "$folders" {name} "$@"
"""
CHAIN = """\
if [ -x "$before" ]; then
    "$before" "$@" || exit
fi
"""
CHAIN_STDIN = """\
if [ -x "$before" ]; then
    input=$(cat && echo .)
    printf '%s' "${{input%.}}" | "$before" "$@" || exit
    printf '%s' "${{input%.}}" | "$python" -I -S "$start" "$folders" {name} "$@"
    exit
fi
"""
CHAIN_RECORD = """\
if [ -x "$before" ]; then
    input=$(cat && echo .)
    printf '%s' "${{input%.}}" | "$python" -I -S "$start" "$folders" {name} "$@"
    status=$?
    printf '%s' "${{input%.}}" | "$before" "$@" || status=$?
    exit $status
fi
"""
REPAIRS = {
    "pre-commit": "install gatekeeper again and run: gatekeeper install (this once: git commit --no-verify)",
    "commit-msg": "install gatekeeper again and run: gatekeeper install (this once: git commit --no-verify)",
    "pre-push": "install gatekeeper again and run: gatekeeper install (this once: git push --no-verify)",
}
REPAIR_SERVER = "on the server, install gatekeeper again and run: gatekeeper install --server"


class Installation(NamedTuple):
    """The Python and the folders that hook files start."""

    python: str
    start: str
    folders: tuple[str, ...]


def this_installation() -> Installation:
    """What runs now. Raises UsageError where Python does not know its own path."""
    if not sys.executable:
        raise UsageError("this Python does not know its own path", "run gatekeeper from a virtual environment")
    package = os.path.dirname(os.path.abspath(gatekeeper.__file__))
    found = {sysconfig.get_path("purelib"): None, sysconfig.get_path("platlib"): None}
    for name in DEPENDENCIES:
        spec = find_spec(name)
        if spec and spec.origin:
            found[os.path.dirname(os.path.dirname(os.path.abspath(spec.origin)))] = None
    folders = tuple(folder for folder in found if os.path.isdir(folder) and os.pathsep not in folder)
    return Installation(os.path.abspath(sys.executable), os.path.join(package, "start.py"), folders)


def render(name: str, installation: Installation) -> bytes:
    """The whole hook file for the git hook ``name``."""
    chain = CHAIN_RECORD if name == "post-receive" else CHAIN_STDIN if name in READS_STDIN else CHAIN
    text = TEMPLATE.format(
        mark=MARK,
        name=name,
        python=quoted(installation.python),
        start=quoted(installation.start),
        folders=quoted(os.pathsep.join(installation.folders)),
        saved=SAVED,
        repair=REPAIRS.get(name, REPAIR_SERVER),
        chain=chain.format(name=name) if chain is not CHAIN else chain,
    )
    return os.fsencode(text)


def is_shim(content: bytes) -> bool:
    """True for a file that :func:`render` wrote, for whichever installation."""
    return content.split(b"\n", 2)[1:2] != [] and content.split(b"\n", 2)[1].startswith(MARK.encode())
