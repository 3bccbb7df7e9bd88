# SPDX-License-Identifier: Apache-2.0
"""explain: every rule has an answer offline, and a verdict is explained finding by finding."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gatekeeper.commands.explain import LARGEST, sections
from gatekeeper.policy.presets import RULES
from gatekeeper.report import json as report_json
from tests.cli import gatekeeper
from tests.verdicts import finding, verdict


@pytest.mark.parametrize("rule", [info.name for info in RULES])
def test_every_rule_is_explained(rule: str) -> None:
    told = gatekeeper("explain", rule)
    assert (told.code, told.err) == (0, "")
    assert rule in told.out


def test_a_rule_says_its_levels() -> None:
    told = gatekeeper("explain", "deps.new-direct")
    assert told.out.splitlines()[:2] == [
        "deps.new-direct: a new direct dependency",
        "off in quiet, approval in balanced, approval in strict",
    ]
    assert gatekeeper("explain", "deps.new-direct", "--json").json() == {
        "schema": "gatekeeper.explain/1",
        "rule": "deps.new-direct",
        "text": told.out,
    }


def test_open_families_take_any_name() -> None:
    assert gatekeeper("explain", "paths.ledger").out.startswith("paths.ledger: a path that the policy protects")
    assert gatekeeper("explain", "secrets.some-new-kind").code == 0


def test_a_family_lists_its_rules() -> None:
    told = gatekeeper("explain", "git")
    for info in RULES:
        assert (f"{info.name} " in told.out) == info.name.startswith("git.")


@pytest.mark.parametrize(
    ("word", "near"), [("deps.new-drect", "deps.new-direct"), ("dps", "deps"), ("size.hugee", "size.huge")]
)
def test_an_unknown_rule_names_the_nearest(word: str, near: str) -> None:
    told = gatekeeper("explain", word)
    assert (told.code, told.out) == (2, "")
    assert f"there is no rule '{word}'; did you mean '{near}'?" in told.err


def test_a_page_is_cut_at_its_rules() -> None:
    text = "# Family\n\nIntro.\n\n## a.one, a.two\n\nWhy.\n\n```\n## not a rule\n```\n\n## `a.three`\nLast.\n"
    found = dict(sections(text))
    assert list(found) == ["", "a.one", "a.two", "a.three"]
    assert found["a.one"] == found["a.two"]
    assert "## not a rule" in found["a.one"]
    assert found["a.three"] == "## `a.three`\nLast.\n"


def test_a_verdict_is_explained_by_rule(tmp_path: Path) -> None:
    told = verdict(
        finding(),
        finding(path=b"x\x1b[2J.toml", line=None),
        finding("warn", None, "odd", "made.up", 3),
    )
    path = tmp_path / "verdict.json"
    path.write_text(json.dumps(report_json.document(told)))
    out = gatekeeper("explain", "verdict.json", cwd=tmp_path)
    assert out.code == 0
    assert out.out.startswith("needs-approval, 2 rules found something\n\ndeps.new-direct: ")
    assert "  pyproject.toml:14  approval: new dependency 'left-pad'\n" in out.out
    assert "  x\\x1b[2J.toml  approval: new dependency 'left-pad'\n" in out.out
    assert "made.up: this version of gatekeeper does not know it\n  commit bbbb" in out.out
    assert "more: gatekeeper explain deps.new-direct\n" in out.out
    piped = gatekeeper("explain", "-", "--json", stdin=path.read_bytes()).json()
    assert [rule["rule"] for rule in piped["rules"]] == ["deps.new-direct", "made.up"]  # type: ignore[attr-defined]
    inside = json.dumps({"schema": "gatekeeper.approve/1", "verdict": report_json.document(verdict())})
    assert gatekeeper("explain", "-", stdin=inside.encode()).out == "nothing was found\n"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"{", "- is not a verdict: "),
        (b"[]", "it has no verdict and findings"),
        (b'{"verdict": "denied", "findings": [1]}', "it has no verdict and findings"),
        (b"[" * 100_000, "- is not a verdict: "),
        (b"\xff\xfe\x00", "- is not a verdict: "),
        (b" " * (LARGEST + 1), "over 67,108,864 bytes"),
    ],
)
def test_what_is_no_verdict_is_code_2(content: bytes, words: str) -> None:
    told = gatekeeper("explain", "-", stdin=content)
    assert (told.code, told.out) == (2, "")
    assert words in told.err


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    told = gatekeeper("explain", "no.json", cwd=tmp_path)
    assert told.code == 2
    assert told.err.startswith("gatekeeper: no.json: No such file or directory\n")
