# SPDX-License-Identifier: Apache-2.0
"""What a reader sees is what is there: printable, complete, and never two things alike."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.report.sanitise import block, decoded, line, raw, unicode_text

anything = st.text(st.characters()) | st.binary().map(decoded) | st.text("ab\\xnu0e2:#3\u202e\n\x1b/аο_")


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        (b"src/app.py", "src/app.py"),
        ("naïve/日本語.txt", "naïve/日本語.txt"),
        (b"\x1b[2Jgone", r"\x1b[2Jgone"),
        ("pay\u202egpj.exe", r"pay\u202egpj.exe"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("zero\u200bwidth", r"zero\u200bwidth"),
        ("filler\u3164", r"filler\u3164"),
        ("selector\ufe0f", r"selector\ufe0f"),
        ("hard\xa0space", r"hard\u00a0space"),
        (b"latin-1 \xe9", r"latin-1 \xe9"),
        (b"two\nlines\r\n\ttab\0", r"two\nlines\r\n\ttab\x00"),
        ("back\\slash", r"back\\slash"),
        ("p\u0430yments", r"p\u0430yments"),
        ("привет о мире", "привет о мире"),
        ("\x7f\x80", r"\x7f\u0080"),
        ("  ::error file=x::y", r"  \x3a:error file=x::y"),
        ("a::b", "a::b"),
        ("x ##[debug] ###vso[y] ## [", r"x \x23#[debug] #\x23#vso[y] ## ["),
    ],
)
def test_one_line_shows_what_is_there(given_: str | bytes, shown: str) -> None:
    assert line(given_) == shown


def test_a_long_value_says_how_much_is_left_out() -> None:
    assert line("a" * 4000, 100) == "a" * 100 + "…[3,900 more bytes]"
    assert line("é" * 101, 100).endswith("…[2 more bytes]")
    assert line(b"\xff" * 101, 100).endswith("…[1 more bytes]")
    assert line("a" * 100, 100) == "a" * 100


def test_a_block_keeps_its_lines_and_counts_escapes() -> None:
    assert block(b'+\tprint("\\n")\n+x = 1\x1b[0m\xff\n') == ('+\tprint("\\n")\n+x = 1\\x1b[0m\\xff\n', 2)
    assert block("plain\n") == ("plain\n", 0)
    assert block(" ::error::\n+::fine") == (" \\x3a:error::\n+::fine", 0)


def test_machine_formats_get_valid_unicode() -> None:
    assert unicode_text(b"a\xff\xc3\xa9\x1b") == "a\\xffé\x1b"
    assert unicode_text("\ud800") == "\\xed\\xa0\\x80"


@given(anything)
def test_a_line_is_always_printable(text: str) -> None:
    shown = line(text)
    assert shown.isprintable()
    shown.encode("utf-8")


@given(anything, anything)
def test_different_values_give_different_lines(one: str, other: str) -> None:
    assert (line(one) == line(other)) == (one == other)


@given(st.binary())
def test_bytes_survive_decoding(content: bytes) -> None:
    assert raw(decoded(content)) == content
    unicode_text(content).encode("utf-8")


@given(anything)
def test_a_block_has_only_line_ends_and_tabs_besides_printables(text: str) -> None:
    shown, _ = block(text)
    assert shown.replace("\n", "").replace("\t", "").isprintable()
    assert shown.count("\n") == text.count("\n")
