# SPDX-License-Identifier: Apache-2.0
"""Compiled policies by the digest of their bytes, so that a hook never imports yaml.

An entry counts when its own digest and its key are right; anything else is compiled again. So damage,
old entries and a folder that cannot be written cost time and never change what a policy says.
"""

from __future__ import annotations

import hashlib
import json
import os
from typing import Literal

from gatekeeper.policy.document import from_document, to_document
from gatekeeper.policy.schema import Policy

FORMAT = 1
"""Raised when the meaning of a file or of an entry changes between releases."""
MAX_ENTRIES = 64
Kind = Literal["repository", "managed"]


class Cache:
    """Policies compiled so far, in ``folder``; None keeps nothing."""

    def __init__(self, folder: str | None, version: str) -> None:
        self._folder, self._version = folder, version

    def policy(self, content: bytes, source: str, kind: Kind = "repository") -> Policy:
        """The policy that ``content`` says; raises PolicyInvalid, naming ``source``, where it is not valid."""
        key = self._key(content, kind)
        policy = self._load(key)
        if policy is None:
            from gatekeeper.policy import parse

            policy = parse.parse(content, source, parse.MANAGED if kind == "managed" else parse.REPOSITORY)
            self._save(key, policy)
        return policy

    def _key(self, content: bytes, kind: Kind) -> str:
        head = f"{FORMAT} {self._version} {kind} {len(content)}\n".encode()
        return hashlib.sha256(head + content).hexdigest()

    def _load(self, key: str) -> Policy | None:
        if self._folder is None:
            return None
        try:
            with open(os.path.join(self._folder, key), "rb") as file:
                digest, _, body = file.read().partition(b"\n")
        except OSError:
            return None
        if hashlib.sha256(key.encode() + body).hexdigest().encode() != digest:
            return None
        try:
            return from_document(json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError):
            return None

    def _save(self, key: str, policy: Policy) -> None:
        if self._folder is None:
            return
        body = json.dumps(to_document(policy), separators=(",", ":")).encode()
        digest = hashlib.sha256(key.encode() + body).hexdigest().encode()
        path = os.path.join(self._folder, key)
        partial = f"{path}.{os.getpid()}"
        try:
            os.makedirs(self._folder, mode=0o700, exist_ok=True)
            with open(partial, "xb") as file:
                file.write(digest + b"\n" + body)
            os.replace(partial, path)
            self._prune(self._folder)
        except OSError:
            # A full disk or a read-only repository costs the next call the same time again, nothing else.
            _remove(partial)

    def _prune(self, folder: str) -> None:
        names = os.listdir(folder)
        if len(names) > MAX_ENTRIES:
            paths = [os.path.join(folder, name) for name in names]
            for path in sorted(paths, key=os.path.getmtime)[: len(names) // 2]:
                _remove(path)


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        return
