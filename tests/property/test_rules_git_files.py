# SPDX-License-Identifier: Apache-2.0
"""``.gitmodules`` and ``.gitattributes`` as we read them, against git."""

from __future__ import annotations

import string

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.policy.match import fold
from gatekeeper.rules.git_.attributes import Attributes
from gatekeeper.rules.git_.gitconfig import NotGitConfig, parse
from gatekeeper.rules.git_.names import Names
from tests.repo import RepoBuilder
from tests.views import MemoryCommit

PIECES = [
    '[submodule "a"]', '[submodule "b\\"c\\\\"]', "[submodule.D]", "[core]", "[bad", "\n", "\n", "\r\n", " ", "\t",
    "url", "path=", " = ", "= x", '"', "\\\n", "\\n", "\\t", "\\x", "#c", ";c", "ext::sh", "true", "\r", "k-1", "9",
]  # fmt: skip
CONFIGS = st.lists(st.sampled_from(PIECES), max_size=14).map("".join)
MANY = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])


def of_git(repo: RepoBuilder, text: str) -> list[tuple[str, str]] | None:
    """What git reads, or None where it refuses the file."""
    done = repo.run("config", "--file", "-", "--list", "-z", stdin=text.encode(), check=False)
    if done.returncode:
        return None
    pairs = [record.partition("\n") for record in done.stdout.decode().split("\0")[:-1]]
    return [(key, value if split else "true") for key, split, value in pairs]


def _spaced(value: str) -> str:
    """Versions of git differ in whether white space inside a value becomes a space, and what is left at its end."""
    return value.replace("\t", " ").replace("\r", " ").strip(" ")


@MANY
@given(text=CONFIGS)
def test_settings_are_read_as_git_reads_them(repo: RepoBuilder, text: str) -> None:
    expected = of_git(repo, text)
    try:
        found = parse(text.encode())
    except NotGitConfig:
        assert expected is None
        return
    ours = [
        (".".join(filter(None, (s.section.decode(), s.name.decode(), s.key.decode()))), s.value.decode()) for s in found
    ]
    assert expected is not None
    assert [(key, _spaced(value)) for key, value in ours] == [(key, _spaced(value)) for key, value in expected]


ATTRIBUTES = [
    "-diff", "diff", "!diff", "diff=x", "binary", "filter=x", "-filter", "ident", "-ident", "text", "-text",
    "linguist-generated", "-linguist-generated", "linguist-generated=false", "quiet", "export-ignore",
]  # fmt: skip
RULES = st.tuples(st.sampled_from(["*", "*.py", "d/*", "d/a.py", "/a.py"]), st.sampled_from(ATTRIBUTES))
FILES = st.lists(RULES, max_size=4).map(lambda rules: "[attr]quiet -diff\n" + "".join(f"{p} {a}\n" for p, a in rules))
PATHS = ["a.py", "d/a.py", "d/b"]
HIDING = {
    "diff": {"unset", "x"},
    "filter": {"x"},
    "ident": {"set"},
    "linguist-generated": {"set"},
    "export-ignore": {"set"},
}


def hidden(repo: RepoBuilder, text: str) -> set[tuple[str, str]]:
    """(path, attribute) that git says hide or run."""
    (repo.path / ".gitattributes").write_text(text)
    listed = repo.git("check-attr", "-z", *HIDING, "--", *PATHS).split("\0")
    return {
        (path, name)
        for path, name, value in zip(listed[::3], listed[1::3], listed[2::3], strict=False)
        if value in HIDING[name]
    }


@FEW
@given(old=FILES, new=FILES)
def test_whatever_git_newly_hides_is_a_finding(repo: RepoBuilder, old: str, new: str) -> None:
    rest: dict[str | bytes, bytes | str] = dict.fromkeys(PATHS, "text\n")
    found = list(Attributes().inspect(MemoryCommit({".gitattributes": (old, new)}, rest)))
    if hidden(repo, new) - hidden(repo, old):
        assert found


@given(
    st.lists(
        st.sampled_from(["a", "B", ".", "..", " ", "/", "/", ".git", "git~1", "\\", "\u200c", ":", "~"]), max_size=8
    )
)
def test_no_spelling_of_dot_git_slips_through(parts: list[str]) -> None:
    path = "".join(parts).encode().strip(b"/") or b"x"
    hits = list(Names().inspect(MemoryCommit({path: (None, "x")})))
    names = path.replace(b"\\", b"/").split(b"/")
    denied = b".git" in fold(path).split(b"/") or any(name in (b"", b".", b"..") for name in names)
    assert ("deny" in [hit.escalate for hit in hits]) == denied


@given(st.lists(st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=6), min_size=1, max_size=4))
def test_plain_names_are_silent(parts: list[str]) -> None:
    assert list(Names().inspect(MemoryCommit({"/".join(parts): (None, "x")}))) == []
