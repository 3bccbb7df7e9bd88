# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper policy``: what a user reads, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli import gatekeeper
from tests.policies import ALICE, PERSON, SIGNERS, SMALL, files, joined, signer, trusted
from tests.repo import RepoBuilder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".gatekeeper").mkdir()
    for name, content in files().items():
        (tmp_path / name).write_text(content)
    return tmp_path


def test_a_valid_policy(folder: Path) -> None:
    done = gatekeeper("policy", "check", cwd=folder)
    assert (done.code, done.err) == (0, "")
    assert done.out == ".gatekeeper/policy.yaml: valid; serial 1, 2 people in teams, 1 agent, 1 gate\n"


def test_all_errors_are_listed(folder: Path) -> None:
    (folder / "p.yaml").write_text(joined("humans: cunts\nextend: quiet\napproval: {require: {maintainer: 1}}"))
    done = gatekeeper("policy", "check", "p.yaml", cwd=folder)
    assert done.code == 4
    assert done.out.splitlines() == [
        "p.yaml:9: humans cannot be 'cunts'; did you mean 'counts'?",
        "p.yaml:10: unknown key 'extend'; did you mean 'extends'?",
        "p.yaml:11: unknown team 'maintainer' in approval.require; did you mean 'maintainers'?",
    ]
    found = gatekeeper("policy", "check", "p.yaml", "--json", cwd=folder)
    assert found.code == 4
    assert found.json()["valid"] is False
    assert found.json()["problems"][0] == {  # type: ignore[index]
        "source": "p.yaml",
        "line": 9,
        "message": "humans cannot be 'cunts'; did you mean 'counts'?",
    }


def test_the_signers_file_is_checked_with_it(folder: Path) -> None:
    (folder / ".gatekeeper/allowed_signers").write_text(signer(ALICE, PERSON))
    done = gatekeeper("policy", "check", cwd=folder)
    assert done.code == 0
    assert done.err.splitlines() == [
        "note: 'bob@example.org' is in a team and has no key for gatekeeper-approval in .gatekeeper/allowed_signers",
        "note: approval.policy_changes asks for more people than have a key: nobody could change the policy",
        "note: the gate 'server@gates.example.org' needs a key for git and gatekeeper-decision in "
        ".gatekeeper/allowed_signers",
    ]
    (folder / "other").write_text(SIGNERS.replace('namespaces="git" ', 'namespaces="git,gatekeeper-approval" '))
    done = gatekeeper("policy", "check", "--signers", "other", cwd=folder)
    assert done.code == 4
    assert done.out.startswith("other:4: 'claude@agents.example.org' is an agent and may sign work alone")
    (folder / "other").write_text("garbage\n")
    assert gatekeeper("policy", "check", "--signers", "other", cwd=folder).out.startswith("other:1: ")


def test_without_a_signers_file_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(SMALL)
    done = gatekeeper("policy", "check", "p.yaml", cwd=tmp_path)
    assert done.code == 0
    assert "note: keys were not checked: no signers file .gatekeeper/allowed_signers beside it" in done.err


def test_a_managed_policy(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text("version: 1\nteams: {sec: [a@x.org]}\nsigners: s\n")
    assert (
        "note: keys were not checked: no signers file s"
        in gatekeeper("policy", "check", "p.yaml", "--managed", cwd=tmp_path).err
    )
    (tmp_path / "s").write_text(signer("a@x.org", PERSON))
    done = gatekeeper("policy", "check", "p.yaml", "--managed", cwd=tmp_path)
    assert (done.code, done.out, done.err) == (0, "p.yaml: valid\n", "")
    assert gatekeeper("policy", "check", "p.yaml", cwd=tmp_path).code == 4


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("check", "nowhere.yaml"), "gatekeeper: nowhere.yaml: no such file or directory"),
        (("check", "."), "gatekeeper: .: is a directory"),
        (("schema", "--output", "chek"), "gatekeeper: there is no schema of 'chek'; did you mean 'check'?"),
        (("shwo",), "gatekeeper: argument VERB: invalid choice: 'shwo'"),
        ((), "gatekeeper: the following arguments are required: VERB"),
    ],
)
def test_what_cannot_be_meant(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    done = gatekeeper("policy", *words, cwd=tmp_path)
    assert done.code == 2
    assert done.err.startswith(said)


def test_the_schema_of_the_file() -> None:
    assert json.loads(gatekeeper("policy", "schema").out)["required"] == ["version", "serial"]


def test_show_says_where_each_value_came_from(repo: RepoBuilder, tmp_path: Path) -> None:
    corp = tmp_path / "corp.yaml"
    corp.write_text("version: 1\nlevels: {ci.touched: deny}\nprotect: [refs/heads/x]\napproval: {expires: 2d}\n")
    trusted(
        repo, "extends: quiet\nlevels: {deps.*: warn}\npaths: [{name: a, match: [a/**], approvers: {maintainers: 2}}]"
    )
    done = gatekeeper("policy", "show", "--repo", str(repo.path), env={"GATEKEEPER_MANAGED_POLICY": str(corp)})
    assert (done.code, done.err) == (0, "")
    lines = {line.split()[0]: " ".join(line.split()[1:]) for line in done.out.splitlines() if line.startswith("  ")}
    assert done.out.startswith("policy refs/heads/main:.gatekeeper/policy.yaml, serial 1, sha256 ")
    assert f"tightened by managed {corp}, sha256 " in done.out
    assert lines["extends"] == "quiet (file)"
    assert lines["humans"] == "counts (default)"
    assert lines["approval.expires"] == f"2d (managed {corp})"
    assert lines["protect"] == f"refs/heads/main refs/heads/release/* refs/heads/x (file + managed {corp})"
    assert lines["teams.maintainers"] == "alice@example.org bob@example.org (file)"
    assert lines["ci.touched"] == f"deny (managed {corp})"
    assert lines["deps.opaque"] == "warn (file)"
    assert lines["git.mode"] == "off (preset quiet)"
    assert lines["paths.a"] == "approval; a/**; approvers maintainers: 2 (file)"


def test_show_without_a_policy(repo: RepoBuilder) -> None:
    done = gatekeeper("policy", "show", "--repo", str(repo.path))
    assert done.code == 0
    assert done.err.startswith("note: no policy: the built-in 'balanced' protects refs/heads/main")
    assert "policy built-in:balanced, serial 0" in done.out


def test_show_for_a_target(repo: RepoBuilder) -> None:
    trusted(repo)
    repo.branch("old", "main")
    repo.commit(files("serial: 9\nextends: strict"))
    found = gatekeeper("policy", "show", "--repo", str(repo.path), "--target", "old", "--json").json()
    assert [layer["kind"] for layer in found["layers"]] == ["trust", "target"]  # type: ignore[attr-defined]
    assert found["levels"]["ci.touched"] == {"level": "approval", "origin": "preset strict"}  # type: ignore[index]
    assert found["serial"] == 1
    assert found["origins"]["run.isolation"] == "preset strict"  # type: ignore[index]
