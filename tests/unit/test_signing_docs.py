# SPDX-License-Identifier: Apache-2.0
"""docs/formats-signing.md: its commands work as printed, its test vector verifies, its tables are the code's."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from gatekeeper.signing import keys, statement
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.identify import open_envelope
from tests.repo import RepoBuilder

PAGE = Path(__file__).parents[2].joinpath("docs/formats-signing.md").read_text()


def block(name: str) -> str:
    found = re.search(rf"^```\w+ {name}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    assert found, name
    return found[1]


VECTOR = json.loads(block("signing-vector"))


def test_the_vector_verifies() -> None:
    signers = Signers.parse(VECTOR["signers"].encode(), "signers")
    opened = open_envelope(VECTOR["envelope"].encode(), signers, VECTOR["namespace"], 0)
    assert (opened.statement.id, opened.principal) == (VECTOR["id"], VECTOR["principal"])
    assert opened.statement.subjects == (VECTOR["subject"],)


def test_the_commands_check_an_approval_with_git_and_ssh_keygen_alone(repo: RepoBuilder, tmp_path: Path) -> None:
    repo.commit({".gatekeeper/allowed_signers": VECTOR["signers"]})
    repo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/heads/main")
    repo.git("notes", "--ref=gatekeeper/approvals", "add", "-m", VECTOR["envelope"])
    words = ["sh", "-e", "-c", block("by-hand")]
    done = subprocess.run(words, cwd=repo.path, env=os.environ, capture_output=True, text=True, check=True)
    key = Signers.parse(VECTOR["signers"].encode(), "signers").lines[0].key
    assert done.stdout.splitlines() == [
        f'Good "gatekeeper-approval" signature for alice@example.org with ED25519 key {keys.fingerprint(key)}',
        f"{VECTOR['id']}  statement",
    ]


def test_the_tables_are_complete() -> None:
    for kind, namespace in statement.NAMESPACES.items():
        assert f"| `{kind}` | `{namespace}` |" in PAGE
    for key_type in keys.KEY_TYPES:
        assert key_type in PAGE or key_type.removeprefix("ecdsa-sha2") in PAGE
    assert f"{keys.MIN_RSA_BITS} to {keys.MAX_RSA_BITS} bits" in PAGE
