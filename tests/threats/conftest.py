# SPDX-License-Identifier: Apache-2.0
"""A server with gatekeeper's hooks and a clone, for threats that are shown by a push."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.served import Served


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)
