# SPDX-License-Identifier: Apache-2.0
"""What verifying many approvals of one change costs, beside ``ssh-keygen -Y verify`` on the same signatures.

``python -m tests.bench.bench_approvals [APPROVALS]``
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from gatekeeper.approvals.case import Case
from gatekeeper.approvals.cover import cover
from gatekeeper.approvals.facts import GitFacts
from gatekeeper.approvals.read import Reader, read
from gatekeeper.signing import dsse, sshsig
from tests.repo import RepoBuilder
from tests.scene import ALICE, NAMESPACES, NOW, REPOSITORY, Scene, finding, scene
from tests.signers import SoftKey

ROUNDS = 9
SAMPLE = 100
"""Signatures that ssh-keygen is given."""


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as folder, scene(RepoBuilder.create(Path(folder) / "repo")) as stage:
        _measure(stage, count, Path(folder))


def _measure(stage: Scene, count: int, folder: Path) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, fingerprint=f"{number:020x}") for number in range(5)]
    said = stage.approval(ALICE, change, found)
    people = [f"person{number}@example.org" for number in range(count)]
    for name in people:
        stage.keys[name] = SoftKey(name)
        stage.lines.append(f"{name} {NAMESPACES} {stage.keys[name].public}")
    stage.policy = stage.policy._replace(teams={"maintainers": tuple(people)})
    lines = [stage.line(said._replace(approver=name)) for name in people]
    signers, note = stage.signers(), b"\n".join(lines)

    def all_of_it() -> None:
        facts = GitFacts(stage.objects, change, signers, NOW)
        reader = Reader(REPOSITORY, signers, NOW)
        case = Case(change, found, (), stage.policy, facts, NOW)
        assert len(cover(case, read(reader, [(head, note)], change), reader).present) == count

    def elsewhere() -> None:
        notes = [(f"{number:040x}", line) for number, line in enumerate(lines)]
        assert len(read(Reader(REPOSITORY, signers, NOW), notes, change).elsewhere) == count

    _report(f"{count} approvals, read and held against the change", _times(all_of_it))
    _report(f"{count} approvals of other changes, passed over", _times(elsewhere))
    (folder / "signers").write_text("\n".join(stage.lines))
    words = ["ssh-keygen", "-Y", "verify", "-f", str(folder / "signers"), "-n", "gatekeeper-approval"]
    start = time.perf_counter()
    for name, line in list(zip(people, lines, strict=True))[:SAMPLE]:
        envelope = dsse.parse(line)
        (folder / "signature").write_bytes(sshsig.armor(envelope.sig))
        message = dsse.pae(envelope.payload_type, envelope.payload)
        signature = ["-I", name, "-s", str(folder / "signature")]
        subprocess.run([*words, *signature], input=message, check=True, capture_output=True)
    each = (time.perf_counter() - start) / min(SAMPLE, count)
    print(f"ssh-keygen -Y verify: {each * 1000:.1f} ms each, {each * count:.2f} s for {count}")


def _times(call: Callable[[], None]) -> list[float]:
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return sorted(times)


def _report(what: str, times: list[float]) -> None:
    print(f"{what}: median {statistics.median(times):.3f} s, {times[0]:.3f} to {times[-1]:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
