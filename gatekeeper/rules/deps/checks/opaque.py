# SPDX-License-Identifier: Apache-2.0
"""``deps.opaque``: a dependency file that cannot be read is never silence."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.delta import Delta
from gatekeeper.rules.fingerprint import file_change

RULE = "deps.opaque"


def check(delta: Delta) -> Iterator[Hit]:
    for file in delta.files:
        if file.trouble is not None:
            mark = file_change(RULE, file.file, delta.diff.old(file.file), delta.diff.new(file.file))
            yield Hit(RULE, file.path, file.trouble.line, f"the dependency file cannot be read: {file.trouble}", mark)
