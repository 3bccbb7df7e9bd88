# SPDX-License-Identifier: Apache-2.0
"""The head of an HTTP/1.x request, read so that no other reader can see another request in the same bytes.

RFC 9112, without what it lets a server tolerate: no bare CR or LF, no folded lines, no blank before a colon, one
framing of the body. What does not fit is refused, never repaired.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from typing import NamedTuple

LARGEST = 1 << 16
"""Bytes of a head."""
MOST_FIELDS = 200
CHUNK = 1 << 16
END = b"\r\n\r\n"
_LINE = re.compile(rb"([A-Z]{1,20}) ([!-~]{1,16384}) HTTP/1\.([01])")
_FIELD = re.compile(
    rb"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}):[ \t]*((?:[!-~\x80-\xff](?:[ -~\t\x80-\xff]*[!-~\x80-\xff])?)?)[ \t]*"
)
_LENGTH = re.compile(rb"0|[1-9][0-9]{0,17}")
_CHUNK_SIZE = re.compile(rb"[0-9A-Fa-f]{1,15}")
CHUNKED = -1


class BadRequest(ValueError):
    """``str()`` is one sentence for the client."""


class Head(NamedTuple):
    method: str
    target: bytes
    minor: int
    """Of HTTP/1.x."""
    fields: tuple[tuple[bytes, bytes], ...]
    """Names in lower case."""
    body: int
    """Bytes that follow, or CHUNKED."""

    def values(self, name: bytes) -> tuple[bytes, ...]:
        return tuple(value for key, value in self.fields if key == name)


class Stream:
    """What a client sends, read piece by piece."""

    def __init__(self, source: socket.socket, ahead: bytes = b"") -> None:
        self.source, self.ahead = source, ahead

    def more(self) -> bool:
        """Wait for bytes and keep them; False at the end."""
        data = self.source.recv(CHUNK)
        self.ahead += data
        return bool(data)

    def take(self, size: int) -> bytes:
        """Up to ``size`` bytes, at least one; empty at the end."""
        if not self.ahead:
            return self.source.recv(min(size, CHUNK))
        taken, self.ahead = self.ahead[:size], self.ahead[size:]
        return taken

    def until(self, end: bytes, limit: int) -> bytes:
        """Everything up to and with ``end``; empty where nothing came at all. Raises BadRequest."""
        seen = 0
        while (found := self.ahead.find(end, max(0, seen - len(end)))) < 0:
            seen = len(self.ahead)
            if seen > limit:
                raise BadRequest(f"the request's head is longer than {limit} bytes")
            if not self.more():
                if seen:
                    raise BadRequest("the request's head ends in the middle")
                return b""
        return self.take(found + len(end))


def read(stream: Stream) -> Head | None:
    """The next request's head; None where the client says nothing more. Raises BadRequest."""
    raw = stream.until(END, LARGEST)
    return parse(raw[: -len(END)]) if raw else None


def parse(raw: bytes) -> Head:
    """The head in ``raw``, which has no empty line at its end. Raises BadRequest."""
    first, *lines = raw.split(b"\r\n")
    line = _LINE.fullmatch(first)
    if line is None:
        raise BadRequest("the first line is no HTTP/1.1 request")
    if len(lines) > MOST_FIELDS:
        raise BadRequest(f"more than {MOST_FIELDS} header fields")
    found = [_FIELD.fullmatch(one) for one in lines]
    fields = tuple((field[1].lower(), field[2]) for field in found if field is not None)
    if len(fields) != len(lines):
        raise BadRequest("a header field is malformed")
    return Head(line[1].decode(), line[2], int(line[3]), fields, _body(fields, int(line[3])))


def _body(fields: tuple[tuple[bytes, bytes], ...], minor: int) -> int:
    lengths = [value for name, value in fields if name == b"content-length"]
    codings = [value for name, value in fields if name == b"transfer-encoding"]
    if codings:
        if lengths or minor == 0 or len(codings) > 1 or codings[0].lower() != b"chunked":
            raise BadRequest("the body's length is said in two ways, or in one that is not understood")
        return CHUNKED
    if not lengths:
        return 0
    if len(lengths) > 1 or not _LENGTH.fullmatch(lengths[0]):
        raise BadRequest("the body's length is not one number")
    return int(lengths[0])


def body(stream: Stream, size: int) -> Iterator[bytes]:
    """The content of a body, without the framing of chunks, piece by piece. Raises BadRequest where it ends early."""
    if size != CHUNKED:
        yield from _exactly(stream, size)
        return
    while True:
        line = stream.until(b"\r\n", 64)[:-2]
        if not _CHUNK_SIZE.fullmatch(line):
            raise BadRequest("a chunk's size is malformed")
        yield from _exactly(stream, int(line, 16))
        if b"".join(_exactly(stream, 2)) != b"\r\n":
            raise BadRequest("a chunk has no end, or trailers, which are not accepted")
        if not int(line, 16):
            return


def _exactly(stream: Stream, size: int) -> Iterator[bytes]:
    while size:
        piece = stream.take(size)
        if not piece:
            raise BadRequest("the body ends early")
        size -= len(piece)
        yield piece
