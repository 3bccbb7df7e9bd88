# SPDX-License-Identifier: Apache-2.0
"""A private, empty git directory through which objects are read and nothing else can be.

Its objects are the real repository's (and a quarantine's), as alternates. So no configuration, attribute,
graft, replace ref, shallow file, commit graph, promisor or hook of the real repository exists for the git that
reads a change, and the trees of recomputed merges are written here and vanish with it. docs/adr/0004.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from types import TracebackType

from gatekeeper.git import process
from gatekeeper.git.spawn import Program


class CleanRoom:
    """Context manager. ``object_directories`` are absolute paths, the ones to be tried first, first."""

    def __init__(self, environ: Mapping[str, str], object_format: str, object_directories: Sequence[str]) -> None:
        parent = environ.get("TMPDIR") or environ.get("TEMP") or "/tmp"  # noqa: S108 - made below with mode 0700
        self.path = os.path.join(parent, f"gatekeeper-{os.getpid()}-{os.urandom(8).hex()}")
        os.mkdir(self.path, 0o700)
        for folder in ("objects", "refs"):
            os.mkdir(os.path.join(self.path, folder))
        self._put("HEAD", "ref: refs/heads/none\n")
        extension = "" if object_format == "sha1" else f"[extensions]\n\tobjectformat = {object_format}\n"
        version = 0 if object_format == "sha1" else 1
        self._put("config", f"[core]\n\trepositoryformatversion = {version}\n\tbare = true\n{extension}")
        self.env = process.clean_environment(environ)
        self.env["GIT_DIR"] = self.path
        self.env["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = os.pathsep.join(map(_quoted, object_directories))

    def _put(self, name: str, text: str) -> None:
        with open(os.path.join(self.path, name), "w", encoding="ascii") as file:
            file.write(text)

    def run(
        self, *words: str | bytes, stdin: bytes = b"", check: bool = True, extra: Mapping[str, str] | None = None
    ) -> process.Completed:
        """Run git here to its end, with the variables ``extra`` added."""
        return process.run(words, {**self.env, **extra} if extra else self.env, stdin=stdin, check=check)

    def start(self, *words: str) -> Program:
        """Start git here with both ends piped; what it says on stderr is dropped."""
        return process.start(words, self.env)

    def close(self) -> None:
        """Remove the directory and all that was written into it."""
        for folder, folders, files in os.walk(self.path, topdown=False):
            for name in files:
                os.unlink(os.path.join(folder, name))
            for name in folders:
                os.rmdir(os.path.join(folder, name))
        if os.path.isdir(self.path):
            os.rmdir(self.path)

    def __enter__(self) -> CleanRoom:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _quoted(path: str) -> str:
    """A path for GIT_ALTERNATE_OBJECT_DIRECTORIES, in git's C quoting where it holds a separator or a quote."""
    if os.pathsep not in path and not path.startswith('"') and "\n" not in path:
        return path
    return '"' + path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'
