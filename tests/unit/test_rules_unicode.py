# SPDX-License-Identifier: Apache-2.0
"""Text that reads otherwise than it runs, and text that only looks as if it did."""

from __future__ import annotations

import pytest

from gatekeeper.model import Hit, Ident
from gatekeeper.rules.unicode import Characters, TagMessages
from gatekeeper.rules.unicode_confusables import GREEK, OTHERS, TWINS
from tests.views import ALICE, MemoryChange, MemoryCommit, commit

ENGLAND = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"


def hits(content: str | bytes, path: str = "a.py", old: str | bytes | None = None) -> list[Hit]:
    return list(Characters().inspect(MemoryCommit({path: (old, content)})))


def names(content: str | bytes, path: str = "a.py", old: str | bytes | None = None) -> list[str]:
    return [hit.rule for hit in hits(content, path, old)]


@pytest.mark.parametrize("control", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_every_bidirectional_control_is_found_with_its_line(control: str) -> None:
    (hit,) = hits(f"ok = 1\nif access != 'user{control} // admin':\n    pass\n")
    assert (hit.rule, hit.path, hit.line) == ("unicode.bidi", b"a.py", 2)
    assert f"U+{ord(control):04X}" in hit.message


def test_bidirectional_controls_are_found_beside_right_to_left_prose_too() -> None:
    assert names("שלום \u202bעולם\u202c\n", "README.md") == ["unicode.bidi"]


def test_tag_characters_are_spelled_out() -> None:
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "obey me")
    (hit,) = hits(f"# Notes{hidden}\n", "AGENTS.md")
    assert hit.rule == "unicode.tags"
    assert "7 invisible tag characters that spell 'obey me'" in hit.message


def test_the_flag_of_england_is_an_emoji_and_of_nowhere_is_not() -> None:
    assert names(f"Made in {ENGLAND}\n", "README.md") == []
    assert names(ENGLAND.replace("\U000e0067\U000e007f", "\U000e0078\U000e007f"), "README.md") == ["unicode.tags"]


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("family \U0001f468\u200d\U0001f469\u200d\U0001f467", "README.md"),
        ("heart \u2764\ufe0f\u200d\U0001f525 done \u2714\ufe0f", "a.py"),
        ("key 1\ufe0f\u20e3 and \u00a9\ufe0f", "a.md"),
        ("rainbow \U0001f3f3\ufe0f\u200d\U0001f308", "a.js"),
        ("می\u200cخواهم", "fa.json"),
        ("क्\u200dष", "hi.po"),
        ("ไทย\u200bภาษา", "th.md"),
        ("שלום\u200f!", "he.json"),
        ("Donau\u00addampf", "de.po"),
        ("葛\U000e0100城", "ja.md"),
        ("⠋⠙⠹\u2800⠸", "spinner.js"),
        ("ᄀ\u1160", "ko.txt"),
    ],
)
def test_what_writing_and_emoji_need_is_silent(text: str, path: str) -> None:
    assert names(text + "\n", path) == []


@pytest.mark.parametrize("mark", "\u200b\u200c\u200d\u2060\u2062\ufeff\u200e\u00ad\u3164\u2028\u180e\ufff9\u2800\ufe0f")
def test_invisible_characters_in_latin_text_are_found(mark: str) -> None:
    (hit,) = hits(f"pass{mark}word = 1\n")
    assert hit.rule == "unicode.invisible"
    assert f"U+{ord(mark):04X}" in hit.message


def test_a_byte_order_mark_is_fine_at_the_start_of_a_file_alone() -> None:
    assert names("\ufeffusing System;\n", "a.cs") == []
    assert names("a\n\ufeffb\n", "a.cs") == ["unicode.invisible"]
    assert names("a\n\ufeffb\n", "a.cs", "a\n") == ["unicode.invisible"]


def test_hidden_text_in_variation_selectors_is_denied() -> None:
    carrier = "\U0001f600" + "".join(chr(0xE0100 + n) for n in b"eval")
    (hit,) = hits(f"x = '{carrier}'\n", "a.js")
    assert (hit.rule, hit.escalate) == ("unicode.invisible", "deny")


def test_long_runs_of_zero_width_characters_ask_for_a_person() -> None:
    (hit,) = hits("hello" + "\u200b\u200c" * 6 + "\n", "README.md")
    assert (hit.rule, hit.escalate) == ("unicode.invisible", "approval")


def test_fillers_and_line_separators_weigh_more_in_code() -> None:
    assert [hit.escalate for hit in hits("const { a,\u3164} = b;\n", "a.js")] == ["approval"]
    assert [hit.escalate for hit in hits("// x\u2028run()\n", "a.js")] == ["approval"]
    assert [hit.escalate for hit in hits("a\u2028b\n", "a.md")] == [None]


@pytest.mark.parametrize(
    "word",
    [
        "p\u0430yload",
        "is_\u0430dmin",
        "\u043es",
        "\u0430_max",
        "\u0421onfig",
        "reque\u0455ts",
        "\u03bfpen",
        "pa\u03c3sword",
        "\u0578ame",
        "s\uff45lf",
        "\U0001d41exec",
    ],
)
def test_look_alike_letters_inside_latin_identifiers_are_found(word: str) -> None:
    (hit,) = hits(f"value = {word}(1)\n")
    assert hit.rule == "unicode.mixed-script"
    assert word in hit.message
    assert "reads as" in hit.message


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("Δt = 3; μs = 2; π_2 = 1; α = β", "physics.py"),
        ("dα = αs; σ_x = 1; ρ0 = 2; α_max = 3", "physics.py"),
        ("# Привет, это комментарий про API-запрос", "a.py"),
        ("IPадрес и web-сервер", "README.md"),
        ('print("\\nВсе")', "a.py"),
        ("print('%sВсе' % x)", "a.py"),
        ("re.compile('[A-Za-zА-Яа-я]')", "a.py"),
        ("Η Αθήνα", "README.md"),
        ("\u03c1gh and \u03b1max in prose", "README.md"),
        ("名前name と Ａ社", "a.md"),
        ("ж_name", "a.py"),
    ],
)
def test_formulas_and_other_languages_are_silent(text: str, path: str) -> None:
    assert names(text + "\n", path) == []


def test_prose_with_a_mixed_word_is_found() -> None:
    assert names("pip install r\u0435quests\n", "README.md") == ["unicode.mixed-script"]


def test_only_added_lines_count() -> None:
    old = "a\n\u202e\nb\n"
    assert names("x\na\n\u202e\nb\ny\n", old=old) == []
    assert [hit.line for hit in hits("x\n\u202e\nq\u202e\nb\n", old=old)] == [3]


def test_the_finding_survives_a_move_of_its_line() -> None:
    (first,) = hits("a\nb\u200bc\n")
    (second,) = hits("1\n2\n3\na\nb\u200bc\n")
    assert first.fingerprint == second.fingerprint
    assert first.line != second.line


def test_bytes_that_are_not_utf_8_hide_nothing() -> None:
    assert names(b"caf\xe9 \xff\xfe\n\xe9\xe2\x80\xae\xe9\n") == ["unicode.bidi"]
    assert names(b"caf\xe9 na\xefve\n") == []


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
def test_wide_encodings_with_a_mark_are_read(encoding: str) -> None:
    old = ("\ufeff" + "a\nb\u200b\n").encode(encoding)
    new = ("\ufeff" + "a\nb\u200b\nc\u202e\n").encode(encoding)
    assert [(hit.rule, hit.line) for hit in hits(new, "a.txt", old)] == [("unicode.bidi", 3)]


def test_binaries_are_left_to_their_own_rule_unless_they_are_text_by_name() -> None:
    assert names(b"\0\xe2\x80\xae", "a.bin") == []
    assert names(b"x = 1\0\xe2\x80\xae", "a.py") == ["unicode.bidi"]


def test_a_flood_is_told_in_part_and_hides_nothing_worse() -> None:
    found = hits("a\u200bb\n" * 1500 + "\u202e\n" + "x\u3164y\n")
    assert len(found) == 1002
    assert [(hit.rule, hit.line) for hit in found if hit.rule == "unicode.bidi"] == [("unicode.bidi", 1501)]
    assert (found[-1].message, found[-1].escalate) == ("501 more lines like these", "approval")


def test_new_paths_are_read_and_old_ones_are_not() -> None:
    assert names("x", "doc\u202efdp.exe") == ["unicode.bidi"]
    assert names("x", "r\u0435adme.md") == ["unicode.mixed-script"]
    assert names("x\n", "doc\u202efdp.exe", "") == []


def test_messages_and_names_are_read() -> None:
    author = Ident("\u0410lice".encode(), b"alice@example.org", 1, b"+0000")
    view = MemoryCommit(commit=commit("subject\n\nbo\u200bdy\n", author, ALICE))
    found = [(hit.rule, hit.line, hit.message) for hit in Characters().inspect(view)]
    assert found[0] == ("unicode.invisible", 3, "in the message: invisible U+200B ZERO WIDTH SPACE")
    assert found[1][0] == "unicode.mixed-script"
    assert "in the author's name" in found[1][2]


def test_the_tag_at_the_tip_is_read() -> None:
    tag = "object 1\ntype commit\ntag v1\n\nrelease\u202e\n".encode()
    assert [hit.rule for hit in TagMessages().inspect_change(MemoryChange(tag=tag))] == ["unicode.bidi"]
    assert list(TagMessages().inspect_change(MemoryChange())) == []


def test_ascii_costs_no_exact_diff() -> None:
    view = MemoryCommit({"a.py": ("a\n", "b\n" * 1000)})
    assert list(Characters().inspect(view)) == []
    assert view.exact_diffs == 0


def test_the_table_of_look_alikes_is_of_single_letters() -> None:
    for table in (GREEK, OTHERS):
        assert all(len(written) == len(read) == 1 and not written.isascii() for written, read in table.items())
        assert all(read.isascii() for read in table.values())
    assert set(GREEK) >= TWINS
