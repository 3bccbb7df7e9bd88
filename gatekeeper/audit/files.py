# SPDX-License-Identifier: Apache-2.0
"""Small files of machine state: read whole, replaced whole, never half written."""

from __future__ import annotations

import os

from gatekeeper.errors import StateUnwritable


def read_file(path: str) -> bytes | None:
    """The content; None where there is no such file (any more)."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateUnwritable(f"cannot read {path}: {error.strerror}", "check its permissions") from error


def names_in(folder: str) -> list[str]:
    """The names in ``folder``, sorted; none where there is no such folder."""
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StateUnwritable(f"cannot read {folder}: {error.strerror}", "check what lies there") from error


def write_file(path: str, content: bytes, *, durable: bool = False) -> None:
    """Replace ``path`` at once by ``content``, mode 0600; ``durable`` waits until it would outlast a power cut."""
    folder, name = os.path.split(path)
    draft = os.path.join(folder, f".{name}.{os.getpid()}")
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            if durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(draft, path)
        if durable:
            _sync_folder(folder)
    except OSError as error:
        raise StateUnwritable(
            f"cannot write {path}: {error.strerror}", "make room or permission, then run again"
        ) from error


def _sync_folder(folder: str) -> None:
    if os.name == "nt":  # a folder cannot be opened there, and its entries are written through
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
