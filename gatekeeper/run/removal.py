# SPDX-License-Identifier: Apache-2.0
"""Removing what an agent has written: no link is followed, nothing is opened but folders, no depth is too deep."""

from __future__ import annotations

import os
import stat
from typing import NamedTuple

from gatekeeper.errors import StateUnwritable

FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def remove_tree(path: str) -> None:
    """Remove the folder ``path`` and all in it; it may be gone already, or be something else. Raises StateUnwritable.

    Nobody else may be writing to it. One folder is open at a time, reached from the one above or the one below: so a
    path longer than the system takes, or a million levels, cost neither stack nor descriptors.
    """
    try:
        if stat.S_ISDIR(os.lstat(path).st_mode):
            _remove(path)
        else:
            os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StateUnwritable(
            f"cannot remove {path}: {error.strerror}", f"see what is in it, then: chmod -R u+rwX '{path}'"
        ) from error


class _Level(NamedTuple):
    name: bytes
    identity: tuple[int, int]
    """Device and inode."""
    folders: list[bytes]
    """In it, not removed yet."""


def _remove(path: str) -> None:
    os.chmod(path, 0o700)
    here = os.open(path, FOLDER)
    levels = [_emptied(here, b"")]
    try:
        while len(levels) > 1 or levels[0].folders:
            level = levels[-1]
            if level.folders:
                name = level.folders.pop()
                below = _open(here, name)
                os.close(here)
                here = below
                levels.append(_emptied(here, name))
            else:
                levels.pop()
                above = os.open("..", FOLDER, dir_fd=here)
                os.close(here)
                here = above
                if _identity(here) != levels[-1].identity:
                    raise OSError(0, "somebody is moving its folders", path)
                os.rmdir(level.name, dir_fd=here)
    finally:
        os.close(here)
    os.rmdir(path)


def _open(folder: int, name: bytes) -> int:
    if os.lstat(name, dir_fd=folder).st_mode & 0o700 != 0o700:
        os.chmod(name, 0o700, dir_fd=folder)  # no link: it was looked at, and nobody else is here
    return os.open(name, FOLDER, dir_fd=folder)


def _emptied(folder: int, name: bytes) -> _Level:
    """The open ``folder``, with everything in it removed but folders."""
    folders = []
    for entry in map(os.fsencode, os.listdir(folder)):
        if stat.S_ISDIR(os.lstat(entry, dir_fd=folder).st_mode):
            folders.append(entry)
        else:
            os.unlink(entry, dir_fd=folder)
    return _Level(name, _identity(folder), folders)


def _identity(folder: int) -> tuple[int, int]:
    found = os.fstat(folder)
    return found.st_dev, found.st_ino
