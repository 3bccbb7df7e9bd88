# SPDX-License-Identifier: Apache-2.0
"""A reviewer sees the riskiest file first, every byte of it, and every size."""

from __future__ import annotations

from collections.abc import Sequence

from gatekeeper.model import Commit, Ident, Verdict
from gatekeeper.report.options import Options
from gatekeeper.report.review import FileDiff, review
from tests.verdicts import BASE, HEAD, TREE, finding, verdict

WHO = Ident(b"Claude\x1b[0m", b"claude@agents.example.org", 1, b"+0000")
OTHER = "e" * 40


def commit(oid: str = HEAD, message: bytes = b"Fix it\n\nBecause.\n") -> Commit:
    return Commit(oid, TREE, (BASE,), WHO, WHO, message, (), b"")


def file(path: bytes, hunks: bytes = b"@@ -1 +1 @@\n-old\n+new\n", **other: int) -> FileDiff:
    fields = {"old_mode": 0o100644, "new_mode": 0o100644, "old_size": 4, "new_size": 4, **other}
    return FileDiff(path, fields["old_mode"], fields["new_mode"], fields["old_size"], fields["new_size"], False, hunks)


class Diffs:
    def __init__(self, *files: FileDiff, single: dict[tuple[str, bytes], FileDiff] | None = None) -> None:
        self._files, self._single = files, single or {}

    def files(self) -> Sequence[FileDiff]:
        return self._files

    def in_commit(self, commit: str, path: bytes) -> FileDiff | None:
        return self._single.get((commit, path))


def text(told: Verdict, diffs: Diffs, *commits: Commit, color: bool = False) -> str:
    return "".join(review(told, commits or (commit(),), diffs, Options(color, "agent/fix")))


def test_risky_files_come_first_and_every_file_has_its_sizes() -> None:
    told = verdict(finding(path=b"z.toml"), finding("warn", b"m.py", "long", "code.long-line"))
    binary = FileDiff(b"logo.bin", 0, 0o100644, 0, 70_000, True, b"")
    shown = text(told, Diffs(file(b"a.py"), binary, file(b"m.py"), file(b"z.toml", new_mode=0o100755)))
    order = [shown.index(f"--- {name}") for name in ("z.toml", "m.py", "a.py", "logo.bin")]
    assert order == sorted(order)
    assert "  approval  z.toml  file became executable, +1 -1 lines, 4 -> 4 bytes\n" in shown
    assert "--- logo.bin  (new file, binary, 0 -> 70,000 bytes)\n(not text" in shown
    assert shown.startswith("needs approval: 1 commit for refs/heads/main (1 to approve, 1 to know)\n")
    assert "bbbbbbbbbbbb Fix it\n    by Claude\\x1b[0m <claude@agents.example.org> (a claim), not signed\n" in shown
    assert "    Because.\n" in shown
    assert shown.endswith("next: gatekeeper approve agent/fix --target refs/heads/main\n")


def test_odd_characters_are_shown_and_counted() -> None:
    shown = text(verdict(), Diffs(file(b"a.py", "@@ -0,0 +1 @@\n+if a\u202e: # \x1b[2J\n".encode())))
    assert "+if a\\u202e: # \\x1b[2J\n(2 invisible or odd characters shown as escapes above)\n" in shown
    shown = text(verdict(), Diffs(), commit(message=b"a\x1b[2Jb\n"))
    assert "a\\x1b[2Jb" in shown
    assert "(1 invisible or odd character shown as escapes)" in shown


def test_what_only_the_history_holds_is_shown_too() -> None:
    told = verdict(finding("warn", b"gone.py", commit=OTHER), finding("warn", b"kept.py", commit=OTHER))
    both = {
        (OTHER, b"gone.py"): file(b"gone.py"),
        (OTHER, b"kept.py"): file(b"kept.py", b"@@ -0,0 +1 @@\n+only then\n"),
    }
    shown = text(told, Diffs(file(b"kept.py"), single=both), commit(OTHER), commit())
    assert "--- gone.py in commit eeeeeeeeeeee, not all in the result" in shown
    assert "+only then\n" in shown
    same = {(OTHER, b"kept.py"): file(b"kept.py")}
    assert "not all in the result" not in text(told, Diffs(file(b"kept.py"), single=same), commit(OTHER), commit())


def test_a_secret_is_not_repeated() -> None:
    value = b"hunter2" * 3
    told = verdict(
        finding("deny", b"key.pem", "a private key", "secrets.private-key"),
        finding("deny", None, "a password in the message", "secrets.basic-auth", 1, commit=OTHER),
    )
    shown = text(told, Diffs(file(b"key.pem", b"@@ -0,0 +1 @@\n+" + value + b"\n")), commit(), commit(OTHER, value))
    assert value.decode() not in shown
    assert "(not shown: it holds a secret; read it in your own clone)" in shown
    assert "eeeeeeeeeeee (message and author not shown: a secret), not signed" in shown


def test_kinds_of_change_are_named() -> None:
    link = file(b"link", b"@@ -0,0 +1 @@\n+../x\n", old_mode=0, new_mode=0o120000)
    gone = file(b"gone", b"@@ -1 +0,0 @@\n-x\n", new_mode=0)
    mode = file(b"mode", b"", new_mode=0o100755)
    shown = text(verdict(), Diffs(link, gone, mode), color=True)
    assert "new symlink, +1 -0 lines" in shown
    assert "deleted, +0 -1 lines" in shown
    assert "(no lines differ)" in shown
    assert "\x1b[32m++../x\x1b[0m" not in shown
    assert "\x1b[32m+../x\x1b[0m" in shown
