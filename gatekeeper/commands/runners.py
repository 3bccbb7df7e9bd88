# SPDX-License-Identifier: Apache-2.0
"""Programs that run hooks for a project already, and the exact lines that call gatekeeper from each.

Their files are the project's own, so they are never edited. Most hand on one ref of a push only, so
the pre-push hook is better installed beside them: ``gatekeeper install --hooks pre-push``.
"""

from __future__ import annotations

import os
from typing import NamedTuple

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
