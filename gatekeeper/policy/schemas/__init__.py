# SPDX-License-Identifier: Apache-2.0
"""JSON Schemas (2020-12) of the policy file and of what verbs print with ``--json``, one file each."""

from __future__ import annotations

from importlib.resources import files


def names() -> tuple[str, ...]:
    """What there is a schema of, in alphabetical order; ``policy`` is the file, the others are verbs."""
    found = (file.name for file in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".json") for name in found if name.endswith(".json")))


def text(name: str) -> str:
    """The schema called ``name`` as JSON; raises FileNotFoundError for one that is not among :func:`names`."""
    return (files(__name__) / f"{name}.json").read_text(encoding="utf-8")
