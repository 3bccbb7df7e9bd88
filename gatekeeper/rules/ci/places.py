# SPDX-License-Identifier: Apache-2.0
"""Which CI system reads a path."""

from __future__ import annotations

from typing import Literal

from gatekeeper.policy.match import fold
from gatekeeper.rules import filetypes
from gatekeeper.rules.filetypes import words

System = Literal["workflow", "action", "gitlab", "lines"]
"""``workflow``, ``action``: GitHub's formats, which Gitea and Forgejo read too. ``lines``: read line by line."""

_NAMES = words(
    ".appveyor.yml .build.yml .cirrus.star .cirrus.yml .drone.jsonnet .drone.star .drone.yml .prow.yaml "
    ".taskcluster.yml .travis.yml .woodpecker.yaml .woodpecker.yml appveyor.yml bitbucket-pipelines.yml "
    "codefresh.yml jenkinsfile wercker.yml"
)
_FOLDERS = words(
    ".azure-devops .azure-pipelines .buildkite .builds .ci .circleci .harness .semaphore .teamcity .tekton .woodpecker"
)
_FORGES = words(".forgejo .gitea .github")
_RUN_BY_WORKFLOWS = words("actions ci scripts workflows")
_YAML = (b".yml", b".yaml")
_PROSE = words("adoc gitignore markdown md rst txt")


def system_of(path: bytes) -> System | None:
    """What reads a path, by its folded spelling; None for a file of no CI."""
    path = fold(path)
    folder, _, name = path.rpartition(b"/")
    if name in (b"action.yml", b"action.yaml"):
        return "action"
    if name.endswith((b".gitlab-ci.yml", b".gitlab-ci.yaml")) or (
        path.startswith((b".gitlab/", b".gitlab-ci/")) and name.endswith(_YAML)
    ):
        return "gitlab"
    if name in _NAMES or _is_pipeline(name):
        return "lines"
    if not folder.startswith(b"."):
        return None
    if filetypes.extension(name) in _PROSE or filetypes.is_media_by_name(name):
        return None
    parts = folder.split(b"/")
    if parts[0] in _FORGES and len(parts) > 1:
        if parts[1] == b"workflows" and len(parts) == 2 and name.endswith(_YAML):
            return "workflow"
        return "lines" if parts[1] in _RUN_BY_WORKFLOWS else None
    return "lines" if parts[0] in _FOLDERS else None


def _is_pipeline(name: bytes) -> bool:
    """Names of which only a part is fixed: ``Jenkinsfile.release``, ``azure-pipelines-nightly.yml``."""
    if name.startswith(b"jenkinsfile.") or name.endswith(b".jenkinsfile"):
        return True
    if name.startswith((b"azure-pipelines", b".azure-pipelines", b"cloudbuild", b"buildspec")):
        return name.endswith(_YAML)
    return False
