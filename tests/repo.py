# SPDX-License-Identifier: Apache-2.0
"""A tiny builder of real repositories: deterministic identities and times, raw objects where needed."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path

EPOCH = 1_700_000_000
HUMAN = ("Alice", "alice@example.org")
AGENT = ("Claude", "claude@agents.example.org")


class RepoBuilder:
    """A repository at ``path``; every commit is one minute after the one before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.clock = EPOCH

    @classmethod
    def create(cls, path: Path, *, bare: bool = False, object_format: str = "sha1") -> RepoBuilder:
        path.mkdir(parents=True, exist_ok=True)
        words = ["git", "init", "-q", "-b", "main", f"--object-format={object_format}"]
        subprocess.run([*words, *(["--bare"] if bare else []), str(path)], check=True)
        return cls(path)

    def run(
        self, *words: str | bytes, stdin: bytes = b"", check: bool = True, env: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git in the repository; both streams captured as bytes."""
        return subprocess.run(
            ["git", "-C", str(self.path), *words],
            input=stdin,
            capture_output=True,
            check=check,
            env={**os.environ, **self.identity(HUMAN), **(env or {})},
        )

    def git(self, *words: str | bytes, stdin: bytes = b"", env: Mapping[str, str] | None = None) -> str:
        """Standard output of git, stripped, as text."""
        done = self.run(*words, stdin=stdin, check=False, env=env)
        if done.returncode:
            raise AssertionError(f"git {words} ended with {done.returncode}: {done.stderr.decode(errors='replace')}")
        return done.stdout.decode("utf-8", "surrogateescape").strip()

    def identity(self, who: tuple[str, str]) -> dict[str, str]:
        when = f"{self.clock} +0000"
        return {
            "GIT_AUTHOR_NAME": who[0],
            "GIT_AUTHOR_EMAIL": who[1],
            "GIT_AUTHOR_DATE": when,
            "GIT_COMMITTER_NAME": who[0],
            "GIT_COMMITTER_EMAIL": who[1],
            "GIT_COMMITTER_DATE": when,
        }

    def write(self, files: Mapping[str, str | bytes | None]) -> None:
        """Write or (None) remove files of the work tree and stage them."""
        for name, content in files.items():
            target = self.path / name
            if content is None:
                target.unlink()
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.encode() if isinstance(content, str) else content)
        if files:
            self.git("add", "-A", "-f", "--", *files)

    def commit(
        self,
        files: Mapping[str, str | bytes | None] | None = None,
        message: str | bytes = "change",
        who: tuple[str, str] = HUMAN,
        *options: str,
    ) -> str:
        """Write ``files``, commit the index, return the new commit's id."""
        self.write(files or {})
        self.clock += 60
        raw = message.encode() if isinstance(message, str) else message
        self.git(
            "commit",
            "-q",
            "--no-verify",
            "--allow-empty",
            "--allow-empty-message",
            "--cleanup=verbatim",
            *options,
            "-F",
            "-",
            stdin=raw,
            env=self.identity(who),
        )
        return self.git("rev-parse", "HEAD")

    def branch(self, name: str, start: str = "HEAD") -> None:
        self.git("checkout", "-q", "-B", name, start)

    def blob(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def tree(self, entries: list[tuple[str, bytes, str]]) -> str:
        """Write a tree of raw ``(mode, name, oid)`` entries, odd names included, without git's checks."""
        raw = b"".join(mode.encode() + b" " + name + b"\0" + bytes.fromhex(oid) for mode, name, oid in entries)
        return self.raw("tree", raw)

    def raw(self, kind: str, content: bytes) -> str:
        """Write one object byte for byte, malformed ones included."""
        return self.git("hash-object", "-w", "--literally", "-t", kind, "--stdin", stdin=content)

    def commit_tree(self, tree: str, parents: list[str], message: bytes = b"change\n", extra: bytes = b"") -> str:
        """Write a raw commit object; ``extra`` is put after the committer line."""
        self.clock += 60
        who = f"Alice <alice@example.org> {self.clock} +0000".encode()
        lines = [b"tree " + tree.encode(), *(b"parent " + parent.encode() for parent in parents)]
        head = b"\n".join([*lines, b"author " + who, b"committer " + who]) + b"\n"
        return self.raw("commit", head + extra + b"\n" + message)
