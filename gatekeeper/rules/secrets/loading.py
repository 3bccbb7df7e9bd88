# SPDX-License-Identifier: Apache-2.0
"""From an address of the index to the detector itself."""

from __future__ import annotations

from importlib import import_module

from gatekeeper.rules.secrets.detector import Detector, KindDetector

PACKAGE = "gatekeeper.rules.secrets"

Address = tuple[str, str, int]
"""Module, attribute, and the number in it for a kind (-1 for a detector)."""


def load(address: Address) -> Detector:
    """The detector at ``address``; imports its module."""
    module, attribute, number = address
    found = getattr(import_module(f"{PACKAGE}.{module}"), attribute)
    detector: Detector = found() if number < 0 else KindDetector(found[number])
    return detector
