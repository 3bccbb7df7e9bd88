# SPDX-License-Identifier: Apache-2.0
"""docs/threats.md says what the tests say."""

from __future__ import annotations

from tests.threats.table import DOCUMENT, document


def test_the_page_is_what_the_tests_are() -> None:
    assert DOCUMENT.read_text("utf-8") == document(), "run: python -m tests.threats.table"
