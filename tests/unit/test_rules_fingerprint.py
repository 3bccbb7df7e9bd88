# SPDX-License-Identifier: Apache-2.0
"""Fingerprints hold rule, path and changed bytes, and nothing that a rebase moves."""

from __future__ import annotations

from gatekeeper.model import ABSENT, MODE_EXEC, MODE_FILE, MODE_GITLINK, FileChange
from gatekeeper.rules.fingerprint import changed, differing_lines, file_change, secret

FILE = FileChange(b"a", MODE_FILE, MODE_FILE, "1" * 40, "2" * 40)


def test_parts_cannot_run_into_each_other() -> None:
    marks = [
        changed("r", b"p", b"ab", b"c"),
        changed("r", b"p", b"a", b"bc"),
        changed("r", b"p", b"abc"),
        changed("r", b"", b"abc"),
        changed("r", None, b"abc"),
        changed("rp", b"", b"abc"),
        changed("r", b"p"),
        changed("r", b"p", b""),
    ]
    assert len(set(marks)) == len(marks)
    assert all(len(mark) == 20 and set(mark) <= set("0123456789abcdef") for mark in marks)


def test_a_change_elsewhere_in_the_file_keeps_the_fingerprint() -> None:
    here = file_change("r", FILE, b"a\nb\nc\n", b"a\nX\nc\n")
    there = file_change("r", FILE, b"0\n1\na\nb\nc\nd\n", b"0\n1\na\nX\nc\nd\n")
    assert here == there


def test_other_bytes_modes_or_counts_change_it() -> None:
    marks = {
        file_change("r", FILE, b"a\n", b"b\n"),
        file_change("r", FILE, b"a\n", b"b\nb\n"),
        file_change("r", FILE, b"a\n", b"b"),
        file_change("r", FILE, b"a\n", b"b\r\n"),
        file_change("r", FILE, b"b\n", b"a\n"),
        file_change("r", FILE._replace(new_mode=MODE_EXEC), b"a\n", b"b\n"),
        file_change("r", FILE._replace(path=b"c"), b"a\n", b"b\n"),
        file_change("s", FILE, b"a\n", b"b\n"),
        file_change("r", FILE._replace(old_mode=ABSENT), b"", b"b\n"),
    }
    assert len(marks) == 9


def test_a_submodule_counts_by_its_commit() -> None:
    moved = FILE._replace(old_mode=MODE_GITLINK, new_mode=MODE_GITLINK)
    assert file_change("r", moved, b"", b"") != file_change("r", moved._replace(new_oid="3" * 40), b"", b"")


def test_differing_lines_count_each_copy() -> None:
    lost, gained = differing_lines(b"a\na\nb\nc\n", b"a\nc\nd\nd\n")
    assert sorted(lost) == [b"a", b"b"]
    assert sorted(gained) == [b"d", b"d"]


def test_a_secret_is_bound_to_rule_value_and_repository() -> None:
    marks = {
        secret("secrets.a", b"value", "x"),
        secret("secrets.b", b"value", "x"),
        secret("secrets.a", b"values", "x"),
        secret("secrets.a", b"value", "y"),
    }
    assert len(marks) == 4
    assert all(len(mark) == 20 for mark in marks)
