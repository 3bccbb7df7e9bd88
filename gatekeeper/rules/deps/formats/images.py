# SPDX-License-Identifier: Apache-2.0
"""Container image references (OCI distribution specification) and the variables in them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gatekeeper.rules.deps.formats.interface import REGISTRY, Dependency, Digest

ECOSYSTEM = "oci"
_VARIABLE = re.compile(r"\$(?:(\w+)|\{(\w+)(?::?[-+]([^{}]*))?\})")


def dependency(reference: str, scope: str, line: int | None) -> Dependency | None:
    """``[host/]name[:tag][@algorithm:hex]``; None for what names no image (``scratch``, a variable alone)."""
    text = reference.strip().removeprefix("docker://")
    rest, _, digest = text.partition("@")
    name, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        name, tag = rest, ""
    if not name or name == "scratch" or name.startswith("$"):
        return None
    algorithm, _, value = digest.partition(":")
    digests = (Digest(algorithm, value),) if value and "$" not in value else ()
    return Dependency(name.lower(), ECOSYSTEM, tag, REGISTRY, scope, line, shown=name, integrity=digests)


def substitute(text: str, values: Mapping[str, str]) -> str:
    """``$name``, ``${name}`` and ``${name:-default}`` filled in where a value is known; others stay."""

    def value(found: re.Match[str]) -> str:
        known = values.get(found[1] or found[2])
        return known if known is not None else found[3] if found[3] is not None else found[0]

    return _VARIABLE.sub(value, text)
