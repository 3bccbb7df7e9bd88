# SPDX-License-Identifier: Apache-2.0
"""Each format says the whole verdict, and nothing that a repository chose can steer its reader."""

from __future__ import annotations

import base64
import io
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import UsageError
from gatekeeper.model import Change, Ignored, NotChecked, Requirement, Scanned
from gatekeeper.report import json as report_json
from gatekeeper.report.formats import FORMATS, format_named, report_check
from gatekeeper.report.markdown import code
from gatekeeper.report.options import Options, wants_color
from gatekeeper.report.sanitise import line
from gatekeeper.report.wording import next_step, quoted
from tests.verdicts import BASE, HEAD, TREE, finding, verdict


def rendered(name: str, *findings: object, **options: object) -> str:
    out = io.StringIO()
    report_check(verdict(*findings), name, out, Options(**options))  # type: ignore[arg-type]
    return out.getvalue()


def test_json_is_the_document_of_the_contract() -> None:
    told = verdict(finding())._replace(
        present=("e" * 64,),
        ignored=(Ignored("f" * 64, "approver is the commit's author"),),
        not_checked=(NotChecked("deps.unknown-name", "no network"),),
        required=(Requirement("maintainers", 1),),
    )
    assert report_json.document(told, "agent/fix") == {
        "schema": "gatekeeper.check/1",
        "verdict": "needs-approval",
        "exit": 3,
        "repository": "example.org/payments",
        "target": "refs/heads/main",
        "base": BASE,
        "head": HEAD,
        "result_tree": TREE,
        "commits": [HEAD],
        "policy": {
            "source": "refs/heads/main:.gatekeeper/policy.yaml",
            "sha256": "d" * 64,
            "serial": 3,
            "preset": "balanced",
            "managed": [],
        },
        "findings": [
            {
                "rule": "deps.new-direct",
                "level": "approval",
                "commit": HEAD,
                "path": "pyproject.toml",
                "line": 14,
                "message": "new dependency 'left-pad'",
                "fingerprint": "0123456789abcdef0123",
                "approvers": {"maintainers": 1},
                "covered_by": [],
            }
        ],
        "approvals": {
            "required": [{"team": "maintainers", "count": 1}],
            "present": [{"id": "e" * 64}],
            "missing": [{"team": "maintainers", "count": 1}],
            "ignored": [{"id": "f" * 64, "reason": "approver is the commit's author"}],
            "rejections": [],
        },
        "scanned": {"commits": 1, "blobs": 2, "bytes": 4096},
        "not_checked": [{"rule": "deps.unknown-name", "reason": "no network"}],
        "notices": [],
        "next": "gatekeeper approve agent/fix --target refs/heads/main",
    }


def test_json_gives_a_path_that_is_not_utf8_twice() -> None:
    path = b"caf\xe9/\x1b[0m\n.py"
    text = rendered("json", finding(path=path))
    assert text.isascii()
    found = json.loads(text)["findings"][0]
    assert found["path"] == "caf\\xe9/\x1b[0m\n.py"
    assert base64.b64decode(found["path_bytes"]) == path
    assert "path_bytes" not in json.loads(rendered("json", finding(path="café".encode())))["findings"][0]


def test_text_puts_the_verdict_first_and_the_worst_file_next() -> None:
    told = rendered(
        "text",
        finding("warn", b"a.py", "zero-width space", "unicode.invisible", 3),
        finding(),
        finding("deny", b"z/key.pem", "a private key", "secrets.private-key", 1),
        finding(path=b"ok.toml", covered_by=("e" * 64,)),
        subject="agent/fix",
    )
    assert told == (
        "denied: 1 commit for refs/heads/main (1 to fix, 1 to approve, 1 to know, 1 approved)\n"
        "  z/key.pem:1  deny  secrets.private-key\n"
        "      a private key, commit bbbbbbbbbbbb\n"
        "  pyproject.toml:14  approval  deps.new-direct\n"
        "      new dependency 'left-pad'; needs 1 of maintainers, commit bbbbbbbbbbbb\n"
        "  a.py:3  warn  unicode.invisible\n"
        "      zero-width space, commit bbbbbbbbbbbb\n"
        "  ok.toml:14  approved  deps.new-direct\n"
        "      new dependency 'left-pad', commit bbbbbbbbbbbb\n"
        "looked at: 1 commit, 2 file versions, 4,096 bytes; policy refs/heads/main:.gatekeeper/policy.yaml, "
        "serial 3, balanced\n"
        "next: gatekeeper explain secrets.private-key\n"
    )


def test_text_says_what_is_asked_and_what_is_missing() -> None:
    told = verdict(finding())._replace(
        required=(Requirement("maintainers", 1), Requirement("security", 2)),
        missing=(Requirement("security", 2),),
        present=("e" * 64,),
        vetoes=("9" * 64,),
        notices=("the built-in preset decides",),
        not_checked=(NotChecked("deps.unknown-name", "no network"),),
        ignored=(Ignored("f" * 64, "expired"),),
    )
    text = format_named("text").render(told, Options())
    for words in (
        "asks for: 1 of maintainers, 2 of security",
        "missing: 2 of security",
        "counted: eeeeeeeeeeee",
        "rejected by: 999999999999",
        "ignored: ffffffffffff: expired",
        "not checked: deps.unknown-name (no network)",
        "note: the built-in preset decides",
        "next: gatekeeper approve " + HEAD + " --target refs/heads/main",
    ):
        assert words in text.splitlines()


def test_the_same_finding_in_many_commits_is_one() -> None:
    same = [finding("warn", b"a.py", "long line", "code.long-line", 2, commit=digit * 40) for digit in "12345"]
    text = rendered("text", *same)
    assert text.count("long line,") == 1
    assert "long line, 5 commits from 111111111111" in text


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_long_lists_say_how_many_are_left_out(name: str) -> None:
    text = rendered(name, *(finding("warn", f"{number}.py".encode()) for number in range(1300)))
    assert re.search(r"and 1,[12]00 more", text)


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_scanning_nothing_does_not_look_like_a_pass(name: str) -> None:
    told = verdict(commits=())._replace(scanned=Scanned())
    assert "looked at" in format_named(name).render(told, Options())
    assert "nothing (no commits to inspect)" in format_named(name).render(told, Options())


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_a_deletion_is_named(name: str) -> None:
    told = verdict(finding("deny", None, "a protected ref", "ref.deleted", None))
    told = told._replace(change=Change("refs/heads/main", BASE, "0" * 40, (), None))
    assert "eleting" in format_named(name).render(told, Options())


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_what_is_not_committed_yet_is_no_commit_of_zeros(name: str) -> None:
    zero = "0" * 40
    told = verdict(finding(commit=zero), finding("warn", None, "a long message", "x.y", 1, commit=zero))
    told = told._replace(change=Change("refs/heads/main", BASE, zero, (zero,), TREE, unmade=True))
    text = format_named(name).render(told, Options())
    assert "the new commit for " in text.lower()
    assert "this change" in text
    assert "0000" not in text
    assert next_step(told) == "gatekeeper approve HEAD --target refs/heads/main"


def test_colour_only_when_asked_for() -> None:
    assert "\x1b[" not in rendered("text", finding())
    assert "\x1b[33m" in rendered("text", finding(), color=True)


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(UsageError) as caught:
        format_named("sarfi")
    assert caught.value.next_step == "choose one of: text, json, markdown"
    with pytest.raises(UsageError, match="not available yet"):
        format_named("sarif")


def test_the_next_command_can_be_pasted() -> None:
    told = verdict(finding(), target="refs/heads/$(touch x)")
    assert next_step(told, "it's;x") == "gatekeeper approve 'it'\\''s;x' --target 'refs/heads/$(touch x)'"
    assert next_step(told, "a\u202eb").startswith(f"gatekeeper approve {HEAD} ")
    assert next_step(verdict()) == ""
    assert quoted("") == "''"


@given(st.text("ab` \\<@\n", max_size=12))
def test_a_code_span_holds_its_text(text: str) -> None:
    span = code(text)
    fence = re.match("`+", span)
    assert fence is not None
    inner = span[fence.end() : -fence.end()]
    assert fence.group() not in re.findall("`+", inner)
    assert "\n" not in inner
    stripped = inner[1:-1] if inner[:1] == inner[-1:] == " " and inner.strip(" ") else inner
    assert stripped == line(text) or not text


HOSTILE = [
    b"`</code><script>alert(1)</script>",
    b"](https://evil.example) ![x](https://evil.example/x.png)",
    b"@everyone #1 ::error file=x::oops",
    b"a\n\n# heading\n::set-output name=x::y\n",
    b"\x1b]8;;https://evil.example\x07link",
    "x\u202e\u2066".encode(),
    b"| a | b |\n|---|---|",
    b"%0A::error::x",
    b"::error file=x::oops",
    b"x ###[debug]y ##vso[task.setvariable variable=a]b",
    b"\xff\xfe<img src=x onerror=alert(1)>",
    b"q" * 4000,
]


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", list(FORMATS))
def test_hostile_text_stays_text(name: str, hostile: bytes) -> None:
    message = f"found in {hostile.decode('utf-8', 'surrogateescape')}"
    text = rendered(name, finding(path=hostile, message=message))
    calm = rendered(name, finding(path=b"calm", message="calm"))
    assert text.count("\n") == calm.count("\n") + (b"path_bytes" in text.encode())
    assert not any(one.lstrip().startswith("::") for one in text.splitlines())
    assert not re.search(r"##\w*\[", text)
    assert all(one.isprintable() for one in text.splitlines())
    if name == "markdown":
        outside = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", text)
        assert not set("<>@[]|`") & set(outside)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("choice", "environ", "terminal", "wanted"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1"}, False, True),
        ("never", {}, True, False),
    ],
)
def test_colour_is_decided_by_option_variable_and_terminal(
    choice: str, environ: dict[str, str], terminal: bool, wanted: bool
) -> None:
    assert wants_color(choice, environ, Terminal() if terminal else io.StringIO()) == wanted
