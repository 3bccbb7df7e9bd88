# SPDX-License-Identifier: Apache-2.0
"""Threat 45: a NUL byte, UTF-16, Latin-1 or a byte order mark must not hide what a file says."""

from __future__ import annotations

import pytest

from tests.repo import RepoBuilder
from tests.threats.proposals import base, judged

HIDING = "x = 'user\u202e'\n"


@pytest.mark.parametrize(
    "content",
    [
        b"#\0\n" + HIDING.encode(),
        b"#" * 9000 + b"\0\n" + HIDING.encode(),
        ("\ufeff" + HIDING).encode("utf-16-le"),
        ("\ufeff" + HIDING).encode("utf-16-be"),
        b"# caf\xe9 \xff\xff\n" + HIDING.encode(),
        b"\xef\xbb\xbf" + HIDING.encode(),
    ],
)
def test_what_the_file_says_is_found(repo: RepoBuilder, content: bytes) -> None:
    start = base(repo)
    said = judged(repo, start, repo.commit({"a.py": content}))
    assert said.code == 1
    assert "unicode.bidi" in said.out


def test_a_nul_byte_in_code_asks_for_a_person_by_itself(repo: RepoBuilder) -> None:
    start = base(repo, {"a.py": "a = 1\n"})
    head = repo.commit({"a.py": "a = 2\n#\0\n"})
    assert "Binary files" in repo.git("diff", start, head)
    said = judged(repo, start, head)
    assert said.code == 3
    assert "is text by its name and holds a NUL byte" in said.out


def test_wide_text_without_a_mark_asks_for_a_person(repo: RepoBuilder) -> None:
    start = base(repo)
    said = judged(repo, start, repo.commit({"a.py": HIDING.encode("utf-16-le")}))
    assert said.code == 3
    assert "git.binary" in said.out


def test_plain_text_in_any_of_these_is_allowed(repo: RepoBuilder) -> None:
    start = base(repo)
    files = {"a.txt": b"\xef\xbb\xbfhello\n", "b.txt": "\ufeffhello\n".encode("utf-16"), "c.txt": b"caf\xe9\n"}
    said = judged(repo, start, repo.commit({**files}))
    assert said.code == 0, said.out
