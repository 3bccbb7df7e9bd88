# SPDX-License-Identifier: Apache-2.0
"""From an address of the index to the detector itself."""

from __future__ import annotations

from importlib import import_module

from gatekeeper.rules.secrets.detector import Detector, KindDetector

PACKAGE = "gatekeeper.rules.secrets"


def load(address: str) -> Detector:
    """The detector at ``<family>.<number of the kind>`` or ``<module>.<class>``; imports its module."""
    module, _, attribute = address.partition(".")
    if attribute.isdigit():
        return KindDetector(import_module(f"{PACKAGE}.families.{module}").KINDS[int(attribute)])
    detector: Detector = getattr(import_module(f"{PACKAGE}.{module}"), attribute)()
    return detector
