# SPDX-License-Identifier: Apache-2.0
"""Threat 58, at the server: where a ref is now is asked of the repository, not of whoever pushes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import wire
from tests.repo import AGENT
from tests.served import MAIN, Served, secret


@pytest.fixture
def served(tmp_path: Path) -> Served:
    return Served(tmp_path)


def test_a_claimed_old_id_makes_nothing_count_as_there_already(served: Served) -> None:
    leak = served.branch("agent/leak", {"key.txt": secret()})
    above = served.clone.commit({"b.txt": "b\n"}, "clean", AGENT)
    zero = "0" * 40
    done = wire.push(served, [(leak, above, MAIN), (zero, above, "refs/heads/agent/leak")], [above])
    assert "ng refs/heads/agent/leak pre-receive hook declined" in done.out
    assert f"{MAIN} is at {served.base}, and not at {leak} as the push says" in done.err
    assert "next: fetch, then push again" in done.err
    assert served.refs() == {MAIN: served.base}


@pytest.mark.parametrize("old", ["zero", "head"])
def test_an_existing_ref_is_neither_created_nor_left_where_it_is(served: Served, old: str) -> None:
    head = served.executable("agent/fix")
    done = wire.push(served, [("0" * 40 if old == "zero" else head, head, MAIN)], [head])
    assert f"ng {MAIN} pre-receive hook declined" in done.out
    assert "as the push says" in done.err
    assert served.refs() == {MAIN: served.base}


def test_a_ref_named_twice_in_one_push_moves_once_at_most(served: Served) -> None:
    clean = served.branch("agent/clean", {"b.txt": "b\n"})
    leak = served.clone.commit({"key.txt": secret()}, "leak", AGENT)
    done = wire.push(served, [(served.base, clean, MAIN), (clean, leak, MAIN)], [leak])
    assert f"{MAIN} is at {served.base}, and not at {clean} as the push says" in done.err
    assert served.refs() == {MAIN: served.base}
