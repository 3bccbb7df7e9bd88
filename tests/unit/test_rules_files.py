# SPDX-License-Identifier: Apache-2.0
"""Protected paths, ownership, size, long lines, protected refs: one behaviour each."""

from __future__ import annotations

import pytest

from gatekeeper.model import ABSENT, MODE_FILE, MODE_GITLINK, Change, Hit
from gatekeeper.rules.code import LongLines
from gatekeeper.rules.ownership import Ownership, kind_of
from gatekeeper.rules.paths import ProtectedPaths
from gatekeeper.rules.refs import ProtectedRefs
from gatekeeper.rules.rule import ProtectedPath, RuleSettings
from gatekeeper.rules.size import Size
from tests.views import MemoryChange, MemoryCommit, Sides

LEDGER = ProtectedPath("ledger", ("payments/ledger/**", "!payments/ledger/docs/**"), "money moves here")
ALL_PYTHON = ProtectedPath("python", ("*.py",))
SETTINGS = RuleSettings(protected_paths=(LEDGER, ALL_PYTHON))
ZERO, OLD, NEW = "0" * 40, "1" * 40, "2" * 40


# paths


def protected(path: str | bytes, old: str | None = None, new: str | None = "x") -> list[Hit]:
    return list(ProtectedPaths().inspect(MemoryCommit({path: (old, new)}, settings=SETTINGS)))


def test_one_finding_for_each_path_rule_and_file() -> None:
    found = protected("payments/ledger/book.py")
    assert [hit.rule for hit in found] == ["paths.ledger", "paths.python"]
    assert found[0].message == "adds a protected path: money moves here"
    assert found[0].fingerprint != found[1].fingerprint


def test_what_the_rule_takes_back_is_free() -> None:
    assert protected("payments/ledger/docs/a.md") == []
    assert protected("README.md") == []


def test_both_names_of_a_rename_count() -> None:
    view = MemoryCommit({"payments/ledger/a.txt": ("x", None), "elsewhere/a.txt": (None, "x")}, settings=SETTINGS)
    assert [hit.message for hit in ProtectedPaths().inspect(view)] == ["removes a protected path: money moves here"]


@pytest.mark.parametrize("path", ["Payments/LEDGER/a", "payments./ledger/a", "payments\\ledger\\a"])
def test_other_spellings_of_a_protected_path_count(path: str) -> None:
    assert [hit.rule for hit in protected(path)] == ["paths.ledger"]


def test_a_submodule_in_place_of_a_protected_folder_counts() -> None:
    view = MemoryCommit({"payments/ledger": (None, "1", ABSENT, MODE_GITLINK)}, settings=SETTINGS)
    assert [hit.rule for hit in ProtectedPaths().inspect(view)] == ["paths.ledger"]


def test_other_settings_are_not_mixed_up() -> None:
    rule = ProtectedPaths()
    assert list(rule.inspect(MemoryCommit({"a.py": (None, "x")}, settings=SETTINGS)))
    other = RuleSettings(protected_paths=(LEDGER,))
    assert list(rule.inspect(MemoryCommit({"a.py": (None, "x")}, settings=other))) == []


# ownership


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("CODEOWNERS", "code owners"),
        (".github/CODEOWNERS", "code owners"),
        ("docs/codeowners", "code owners"),
        ("pkg/OWNERS", "code owners"),
        (".github/dependabot.yml", "bot configuration"),
        (".GitHub/Dependabot.yaml", "bot configuration"),
        ("renovate.json", "bot configuration"),
        (".github/settings.yml", "bot configuration"),
        (".mergify.yml", "bot configuration"),
        ("LICENSE", "licence"),
        ("LICENCE.txt", "licence"),
        ("LICENSE-MIT", "licence"),
        ("sub/COPYING.LESSER", "licence"),
        ("LICENSES/Apache-2.0.txt", "licence"),
        ("NOTICE", "licence"),
        ("license.py", None),
        ("license-check.json", None),
        ("src/notice.tsx", None),
        ("licensed.md", None),
        ("examples/renovate.json", None),
        ("dependabot.py", None),
    ],
)
def test_owners_bots_and_licences_by_name(path: str, kind: str | None) -> None:
    assert kind_of(path.encode()) == kind


def test_adding_changing_and_removing_them_is_found() -> None:
    files: dict[str | bytes, Sides] = {"CODEOWNERS": ("x", None), "LICENSE": (None, "x"), "renovate.json": ("1", "2")}
    found = [hit.message for hit in Ownership().inspect(MemoryCommit(files))]
    assert found == ["removes code owners", "adds licence", "changes bot configuration"]


# size


def sizes(files: dict[str | bytes, Sides]) -> list[str]:
    return [hit.rule for hit in Size().inspect(MemoryCommit(files))]


def numbered(count: int, word: str = "line") -> str:
    return "".join(f"{word} {n}\n" for n in range(count))


def test_the_limits_are_exact() -> None:
    assert sizes({"a": (None, numbered(1000))}) == []
    assert sizes({"a": (None, numbered(1001))}) == ["size.large"]
    assert sizes({"a": (numbered(2000, "old"), numbered(2000, "new"))}) == ["size.large"]
    assert sizes({"a": (numbered(2000, "old"), numbered(2001, "new"))}) == ["size.large", "size.huge"]
    assert sizes({"a": (numbered(600), None), "b": (None, numbered(401))}) == ["size.large"]


def test_equal_lines_count_each_time_and_a_last_line_without_end_counts() -> None:
    assert sizes({"a": (None, "x\n" * 1001)}) == ["size.large"]
    assert sizes({"a": (None, "x\n" * 1000 + "x")}) == ["size.large"]


def test_two_small_edits_far_apart_are_small() -> None:
    body = numbered(5000)
    assert sizes({"a": ("first\n" + body + "last\n", "1st\n" + body + "final\n")}) == []


def test_lockfiles_and_binaries_do_not_count() -> None:
    assert sizes({"sub/package-lock.json": (None, numbered(9000)), "Cargo.lock": (None, numbered(9000))}) == []
    assert sizes({"a.bin": (None, "\0" + numbered(9000))}) == []


def test_the_size_says_how_many_lines_and_files() -> None:
    (hit,) = Size().inspect(MemoryCommit({"a": (None, numbered(1500)), "b": (None, "x\n")}))
    assert hit.message == "1,501 changed lines in 2 files"
    assert hit.path is None


# long lines


def long_lines(content: str | bytes, path: str = "a.py", old: str | None = None) -> list[Hit]:
    return list(LongLines().inspect(MemoryCommit({path: (old, content)})))


def test_a_line_over_the_limit_in_code_is_found_and_at_the_limit_is_not() -> None:
    assert long_lines("x" * 2000 + "\n") == []
    (hit,) = long_lines("a\n" + "x" * 2001 + "\nb\n")
    assert hit.line == 2
    assert "2,001 characters" in hit.message
    assert long_lines("b" * 1999 + "\n" + "x" * 2001)


def test_characters_are_counted_and_not_bytes() -> None:
    assert long_lines("é" * 1500 + "\n") == []
    assert long_lines("é" * 2001 + "\n")


@pytest.mark.parametrize("path", ["a.min.js", "a.json", "a.csv", "a.svg", "a.ipynb", "a.js.map", "yarn.lock", "a.md"])
def test_machine_made_files_and_data_are_silent(path: str) -> None:
    assert long_lines("x" * 5000, path) == []


def test_scripts_without_an_extension_count() -> None:
    assert long_lines("#!/bin/sh\n" + "x" * 5000, "bin/run")
    assert long_lines("x" * 5000, "bin/run") == []
    assert long_lines("x" * 5000, "Makefile")


def test_a_long_line_that_was_there_is_not_found_again() -> None:
    long = "x" * 5000 + "\n"
    assert long_lines("new\n" + long + "more\n", old=long) == []


# refs


def ref_hits(change: Change, protected: bool = True) -> list[str]:
    return [hit.rule for hit in ProtectedRefs().inspect_change(MemoryChange(change=change, protected=protected))]


def test_creating_deleting_and_rewinding_a_protected_ref() -> None:
    assert ref_hits(Change("refs/heads/main", ZERO, NEW, (NEW,), NEW)) == ["ref.created"]
    assert ref_hits(Change("refs/heads/main", OLD, ZERO, (), None)) == ["ref.deleted"]
    assert ref_hits(Change("refs/heads/main", OLD, NEW, (), NEW, rewinds=True)) == ["ref.rewound"]
    assert ref_hits(Change("refs/heads/main", OLD, NEW, (NEW,), NEW)) == []


def test_a_protected_tag_does_not_move_even_forward() -> None:
    assert ref_hits(Change("refs/tags/v1", OLD, NEW, (NEW,), NEW)) == ["ref.rewound"]
    assert ref_hits(Change("refs/tags/v1", OLD, OLD, (), NEW, tag=NEW)) == ["ref.rewound"]


def test_other_refs_and_plain_ranges_are_silent() -> None:
    assert ref_hits(Change("refs/heads/topic", ZERO, NEW, (NEW,), NEW), protected=False) == []
    assert ref_hits(Change(None, OLD, NEW, (NEW,), NEW)) == []


def test_files_of_the_memory_view_have_modes() -> None:
    (file,) = MemoryCommit({"a": (None, "x")}).files
    assert (file.old_mode, file.new_mode) == (ABSENT, MODE_FILE)
