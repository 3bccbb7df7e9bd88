# SPDX-License-Identifier: Apache-2.0
"""A run's events: OTLP-JSON, one record a line, each line chained to the one before.

A line is a whole OTLP ``LogsData`` document (opentelemetry-proto, logs/v1, JSON encoding) with one record, so that
collectors read the file as it is. Its last attribute, ``gatekeeper.chain``, is the SHA-256, in hex, over the previous
line's value (64 zeros for the first) and the canonical JSON (RFC 8785) of the line without that attribute.
"""

from __future__ import annotations

import hashlib
import os
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, cast

from gatekeeper import __version__
from gatekeeper.errors import CannotDecide, SignatureInvalid, StateUnwritable
from gatekeeper.run.interface import Value
from gatekeeper.signing import canonical

CHAIN = "gatekeeper.chain"
START = "0" * 64
LONGEST = 4096
"""Characters of one text that are kept; how many more there were is said."""
FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
LINE_LIMIT = 1 << 20
"""Bytes of a line that is read back."""


class Event(NamedTuple):
    """One line, read back."""

    name: str
    time: int
    """Nanoseconds since the epoch."""
    attributes: Mapping[str, Value]
    chain: str


class Chain(NamedTuple):
    """What recomputing a stream gave."""

    lines: int
    """Lines that are in order."""
    head: str
    """The last of their values; START for none."""
    problem: str | None
    """What is wrong with the next line, without a full stop; None where there is none."""


class EventLog:
    """Writes one run's stream; an :class:`~gatekeeper.run.interface.Events`. Close it."""

    def __init__(
        self,
        path: str,
        run: str,
        clock: Callable[[], float],
        redact: Callable[[str], str] = str,
    ) -> None:
        """Goes on where the file at ``path`` ends, of which a last half line is cut off.

        ``redact`` takes credentials out of every text. Raises StateUnwritable, and CannotDecide where the lines that
        are there are not in order.
        """
        self._clock, self._redact, self._lock = clock, redact, threading.Lock()
        self._resource = _attributes(
            {"service.name": "gatekeeper", "service.version": __version__, "gatekeeper.run.id": run}
        )
        self.path = path
        self.names: Counter[str] = Counter()
        try:
            whole = _whole_lines(path) if os.path.exists(path) else 0
            self._descriptor: int | None = os.open(path, FLAGS, 0o600)
            os.ftruncate(self._descriptor, whole)
        except OSError as error:
            raise _unwritable(path, error) from error
        chain = check(path)
        if chain.problem is not None:
            self.close()
            raise CannotDecide(f"{path}: {chain.problem}", "keep the file, and find out who changed it")
        self.head, self.count = chain.head, chain.lines

    def append(self, name: str, attributes: Mapping[str, Value]) -> None:
        """Raises StateUnwritable where the line cannot be written."""
        now = str(int(self._clock() * 1_000_000_000))
        said = _attributes({key: self._clean(value) for key, value in attributes.items()})
        record = {"timeUnixNano": now, "observedTimeUnixNano": now, "eventName": name, "attributes": said}
        scope = {"scope": {"name": "gatekeeper.run"}, "logRecords": [record]}
        document = {"resourceLogs": [{"resource": {"attributes": self._resource}, "scopeLogs": [scope]}]}
        with self._lock:
            head = link(self.head, document)
            said.append(_attribute(CHAIN, head))
            self._write(canonical.dumps(document) + b"\n")
            self.head, self.count = head, self.count + 1
            self.names[name] += 1

    def _clean(self, value: Value) -> Value:
        if isinstance(value, str):
            return _short(self._redact(_text(value)))
        if isinstance(value, bool | int | float):
            return value
        return [_short(self._redact(_text(one))) for one in value]

    def _write(self, line: bytes) -> None:
        if self._descriptor is None:
            raise ValueError("the stream of events is closed")
        try:
            while line:
                line = line[os.write(self._descriptor, line) :]
        except OSError as error:
            raise _unwritable(self.path, error) from error

    def close(self) -> None:
        """Wait until all of it would outlast a power cut."""
        if self._descriptor is not None:
            os.fsync(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None


def link(previous: str, document: Mapping[str, object]) -> str:
    """The chain's value after a line that is ``document``, which must not hold the attribute yet."""
    return hashlib.sha256(previous.encode() + canonical.dumps(document)).hexdigest()


def check(path: str) -> Chain:
    """Recompute the chain of the file at ``path``. Raises CannotDecide where it cannot be read."""
    head, count = START, 0
    for line in _lines(path):
        try:
            document, stated = _unchained(line)
        except (SignatureInvalid, KeyError, IndexError, TypeError):
            return Chain(count, head, f"line {count + 1} is no event")
        if link(head, document) != stated:
            return Chain(count, head, f"line {count + 1} does not follow from the line before")
        head, count = stated, count + 1
    return Chain(count, head, None)


def read(path: str) -> Iterator[Event]:
    """The events of the file, unchecked, as far as they can be read. Raises CannotDecide where there is no file."""
    for line in _lines(path):
        try:
            document, stated = _unchained(line)
            record = document["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]
            attributes = {one["key"]: _value(one["value"]) for one in record["attributes"]}
            yield Event(str(record["eventName"]), int(record["timeUnixNano"]), attributes, stated)
        except (SignatureInvalid, KeyError, IndexError, TypeError, ValueError):
            return


def _unchained(line: bytes) -> tuple[dict[str, Any], str]:
    """A line's document without its chain attribute, and that attribute."""
    document = cast("dict[str, Any]", canonical.loads_canonical(line, LINE_LIMIT))
    last = document["resourceLogs"][0]["scopeLogs"][0]["logRecords"][0]["attributes"].pop()
    if last["key"] != CHAIN:
        raise KeyError(CHAIN)
    return document, str(last["value"]["stringValue"])


def _lines(path: str) -> Iterator[bytes]:
    try:
        with open(path, "rb") as file:
            for line in file:
                yield line.removesuffix(b"\n")
    except OSError as error:
        raise CannotDecide(f"{path} cannot be read: {error.strerror}", "see what is at that path") from error


def _whole_lines(path: str) -> int:
    """How many bytes of the file are lines with their end."""
    size = 0
    with open(path, "rb") as file:
        for line in file:
            size += len(line) if line.endswith(b"\n") else 0
    return size


def _attributes(values: Mapping[str, Value]) -> list[dict[str, object]]:
    return [_attribute(key, value) for key, value in values.items()]


def _attribute(key: str, value: Value) -> dict[str, object]:
    return {"key": key, "value": _any_value(value)}


def _any_value(value: Value) -> dict[str, object]:
    """OTLP's AnyValue; 64-bit integers are decimal text in its JSON."""
    if isinstance(value, str):
        return {"stringValue": value}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    return {"arrayValue": {"values": [{"stringValue": one} for one in value]}}


def _value(said: Mapping[str, Any]) -> Value:
    kind, content = next(iter(said.items()))
    if kind == "intValue":
        return int(content)
    if kind == "arrayValue":
        return [str(one["stringValue"]) for one in content["values"]]
    if kind in ("stringValue", "boolValue", "doubleValue"):
        return cast(Value, content)
    raise KeyError(kind)


def _text(value: str) -> str:
    try:
        raw = value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raw = value.encode("utf-8", "surrogatepass")
    return raw.decode("utf-8", "backslashreplace")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…[{len(text) - LONGEST} more]"


def _unwritable(path: str, error: OSError) -> StateUnwritable:
    return StateUnwritable(f"cannot write {path}: {error.strerror}", "make room or permission, then run again")
