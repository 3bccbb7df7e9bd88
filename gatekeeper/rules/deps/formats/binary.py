# SPDX-License-Identifier: Apache-2.0
"""Lockfiles that are binary, such as ``bun.lockb``: there is nothing to be judged by."""

from __future__ import annotations

from gatekeeper.rules.deps.formats.interface import Inventory, Unreadable


def parse(data: bytes, path: str) -> Inventory:
    raise Unreadable("it is binary; keep the text form of the lockfile instead")
