# SPDX-License-Identifier: Apache-2.0
"""A run in a minute's reading: what ran, what it reached for, what it changed, how it ended."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from gatekeeper.run import events
from gatekeeper.run.events import Event
from gatekeeper.run.folder import Folder, State
from gatekeeper.run.interface import Value

RISKY = frozenset(
    (
        *("curl", "wget", "nc", "ncat", "socat", "ssh", "scp", "sftp", "rsync", "telnet", "ftp"),
        *("docker", "podman", "kubectl", "terraform", "aws", "gcloud", "az", "systemctl", "crontab", "at"),
        *("sudo", "su", "doas", "mount", "chattr", "gpg", "ssh-add", "openssl", "base64", "xxd", "dd", "shred"),
        *("npm", "npx", "pip", "pip3", "uv", "uvx"),
    )
)
"""Programs that a reviewer asks about first."""
DESTRUCTIVE = ("push", "reset", "clean", "filter-branch", "update-ref", "reflog", "gc", "worktree", "remote", "config")
"""What git does to more than the commit at hand."""


class Commit(NamedTuple):
    oid: str
    subject: str
    files: tuple[str, ...]
    file_count: int
    leftovers: bool


class Reached(NamedTuple):
    """A place on the network, and how often it was asked for."""

    where: str
    decision: str
    """``allow``, ``deny``, or ``connect`` for an attempt that only the system calls show."""
    rule: str
    times: int


class Summary(NamedTuple):
    state: State
    seconds: float
    status: int | None
    """None where the supervisor was killed."""
    timed_out: bool
    stopped: str
    programs: tuple[tuple[str, int], ...]
    """(name, how often), risky ones first, then by frequency."""
    risky: tuple[str, ...]
    """Command lines that a reviewer should look at, each once."""
    reached: tuple[Reached, ...]
    """Refused first."""
    told: tuple[tuple[str, int], ...]
    """The agent's own events by name: prompts, tool calls."""
    commits: tuple[Commit, ...]
    findings: tuple[tuple[str, str, str], ...]
    """(level, rule, path)."""
    verdict: str
    isolation: str
    base_name: str


def summarise(folder: Folder) -> Summary:
    """Read a run's state and events. Raises CannotDecide where there are none."""
    state = folder.read_state()
    found = list(events.read(folder.events))
    by_name: dict[str, list[Event]] = {}
    for event in found:
        by_name.setdefault(event.name, []).append(event)
    start = by_name.get("gatekeeper.run.started", [])
    ends = [one.attributes for one in by_name.get("gatekeeper.run.finished", [])]
    end: Mapping[str, Value] = ends[0] if ends else {}
    status = end.get("process.exit.code")
    execs = [one.attributes for one in by_name.get("gatekeeper.process.exec", [])]
    verdicts = by_name.get("gatekeeper.verdict", [])
    return Summary(
        state=state,
        seconds=(found[-1].time - found[0].time) / 1e9 if found else 0.0,
        status=status if isinstance(status, int) else None,
        timed_out=end.get("gatekeeper.timed_out") is True,
        stopped=str(end.get("gatekeeper.stopped", "")),
        programs=_programs(execs),
        risky=_risky(execs),
        reached=_reached(by_name),
        told=_told(by_name),
        commits=tuple(_commit(one.attributes) for one in by_name.get("gatekeeper.commit.collected", [])),
        findings=tuple(_finding(one.attributes) for one in by_name.get("gatekeeper.finding", [])),
        verdict=str(verdicts[-1].attributes.get("gatekeeper.verdict", "")) if verdicts else "",
        isolation=state.isolation,
        base_name=str(start[0].attributes.get("vcs.ref.base.name", "")) if start else "",
    )


def _programs(execs: list[Mapping[str, Value]]) -> tuple[tuple[str, int], ...]:
    names = Counter(str(one.get("process.executable.name", "?")) for one in execs)
    return tuple(sorted(names.items(), key=lambda item: (item[0] not in RISKY, -item[1], item[0])))


def _risky(execs: list[Mapping[str, Value]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for one in execs:
        name, words = str(one.get("process.executable.name", "")), _words(one.get("process.command_args"))
        if name in RISKY or (name == "git" and any(word in DESTRUCTIVE for word in words[1:3])):
            found[" ".join(words) or name] = None
    return tuple(found)


def _words(value: Value | None) -> list[str]:
    return [value] if isinstance(value, str) else [str(word) for word in value] if isinstance(value, list) else []


def _reached(by_name: Mapping[str, list[Event]]) -> tuple[Reached, ...]:
    seen: Counter[tuple[str, str, str]] = Counter()
    for one in by_name.get("gatekeeper.network.decision", []):
        decision = str(one.attributes.get("gatekeeper.network.decision", ""))
        seen[_place(one.attributes), decision, str(one.attributes.get("gatekeeper.network.rule", ""))] += 1
    for one in by_name.get("gatekeeper.network.connect", []):
        seen[_place(one.attributes), "connect", ""] += 1
    order = ("deny", "allow", "connect")
    rows = [Reached(where, decision, rule, times) for (where, decision, rule), times in seen.items()]
    return tuple(sorted(rows, key=lambda row: (order.index(row.decision) if row.decision in order else 0, -row.times)))


def _place(attributes: Mapping[str, Value]) -> str:
    address, port = attributes.get("server.address", "?"), attributes.get("server.port")
    return f"{address}:{port}" if port else str(address)


def _told(by_name: Mapping[str, list[Event]]) -> tuple[tuple[str, int], ...]:
    own = {name: len(found) for name, found in by_name.items() if not name.startswith("gatekeeper.")}
    return tuple(sorted(own.items(), key=lambda item: (-item[1], item[0])))


def _commit(attributes: Mapping[str, Value]) -> Commit:
    count = attributes.get("gatekeeper.commit.file_count", 0)
    return Commit(
        str(attributes.get("vcs.ref.head.revision", "")),
        str(attributes.get("gatekeeper.commit.subject", "")),
        tuple(_words(attributes.get("gatekeeper.commit.files"))),
        count if isinstance(count, int) else 0,
        attributes.get("gatekeeper.commit.leftovers") is True,
    )


def _finding(attributes: Mapping[str, Value]) -> tuple[str, str, str]:
    return (
        str(attributes.get("gatekeeper.finding.level", "")),
        str(attributes.get("gatekeeper.finding.rule", "")),
        str(attributes.get("code.file.path", "")),
    )
