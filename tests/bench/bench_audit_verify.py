# SPDX-License-Identifier: Apache-2.0
"""``audit verify`` of many records: as many pushes of one commit, one log entry and one note each.

``python -m tests.bench.bench_audit_verify [RECORDS]``
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from gatekeeper.audit.decision import Circumstances, decision
from gatekeeper.audit.verify import verify
from gatekeeper.git import chain, notes
from gatekeeper.git.pack import object_id
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.git.repository import open_repository
from gatekeeper.git.store import RefUpdate, Store, open_store
from gatekeeper.model import Change, Scanned, Verdict
from tests.records import MAIN, POLICY, Recorder, soft_gate
from tests.repo import EPOCH, RepoBuilder

ROUNDS = 3
BATCH = 20_000


class Ahead:
    """A store in front of another: what was planned and not written yet is read from memory."""

    def __init__(self, store: Store) -> None:
        self.store, self.object_format = store, store.object_format
        self.planned: dict[str, tuple[str, bytes]] = {}

    def add(self, objects: Sequence[tuple[str, bytes]]) -> None:
        self.planned.update((object_id(self.object_format, *one), one) for one in objects)
        if len(self.planned) > BATCH:
            self.flush()

    def flush(self) -> None:
        self.store.write(list(self.planned.values()))
        self.planned.clear()

    def read(self, oid: str) -> tuple[str, bytes]:
        return self.planned.get(oid) or self.store.read(oid)


def fill(folder: str, count: int) -> None:
    """In a process of its own, so that it does not count as memory of what is measured."""
    repo = RepoBuilder(Path(folder))
    first = "reset refs/heads/main\ncommit refs/heads/main\ncommitter A <a@example.org> 1 +0000\ndata 0\n"
    more = (f"commit refs/heads/main\ncommitter A <a@example.org> {number} +0000\ndata 0\n" for number in range(count))
    repo.git("fast-import", "--quiet", stdin=(first + "".join(more) + "done\n").encode())
    commits = repo.git("rev-list", "--reverse", MAIN).split()
    gate = soft_gate("gate")
    with open_store(open_repository(folder, os.environ)) as store:
        ahead, tip = Ahead(store), None
        noted: dict[str, list[bytes]] = {}
        for number, (base, head) in enumerate(itertools.pairwise(commits)):
            change = Change(MAIN, base, head, (head,), "c" * 40)
            verdict = Verdict("allowed", "example.org/payments", change, POLICY, (), scanned=Scanned(1, 2, 4096))
            draft = decision(verdict, Circumstances(gate.fingerprint, EPOCH + number, "alice"), lambda oid: ())
            line = gate.seal(draft.payload()).envelope.line
            addition = chain.Addition(b"recorded\n", (line,))
            planned = chain.plan(ahead, tip, addition, gate.ident, EPOCH + number, gate.sign_commit)  # type: ignore[arg-type]
            ahead.add(planned.objects)
            tip = planned.tip
            noted[head] = [line]
        ahead.flush()
        store.update_refs([RefUpdate(gate.log, tip, None)])
        notes.append(store, AUDIT, noted, gate.ident, EPOCH)


def measure(folder: str) -> Iterator[float]:
    for _ in range(ROUNDS):
        recorder = Recorder(RepoBuilder(Path(folder)))
        with open_store(recorder.repository) as store:
            start = time.perf_counter()
            audit = verify(store, recorder.trust(), recorder.scope())
            assert not audit.problems, audit.problems[0]
            yield time.perf_counter() - start


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", "--bare", "-b", "main", folder], check=True)
        start = time.perf_counter()
        filler = multiprocessing.Process(target=fill, args=(folder, count))
        filler.start()
        filler.join()
        print(f"{count:,} records made in {time.perf_counter() - start:.0f} s")
        times = sorted(measure(folder))
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"verify: median {statistics.median(times):.1f} s, {times[0]:.1f} to {times[-1]:.1f}")
        print(f"memory at most: {own} MB in this process")
        git = ["git", "-C", folder, "log", "--format=%H", soft_gate("gate").log]
        start = time.perf_counter()
        subprocess.run(git, check=True, capture_output=True)
        print(f"git log over the same entries, no signatures: {time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
