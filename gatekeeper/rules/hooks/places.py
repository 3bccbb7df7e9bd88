# SPDX-License-Identifier: Apache-2.0
"""Where hook managers keep what they run."""

from __future__ import annotations

from typing import Literal

from gatekeeper.policy.match import fold
from gatekeeper.rules import filetypes
from gatekeeper.rules.filetypes import words

Kind = Literal["hook", "configuration", "pre-commit", "package"]
"""``package``: a manifest that may hold a hook manager's settings among others."""

_FOLDERS = words(".husky .githooks .git-hooks .git_hooks git-hooks githooks git_hooks .lefthook .lefthook-local")
_FOLDERS_ABOVE_HOOKS = words(".git-template .githooks .config git")
_PRE_COMMIT = words(".pre-commit-config.yaml .pre-commit-config.yml .pre-commit-hooks.yaml .pre-commit-hooks.yml")
_CONFIGURATIONS = words(
    ".captainhook.json .cz-hooks.json .huskyrc .huskyrc.cjs .huskyrc.js .huskyrc.json .huskyrc.yaml .huskyrc.yml "
    ".lefthook-local.yml .lefthook.json .lefthook.toml .lefthook.yaml .lefthook.yml .lintstagedrc .lintstagedrc.cjs "
    ".lintstagedrc.js .lintstagedrc.json .lintstagedrc.mjs .lintstagedrc.yaml .lintstagedrc.yml .overcommit.yml "
    ".pre-commit.json .rusty-hook.toml .simple-git-hooks.cjs .simple-git-hooks.js .simple-git-hooks.json "
    "captainhook.json grumphp.yaml grumphp.yml grumphp.yml.dist hk.pkl husky.config.cjs husky.config.js "
    "lefthook-local.yml lefthook.json lefthook.toml lefthook.yaml lefthook.yml lint-staged.config.cjs "
    "lint-staged.config.js lint-staged.config.mjs lint-staged.config.ts prek.toml simple-git-hooks.cjs "
    "simple-git-hooks.js simple-git-hooks.json"
)
_GIT_NAMES = words(
    "applypatch-msg commit-msg fsmonitor-watchman post-applypatch post-checkout post-commit post-merge post-rewrite "
    "post-update pre-applypatch pre-auto-gc pre-commit pre-merge-commit pre-push pre-rebase pre-receive "
    "prepare-commit-msg proc-receive push-to-checkout update"
)
"""Names by which git itself calls a hook (githooks(5))."""
_PROSE = words("adoc markdown md rst txt")


def kind_of(path: bytes) -> Kind | None:
    """What a path is to hook managers, by its folded spelling; None for any other file."""
    path = fold(path)
    folder, _, name = path.rpartition(b"/")
    if name in _PRE_COMMIT:
        return "pre-commit"
    if name in _CONFIGURATIONS:
        return "configuration"
    if name in (b"package.json", b"composer.json"):
        return "package"
    if not folder:
        return None
    parts = folder.split(b"/")
    if filetypes.extension(name) in _PROSE or name == b".gitignore":
        return None
    if not _FOLDERS.isdisjoint(parts):
        return "hook"
    if parts[-1] in (b"hooks", b".hooks") and name.partition(b".")[0] in _GIT_NAMES:
        return "hook"
    return None
