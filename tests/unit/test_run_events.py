# SPDX-License-Identifier: Apache-2.0
"""A run's stream of events: readable as OTLP, chained, and honest about damage."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from gatekeeper.errors import CannotDecide
from gatekeeper.run import events
from gatekeeper.run.events import EventLog
from gatekeeper.signing import canonical


def log(path: Path, **options: object) -> EventLog:
    return EventLog(str(path), "0123456789ab", lambda: 1_700_000_000.5, **options)  # type: ignore[arg-type]


@pytest.fixture
def stream(tmp_path: Path) -> Path:
    path = tmp_path / "events.jsonl"
    out = log(path)
    out.append("gatekeeper.run.started", {"process.command_args": ["sh", "-c", "true"], "gatekeeper.limit": 3})
    out.append("gatekeeper.process.exec", {"process.pid": 7, "yes": True, "share": 0.5})
    out.append("gatekeeper.run.finished", {"name": "caf\udce9"})
    out.close()
    return path


def test_a_line_is_an_otlp_document_with_one_record(stream: Path) -> None:
    document = json.loads(stream.read_text().splitlines()[0])
    (resource,) = document["resourceLogs"]
    assert {"key": "gatekeeper.run.id", "value": {"stringValue": "0123456789ab"}} in resource["resource"]["attributes"]
    (record,) = resource["scopeLogs"][0]["logRecords"]
    assert record["eventName"] == "gatekeeper.run.started"
    assert record["timeUnixNano"] == "1700000000500000000"
    assert {"key": "gatekeeper.limit", "value": {"intValue": "3"}} in record["attributes"]


def test_the_chain_is_what_the_documentation_says(stream: Path) -> None:
    previous = "0" * 64
    for line in stream.read_bytes().splitlines():
        document = json.loads(line)
        last = document["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["attributes"].pop()
        previous = hashlib.sha256(previous.encode() + canonical.dumps(document)).hexdigest()
        assert last == {"key": "gatekeeper.chain", "value": {"stringValue": previous}}
    assert events.check(str(stream)) == (3, previous, None)


def test_what_is_written_is_read_back(stream: Path) -> None:
    first, second, third = events.read(str(stream))
    assert first.attributes["process.command_args"] == ["sh", "-c", "true"]
    assert second.attributes == {"process.pid": 7, "yes": True, "share": 0.5}
    assert third.attributes["name"] == "caf\\xe9"


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_changed_line_is_found(stream: Path, number: int) -> None:
    lines = stream.read_bytes().splitlines(keepends=True)
    lines[number] = lines[number].replace(b"gatekeeper.run", b"gatekeeper.ran")
    stream.write_bytes(b"".join(lines))
    assert events.check(str(stream)).problem == f"line {number + 1} does not follow from the line before"


@pytest.mark.parametrize(("keep", "count", "problem"), [([0, 2], 1, "line 2 does not"), ([1, 2], 0, "line 1 does not")])
def test_a_missing_line_is_found(stream: Path, keep: list[int], count: int, problem: str) -> None:
    lines = stream.read_bytes().splitlines(keepends=True)
    stream.write_bytes(b"".join(lines[number] for number in keep))
    chain = events.check(str(stream))
    assert chain.lines == count
    assert chain.problem is not None
    assert chain.problem.startswith(problem)


def test_writing_goes_on_after_a_crash_in_the_middle_of_a_line(stream: Path) -> None:
    whole = stream.read_bytes()
    stream.write_bytes(whole + whole[:40])
    again = log(stream)
    assert again.count == 3
    again.append("gatekeeper.run.finished", {})
    again.close()
    assert stream.read_bytes().startswith(whole)
    assert events.check(str(stream)) == (4, again.head, None)


def test_writing_does_not_go_on_after_tampering(stream: Path) -> None:
    stream.write_bytes(stream.read_bytes().replace(b'"7"', b'"8"'))
    with pytest.raises(CannotDecide, match="line 2 does not follow"):
        log(stream)


def test_a_link_is_not_written_through(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("")
    (tmp_path / "events.jsonl").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotDecide, match="cannot write"):
        log(tmp_path / "events.jsonl")


def test_long_text_is_cut_and_says_so_and_credentials_are_taken_out(tmp_path: Path) -> None:
    secret = "hun" + "ter2"
    out = log(tmp_path / "events.jsonl", redact=lambda text: text.replace(secret, "[TOKEN]"))
    out.append("gatekeeper.process.exec", {"long": "x" * 5000, "args": ["--token", secret]})
    out.close()
    (event,) = events.read(out.path)
    assert event.attributes["long"] == "x" * 4096 + "…[904 more]"
    assert event.attributes["args"] == ["--token", "[TOKEN]"]
