# SPDX-License-Identifier: Apache-2.0
"""Runs for tests: as root and as an ordinary user, with everything on this machine compared before and after."""

from __future__ import annotations

import encodings
import functools
import hashlib
import io
import json
import os
import pkgutil
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, cast

import pytest

import gatekeeper
from gatekeeper import __main__ as entry
from tests.cli import Result
from tests.repo import RepoBuilder

NOBODY = 65534
TRUSTING = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*"}
"""For root's git in a repository that is another user's."""
LOADED_LATE = ("difflib", "multiprocessing.pool", "concurrent.futures.process", "pyseccomp", "hyperscan", "pygit2")
ROOT, USER = "root", "user"
PEOPLE = (ROOT, USER)


@functools.cache
def missing(who: str) -> str:
    """Why runs cannot be tested here as ``who``; empty where they can."""
    if who == USER and os.getuid() == 0:
        prefix = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    elif who == ROOT and os.getuid() != 0:
        return "the tests do not run as root"
    else:
        prefix = []
    words = [*prefix, "bwrap", "--unshare-user", "--disable-userns", "--ro-bind", "/", "/", "true"]
    try:
        done = subprocess.run(words, capture_output=True, check=False, cwd="/")
    except FileNotFoundError as error:
        return f"{error.filename} is not installed"
    return done.stderr.decode().strip() if done.returncode else ""


def need(who: str = ROOT if os.getuid() == 0 else USER) -> None:
    """Skip, with the reason, where ``who`` cannot make a sandbox."""
    reason = missing(who)
    if reason:
        pytest.skip(f"no sandbox as {who}: {reason}")


class Stage(NamedTuple):
    """A repository, a home and everything around, owned by ``who``."""

    who: str
    folder: Path
    repo: RepoBuilder
    home: Path

    def shell(self, script: str, *options: str, env: Mapping[str, str] | None = None) -> Result:
        """``gatekeeper run --json OPTIONS -- sh -c SCRIPT``; what the agent said is in ``err``."""
        return self.gatekeeper("run", "--json", *options, "--", "sh", "-c", script, env=env)

    def gatekeeper(
        self, *words: str, stdin: bytes = b"", env: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> Result:
        """One command line, in a process of its own that is ``who``."""
        environ = {"HOME": str(self.home), **(env or {})}
        return as_person(self.who, lambda: entry.main(list(words)), environ, cwd or self.repo.path, stdin)

    def git(self, *words: str) -> str:
        return self.repo.git(*words, env=TRUSTING)

    def own(self) -> None:
        """Hand everything to ``who``."""
        if self.who == USER and os.getuid() == 0:
            for folder, folders, files in os.walk(self.folder):
                for name in (folder, *(os.path.join(folder, one) for one in (*folders, *files))):
                    os.chown(name, NOBODY, NOBODY, follow_symlinks=False)


def stage(who: str, folder: Path) -> Stage:
    """A repository with one commit, and an empty home."""
    need(who)
    repo = RepoBuilder.create(folder / "work" / "payments")
    repo.commit({"README": "readme\n", "src/app.py": "print('hello')\n"}, "base")
    home = folder / "home"
    home.mkdir()
    made = Stage(who, folder, repo, home)
    made.own()
    return made


@contextmanager
def temporary_stage(who: str) -> Iterator[Stage]:
    folder = Path(tempfile.mkdtemp(prefix="gatekeeper-test-"))
    folder.chmod(0o755)  # pytest's own folders are closed to others
    try:
        yield stage(who, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def as_person(who: str, action: Callable[[], int], environ: Mapping[str, str], cwd: Path, stdin: bytes = b"") -> Result:
    """Call ``action`` in a forked process that is ``who`` and has these streams; what it printed and returned."""
    preload()
    streams = [_memory(stdin), _memory(b""), _memory(b"")]
    child = os.fork()
    if child == 0:
        code = 99
        try:
            for number, descriptor in enumerate(streams):
                os.dup2(descriptor, number)
            sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb", closefd=False))
            sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", closefd=False))
            sys.stderr = io.TextIOWrapper(os.fdopen(2, "wb", closefd=False))
            os.chdir(cwd)
            if who == USER and os.getuid() == 0:
                os.setgroups([])
                os.setresgid(NOBODY, NOBODY, NOBODY)
                os.setresuid(NOBODY, NOBODY, NOBODY)
            os.environ.update(environ)
            code = action()
            sys.stdout.flush()
            sys.stderr.flush()
        except BaseException as error:  # noqa: BLE001 - reported by the exit code and the text
            os.write(2, repr(error).encode())
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    return Result(os.waitstatus_to_exitcode(status), _content(streams[1]), _content(streams[2]))


@functools.cache
def preload() -> None:
    """Load what a run may load, while we still may read where it is installed."""
    packages = ((encodings.__path__, "encodings."), (gatekeeper.__path__, "gatekeeper."))
    found = [module.name for path, prefix in packages for module in pkgutil.walk_packages(path, prefix)]
    for name in (*found, *LOADED_LATE):
        with suppress(Exception):
            __import__(name)


def _memory(content: bytes) -> int:
    descriptor = os.memfd_create("stream")
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def _content(descriptor: int) -> str:
    with open(descriptor, "rb") as file:
        file.seek(0)
        return file.read().decode("utf-8", "replace")


Snapshot = Mapping[str, str]


def snapshot(*folders: Path) -> Snapshot:
    """Path to type, mode, owner and content of everything below ``folders``."""
    found: dict[str, str] = {}
    for top in folders:
        for folder, folders_in, files in os.walk(top):
            for name in (*folders_in, *files):
                path = os.path.join(folder, name)
                found[path] = _print(path)
    return found


def _print(path: str) -> str:
    looked = os.lstat(path)
    content = b""
    if stat.S_ISREG(looked.st_mode):
        content = Path(path).read_bytes()
    elif stat.S_ISLNK(looked.st_mode):
        content = os.fsencode(os.readlink(path))
    return f"{looked.st_mode:o} {looked.st_uid} {hashlib.sha256(content).hexdigest()}"


def differences(before: Snapshot, after: Snapshot) -> set[str]:
    """Paths that came, went or changed."""
    return {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}


def beyond_record(repo: RepoBuilder, before: Snapshot, after: Snapshot) -> set[str]:
    """What changed in a repository besides the record of a run: new objects, its own refs, notes and state.

    No object that was there may have changed or gone.
    """
    top = str(repo.path if (repo.path / "HEAD").exists() else repo.path / ".git")
    own = (
        "gatekeeper",
        "refs/gatekeeper",
        "refs/notes",
        "refs/heads/agent",
        "logs/refs/heads/agent",
        "logs/refs/notes",
    )
    found = set()
    for path in differences(before, after):
        inner = path.removeprefix(top + "/")
        fresh_object = inner.startswith("objects/") and path not in before
        if not fresh_object and not inner.startswith(own):
            found.add(inner)
    return found


def document(result: Result) -> dict[str, object]:
    """The object that ``--json`` printed."""
    return cast("dict[str, object]", json.loads(result.out))
