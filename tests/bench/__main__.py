# SPDX-License-Identifier: Apache-2.0
"""Whole processes beside git itself and the scanner people would take instead, on a real repository.

``make bench REPO=/path/to/a/clone`` prints the table and writes it to docs/performance.md. gitleaks is measured where
it is on PATH. Absolute times mean nothing across machines; the ratios are what is meant.
"""

from __future__ import annotations

import os
import platform
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
START = str(ROOT / "gatekeeper" / "start.py")
DEPENDENCIES = os.pathsep.join(path for path in sys.path if path.endswith("site-packages"))
DOCUMENT = ROOT / "docs" / "performance.md"


class Row(NamedTuple):
    what: str
    ours: str
    beside: str
    ratio: str
    budget: str


class Times(NamedTuple):
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        return statistics.median(self.seconds)

    def __str__(self) -> str:
        unit, factor = ("ms", 1000) if self.median < 1 else ("s", 1)
        low, high = min(self.seconds) * factor, max(self.seconds) * factor
        return f"{self.median * factor:.3g} {unit} ({low:.3g}-{high:.3g})"


def timed(pairs: Sequence[Callable[[], None]], rounds: int) -> list[Times]:
    """Each of ``pairs`` in turn, ``rounds`` times after one warm-up, so that drift of the machine hits all alike."""
    found: list[list[float]] = [[] for _ in pairs]
    for number in range(rounds + 1):
        for call, times in zip(pairs, found, strict=True):
            began = time.perf_counter()
            call()
            if number:
                times.append(time.perf_counter() - began)
    return [Times(tuple(times)) for times in found]


def command(
    *words: str, cwd: Path, codes: Sequence[int] = (0,), stdin: bytes = b"", env: dict[str, str] | None = None
) -> Callable[[], None]:
    def run() -> None:
        done = subprocess.run(words, cwd=cwd, input=stdin, capture_output=True, env={**os.environ, **(env or {})})
        if done.returncode not in codes:
            raise SystemExit(f"{words} ended with {done.returncode}: {done.stderr.decode()[-2000:]}")

    return run


def gatekeeper(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-P", "-m", "gatekeeper", *words)


def hook(name: str, *words: str) -> tuple[str, ...]:
    return (sys.executable, "-I", "-S", START, DEPENDENCIES, name, *words)


def source(size: int) -> str:
    """Code of ``size`` bytes without anything to find."""
    dice = random.Random(1)
    parts: list[str] = []
    while sum(len(part) for part in parts) < size:
        numbers = [dice.randrange(10**6) for _ in range(100)]
        parts += [
            f"def part_{one}(value: int) -> int:\n    return value * {one} + len('some words')\n\n\n" for one in numbers
        ]
    return "".join(parts)[:size]


class Bench:
    def __init__(self, repository: Path, folder: Path) -> None:
        self.folder, self.clone = folder, folder / "clone"
        self.gitleaks = shutil.which("gitleaks")
        subprocess.run(["git", "clone", "-q", "--no-local", str(repository), str(self.clone)], check=True)
        for key, value in (("user.name", "Bench"), ("user.email", "bench@example.org")):
            subprocess.run(["git", "-C", str(self.clone), "config", key, value], check=True)
        self.env = {"PYTHONPATH": str(ROOT)}
        self.rows: list[Row] = []

    def compare(
        self,
        what: str,
        ours: Callable[[], None],
        beside: Callable[[], None] | None,
        peer: str,
        budget: str,
        rounds: int = 9,
    ) -> None:
        times = timed([ours, *([beside] if beside else [])], rounds)
        other = f"{peer} {times[1]}" if beside else f"{peer}: not here"
        ratio = f"{times[0].median / times[1].median:.2f}" if beside else ""
        self.rows.append(Row(what, str(times[0]), other, ratio, budget))
        print(" | ".join(self.rows[-1]), flush=True)

    def staged(self) -> None:
        for size, budget in ((10_000, "1.3x gitleaks"), (5_000_000, "150 ms")):
            (self.clone / "part.py").write_text(source(size))
            subprocess.run(["git", "-C", str(self.clone), "add", "part.py"], check=True)
            beside = (
                command(self.gitleaks, "git", "--staged", "--no-banner", ".", cwd=self.clone, codes=(0, 1))
                if self.gitleaks
                else None
            )
            ours = command(*hook("pre-commit"), cwd=self.clone)
            self.compare(f"local hook, {size // 1000:,} KB staged", ours, beside, "gitleaks", budget)
        (self.folder / "message").write_text("Fix the thing\n\nAt length.\n")
        nothing = command(sys.executable, "-I", "-S", "-c", "pass", cwd=self.clone)
        self.compare(
            "hook for the message",
            command(*hook("commit-msg", str(self.folder / "message")), cwd=self.clone),
            nothing,
            "python starts in",
            "",
        )
        subprocess.run(["git", "-C", str(self.clone), "reset", "-q", "--hard"], check=True)

    def commit(self) -> None:
        plain = self.folder / "plain"
        shutil.copytree(self.clone, plain)
        subprocess.run(
            gatekeeper("install", "--hooks", "pre-commit"),
            cwd=self.clone,
            check=True,
            capture_output=True,
            env={**os.environ, **self.env},
        )
        words = ("git", "commit", "-q", "--allow-empty", "-m", "bench")
        self.compare(
            "git commit with our hook", command(*words, cwd=self.clone), command(*words, cwd=plain), "without", "+60 ms"
        )
        shutil.rmtree(plain)
        subprocess.run(["git", "-C", str(self.clone), "reset", "-q", "--hard", "origin/HEAD"], check=True)

    def history(self) -> None:
        count = int(
            subprocess.run(
                ["git", "-C", str(self.clone), "rev-list", "--count", "HEAD"], check=True, capture_output=True
            ).stdout
        )
        ours = command(
            *gatekeeper("check", "--history", "HEAD", "--offline", "--json"),
            cwd=self.clone,
            codes=(0, 1, 3),
            env=self.env,
        )
        scan = (
            command(self.gitleaks, "git", "--log-opts=HEAD", "--no-banner", ".", cwd=self.clone, codes=(0, 1))
            if self.gitleaks
            else None
        )
        self.compare(f"check over {count:,} commits, all rules", ours, scan, "gitleaks", "0.6x gitleaks", 3)
        self.compare(
            f"check over {count:,} commits, all rules",
            ours,
            command("git", "log", "-p", "-U0", cwd=self.clone),
            "git log -p -U0",
            "1.5x git",
            3,
        )
        last = min(1000, count - 1)
        ours = command(
            *gatekeeper("check", f"HEAD~{last // 3}..HEAD", "--offline", "--json"),
            cwd=self.clone,
            codes=(0, 1, 3),
            env=self.env,
        )
        git = command("git", "log", "-p", f"HEAD~{last // 3}..HEAD", cwd=self.clone)
        self.compare(f"check over HEAD~{last // 3}..HEAD", ours, git, "git log -p", "", 5)
        reading = command(sys.executable, "-P", "-c", READING, cwd=self.clone, env=self.env)
        self.compare(f"reading {count:,} commits and their files", reading, None, "", "3,000 commits/s", 3)

    def push(self) -> None:
        for commits, budget, rounds in ((1, "+60 ms over a trivial hook", 9), (1000, "2.5 s", 5)):
            ours = self.pusher(self.server(f"ours-{commits}", ours=True), commits)
            plain = self.pusher(self.server(f"plain-{commits}", ours=False), commits)
            self.compare(f"push of {commits:,} commits", ours, plain, "trivial hook", budget, rounds)

    def server(self, name: str, *, ours: bool) -> Path:
        path = self.folder / f"{name}.git"
        subprocess.run(["git", "clone", "-q", "--bare", "--no-local", str(self.clone), str(path)], check=True)
        if ours:
            subprocess.run(
                gatekeeper("install", "--server", str(path)),
                check=True,
                capture_output=True,
                env={**os.environ, **self.env},
            )
        else:
            hook_file = path / "hooks" / "pre-receive"
            hook_file.write_text("#!/bin/sh\nexit 0\n")
            hook_file.chmod(0o755)
        return path

    def pusher(self, server: Path, commits: int) -> Callable[[], None]:
        """Each call pushes ``commits`` commits that the server does not have, to a branch of their own."""
        work = self.folder / f"work-{server.stem}"
        subprocess.run(["git", "clone", "-q", str(server), str(work)], check=True)
        for branch in range(12):
            stream = []
            for number in range(commits):
                text = f"value = {branch}\nnumber = {number}\n" * 10
                when = 1700000000 + 10_000 * branch + number
                stream.append(f"commit refs/heads/bench{branch}\ncommitter B <b@example.org> {when} +0000\n")
                stream.append("data 4\nwork\n" + ("from refs/remotes/origin/HEAD\n" if number == 0 else ""))
                stream.append(f"M 100644 inline bench/f{number % 50}.py\ndata {len(text)}\n{text}\n")
            subprocess.run(["git", "fast-import", "--quiet"], cwd=work, input="".join(stream).encode(), check=True)
        left = [f"bench{branch}" for branch in range(12)]

        def run() -> None:
            subprocess.run(["git", "push", "-q", "origin", left.pop()], cwd=work, check=True, capture_output=True)

        return run


READING = """
import os
from gatekeeper.git.changes import new_commits, read_commits
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from gatekeeper.rules.view import BLOB_MODES
repository = open_repository(".", os.environ)
with Objects(repository) as objects:
    oids = []
    for change in read_commits(objects, new_commits(objects, repository.resolve("HEAD"), ())):
        for file in change.files:
            sides = ((file.old_mode, file.old_oid), (file.new_mode, file.new_oid))
            oids += [oid for mode, oid in sides if mode in BLOB_MODES]
        if len(oids) > 400:
            objects.prefetch(oids)
            oids = []
"""


def main() -> None:
    given = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("REPO", "")
    if not given:
        raise SystemExit("name a real repository to measure on: make bench REPO=/path/to/a/clone")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(given).resolve(), Path(folder))
        bench.staged()
        bench.commit()
        bench.history()
        bench.push()
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    write(bench.rows, Path(given).name, peak)


def write(rows: Sequence[Row], name: str, peak: int) -> None:
    """docs/performance.md, made anew."""
    lines = [
        "# Performance",
        "",
        "Written by `make bench REPO=...`: medians with minimum and maximum, each pair measured in turn in one run.",
        "",
        f"Repository: {name}. Machine: {os.cpu_count()} cores, Python {platform.python_version()}. "
        f"Largest process: {peak} MB.",
        "",
        "| what | gatekeeper | beside | ratio | budget |",
        "|---|---|---|---|---|",
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
    ]
    DOCUMENT.write_text("\n".join(lines))


if __name__ == "__main__":
    main()
