# SPDX-License-Identifier: Apache-2.0
"""The real repository: where it is, its configuration and its refs. Objects are read in a clean room."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, GitFailed, UsageError
from gatekeeper.git import process
from gatekeeper.git.cleanroom import CleanRoom

ZERO = {"sha1": "0" * 40, "sha256": "0" * 64}
EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
USER_CONFIGURATION = ("HOME", "XDG_CONFIG_HOME", "USERPROFILE", "GIT_CONFIG_NOSYSTEM", "GIT_CONFIG_GLOBAL")
"""Where git finds the configuration of a user."""


class RefValue(NamedTuple):
    """A ref's tip."""

    oid: str
    """As stored: of a tag object where the ref is an annotated tag."""
    commit: str | None
    """Peeled to a commit; None where it peels to none."""
    points_to: str | None = None
    """The full name of the ref that a symbolic ref stands for."""


class Repository:
    """Made by :func:`open_repository`. Every path is absolute. Nothing here reads a work tree."""

    def __init__(
        self, environ: Mapping[str, str], git_dir: str, common_dir: str, object_format: str, bare: bool, shallow: bool
    ) -> None:
        self.environ = environ
        self.git_dir, self.common_dir = git_dir, common_dir
        self.object_format, self.bare, self.shallow = object_format, bare, shallow
        self.zero, self.empty_tree = ZERO[object_format], EMPTY_TREE[object_format]
        self.state_dir = os.path.join(common_dir, "gatekeeper")
        self.env = process.clean_environment(environ)
        self.env["GIT_DIR"] = git_dir
        if environ.get("GIT_QUARANTINE_PATH"):
            self.env.update({name: environ[name] for name in process.QUARANTINE if name in environ})
        self._config: dict[str, list[str]] | None = None
        self._symbolic: dict[str, str | None] = {}

    @property
    def in_quarantine(self) -> bool:
        """True inside a receiving push, before its objects are accepted."""
        return "GIT_QUARANTINE_PATH" in self.env

    def git(
        self, *words: str | bytes, input: bytes = b"", check: bool = True, extra: Mapping[str, str] | None = None
    ) -> process.Completed:
        """Run git on the real repository, hermetically but for the variables ``extra``; both streams as bytes."""
        return process.run(words, {**self.env, **extra} if extra else self.env, stdin=input, check=check)

    def clean_room(self) -> CleanRoom:
        """A private git directory over this repository's objects; close it."""
        directories = [os.path.join(self.common_dir, "objects")]
        quarantine = self.env.get("GIT_OBJECT_DIRECTORY")
        if quarantine:
            directories.insert(0, os.path.abspath(quarantine))
        return CleanRoom(self.environ, self.object_format, directories)

    def configs(self, key: str) -> tuple[str, ...]:
        """Every value of ``key`` (lower case) over system, user and repository, weakest first."""
        if self._config is None:
            self._config = _read_config(self.environ, self.git_dir)
        return tuple(self._config.get(key.lower(), ()))

    def config(self, key: str) -> str | None:
        """The value in force, or None."""
        values = self.configs(key)
        return values[-1] if values else None

    def identity(self) -> bytes:
        """``Name <email>`` of the user, as git writes it into a commit. Raises CannotDecide where git knows none."""
        env = _user_environment(self.environ, self.git_dir)
        env.update({name: value for name, value in self.environ.items() if name.startswith("GIT_COMMITTER_")})
        done = process.run(("var", "GIT_COMMITTER_IDENT"), env, check=False)
        if done.returncode:
            raise CannotDecide(
                "git does not know who you are", "git config user.name NAME; git config user.email ADDRESS"
            )
        return done.stdout.rpartition(b">")[0] + b">"

    def resolve(self, revision: str) -> str | None:
        """The commit that ``revision`` names, or None. Never guesses, never reads an option out of it."""
        done = self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}", check=False)
        return done.stdout.decode().strip() or None

    def ref(self, name: str) -> str | None:
        """What the full ref ``name`` holds, unpeeled; None where there is none."""
        values = self.refs(name)
        return values[name].oid if name in values else None

    def refs(self, *prefixes: str) -> dict[str, RefValue]:
        """All refs under ``prefixes`` (full names or folders), by full name."""
        layout = "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(symref)"
        done = self.git("for-each-ref", f"--format={layout}", *prefixes)
        found = {}
        for line in done.stdout.split(b"\n"):
            if line:
                name, kind, oid, peeled_kind, peeled, points_to = line.split(b"\0")
                commit = oid if kind == b"commit" else peeled if peeled_kind == b"commit" else b""
                found[os.fsdecode(name)] = RefValue(
                    oid.decode(), commit.decode() or None, os.fsdecode(points_to) or None
                )
        return found

    def symbolic(self, name: str) -> str | None:
        """The full name that the symbolic ref ``name`` (such as ``HEAD``) points to, or None. Asked once."""
        if name not in self._symbolic:
            done = self.git("symbolic-ref", "--quiet", name, check=False)
            self._symbolic[name] = os.fsdecode(done.stdout.strip()) or None
        return self._symbolic[name]


def open_repository(path: str, environ: Mapping[str, str], git_dir: str | None = None) -> Repository:
    """The repository around the folder ``path`` (or exactly ``git_dir``, as a hook is told it).

    Raises UsageError where there is none, CannotDecide where git cannot read it.
    """
    if not os.path.isdir(path):
        raise UsageError(f"{path}: no such folder", "name a repository with --repo DIR")
    env = process.clean_environment(environ)
    if git_dir is not None:
        env["GIT_DIR"] = git_dir
    words = ("rev-parse", "--absolute-git-dir", "--git-common-dir", "--show-object-format", "--is-bare-repository",
             "--is-shallow-repository")  # fmt: skip
    done = process.run(("-C", path, *words), env, check=False)
    if done.returncode:
        text = done.stderr.decode("utf-8", "replace").strip()
        if "not a git repository" in text:
            raise UsageError(f"{path}: not a git repository", "name one with --repo DIR, or make one with: git init")
        raise GitFailed("rev-parse", text, "check the repository with: git fsck")
    fields = [os.fsdecode(field) for field in done.stdout.split(b"\n")]
    absolute, common, object_format, bare, shallow = fields[:5]
    if object_format not in ZERO:
        raise CannotDecide(f"unknown object format {object_format}", "use a gatekeeper that knows it")
    common_dir = os.path.realpath(os.path.join(path, common))
    return Repository(environ, absolute, common_dir, object_format, bare == "true", shallow == "true")


def _read_config(environ: Mapping[str, str], git_dir: str) -> dict[str, list[str]]:
    """Configuration as the user's own git sees it: reading it runs nothing."""
    env = _user_environment(environ, git_dir)
    done = process.run(
        ("config", "--null", "--get-regexp", r"^(gatekeeper|user|gpg|core|receive|transfer)\."), env, check=False
    )
    if done.returncode not in (0, 1):
        raise process.failure(("config",), done)
    found: dict[str, list[str]] = {}
    for entry in done.stdout.split(b"\0"):
        key, _, value = os.fsdecode(entry).partition("\n")
        if key:
            found.setdefault(key.lower(), []).append(value)
    return found


def _user_environment(environ: Mapping[str, str], git_dir: str) -> dict[str, str]:
    """For the few calls that must see the user's own configuration; none of them runs anything it names."""
    known = (*process.KEPT, *USER_CONFIGURATION)
    env = {name: environ[name] for name in known if name in environ}
    env["GIT_DIR"] = git_dir
    return env
