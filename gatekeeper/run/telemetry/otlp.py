# SPDX-License-Identifier: Apache-2.0
"""A receiver of OTLP over HTTP, for what runs inside the sandbox (OTLP 1.x specification, section OTLP/HTTP).

Takes ``/v1/logs``, ``/v1/traces`` and ``/v1/metrics`` as JSON and as protobuf, plain or gzip. Nothing is sent on from
here: what is recorded leaves this machine only by ``gatekeeper audit export``.
"""

from __future__ import annotations

import json
import socket
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from gatekeeper.run.interface import Value
from gatekeeper.run.network import head
from gatekeeper.run.network.head import BadRequest, Head, Stream
from gatekeeper.run.telemetry import agentevents, protobuf

PORT = 4318
LARGEST = 4 << 20
"""Bytes of a request's body, sent or unpacked."""
PATIENCE = 30.0
JSON, PROTOBUF = b"application/json", b"application/x-protobuf"
PHRASES = {200: "OK", 400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 413: "Content Too Large"}
PHRASES[415] = "Unsupported Media Type"
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"


class Unacceptable(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def serve(client: socket.socket, emit: Callable[[str, Mapping[str, Value]], None], prompts: bool) -> None:
    """Answer one request and close; ``prompts``: keep what people and models wrote."""
    client.settimeout(PATIENCE)
    with client:
        try:
            stream = Stream(client)
            request = head.read(stream)
            if request is None:
                return
            kind = _one(request, b"content-type").partition(b";")[0].strip().lower()
            try:
                said = _received(request, stream, client, kind)
                events = list(agentevents.SIGNALS[_signal(request)](said, prompts))
            except (BadRequest, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as error:
                raise Unacceptable(400, str(error) or "the body is no OTLP request") from None
            for event in events:
                emit(event.name, event.attributes)
            client.sendall(_answer(200, kind if kind == PROTOBUF else JSON, b"" if kind == PROTOBUF else b"{}"))
        except Unacceptable as refused:
            client.sendall(_answer(refused.status, b"text/plain", str(refused).encode("ascii", "replace") + b"\n"))
        except (BadRequest, OSError):  # no request, or its sender is gone
            return


def _signal(request: Head) -> str:
    path = request.target.partition(b"?")[0].decode("ascii")
    signal = path.rstrip("/").rpartition("/")[2]
    if signal not in agentevents.SIGNALS or not path.startswith("/v1/"):
        raise Unacceptable(404, "there are /v1/logs, /v1/traces and /v1/metrics")
    if request.method != "POST":
        raise Unacceptable(405, "send it with POST")
    return signal


def _received(request: Head, stream: Stream, client: socket.socket, kind: bytes) -> dict[str, Any]:
    signal = _signal(request)
    if kind not in (JSON, PROTOBUF):
        raise Unacceptable(
            415, "send application/json (OTEL_EXPORTER_OTLP_PROTOCOL=http/json) or application/x-protobuf"
        )
    if request.body > LARGEST:
        raise Unacceptable(413, f"a request may have {LARGEST} bytes")
    if _one(request, b"expect").lower() == b"100-continue":
        client.sendall(CONTINUE)
    content = b""
    for piece in head.body(stream, request.body):
        content += piece
        if len(content) > LARGEST:
            raise Unacceptable(413, f"a request may have {LARGEST} bytes")
    content = _unpacked(content, _one(request, b"content-encoding").lower())
    if kind == PROTOBUF:
        return protobuf.decode(content, signal)
    said: dict[str, Any] = json.loads(content)
    return said


def _unpacked(content: bytes, coding: bytes) -> bytes:
    if coding in (b"", b"identity"):
        return content
    if coding != b"gzip":
        raise Unacceptable(415, "send it plain or with gzip")
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, LARGEST)
    except zlib.error:
        raise BadRequest("the body is not gzip") from None
    if unpacker.unconsumed_tail or not unpacker.eof:
        raise Unacceptable(413, f"a request may have {LARGEST} bytes")
    return plain


def _one(request: Head, name: bytes) -> bytes:
    return next(iter(request.values(name)), b"")


def _answer(status: int, kind: bytes, body: bytes) -> bytes:
    first = f"HTTP/1.1 {status} {PHRASES[status]}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n"
    return first.encode() + b"Content-Type: " + kind + b"\r\n\r\n" + body
