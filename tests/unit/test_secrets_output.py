# SPDX-License-Identifier: Apache-2.0
"""Secrets: whatever is printed, in any format, and whatever is kept, the value is in none of it."""

from __future__ import annotations

import pytest

from tests.cli import gatekeeper
from tests.repo import RepoBuilder
from tests.threats.proposals import base, judged
from tests.unit.secret_values import chosen, drawn, pem, routable_token

TOKEN = routable_token()
VALUES = (TOKEN, chosen(), drawn(40, 9), pem().splitlines()[1])
FILES: dict[str, str | bytes | None] = {
    "a.py": f"token = '{TOKEN}'\npassword = '{chosen()}'  # gatekeeper:allow secrets.generic-password {chosen()}\n",
    "b.env": f"CLIENT_SECRET={VALUES[2]}\n",
    "server.key": pem(),
    f"keys/{TOKEN}.txt": "x\n",
}


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_no_format_shows_a_value(repo: RepoBuilder, form: str) -> None:
    start = base(repo)
    head = repo.commit(FILES, f"use {TOKEN}\n")
    done = gatekeeper("check", f"{start}..{head}", "--repo", str(repo.path), "--offline", "--debug", "--format", form)
    assert done.code == 1, done.err
    for value in VALUES:
        assert value not in done.out + done.err


def test_nothing_that_is_kept_holds_a_value(repo: RepoBuilder) -> None:
    start = base(repo)
    assert judged(repo, start, repo.commit(FILES)).code == 1
    state = repo.path / ".git" / "gatekeeper"
    for path in state.rglob("*") if state.exists() else ():
        if path.is_file():
            content = path.read_bytes()
            assert not [value for value in VALUES if value.encode() in content], path


def test_a_finding_names_rule_place_length_class_and_fingerprint(repo: RepoBuilder) -> None:
    start = base(repo)
    head = repo.commit({"a.py": f"\ntoken = '{TOKEN}'\n"})
    said = gatekeeper("check", f"{start}..{head}", "--repo", str(repo.path), "--offline", "--json").json()
    findings = said["findings"]
    assert isinstance(findings, list)
    (finding,) = findings
    assert (finding["rule"], finding["level"], finding["path"], finding["line"]) == (
        "secrets.gitlab-pat-routable",
        "deny",
        "a.py",
        2,
    )
    assert "32 to 63 characters" in finding["message"]
    assert len(finding["fingerprint"]) == 20


def test_a_secret_added_and_removed_inside_the_range_is_found(repo: RepoBuilder) -> None:
    start = base(repo)
    repo.commit({"a.py": f"token = '{TOKEN}'\n"})
    head = repo.commit({"a.py": "token = None\n"})
    assert judged(repo, start, head).code == 1


def test_an_inline_allow_asks_for_a_person(repo: RepoBuilder) -> None:
    start = base(repo)
    line = f"token = '{TOKEN}'  # gatekeeper:allow secrets.gitlab-pat-routable revoked long ago\n"
    said = judged(repo, start, repo.commit({"a.py": line}))
    assert said.code == 3
    assert "allowed inline: revoked long ago" in said.out


def test_a_staged_secret_is_found_before_it_is_a_commit(repo: RepoBuilder) -> None:
    base(repo)
    repo.write({"a.py": f"token = '{TOKEN}'\n"})
    done = gatekeeper("check", "--staged", "--repo", str(repo.path))
    assert done.code == 1
    assert TOKEN not in done.out + done.err
