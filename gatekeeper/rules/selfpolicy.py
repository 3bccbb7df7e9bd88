# SPDX-License-Identifier: Apache-2.0
"""The gate's own policy, its signers, and the files that call the gate. Family ``self``.

Places are reported for each commit. Whether the proposed policy may land is asked once, of the whole
change: the serial has to be raised over the change, not by each of its commits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal

from gatekeeper.model import MODE_EXEC, MODE_FILE, FileChange, Hit
from gatekeeper.policy.match import fold
from gatekeeper.rules import fingerprint
from gatekeeper.rules.rule import ChangeRule, ChangeView, CommitView, Rule

RULE = "self.policy"
FOLDER, POLICY = b".gatekeeper", b".gatekeeper/policy.yaml"
Kind = Literal["own", "caller"]


class SelfPolicy:
    """Both sides of the rule."""

    names = (RULE,)

    def __init__(self) -> None:
        self._known: dict[tuple[bytes, bytes], Kind | None] = {}

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file in view.files:
            kind = self._kind(file.path, view.settings.signers_path)
            if kind is None:
                continue
            old, new = view.old(file), view.new(file)
            if kind == "own" or b"gatekeeper" in old.lower() or b"gatekeeper" in new.lower():
                verb = "adds" if file.added else "removes" if file.removed else "changes"
                what = "part of the gate's own policy" if kind == "own" else "a file that calls the gate"
                mark = fingerprint.file_change(RULE, file, old, new)
                yield Hit(RULE, file.path, None, f"{verb} {what}", mark)

    def inspect_change(self, view: ChangeView) -> Iterator[Hit]:
        signers = view.settings.signers_path
        if not any(self._kind(path, signers) == "own" for path in view.paths):
            return
        own = [file for file in view.net.files if self._kind(file.path, signers) == "own"]
        if not own:
            return
        odd = [file for file in own if _is_another_spelling(file, signers)]
        for file in odd:
            yield _refusal(view, file, "is another spelling of the gate's own files, which some file systems mix up")
        policy = next((file for file in own if file.path == POLICY), None)
        if policy is not None and policy.removed:
            yield _refusal(view, policy, "removes the policy; a protected ref keeps one")
        elif policy is not None and policy.new_mode not in (MODE_FILE, MODE_EXEC):
            yield _refusal(view, policy, "the policy is no longer a regular file")
        elif reason := view.policy_objection():
            yield _refusal(view, policy or own[0], f"this policy may not land: {reason}")

    def _kind(self, path: bytes, signers: bytes) -> Kind | None:
        key = (path, signers)
        if key not in self._known:
            self._known[key] = kind_of(path, signers)
        return self._known[key]


def rules() -> tuple[Rule, ...]:
    return (SelfPolicy(),)


def change_rules() -> tuple[ChangeRule, ...]:
    return (SelfPolicy(),)


def kind_of(path: bytes, signers: bytes) -> Kind | None:
    """``own``: under ``.gatekeeper`` or the signers file; ``caller``: a workflow or hook that may call the gate."""
    folded = fold(path)
    if folded == FOLDER or folded.startswith(FOLDER + b"/") or folded == fold(signers):
        return "own"
    return "caller" if _callers().match(folded) else None


def _is_another_spelling(file: FileChange, signers: bytes) -> bool:
    exact = file.path.startswith(FOLDER + b"/") or file.path == signers
    return not exact and not file.removed


def _refusal(view: ChangeView, file: FileChange, message: str) -> Hit:
    mark = fingerprint.file_change(RULE, file, view.net.old(file), view.net.new(file))
    return Hit(RULE, file.path, None, message, mark, "deny")


@cache
def _callers() -> re.Pattern[bytes]:
    """Folded paths of CI configuration and of hooks, as the usual systems look for them."""
    return re.compile(
        rb"(?:\.github/(?:workflows|actions)/|\.(?:gitea|forgejo)/workflows/|\.gitlab-ci\.yml|\.gitlab/.*\.ya?ml"
        rb"|\.circleci/|\.woodpecker|\.buildkite/|\.?azure-pipelines|bitbucket-pipelines\.yml|jenkinsfile|\.drone\.yml"
        rb"|\.pre-commit-(?:config|hooks)\.yaml|(?:\.config/)?\.?lefthook|\.(?:husky|githooks|git-hooks)/|(?:.*/)?hooks/)",
        re.DOTALL,
    )
