# SPDX-License-Identifier: Apache-2.0
"""What git lets people hide, file by file."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatekeeper.model import MODE_EXEC, MODE_FILE, MODE_GITLINK, MODE_LINK, Hit
from gatekeeper.rules.git_ import rules
from tests.views import MemoryCommit, Sides

Files = Mapping[str | bytes, Sides]


def hits(rule: str, files: Files, rest: Mapping[str | bytes, bytes | str] | None = None) -> list[Hit]:
    view = MemoryCommit(files, rest)
    (found,) = [one for one in rules() if rule in one.names]
    return list(found.inspect(view))


def attribute_hits(
    old: str | None, new: str | None, rest: Mapping[str | bytes, bytes | str] | None = None
) -> list[Hit]:
    return hits("git.attributes", {".gitattributes": (old, new)}, rest)


# attributes


@pytest.mark.parametrize(
    "line",
    [
        "*.py -diff",
        "*.py diff=anything",
        "*.py filter=lfs",
        "*.py merge=ours",
        "src/** linguist-generated",
        "src/** linguist-generated=true",
        "vendor/** linguist-vendored",
        "tests export-ignore",
        "*.txt working-tree-encoding=UTF-16",
        "*.c ident",
        "*.py binary",
        "Makefile text -diff eol=lf",
        '"a b.py" -diff',
        "[attr]quiet -diff",
    ],
)
def test_an_attribute_that_hides_or_runs_is_found_on_its_line(line: str) -> None:
    (hit,) = attribute_hits("* text=auto\n", f"* text=auto\n{line}\n", {"Makefile": "all:\n"})
    assert (hit.rule, hit.path, hit.line, hit.escalate) == ("git.attributes", b".gitattributes", 2, None)


@pytest.mark.parametrize(
    "line",
    [
        "*.sh text eol=lf",
        "* text=auto",
        "*.png binary",
        "*.woff2 binary",
        "*.jar binary",
        "*.bin -text",
        "*.py diff",
        "*.py !diff",
        "*.py -filter",
        "*.lock linguist-generated=false",
        "*.lock -linguist-generated",
        "*.py whitespace=trailing-space",
        "# *.py -diff",
        "*.dat binary",
        "images/** binary",
    ],
)
def test_harmless_attributes_are_silent(line: str) -> None:
    rest: dict[str | bytes, bytes | str] = {"a.dat": b"\0\1", "images/x": b"\0\1", "a.py": "x\n"}
    assert attribute_hits("", line + "\n", rest) == []


def test_binary_on_an_unknown_kind_is_decided_by_the_tree() -> None:
    assert attribute_hits("", "*.dat binary\n", {"sub/a.dat": "text\n"})
    assert attribute_hits("", "data/* binary\n", {"data/a": b"\0"}) == []
    assert attribute_hits("", "* binary\n", {"README": "text\n"})


def test_macros_are_followed_even_from_a_nested_file() -> None:
    rest: dict[str | bytes, bytes | str] = {".gitattributes": "[attr]quiet -diff\n"}
    (hit,) = hits("git.attributes", {"src/.gitattributes": ("", "*.py quiet\n")}, rest)
    assert "hides changes from diffs" in hit.message
    assert attribute_hits("[attr]a b\n[attr]b a\n", "[attr]a b\n[attr]b a\n*.py a\n") == []
    chain = "[attr]a b\n[attr]b c\n[attr]c text -diff\n"
    assert [hit.line for hit in attribute_hits(chain, chain + "*.py a\n")] == [4]


def test_removing_what_hides_is_silent_and_removing_what_shows_is_not() -> None:
    assert attribute_hits("*.py -diff\n", "") == []
    assert attribute_hits("*.py -diff\n", None) == []
    (hit,) = attribute_hits("* -diff\n*.py diff\n", "* -diff\n")
    assert "reaches further" in hit.message
    assert attribute_hits("* -diff\n*.py text\n", "* -diff\n") == []


def test_order_counts_because_the_last_line_wins() -> None:
    assert attribute_hits("* -diff\n*.py diff\n", "*.py diff\n* -diff\n")
    assert attribute_hits("*.a -diff\n# c\n*.py text\n", "*.py text\n*.a -diff\n") == []


@pytest.mark.parametrize("name", ["docs/.gitattributes", ".GitAttributes", "x/.gitattributes ", "gitatt~1"])
def test_nested_files_and_other_spellings_count(name: str) -> None:
    assert hits("git.attributes", {name: (None, "*.py -diff\n")})


# links


@pytest.mark.parametrize(
    ("path", "target", "words"),
    [
        ("a", "/etc/passwd", "absolute"),
        ("a", "C:\\Windows", "absolute"),
        ("a", "\\\\server\\share", "absolute"),
        ("a", "../outside", "outside the tree"),
        ("d/e/a", "../../../x", "outside the tree"),
        ("d/a", "..\\..\\x", "outside the tree"),
        ("a", ".git/hooks", "inside .git"),
        ("d/a", "../.GIT/config", "inside .git"),
        ("a", "git~1/config", "inside .git"),
        ("a", "", "no file system"),
    ],
)
def test_links_that_lead_away_are_denied(path: str, target: str, words: str) -> None:
    (hit,) = hits("git.symlink", {path: (None, target, 0, MODE_LINK)})
    assert (hit.rule, hit.escalate) == ("git.symlink", "deny")
    assert words in hit.message


@pytest.mark.parametrize("target", ["b", "./d/../b", "~backup", "d/..", "missing/x"])
def test_links_inside_the_tree_ask_for_a_person(target: str) -> None:
    (hit,) = hits("git.symlink", {"a": (None, target, 0, MODE_LINK)}, {"b": "x", "d/c": "x"})
    assert hit.escalate is None
    assert target in hit.message


def test_a_link_that_leaves_through_another_new_link_is_denied() -> None:
    files: Files = {"d/up": (None, "..", 0, MODE_LINK), "x": (None, "d/up/../etc", 0, MODE_LINK)}
    assert [(hit.path, hit.escalate) for hit in hits("git.symlink", files)] == [(b"d/up", None), (b"x", "deny")]


def test_links_in_a_circle_are_denied() -> None:
    found = hits("git.symlink", {"a": (None, "b", 0, MODE_LINK), "b": (None, "a", 0, MODE_LINK)})
    assert {hit.escalate for hit in found} == {"deny"}


def test_a_link_in_place_of_a_folder_is_denied() -> None:
    (hit,) = hits("git.symlink", {"d/x": ("1", None), "d": (None, "e", 0, MODE_LINK)}, {"e/x": "1"})
    assert "takes the place of a folder" in hit.message
    assert hit.escalate == "deny"


def test_a_changed_target_counts_and_an_unchanged_or_removed_link_does_not() -> None:
    assert hits("git.symlink", {"a": ("b", "c", MODE_LINK, MODE_LINK)})
    assert hits("git.symlink", {"a": ("b", "b", MODE_LINK, MODE_LINK)}) == []
    assert hits("git.symlink", {"a": ("b", None, MODE_LINK, 0)}) == []
    assert hits("git.symlink", {"a": ("b", "b", MODE_FILE, MODE_LINK)})


# modes


def test_executable_bits_and_changes_of_kind_are_found() -> None:
    assert [hit.message for hit in hits("git.mode", {"a": ("x", "x", MODE_FILE, MODE_EXEC)})] == ["becomes executable"]
    assert [hit.message for hit in hits("git.mode", {"a": (None, "x", 0, MODE_EXEC)})] == ["is a new executable file"]
    (hit,) = hits("git.mode", {"a": ("b", "b", MODE_LINK, MODE_FILE)})
    assert hit.message == "a symbolic link becomes a file"
    assert hits("git.mode", {"a": ("x", "y", MODE_EXEC, MODE_FILE)}) == []
    assert hits("git.mode", {"a": ("x", "y", MODE_EXEC, MODE_EXEC), "b": (None, "x"), "c": ("x", None)}) == []


def test_a_mode_that_git_does_not_write_is_denied() -> None:
    (hit,) = hits("git.mode", {"a": (None, "x", 0, 0o100600)})
    assert hit.escalate == "deny"


# binaries


def test_binaries_are_found_unless_name_and_content_are_media() -> None:
    png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
    assert hits("git.binary", {"a.png": (None, png)}) == []
    assert hits("git.binary", {"a.mp4": (None, b"\0\0\0\x20ftypisom")}) == []
    (hit,) = hits("git.binary", {"a.so": (None, b"\x7fELF\0\0")})
    assert "nobody can review" in hit.message
    (hit,) = hits("git.binary", {"a.png": (None, b"MZ\0\0")})
    assert "media by its name, not by its content" in hit.message
    assert hits("git.binary", {"a.bin": (None, png)})


@pytest.mark.parametrize("path", ["a.py", "Makefile", "a.json", "README", ".gitignore", "a.svg"])
def test_a_nul_byte_in_what_is_text_by_name_is_found_wherever_it_stands(path: str) -> None:
    (hit,) = hits("git.binary", {path: (None, b"x" * 9000 + b"\0")})
    assert "NUL" in hit.message


def test_wide_encodings_with_a_mark_are_text_and_impostors_are_not() -> None:
    text: Sides = (None, "\ufeffhello\n".encode("utf-16-le"))
    assert hits("git.binary", {"a.txt": text}) == []
    assert hits("git.binary", {"a.txt": (None, "hello\n".encode("utf-16-le"))})
    assert hits("git.binary", {"a.txt": (None, b"\xff\xfe\x00\xd8\x00\x00\x7fELF\0\0")})
    assert hits("git.binary", {"a.txt": (None, "\ufeffhe\0llo\n".encode("utf-16-le"))})


def test_a_binary_that_only_gains_a_bit_or_goes_is_silent() -> None:
    assert hits("git.binary", {"a": (b"\0", b"\0", MODE_FILE, MODE_EXEC), "b": (b"\0", None)}) == []


# submodules


def test_a_submodule_pointer_is_found_when_added_moved_or_removed() -> None:
    added, moved, gone = (
        hits("git.submodule", {"lib": sides})[0].message
        for sides in (
            (None, "1", 0, MODE_GITLINK),
            ("1", "2", MODE_GITLINK, MODE_GITLINK),
            ("1", None, MODE_GITLINK, 0),
        )
    )
    assert added.startswith("adds a submodule at commit")
    assert moved.startswith("moves a submodule from commit")
    assert gone == "removes a submodule"


def modules(text: str, old: str | None = None) -> list[Hit]:
    return hits("git.submodule", {".gitmodules": (old, text)})


def entry(line: str, name: str = "lib") -> str:
    return f'[submodule "{name}"]\n\tpath = lib\n\turl = https://example.org/lib.git\n\t{line}\n'


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("url = ext::sh -c id", "remote helper"),
        ("URL = EXT::sh", "remote helper"),
        ('url = "ext::sh -c \\"id\\""', "remote helper"),
        ("url = fd::3", "remote helper"),
        ("url = file:///srv/x.git", "path of the machine"),
        ("url = /srv/x.git", "path of the machine"),
        ("url = -uhook", "option"),
        ("url = ssh://-oProxyCommand=id/x", "option"),
        ("url = ssh://git@-oProxyCommand=id/x", "option"),
        ("url = https://example.org/%0ahost=other", "line break"),
        ("path = -x", "option"),
        ("path = ../x", "out of the tree"),
        ("path = .git/hooks", "inside .git"),
        ("update = !id", "runs a command"),
        ("branch = --upload-pack=id", "option"),
        ('path = "lib\r"', "control characters"),
    ],
)
def test_what_no_honest_gitmodules_says_is_denied(line: str, words: str) -> None:
    found = modules(entry(line))
    assert [hit.escalate for hit in found] == [None, "deny"]
    assert words in found[1].message
    assert found[1].line == 4


@pytest.mark.parametrize("name", ["../../x", "a/../b", "-x", "..\\\\x", "a/.git/b"])
def test_names_that_lead_out_of_git_modules_are_denied(name: str) -> None:
    assert "deny" in [hit.escalate for hit in modules(entry("shallow = true", name))]


def test_other_gitmodules_ask_for_a_person_only() -> None:
    for url in ("https://example.org/a.git", "../sibling.git", "git@example.org:a/b.git", "ssh://git@example.org/a"):
        assert [hit.escalate for hit in modules(f'[submodule "a"]\npath = a\nurl = {url}\n')] == [None]
    assert [hit.escalate for hit in modules("not a config")] == [None]
    assert [hit.escalate for hit in modules("[submodule.evil]\nurl = ext::id\n")] == [None, "deny"]


def test_what_was_there_before_is_not_denied_again() -> None:
    old = entry("url = file:///srv/x.git")
    assert [hit.escalate for hit in modules("# comment\n" + old, old)] == [None]


def test_gitmodules_in_another_form_or_spelling_is_denied() -> None:
    assert [h.escalate for h in hits("git.submodule", {".gitmodules": (None, "x", 0, MODE_LINK)})] == ["deny"]
    assert [h.escalate for h in hits("git.submodule", {".GitModules": (None, "[a]\n")})] == ["deny"]


# paths


@pytest.mark.parametrize(
    "path",
    [
        b".git/hooks/x",
        b"a/.GIT/x",
        b"git~1/x",
        b".git. /x",
        b"a/.g\xe2\x80\x8cit/x",
        b"a\\.git\\x",
        b".git::$INDEX_ALLOCATION/x",
    ],
)
def test_forms_of_dot_git_are_denied(path: bytes) -> None:
    assert "deny" in [hit.escalate for hit in hits("git.path", {path: (None, "x")})]


@pytest.mark.parametrize("path", [b"../x", b"a/../x", b"a//x", b"./x", b"a\\..\\x"])
def test_paths_that_can_lead_out_are_denied(path: bytes) -> None:
    assert "deny" in [hit.escalate for hit in hits("git.path", {path: (None, "x")})]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (b"a\nb", "control characters"),
        (b"a\x1b[2Kb", "control characters"),
        (b"a\\b", "backslash"),
        (b"a./b", "dot or a space"),
        (b"a ", "dot or a space"),
        (b"caf\xe9", "not UTF-8"),
    ],
)
def test_paths_that_systems_show_or_store_otherwise_are_found(path: bytes, words: str) -> None:
    (hit,) = hits("git.path", {path: (None, "x")})
    assert (hit.rule, hit.escalate) == ("git.path", None)
    assert words in hit.message


def test_names_that_some_systems_mix_up_are_found_at_every_level() -> None:
    (hit,) = hits("git.path", {"src/Main.py": (None, "x")}, {"src/main.py": "y"})
    assert "take it for 'main.py'" in hit.message
    (hit,) = hits("git.path", {"SRC/new/a.py": (None, "x")}, {"src/main.py": "y"})
    assert "take it for 'src'" in hit.message
    nfc, nfd = "caf\u00e9.txt", "cafe\u0301.txt"
    assert hits("git.path", {nfd: (None, "x")}, {nfc: "y"})


def test_a_link_beside_a_folder_of_the_same_folded_name_is_denied() -> None:
    files: Files = {"Hooks": (None, "elsewhere", 0, MODE_LINK), "hooks/run": (None, "x")}
    found = hits("git.path", files)
    assert {hit.escalate for hit in found} == {"deny"}
    assert "one is a symbolic link" in found[0].message


def test_a_rename_of_case_alone_is_silent() -> None:
    assert hits("git.path", {"main.py": ("x", None), "Main.py": (None, "x")}) == []


@pytest.mark.parametrize(
    "path",
    ["src/a b.py", ".github/workflows/ci.yml", "docs/[id]/@x (1).md", "Ünïcode/naïve.txt", ".gitignore", "a~b", "x:y"],
)
def test_ordinary_paths_are_silent(path: str) -> None:
    assert hits("git.path", {path: (None, "x")}, {"src/z.py": "z", ".github/x": "y"}) == []


def test_paths_that_were_there_are_not_judged_again() -> None:
    assert hits("git.path", {b"a\nb": ("x", "y"), b"c\\d": ("x", None)}) == []
