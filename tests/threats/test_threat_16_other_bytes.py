# SPDX-License-Identifier: Apache-2.0
"""Threat 16: an approver must see what is signed: nothing that acts on the terminal, looks alike, or is cut."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import gatekeeper
from tests.served import MAIN, Served

LONG = "x = '" + "a" * 4_000 + "'  # the end of the line"
TRICKS: dict[str, tuple[bytes | str, str]] = {
    "clear the screen": ("calm\x1b[2J\x1b[1;1Hnothing here", r"calm\x1b[2J\x1b[1;1Hnothing here"),
    "carriage return": ("grant(all)\rprint(1)  ", r"grant(all)\rprint(1)"),
    "backspace": ("delete()" + "\b" * 8 + "print(1)", r"delete()\x08\x08"),
    "hyperlink": ("\x1b]8;;https://evil.example\x07docs", r"\x1b]8;;https://evil.example\x07docs"),
    "runs backwards": ("if a \u202e\u2066# admin\u2069", r"if a \u202e\u2066# admin\u2069"),
    "zero width": ("admin\u200bistrator", r"admin\u200bistrator"),
    "tag characters": ("hello\U000e0064\U000e0065", r"hello\U000e0064\U000e0065"),
    "not UTF-8": (b"caf\xe9", r"caf\xe9"),
}


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


@pytest.mark.parametrize("trick", TRICKS)
def test_content_is_shown_as_it_is(served: Served, trick: str) -> None:
    raw, shown = TRICKS[trick]
    content = raw if isinstance(raw, bytes) else raw.encode()
    message = b"Subject " + content if isinstance(raw, str) else b"git would convert it"
    served.branch("agent/odd", {"odd.txt": content + b"\n"}, message)
    told = gatekeeper("review", "agent/odd", "--target", MAIN, "--offline", "--repo", str(served.clone.path))
    assert f"+{shown}" in told.out
    assert f"Subject {shown}" in told.out or isinstance(raw, bytes)
    assert "shown as escapes" in told.out
    assert told.out.replace("\n", "").replace("\t", "").isprintable()


def test_a_path_is_shown_as_it_is(served: Served) -> None:
    served.branch("agent/odd", {"p\u0430yments\u202egpj.sh": "x\n", b"\x1b[2K".decode(): "y\n"})
    for verb in ("check", "review"):
        told = gatekeeper(verb, "agent/odd", "--target", MAIN, "--offline", "--repo", str(served.clone.path))
        assert told.out.replace("\n", "").replace("\t", "").isprintable()
        assert told.code in (1, 3)
        assert r"p\u0430yments\u202egpj.sh" in told.out
        assert r"\x1b[2K" in told.out


def test_nothing_is_cut_and_sizes_are_said(served: Served) -> None:
    lines = "".join(f"line {number}\n" for number in range(3_000))
    served.branch("agent/long", {"long.py": f"{LONG}\n", "many.txt": lines, "logo.bin": b"\0" * 70_000})
    told = gatekeeper("review", "agent/long", "--target", MAIN, "--offline", "--repo", str(served.clone.path))
    assert f"+{LONG}\n" in told.out
    assert all(f"+line {number}\n" in told.out for number in range(3_000))
    assert f"many.txt  new file, +3,000 -0 lines, 0 -> {len(lines):,} bytes" in told.out
    assert "logo.bin  new file, binary, 0 -> 70,000 bytes" in told.out


def test_the_approver_is_shown_the_same_before_signing(served: Served) -> None:
    head = served.executable("agent/x")
    served.clone.commit({"odd.txt": "calm\x1b[2Jgone\n"}, "Subject \x1b[2J")
    review = gatekeeper("review", "agent/x", "--target", MAIN, "--offline", "--repo", str(served.clone.path))
    told = served.approve("agent/x")
    assert r"+calm\x1b[2Jgone" in told.out
    assert "\x1b" not in told.out + told.err
    assert head[:12] in told.out
    assert [line for line in review.out.splitlines() if line.startswith("+")] == [
        line for line in told.out.splitlines() if line.startswith("+")
    ]
