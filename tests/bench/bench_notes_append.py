# SPDX-License-Identifier: Apache-2.0
"""What appending one record costs when many exist, beside ``git notes add`` on the same ref.

``python -m tests.bench.bench_notes_append [NOTES]``
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

from gatekeeper.git import notes
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.repository import open_repository
from gatekeeper.git.store import open_store

REF = "refs/notes/gatekeeper/audit"
WHO = b"gate <gate@example.org>"
LINE = b"{" + b"x" * 1500 + b"}"
ROUNDS = 15


def fill(folder: str, count: int) -> None:
    """In a process of its own, so that the one measured is as small as a hook's."""
    with open_store(open_repository(folder, os.environ)) as store:
        keys = [hashlib.sha1(b"%d" % number).hexdigest() for number in range(count)]
        start = time.perf_counter()
        notes.append(store, REF, {key: [LINE + key.encode()] for key in keys}, WHO, 1)
        print(f"one append of {count:,} notes: {time.perf_counter() - start:.1f} s")


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", "--bare", folder], check=True)
        filler = multiprocessing.Process(target=fill, args=(folder, count))
        filler.start()
        filler.join()
        repository = open_repository(folder, os.environ)
        with PlumbingStore(repository) as store:
            objects = store.write([("blob", b"%d" % number) for number in range(2 * ROUNDS)])
        env = {**repository.env, "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@example.org"}
        env |= {"GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@example.org"}

        def ours(oid: str) -> None:
            with PlumbingStore(repository) as store:
                notes.append(store, REF, {oid: [LINE]}, WHO, 1)

        def gits(oid: str) -> None:
            words = ["git", "notes", "--ref", REF, "add", "-m", LINE.decode(), oid]
            subprocess.run(words, env=env, check=True, capture_output=True)

        times: dict[str, list[float]] = {"append": [], "git notes add": []}
        for number in range(ROUNDS):  # in turn, so that whatever else the machine does hits both
            times["append"].append(_timed(ours, objects[2 * number]))
            times["git notes add"].append(_timed(gits, objects[2 * number + 1]))
        for name, taken in times.items():
            print(f"{name}: median {statistics.median(taken):.1f} ms, {min(taken):.1f} to {max(taken):.1f}")


def _timed(call: Callable[[str], None], oid: str) -> float:
    start = time.perf_counter()
    call(oid)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
