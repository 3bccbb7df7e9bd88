# SPDX-License-Identifier: Apache-2.0
"""OTLP's protobuf requests as the values that their JSON form has.

Only the wire format and the few messages of opentelemetry-proto v1 that are recorded; unknown fields are skipped, as
protobuf says. The bytes come from a sandbox: depth and size are bounded, and nothing is trusted to be there.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
DEEPEST = 24


class NotProtobuf(ValueError):
    """``str()`` says what is wrong with the body."""


class Field(NamedTuple):
    name: str
    kind: str
    """``text``, ``hex``, ``bytes``, ``int``, ``bool``, ``double``, ``fixed``, ``sfixed`` or the name of a message."""
    repeated: bool = False


def _many(name: str, kind: str) -> Field:
    return Field(name, kind, True)


_SCOPE_AND = {1: Field("scope", "Scope"), 3: Field("schemaUrl", "text")}
_RESOURCE_AND = {1: Field("resource", "Resource"), 3: Field("schemaUrl", "text")}
_POINT = {2: Field("startTimeUnixNano", "fixed"), 3: Field("timeUnixNano", "fixed"), 7: _many("attributes", "Pair")}
MESSAGES: Mapping[str, Mapping[int, Field]] = {
    "logs": {1: _many("resourceLogs", "ResourceLogs")},
    "ResourceLogs": {**_RESOURCE_AND, 2: _many("scopeLogs", "ScopeLogs")},
    "ScopeLogs": {**_SCOPE_AND, 2: _many("logRecords", "LogRecord")},
    "LogRecord": {
        1: Field("timeUnixNano", "fixed"),
        2: Field("severityNumber", "int"),
        3: Field("severityText", "text"),
        5: Field("body", "Value"),
        6: _many("attributes", "Pair"),
        9: Field("traceId", "hex"),
        10: Field("spanId", "hex"),
        11: Field("observedTimeUnixNano", "fixed"),
        12: Field("eventName", "text"),
    },
    "traces": {1: _many("resourceSpans", "ResourceSpans")},
    "ResourceSpans": {**_RESOURCE_AND, 2: _many("scopeSpans", "ScopeSpans")},
    "ScopeSpans": {**_SCOPE_AND, 2: _many("spans", "Span")},
    "Span": {
        1: Field("traceId", "hex"),
        2: Field("spanId", "hex"),
        4: Field("parentSpanId", "hex"),
        5: Field("name", "text"),
        6: Field("kind", "int"),
        7: Field("startTimeUnixNano", "fixed"),
        8: Field("endTimeUnixNano", "fixed"),
        9: _many("attributes", "Pair"),
    },
    "metrics": {1: _many("resourceMetrics", "ResourceMetrics")},
    "ResourceMetrics": {**_RESOURCE_AND, 2: _many("scopeMetrics", "ScopeMetrics")},
    "ScopeMetrics": {**_SCOPE_AND, 2: _many("metrics", "Metric")},
    "Metric": {
        1: Field("name", "text"),
        3: Field("unit", "text"),
        5: Field("gauge", "Points"),
        7: Field("sum", "Points"),
        9: Field("histogram", "Histogram"),
    },
    "Points": {1: _many("dataPoints", "NumberPoint")},
    "Histogram": {1: _many("dataPoints", "HistogramPoint")},
    "NumberPoint": {**_POINT, 4: Field("asDouble", "double"), 6: Field("asInt", "sfixed")},
    "HistogramPoint": {
        2: Field("startTimeUnixNano", "fixed"),
        3: Field("timeUnixNano", "fixed"),
        4: Field("count", "fixed"),
        5: Field("sum", "double"),
        9: _many("attributes", "Pair"),
    },
    "Resource": {1: _many("attributes", "Pair")},
    "Scope": {1: Field("name", "text"), 2: Field("version", "text")},
    "Pair": {1: Field("key", "text"), 2: Field("value", "Value")},
    "Value": {
        1: Field("stringValue", "text"),
        2: Field("boolValue", "bool"),
        3: Field("intValue", "int"),
        4: Field("doubleValue", "double"),
        5: Field("arrayValue", "Array"),
        6: Field("kvlistValue", "Pairs"),
        7: Field("bytesValue", "bytes"),
    },
    "Array": {1: _many("values", "Value")},
    "Pairs": {1: _many("values", "Pair")},
}
"""Field numbers of opentelemetry/proto/{logs,trace,metrics,common,resource}/v1, by message."""


def decode(data: bytes, message: str, depth: int = DEEPEST) -> dict[str, Any]:
    """``data`` as the message of that name. Raises NotProtobuf."""
    if not depth:
        raise NotProtobuf("is nested too deeply")
    known = MESSAGES[message]
    said: dict[str, Any] = {}
    for number, wire, raw in _fields(data):
        field = known.get(number)
        if field is None:
            continue
        value = _value(field.kind, wire, raw, depth)
        if field.repeated:
            said.setdefault(field.name, []).append(value)
        else:
            said[field.name] = value
    return said


def _value(kind: str, wire: int, raw: bytes | int, depth: int) -> Any:
    if isinstance(raw, int):
        if wire != VARINT or kind not in ("int", "bool"):
            raise NotProtobuf("has a field of another type")
        if kind == "bool":
            return bool(raw)
        return raw - (1 << 64) if raw >> 63 else raw
    if wire == BYTES:
        if kind in MESSAGES:
            return decode(raw, kind, depth - 1)
        if kind == "text":
            return raw.decode("utf-8", "replace")
        if kind in ("hex", "bytes"):
            return raw.hex()
    if wire == FIXED64 and kind in ("double", "fixed", "sfixed"):
        return struct.unpack({"double": "<d", "fixed": "<Q", "sfixed": "<q"}[kind], raw)[0]
    raise NotProtobuf("has a field of another type")


def _fields(data: bytes) -> Iterator[tuple[int, int, bytes | int]]:
    position = 0
    while position < len(data):
        key, position = _varint(data, position)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, position = _varint(data, position)
            yield number, wire, value
            continue
        size = {FIXED64: 8, FIXED32: 4}.get(wire)
        if wire == BYTES:
            size, position = _varint(data, position)
        if size is None or size > len(data) - position or not number:
            raise NotProtobuf("is cut short or malformed")
        yield number, wire, data[position : position + size]
        position += size


def _varint(data: bytes, position: int) -> tuple[int, int]:
    value = 0
    for index in range(10):
        if position >= len(data):
            raise NotProtobuf("is cut short")
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value & 0xFFFFFFFFFFFFFFFF, position
    raise NotProtobuf("has a number of more than ten bytes")
