# SPDX-License-Identifier: Apache-2.0
"""The compiled cache: faster, and never another verdict."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeper.errors import PolicyInvalid
from gatekeeper.policy.cache import MAX_ENTRIES, Cache
from gatekeeper.policy.parse import MANAGED, parse
from tests.cli import ROOT
from tests.policies import SMALL
from tests.unit.test_policy_parse import FULL

HOOK = """
import sys
from gatekeeper.policy.cache import Cache
from gatekeeper.policy.effective import Facts, load

class Blobs:
    def blob(self, treeish, path):
        return open(sys.argv[2], "rb").read() if path.endswith("policy.yaml") else open(sys.argv[3], "rb").read()

facts = Facts("refs/heads/main", "1" * 40, False, "refs/heads/main", "1" * 40, "refs/heads/main", "root:none")
found = load(Blobs(), facts, Cache(sys.argv[1], "1"))
assert found.policy.serial == 3 and found.is_protected("refs/heads/release/1")
from gatekeeper.policy.match import compile_paths
assert compile_paths(found.policy.paths[0].match).matches(b"payments/ledger/a")
heavy = "yaml pygit2 requests rich jinja2 asyncio ssl unidiff email http dataclasses inspect pathlib argparse tempfile "
heavy += "shutil logging urllib datetime cryptography difflib gatekeeper.policy.parse gatekeeper.policy.yamltree"
print(sorted(set(heavy.split()) & set(sys.modules)))
"""


def test_a_policy_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Cache(str(tmp_path), "1").policy(FULL.encode(), "a")
    assert first == parse(FULL.encode(), "a")
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert Cache(str(tmp_path), "1").policy(FULL.encode(), "b") == first


def test_the_hook_path_loads_a_compiled_policy_without_yaml(tmp_path: Path) -> None:
    (tmp_path / "policy").write_text(FULL)
    (tmp_path / "signers").write_text("")
    Cache(str(tmp_path / "cache"), "1").policy(FULL.encode(), "policy")
    words = [str(tmp_path / name) for name in ("cache", "policy", "signers")]
    done = subprocess.run(
        [sys.executable, "-S", "-c", HOOK, *words],
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
        text=True,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "swap", "rest", "digest"])
def test_a_damaged_entry_is_compiled_again(tmp_path: Path, damage: str) -> None:
    cache = Cache(str(tmp_path), "1")
    wanted = cache.policy(FULL.encode(), "a")
    (entry,) = tmp_path.iterdir()
    whole = entry.read_bytes()
    other = tmp_path / "other"
    Cache(str(other), "1").policy(SMALL.encode(), "a")
    entry.write_bytes(
        {
            "cut": whole[:-20],
            "flip": whole.replace(b'"deny"', b'"warn"', 1),
            "empty": b"",
            "swap": next(other.iterdir()).read_bytes(),
            "rest": whole + b"\n",
            "digest": b"0" + whole[1:],
        }[damage]
    )
    assert cache.policy(FULL.encode(), "a") == wanted
    assert entry.read_bytes() == whole


def test_another_version_another_kind_another_byte_are_other_entries(tmp_path: Path) -> None:
    Cache(str(tmp_path), "1").policy(SMALL.encode(), "a")
    Cache(str(tmp_path), "2").policy(SMALL.encode(), "a")
    Cache(str(tmp_path), "1").policy(SMALL.encode() + b"#\n", "a")
    text = b"version: 1\n"
    assert Cache(str(tmp_path), "1").policy(text, "a", "managed") == parse(text, "a", MANAGED)
    with pytest.raises(PolicyInvalid):
        Cache(str(tmp_path), "1").policy(text, "a")
    assert len(list(tmp_path.iterdir())) == 4


@pytest.mark.parametrize("folder", ["file/below", "file"])
def test_a_folder_that_cannot_be_written_is_done_without(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text("")
    assert Cache(str(tmp_path / folder), "1").policy(SMALL.encode(), "a").serial == 1


def test_an_error_is_not_kept(tmp_path: Path) -> None:
    for source in ("first", "second"):
        with pytest.raises(PolicyInvalid, match=f"^{source}:1: "):
            Cache(str(tmp_path), "1").policy(b"version: 9\nserial: 1\nprotect: [refs/heads/a]\n", source)
    assert list(tmp_path.iterdir()) == []


def test_the_cache_does_not_grow_for_ever(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), "1")
    for number in range(MAX_ENTRIES + 3):
        cache.policy(SMALL.replace("serial: 1", f"serial: {number + 1}").encode(), "a")
    assert len(os.listdir(tmp_path)) < MAX_ENTRIES
