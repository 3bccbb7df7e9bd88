# SPDX-License-Identifier: Apache-2.0
"""What decides where a repository has no policy: the ``balanced`` preset over the default branch."""

from __future__ import annotations

import hashlib
import json

from gatekeeper.policy.document import to_document
from gatekeeper.policy.schema import SIGNERS_PATH, Approval, Dependencies, Policy, Run

USUAL_BRANCHES = ("refs/heads/main", "refs/heads/master")
"""Protected where nothing says which branch is the default."""


def built_in(default_branch: str | None) -> Policy:
    """Serial 0 and nobody in it: what needs approval waits until there is a policy that names people."""
    nobody = (("maintainers", 1),)
    return Policy(
        version=1,
        serial=0,
        repository=None,
        preset="balanced",
        protect=(default_branch,) if default_branch else USUAL_BRANCHES,
        signers_path=SIGNERS_PATH,
        teams={},
        agents=(),
        gates=(),
        levels={},
        paths=(),
        dependencies=Dependencies(),
        secrets_allow=(),
        approval=Approval(require=nobody, policy_changes=nobody),
        humans="counts",
        break_glass=None,
        run=Run(),
        stated=(),
    )


def digest(policy: Policy) -> str:
    """SHA-256, in hex, of a policy that has no file: of its document as compact JSON with sorted keys."""
    return hashlib.sha256(json.dumps(to_document(policy), sort_keys=True, separators=(",", ":")).encode()).hexdigest()
