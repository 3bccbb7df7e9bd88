# SPDX-License-Identifier: Apache-2.0
"""What coverage comes to: a value of its own module, so that a change that asks nobody loads no more."""

from __future__ import annotations

from typing import NamedTuple

from gatekeeper.model import Finding, Ignored, Requirement


class Coverage(NamedTuple):
    findings: tuple[Finding, ...]
    """As given, in the same order; ``covered_by`` is set where every slot of a finding is filled."""
    required: tuple[Requirement, ...] = ()
    """Per team, the largest count that a finding asks for."""
    present: tuple[str, ...] = ()
    """Ids of the approvals that count for a finding at least."""
    missing: tuple[Requirement, ...] = ()
    """Per team, the largest number of people that a finding still lacks."""
    ignored: tuple[Ignored, ...] = ()
    vetoes: tuple[str, ...] = ()
    """Ids of the rejections in force."""
    sole: tuple[str, ...] = ()
    """Ids among ``covered_by`` by people whom ``exclude`` would keep out, were their team larger."""
