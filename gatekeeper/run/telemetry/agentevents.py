# SPDX-License-Identifier: Apache-2.0
"""What an agent says about itself over OTLP, as events of the run.

Whatever arrives was sent from inside the sandbox, by the agent or by anything else there: it is claims. So each event
is marked as the agent's, and none can take a name or an attribute of gatekeeper's. What people and models wrote
(prompts, answers, what tools were given and gave back) is left out, unless it is asked for: only its length stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from gatekeeper.run.interface import Value

SOURCE = "gatekeeper.source"
OWN = "gatekeeper."
TEXTS = frozenset(
    (
        *("prompt", "prompts", "completion", "completions", "message", "messages", "content", "contents", "text"),
        *("input", "inputs", "output", "outputs", "response", "responses", "body", "instruction", "instructions"),
        *("argument", "arguments", "args", "parameters", "result", "command", "query", "question", "answer"),
        *("thinking", "reasoning", "transcript", "description"),
    )
)
"""A word of an attribute's name that says its value is what somebody wrote."""
MEASURES = frozenset(("id", "ids", "count", "length", "size", "type", "name", "tokens", "total", "ms", "hash"))
"""A last word of an attribute's name that says it is about a text, and not the text."""
LONGEST = 256
"""Characters of a value that may be something else than text by its name, and still is not kept whole."""
MOST_ATTRIBUTES = 64
_WORDS = re.compile(r"[^A-Za-z0-9]+|(?<=[a-z])(?=[A-Z])")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.:/-]{0,127}")
_PLAIN = re.compile(r"-?[0-9.]+|true|false|null", re.IGNORECASE)


class Said(NamedTuple):
    name: str
    attributes: Mapping[str, Value]


def logs(request: Mapping[str, Any], prompts: bool) -> Iterator[Said]:
    """An ExportLogsServiceRequest, JSON form. Raises TypeError, ValueError or AttributeError where it is none."""
    for service, record in _each(request, "resourceLogs", "scopeLogs", "logRecords"):
        attributes = _attributes(record.get("attributes"), prompts)
        body = _plain(record.get("body"))
        name = str(record.get("eventName") or attributes.pop("event.name", "") or "")
        if isinstance(body, str) and "." in body and _NAME.fullmatch(body):
            name = name if "." in name else body
        elif body:
            attributes["body"] = _kept("body", body, prompts)
        yield _said(name or "log", service, attributes)


def spans(request: Mapping[str, Any], prompts: bool) -> Iterator[Said]:
    """An ExportTraceServiceRequest, likewise."""
    for service, span in _each(request, "resourceSpans", "scopeSpans", "spans"):
        attributes = _attributes(span.get("attributes"), prompts)
        nanoseconds = int(span.get("endTimeUnixNano") or 0) - int(span.get("startTimeUnixNano") or 0)
        attributes["span.seconds"] = max(0, nanoseconds) / 1e9
        yield _said(str(span.get("name") or "span"), service, attributes)


def metrics(request: Mapping[str, Any], prompts: bool) -> Iterator[Said]:
    """An ExportMetricsServiceRequest, likewise: one event for each data point."""
    for service, metric in _each(request, "resourceMetrics", "scopeMetrics", "metrics"):
        for kind in ("sum", "gauge", "histogram"):
            for point in _list(_dict(metric.get(kind)).get("dataPoints")):
                attributes = _attributes(point.get("attributes"), prompts)
                value = next((point[key] for key in ("asDouble", "asInt", "sum") if key in point), 0)
                attributes["metric.value"] = float(value)
                attributes["metric.unit"] = str(metric.get("unit") or "")
                yield _said(str(metric.get("name") or "metric"), service, attributes)


SIGNALS = {"logs": logs, "traces": spans, "metrics": metrics}


def _said(name: str, service: str, attributes: dict[str, Value]) -> Said:
    name = name if _NAME.fullmatch(name) else "unnamed"
    if name.lower().startswith(OWN):
        name = "agent." + name
    return Said(name, {SOURCE: "agent", "agent.service.name": service, **attributes})


def _each(request: Mapping[str, Any], *levels: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """(service, record) for each record below a resource and a scope."""
    first, second, third = levels
    for resource in _list(_dict(request).get(first)):
        of_resource = _attributes(_dict(resource.get("resource")).get("attributes"), False)
        service = str(of_resource.get("service.name", ""))[:LONGEST]
        for scope in _list(resource.get(second)):
            for record in _list(scope.get(third)):
                yield service, record


def _attributes(pairs: object, prompts: bool) -> dict[str, Value]:
    said: dict[str, Value] = {}
    for pair in _list(pairs)[:MOST_ATTRIBUTES]:
        key = str(pair.get("key", ""))
        if _NAME.fullmatch(key):
            key = "agent." + key if key.lower().startswith(OWN) else key
            said[key] = _kept(key, _plain(pair.get("value")), prompts)
    return said


def _kept(key: str, value: Value, prompts: bool) -> Value:
    """The value, or how long it is where somebody wrote it."""
    if prompts or isinstance(value, bool | int | float):
        return value
    said = value if isinstance(value, str) else " ".join(value)
    words = _WORDS.sub(" ", key).lower().split()
    written = not TEXTS.isdisjoint(words) and words[-1] not in MEASURES
    if (written and not _PLAIN.fullmatch(said)) or len(said) > LONGEST:
        return f"[left out: {len(said)} characters]"
    return value


def _plain(value: object) -> Value:
    """OTLP's AnyValue; lists and maps of more than text as how many they hold."""
    said = _dict(value)
    if "intValue" in said:
        return int(said["intValue"])
    if "doubleValue" in said:
        return float(said["doubleValue"])
    if "boolValue" in said:
        return bool(said["boolValue"])
    if "arrayValue" in said:
        return [str(_plain(one)) for one in _list(_dict(said["arrayValue"]).get("values"))][:MOST_ATTRIBUTES]
    if "kvlistValue" in said:
        return f"[{len(_list(_dict(said['kvlistValue']).get('values')))} pairs]"
    return str(said.get("stringValue", ""))


def _dict(value: object) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise TypeError("an object is expected")
    return value


def _list(value: object) -> Sequence[dict[str, Any]]:
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise TypeError("a list of objects is expected")
    return value
