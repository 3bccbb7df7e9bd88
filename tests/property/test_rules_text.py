# SPDX-License-Identifier: Apache-2.0
"""Rules over text, against slow and obvious versions of themselves."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.model import MODE_FILE, FileChange
from gatekeeper.rules.code import LIMIT, LongLines
from gatekeeper.rules.fingerprint import differing_lines, file_change
from gatekeeper.rules.size import Size
from gatekeeper.rules.unicode import Characters
from gatekeeper.rules.unicode_scan import BIDI, TAGS, scan
from tests.views import MemoryCommit, Sides

FILE = FileChange(b"a.py", MODE_FILE, MODE_FILE, "1" * 40, "2" * 40)
LINES = st.lists(
    st.sampled_from([b"a", b"b", b"", b"}", b"c\r", b"\xff", "\u202e".encode(), "é".encode()]), max_size=12
)
TEXTS = st.builds(lambda lines, end: b"\n".join(lines) + end, LINES, st.sampled_from([b"", b"\n"]))
ODD = "".join(map(chr, [0x202E, 0x2066, 0x200B, 0x200D, 0xFE0F, 0xE0041, 0xE007F, 0x430, 0x3BF, 0x1F468, 0x5D0, 0x627]))
MIXED = st.text(st.sampled_from("abz_ \\-%\n" + ODD), max_size=40)


def lines_of(text: bytes) -> Counter[bytes]:
    """Lines without their end, the last one marked where it has none."""
    return Counter(
        line[:-1] if line.endswith(b"\n") else line + b"\n" for line in re.findall(rb"[^\n]*\n|[^\n]+", text)
    )


@given(TEXTS, TEXTS)
def test_lines_differ_as_a_multiset(old: bytes, new: bytes) -> None:
    before, after = lines_of(old), lines_of(new)
    lost, gained = differing_lines(old, new)
    assert (Counter(lost), Counter(gained)) == (before - after, after - before)


@given(LINES, LINES, LINES, TEXTS)
def test_unchanged_surroundings_have_no_part_in_a_fingerprint(
    old: list[bytes], new: list[bytes], above: list[bytes], below: bytes
) -> None:
    start, before, after = (b"".join(line + b"\n" for line in lines) for lines in (above, old, new))
    assert file_change("r", FILE, before, after) == file_change(
        "r", FILE, start + before + below, start + after + below
    )


@given(TEXTS, TEXTS, TEXTS)
def test_fingerprints_are_equal_only_for_equal_differences(old: bytes, one: bytes, two: bytes) -> None:
    same = file_change("r", FILE, old, one) == file_change("r", FILE, old, two)
    assert same == (lines_of(one) == lines_of(two))


@given(TEXTS, TEXTS)
def test_every_added_line_with_a_control_is_found_and_no_other(old: bytes, new: bytes) -> None:
    view = MemoryCommit({"a.py": (old, new)})
    added = {line.number for line in view.added(view.files[0]) if "\u202e".encode() in line.text}
    assert {hit.line for hit in Characters().inspect(view)} == added


@given(MIXED, st.booleans())
def test_no_context_hides_a_control_or_a_tag(text: str, code: bool) -> None:
    found = list(scan(text.encode(), code=code, at_start=True))
    lines = text.split("\n")
    for rule, first, last in (
        (BIDI, "\u202a", "\u202e"),
        (BIDI, "\u2066", "\u2069"),
        (TAGS, "\U000e0000", "\U000e007f"),
    ):
        holding = {number for number, line in enumerate(lines) if any(first <= mark <= last for mark in line)}
        assert holding <= {one.line for one in found if one.rule == rule}


@given(MIXED, st.binary(max_size=8), st.binary(max_size=8))
def test_bytes_that_are_not_text_change_nothing_on_other_lines(text: str, before: bytes, after: bytes) -> None:
    alone = [(one.rule, one.text) for one in scan(text.encode(), code=True)]
    around = before.replace(b"\n", b"") + b"\n" + text.encode() + b"\n" + after.replace(b"\n", b"")
    inside = [(one.rule, one.text) for one in scan(around, code=True) if 0 < one.line <= text.count("\n") + 1]
    assert alone == inside


@given(st.binary(max_size=200))
def test_any_bytes_can_be_scanned(content: bytes) -> None:
    for one in scan(content, code=True, at_start=True):
        assert one.text.removesuffix(b"\r") in content
        assert one.message


@given(st.lists(st.integers(LIMIT - 3, LIMIT + 3) | st.integers(0, 3 * LIMIT), max_size=5), st.booleans())
def test_long_lines_are_those_over_the_limit(lengths: list[int], ended: bool) -> None:
    content = b"\n".join(b"%d" % number * length for number, length in enumerate(lengths)) + b"\n" * ended
    view = MemoryCommit({"a.py": (None, content)})
    expected = [number for number, line in enumerate(content.split(b"\n"), 1) if len(line) > LIMIT]
    assert [hit.line for hit in LongLines().inspect(view)] == expected


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(0, 900), st.integers(0, 600)), min_size=1, max_size=4))
def test_sizes_are_counted_as_a_multiset(files: list[tuple[int, int, int]]) -> None:
    def text(word: str, count: int, shared: int) -> bytes:
        return b"".join(b"%s %d\n" % (word.encode(), n) for n in range(count)) + b"same\n" * shared

    sides: dict[str | bytes, Sides] = {
        f"f{n}": (text("old", lost, same), text("new", gained, same)) for n, (lost, gained, same) in enumerate(files)
    }
    total = sum(lost + gained for lost, gained, _ in files)
    expected = [rule for rule, limit in (("size.large", 1000), ("size.huge", 4000)) if total > limit]
    found = list(Size().inspect(MemoryCommit(sides)))
    assert [hit.rule for hit in found] == expected
    assert all(hit.message.startswith(f"{total:,} changed lines") for hit in found)
