# SPDX-License-Identifier: Apache-2.0
"""``deps.opaque``: what cannot be read, or will not be seen the next time, is never silence."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.delta import Delta, FileDelta
from gatekeeper.rules.deps.formats import format_of
from gatekeeper.rules.deps.formats.interface import Setting, outside
from gatekeeper.rules.deps.hits import hit
from gatekeeper.rules.fingerprint import file_change

RULE = "deps.opaque"


def check(delta: Delta) -> Iterator[Hit]:
    for file in delta.files:
        if file.trouble is not None:
            mark = file_change(RULE, file.file, delta.diff.old(file.file), delta.diff.new(file.file))
            yield Hit(RULE, file.path, file.trouble.line, f"the dependency file cannot be read: {file.trouble}", mark)
        known = {include.value for include in file.old.includes}
        for include in file.new.includes:
            if include.value not in known and (reason := _unseen(file, include)):
                message = f"it includes '{include.value}', {reason}"
                yield hit(RULE, file.path, include.line, message, (include.name, include.value))


def _unseen(file: FileDelta, include: Setting) -> str:
    """Why what is included, or a change of it, would go unnoticed; empty where it would not."""
    if include.name == "computed":
        return "which is computed when it runs"
    if "://" in include.value:
        return "which is not in the tree"
    path = posixpath.normpath(posixpath.join(posixpath.dirname(os.fsdecode(file.path)), include.value))
    if outside(path):
        return "which is out of the tree"
    named = format_of(os.fsencode(path)) == "requirements"
    return "" if named else "whose name does not say that it holds requirements"
