# SPDX-License-Identifier: Apache-2.0
"""Threat 5, for tags: what a tag says is inspected, a protected one stays as it is, and an approval is of that tag."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import served as serving
from tests import signers
from tests.cli import Result, gatekeeper
from tests.served import BOB, Served, secret


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Served:
    policy = serving.POLICY.replace("release/*]", "release/*, refs/tags/v*]")
    monkeypatch.setattr(serving, "POLICY", policy)
    return Served(tmp_path)


def tagged(served: Served, oid: str, message: str, kind: str = "commit") -> str:
    """An annotated tag object named v1, whatever it is of."""
    who = "Claude <claude@agents.example.org> 1700000000 +0000"
    raw = f"object {oid}\ntype {kind}\ntag v1\ntagger {who}\n\n{message}"
    return served.clone.git("hash-object", "-w", "-t", "tag", "--stdin", stdin=raw.encode())


def approve(served: Served, what: str) -> Result:
    key = signers.key(BOB).path
    words = ("approve", what, "--target", "refs/tags/v1", "--key", key, "--yes", "--offline")
    return gatekeeper(*words, "--repo", str(served.clone.path), now=served.now())


@pytest.mark.parametrize("depth", [0, 1, 3])
def test_a_tag_of_a_tag_hides_nothing(served: Served, depth: int) -> None:
    oid = tagged(served, served.base, secret())
    for _ in range(depth):
        oid = tagged(served, oid, "fine\n", "tag")
    done = served.push(f"{oid}:refs/tags/any")
    assert done.code == 1
    assert "a credential in the tag" in done.err
    assert served.server.git("tag") == ""


def test_a_protected_tag_is_not_replaced_on_the_same_commit(served: Served) -> None:
    served.server.git("tag", "v1", served.base)
    done = served.push("--force", f"{tagged(served, served.base, 'other words')}:refs/tags/v1")
    assert done.code == 1
    assert "moves the protected tag refs/tags/v1, which others take for fixed" in done.err
    assert served.server.git("rev-parse", "refs/tags/v1") == served.base


def test_an_approved_tag_lands_and_no_other(served: Served) -> None:
    oid, other = tagged(served, served.base, "what was read"), tagged(served, served.base, "what was not")
    served.clone.git("update-ref", "refs/tags/v1", oid)
    assert approve(served, "refs/tags/v1").code == 0
    for wrong, ref in ((other, "v1"), (served.base, "v1"), (oid, "v2")):
        done = served.push("refs/notes/gatekeeper/approvals", f"{wrong}:refs/tags/{ref}")
        assert done.code == 1
        assert "needs approval" in done.err
        assert served.server.git("tag") == ""
    done = served.push("refs/notes/gatekeeper/approvals", f"{oid}:refs/tags/v1")
    assert done.code == 0, done.err
    assert served.server.git("rev-parse", "refs/tags/v1") == oid


@pytest.mark.parametrize("kind", ["blob", "tree"])
def test_a_tag_of_what_is_no_commit_is_not_taken(served: Served, kind: str) -> None:
    oid = served.clone.blob(b"x\n") if kind == "blob" else served.clone.git("rev-parse", f"{served.base}^{{tree}}")
    for pushed in (oid, tagged(served, oid, "x\n", kind)):
        done = served.push(f"{pushed}:refs/tags/any")
        assert done.code == 1
        assert f"{oid} is a {kind}, not a commit" in done.err
