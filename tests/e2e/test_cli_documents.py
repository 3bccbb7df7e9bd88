# SPDX-License-Identifier: Apache-2.0
"""What the set-up verbs print with --json is what their schemas say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gatekeeper.policy import schemas
from tests import signers
from tests.cli import gatekeeper
from tests.repo import RepoBuilder
from tests.verdicts import finding, verdict


def fits(schema: dict[str, Any], value: object, place: str = "document") -> None:
    """Enough of JSON Schema for these documents: types, members, items, constants."""
    kinds = {"string": str, "boolean": bool, "integer": int, "array": list, "object": dict, "null": type(None)}
    if "const" in schema:
        assert value == schema["const"], place
    if "enum" in schema:
        assert value in schema["enum"], place
    if "type" in schema:
        named = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        assert isinstance(value, tuple(kinds[kind] for kind in named)), place
    if isinstance(value, dict) and "properties" in schema:
        assert set(schema["required"]) <= set(value) <= set(schema["properties"]), place
        for name, inner in value.items():
            fits(schema["properties"][name], inner, f"{place}.{name}")
    if isinstance(value, list):
        for number, inner in enumerate(value):
            fits(schema["items"], inner, f"{place}[{number}]")


@pytest.fixture
def ready(repo: RepoBuilder, home: Path) -> RepoBuilder:
    repo.git("config", "user.email", "alice@example.org")
    (home / ".ssh").mkdir()
    (home / ".ssh/id_ed25519.pub").write_text(signers.key("alice").public + "\n")
    repo.write({".pre-commit-config.yaml": "repos: []\n"})
    return repo


@pytest.mark.parametrize(
    "words", [["init", "--dry-run"], ["init"], ["install"], ["uninstall"], ["doctor"], ["explain", "git.mode"]]
)
def test_documents_fit_their_schemas(ready: RepoBuilder, words: list[str]) -> None:
    told = gatekeeper(*words, "--json", "--repo", str(ready.path))
    assert told.code == 0, told.err
    fits(json.loads(schemas.text(words[0])), told.json())


def test_an_explained_verdict_fits(ready: RepoBuilder) -> None:
    from gatekeeper.report.json import document, dumps

    told = gatekeeper("explain", "-", "--json", stdin=dumps(document(verdict(finding()))).encode())
    fits(json.loads(schemas.text("explain")), told.json())


def test_an_error_fits() -> None:
    fits(json.loads(schemas.text("error")), gatekeeper("chek", "--json").json())


def test_a_verdict_fits() -> None:
    from gatekeeper.report.json import document

    told = document(verdict(finding(path=b"caf\xe9"), finding("deny", None, line=None)))
    schema = json.loads(schemas.text("check"))
    assert set(schema["required"]) <= set(told) <= set(schema["properties"])
    found = schema["$defs"]["finding"]
    for one in told["findings"]:  # type: ignore[attr-defined]
        assert set(found["required"]) <= set(one) <= set(found["properties"])
