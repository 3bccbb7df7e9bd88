# SPDX-License-Identifier: Apache-2.0
"""Threat 8, by a push: an approval is for one ref, whatever else holds the same commit."""

from __future__ import annotations

import pytest

from tests import forged
from tests.served import BOB, MAIN, Served


@pytest.mark.parametrize("target", ["refs/heads/release/1", "refs/heads/agent/fix", "refs/tags/v1"])
def test_an_approval_for_another_ref_is_not_for_main(served: Served, target: str) -> None:
    served.executable("agent/fix")
    forged.note(served, forged.approval(served, "agent/fix", BOB, target=target))
    done = served.push("refs/notes/gatekeeper/approvals", "agent/fix:main")
    assert done.code == 1
    assert f"it is for {target}, not for {MAIN}" in done.err
    assert served.refs() == {MAIN: served.base}
