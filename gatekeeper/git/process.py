# SPDX-License-Identifier: Apache-2.0
"""Starting git so that nothing of the repository, the user or the caller can steer it.

Every variable is dropped but a handful; configuration that can run code or change an answer is
overridden; no replace refs, no grafts, no lazy fetching, no protocol. docs/adr/0004.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Mapping, Sequence

from gatekeeper.errors import CannotDecide, GitFailed, RefLocked, StateUnwritable
from gatekeeper.git.spawn import Completed as Completed
from gatekeeper.git.spawn import Program, run_program, start_program

KEPT = ("PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT")
"""What a child needs of the caller's environment; all else (GIT_*, tokens, HTTP_AUTHORIZATION) is dropped."""
QUARANTINE = ("GIT_QUARANTINE_PATH", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES")
OVERRIDES = (
    ("core.hooksPath", os.devnull),
    ("core.fsmonitor", "false"),
    ("core.attributesFile", os.devnull),
    ("core.alternateRefsCommand", ""),
    ("core.commitGraph", "false"),  # a commit-graph file answers for parents without reading the commit
    ("advice.graftFileDeprecated", "false"),
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("safe.directory", "*"),  # safe here: everything by which a foreign repository runs code is off
)


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a git that reads the real repository. No user or system configuration."""
    env = {name: environ[name] for name in KEPT if name in environ}
    env.update(
        HOME=os.devnull,  # so that a path below ~ in the configuration means nothing, instead of an error
        LC_ALL="C",
        GIT_CONFIG_NOSYSTEM="1",
        GIT_CONFIG_GLOBAL=os.devnull,
        GIT_ATTR_NOSYSTEM="1",
        GIT_NO_REPLACE_OBJECTS="1",
        GIT_GRAFT_FILE=os.devnull,
        GIT_NO_LAZY_FETCH="1",
        GIT_ALLOW_PROTOCOL="none",
        GIT_OPTIONAL_LOCKS="0",
        GIT_TERMINAL_PROMPT="0",
        GIT_LITERAL_PATHSPECS="1",
        GIT_CONFIG_COUNT=str(len(OVERRIDES)),
    )
    for number, (key, value) in enumerate(OVERRIDES):
        env[f"GIT_CONFIG_KEY_{number}"] = key
        env[f"GIT_CONFIG_VALUE_{number}"] = value
    return env


def run(words: Sequence[str | bytes], env: Mapping[str, str], *, stdin: bytes = b"", check: bool = True) -> Completed:
    """Run one git to its end. Raises GitFailed, or what its words stand for, when ``check`` and it fails."""
    try:
        done = run_program(["git", *words], env, stdin)
    except FileNotFoundError as error:
        raise missing_git(error) from error
    if check and done.returncode:
        raise failure(words, done)
    return done


def start(words: Sequence[str], env: Mapping[str, str]) -> Program:
    """Start git with both ends piped; what it says on stderr is dropped."""
    try:
        return start_program(["git", *words], env)
    except FileNotFoundError as error:
        raise missing_git(error) from error


def missing_git(error: FileNotFoundError) -> CannotDecide:
    return CannotDecide(f"git cannot be started: {error.strerror}", "install git 2.38 or later, and put it on PATH")


def failure(words: Sequence[str | bytes], done: Completed) -> CannotDecide:
    """What a failed git means for the user, from its own words."""
    text = done.stderr.decode("utf-8", "replace").strip()
    verb = next((str(word) for word in words if not str(word).startswith("-")), "?")
    if "Unable to create" in text and ".lock" in text:
        path = text.split("'")[1] if "'" in text else "the lock file"
        return RefLocked(
            f"another git holds {path}", f"wait for it; if no git is running, remove the lock: rm -- '{path}'"
        )
    for words_of_system in (
        "No space left on device",
        "Read-only file system",
        "Permission denied",
        "Disk quota exceeded",
    ):
        if words_of_system in text:
            return StateUnwritable(
                f"git {verb} could not write: {words_of_system.lower()}", "make room or permission, then run again"
            )
    if done.returncode < 0:
        name = signal.Signals(-done.returncode).name
        return GitFailed(verb, f"ended by {name}", "run again")
    return GitFailed(verb, text or f"exit code {done.returncode}", "check the repository with: git fsck")
