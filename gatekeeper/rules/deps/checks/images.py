# SPDX-License-Identifier: Apache-2.0
"""``deps.unpinned-image``: a Dockerfile or a compose file pulls whatever a tag points to today."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.model import Hit
from gatekeeper.rules.deps.delta import Delta
from gatekeeper.rules.deps.hits import hit

RULE = "deps.unpinned-image"


def check(delta: Delta) -> Iterator[Hit]:
    """Images of workflows are left to ``ci.unpinned-action``."""
    for file in delta.files:
        if file.format not in ("dockerfile", "compose"):
            continue
        known = {(image.name, image.requirement) for image in file.old.dependencies if not image.integrity}
        for image in file.new.dependencies:
            key = (image.name, image.requirement)
            if image.integrity or key in known:
                continue
            known.add(key)
            shown = f"{image.shown}:{image.requirement}" if image.requirement else image.shown
            yield hit(RULE, file.path, image.line, f"image '{shown}' has no digest", key)
