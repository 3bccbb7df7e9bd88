# SPDX-License-Identifier: Apache-2.0
"""docs/policy.md, the JSON Schemas and the parser say the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gatekeeper.policy import parse, parse_run, schemas
from gatekeeper.policy.document import to_document
from gatekeeper.policy.presets import RULES
from gatekeeper.policy.schema import POLICY_PATH
from gatekeeper.policy.yamltree import Items, Node, Table, Text, read
from tests.cli import ROOT, gatekeeper
from tests.policies import trusted
from tests.repo import RepoBuilder
from tests.unit.test_policy_parse import FULL, WRONG

REFERENCE = (ROOT / "docs/policy.md").read_text(encoding="utf-8")
SECTIONS = {
    "": parse.KEYS,
    "paths[].": parse.PATH_KEYS,
    "dependencies.": parse.DEPENDENCIES_KEYS,
    "secrets.": parse.SECRETS_KEYS,
    "approval.": parse.APPROVAL_KEYS,
    "break_glass.": parse.BREAK_GLASS_KEYS,
    "run.": parse_run.RUN_KEYS,
    "run.network.": parse_run.NETWORK_KEYS,
    "run.commands.": parse_run.COMMANDS_KEYS,
    "run.limits.": parse_run.LIMITS_KEYS,
}
SETTINGS = {prefix + key for prefix, keys in SECTIONS.items() for key in keys}
TABLES = {key for key in SETTINGS if f"{key}." in SECTIONS}


def test_the_reference_has_every_key_and_no_other() -> None:
    keys = re.findall(r"^\| `([a-z_.\[\]]+)` \| ", REFERENCE.split("## Keys")[1].split("## Levels")[0], re.MULTILINE)
    assert len(keys) == len(set(keys))
    assert set(keys) == SETTINGS - TABLES


def test_the_reference_has_every_rule() -> None:
    table = REFERENCE.split("<!-- rules: begin -->\n")[1].split("<!-- rules: end -->")[0]
    rows = [f"| `{info.name}` | {info.balanced} | {'q' if info.quiet else ''} | {info.summary} |" for info in RULES]
    assert table.splitlines()[2:] == rows


def test_the_reference_s_example_is_valid() -> None:
    example = REFERENCE.split("```yaml\n")[1].split("```")[0]
    said = parse.parse(example.encode(), "docs/policy.md")
    assert to_document(said) == to_document(parse.parse(FULL.encode(), "FULL"))


def schema(name: str = "policy") -> dict[str, Any]:
    found: dict[str, Any] = json.loads(schemas.text(name))
    return found


def properties(found: dict[str, Any], prefix: str = "") -> set[str]:
    keys = set()
    for key, value in found.get("properties", {}).items():
        inner = {"levels": {}, "paths": value.get("items", {})}.get(key, value)
        keys.add(prefix + key)
        keys |= properties(inner, f"{prefix}{key}{'[]' if key == 'paths' else ''}.")
    return keys


def test_the_schema_has_every_key_and_no_other() -> None:
    assert properties(schema()) == SETTINGS


def plain(node: Node) -> Any:
    """A node as JSON would have it: numbers and booleans where they are written plainly."""
    if isinstance(node, Table):
        return {key.value: plain(value) for key, value in node.pairs}
    if isinstance(node, Items):
        return [plain(item) for item in node.nodes]
    assert isinstance(node, Text)
    if node.plain and re.fullmatch("[0-9]+", node.value) and len(node.value) < 10:
        return int(node.value)
    return node.value == "true" if node.plain and node.value in ("true", "false") else node.value


def test_the_schema_accepts_what_the_parser_accepts() -> None:
    jsonschema = pytest.importorskip("jsonschema")
    for name in schemas.names():
        jsonschema.Draft202012Validator.check_schema(schema(name))
    validator = jsonschema.Draft202012Validator(schema())
    assert list(validator.iter_errors(plain(read(FULL.encode(), "p")))) == []


SEEN_BY_THE_SCHEMA = [
    text for text, _, _ in WRONG if text.startswith(("version", "serial", "protct", "extends", "humans"))
]


@pytest.mark.parametrize("text", [text for text in SEEN_BY_THE_SCHEMA if "\n" not in text and "~" not in text])
def test_the_schema_refuses_what_the_parser_refuses(text: str) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    keys = {text.partition(":")[0]}
    kept = [line for line in FULL.splitlines() if line.partition(":")[0] not in keys]
    document = plain(read("\n".join([*kept, text]).encode(), "p"))
    assert not jsonschema.Draft202012Validator(schema()).is_valid(document)


VERBS = sorted(set(schemas.names()) - {"policy"})


@pytest.mark.parametrize("name", VERBS)
def test_each_verb_has_a_schema_of_its_document(name: str) -> None:
    done = gatekeeper("policy", "schema", "--output", name)
    assert done.code == 0
    assert done.json()["properties"]["schema"] == {"const": f"gatekeeper.{name}/1"}  # type: ignore[index]


def test_what_verbs_print_is_as_their_schemas_say(repo: RepoBuilder) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    trusted(repo)
    repo.commit({"pyproject.toml": '[project]\nname = "x"\ndependencies = ["left-pad"]\n', "a.py": "x = 1  # \u202e\n"})
    place = ("--repo", str(repo.path), "--json")
    for words in (
        ("check", "work", "--target", "refs/heads/main"),
        ("check", "nothing"),
        ("review", "work", "--target", "refs/heads/main"),
        ("merge", "work", "--into", "refs/heads/main"),
        ("policy", "show"),
        ("policy", "check", str(repo.path / POLICY_PATH)),
        ("policy", "check", str(repo.path / "a.py")),
    ):
        found = gatekeeper(*words, *place).json()
        name = str(found["schema"]).removeprefix("gatekeeper.").removesuffix("/1")
        assert name in VERBS
        jsonschema.Draft202012Validator(schema(name)).validate(found)
