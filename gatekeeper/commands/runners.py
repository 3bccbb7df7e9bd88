# SPDX-License-Identifier: Apache-2.0
"""Programs that run hooks for a project already, and the exact lines that call gatekeeper from each.

Their files are the project's own, so they are never edited. Most hand on one ref of a push only, so
the pre-push hook is better installed beside them: ``gatekeeper install --hooks pre-push``.
"""

from __future__ import annotations

import io
import os
from typing import NamedTuple

from gatekeeper.commands.invocation import Invocation
from gatekeeper.errors import UsageError
from gatekeeper.git.repository import open_repository

PRE_COMMIT = """\
  - repo: local
    hooks:
      - {id: gatekeeper, name: gatekeeper, entry: gatekeeper hook pre-commit, language: system,
         stages: [pre-commit], always_run: true, pass_filenames: false, require_serial: true}
      - {id: gatekeeper-commit-msg, name: gatekeeper (message), entry: gatekeeper hook commit-msg, language: system,
         stages: [commit-msg], always_run: true, require_serial: true}
"""
LEFTHOOK = """\
pre-commit:
  commands:
    gatekeeper: {run: gatekeeper hook pre-commit}
commit-msg:
  commands:
    gatekeeper: {run: "gatekeeper hook commit-msg {1}"}
"""
HUSKY = """\
echo 'gatekeeper hook pre-commit' >> .husky/pre-commit
echo 'gatekeeper hook commit-msg "$1"' >> .husky/commit-msg
"""
AFTERWARDS = "gatekeeper install --hooks pre-push"
"""What to run besides: our own hook sees every ref of a push."""


class Runner(NamedTuple):
    name: str
    files: tuple[str, ...]
    """Any of them, below the top of the work tree, means that it is in use."""
    where: str
    """Where the lines belong."""
    lines: str


RUNNERS = (
    Runner("prek", ("prek.toml",), "a .pre-commit-config.yaml, under repos", PRE_COMMIT),
    Runner(
        "pre-commit",
        (".pre-commit-config.yaml", ".pre-commit-config.yml"),
        "its configuration, under repos",
        PRE_COMMIT,
    ),
    Runner(
        "lefthook",
        tuple(
            f"{folder}{dot}lefthook.{kind}"
            for folder, dot in (("", ""), ("", "."), (".config/", ""))
            for kind in ("yml", "yaml", "toml", "json")
        ),
        "lefthook.yml",
        LEFTHOOK,
    ),
    Runner("husky", (".husky",), "a shell", HUSKY),
)


def found_runners(tree: str) -> tuple[Runner, ...]:
    """The hook runners that the work tree ``tree`` is set up for."""
    return tuple(runner for runner in RUNNERS if any(os.path.exists(os.path.join(tree, name)) for name in runner.files))


def as_git_calls(words: list[str], call: Invocation) -> tuple[list[str], Invocation]:
    """A ``hook pre-push`` under pre-commit as git itself would call it.

    pre-commit reads git's list of refs itself and hands on the first that has something, in variables. What does
    stand on stdin goes before them. Raises UsageError where there is neither: nothing judged must not look like a pass.
    """
    updates = call.stdin.read()
    if not updates:
        call.stderr.write(f"note: pre-commit hands on one ref of a push; all are seen by: {AFTERWARDS}\n")
        updates = _update(call)
    if len(words) < 3:
        words = [*words, *(call.environ.get(f"PRE_COMMIT_REMOTE_{part}", "") for part in ("NAME", "URL"))]
    return words, call._replace(stdin=io.BytesIO(updates))


def _update(call: Invocation) -> bytes:
    """The line that git wrote to pre-commit: local ref, local id, remote ref, remote id (githooks(5), pre-push)."""
    names = ("LOCAL_BRANCH", "REMOTE_BRANCH", "TO_REF", "FROM_REF")
    local, remote, new, old = (call.environ.get(f"PRE_COMMIT_{name}", "") for name in names)
    if not local or not remote:
        raise UsageError("pre-commit does not say what is pushed", f"run it at the pre-push stage, or: {AFTERWARDS}")
    repository = open_repository(call.cwd, call.environ)
    tip = repository.resolve(new or local)
    if tip is None:
        raise UsageError(f"{new or local}, which is to be pushed, is not in this repository", "git fsck")
    return os.fsencode(f"{local} {tip} {remote} {old or repository.zero}\n")
