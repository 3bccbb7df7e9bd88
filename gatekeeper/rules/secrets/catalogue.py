# SPDX-License-Identifier: Apache-2.0
"""Every kind and every detector there is."""

from __future__ import annotations

from gatekeeper.rules.secrets.armor import PrivateKeyDetector
from gatekeeper.rules.secrets.detector import Detector, KindDetector
from gatekeeper.rules.secrets.families import cloud, code_hosts, others
from gatekeeper.rules.secrets.kinds import Kind
from gatekeeper.rules.secrets.urls import UrlDetector

KINDS: tuple[Kind, ...] = (*code_hosts.KINDS, *cloud.KINDS, *others.KINDS)


def detectors() -> tuple[Detector, ...]:
    return (PrivateKeyDetector(), UrlDetector(), *(KindDetector(kind) for kind in KINDS))
