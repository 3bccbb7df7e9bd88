# SPDX-License-Identifier: Apache-2.0
"""Windows and added lines against their plain definitions."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.git.diff import added_lines, common_prefix, common_suffix, windows

TEXTS = st.lists(st.sampled_from([b"", b"a", b"b", b"ab", b"a\r", b"long" * 3000]), max_size=8).map(b"\n".join)


@given(TEXTS, TEXTS)
def test_common_ends_are_the_longest(old: bytes, new: bytes) -> None:
    prefix = common_prefix(old, new)
    assert old[:prefix] == new[:prefix]
    assert prefix == min(len(old), len(new)) or old[prefix] != new[prefix]
    limit = min(len(old), len(new))
    suffix = common_suffix(old, new, limit)
    assert old[len(old) - suffix :] == new[len(new) - suffix :]
    assert suffix == limit or old[-suffix - 1] != new[-suffix - 1]


@given(TEXTS, TEXTS)
def test_windows_are_whole_lines_and_hold_every_difference(old: bytes, new: bytes) -> None:
    old_start, old_end, new_start, new_end = windows(old, new)
    assert old[:old_start] == new[:new_start]
    assert old[old_end:] == new[new_end:]
    assert 0 <= old_start <= old_end <= len(old)
    assert 0 <= new_start <= new_end <= len(new)
    for text, at in ((old, old_start), (new, new_start), (old, old_end), (new, new_end)):
        assert at in (0, len(text)) or text[at - 1 : at] == b"\n"


@given(TEXTS, TEXTS)
def test_added_lines_are_the_surplus_of_the_new_side(old: bytes, new: bytes) -> None:
    def lines(text: bytes) -> Counter[bytes]:
        parts = text.split(b"\n")
        return Counter(part.removesuffix(b"\r") for part in (parts if parts[-1] else parts[:-1]))

    added = added_lines(old, new)
    assert Counter(line for _, line in added) == lines(new) - lines(old)
    numbered = new.split(b"\n")
    assert all(numbered[number - 1].removesuffix(b"\r") == line for number, line in added)


def test_a_moved_line_is_not_added_and_a_second_copy_is() -> None:
    assert added_lines(b"a\nb\n", b"b\na\n") == ()
    assert added_lines(b"a\n", b"a\na\n") == ((2, b"a"),)
    assert added_lines(b"", b"x\ny") == ((1, b"x"), (2, b"y"))
