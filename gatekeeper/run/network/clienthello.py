# SPDX-License-Identifier: Apache-2.0
"""The server name in a TLS ClientHello (RFC 8446 section 4.1.2, RFC 6066 section 3), however it is fragmented."""

from __future__ import annotations

from typing import NamedTuple

CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA = 20, 21, 22, 23
CLIENT_HELLO, SERVER_HELLO = 1, 2
SERVER_NAME, ENCRYPTED_CLIENT_HELLO = 0, 0xFE0D
LARGEST_RECORD = 1 << 14
MOST_RECORDS = 64
LARGEST = 1 << 16
"""Bytes of a hello with its record headers; post-quantum ones have about 2,000."""
RETRY = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""The random of a ServerHello that asks for a second ClientHello (RFC 8446 section 4.1.3)."""
RETRY_SEEN = 43
"""So many bytes of a server's first record show whether it is one."""
UNRECOGNISED_NAME = bytes([ALERT, 3, 3, 0, 2, 2, 112])
"""A fatal alert (RFC 6066 section 3), which clients report better than a connection that just ends."""


class NotAHello(ValueError):
    """``str()`` says what is wrong with the first bytes, fit to follow 'its TLS hello'."""


class Hello(NamedTuple):
    server_name: str | None
    """In lower case; None where there is none."""
    encrypted: bool
    """An encrypted hello comes with it (or something that looks like one): what it names cannot be seen."""


def parse(data: bytes, before: tuple[int, ...] = ()) -> Hello | None:
    """The hello that ``data`` begins with; None while more bytes are needed.

    Records of the types ``before`` may come first. Raises NotAHello for anything but one whole well-formed ClientHello.
    """
    message, position, records = b"", 0, 0
    while len(message) < 4 or len(message) < 4 + int.from_bytes(message[1:4]):
        records += 1
        if records > MOST_RECORDS or position > LARGEST:
            raise NotAHello("is too long or in too many pieces")
        kind, size = _record(data, position)
        if kind is None:
            return None
        if kind == HANDSHAKE:
            message += data[position + 5 : position + 5 + size]
            if message[0] != CLIENT_HELLO:
                raise NotAHello("is another message")
        elif message or kind not in before:
            raise NotAHello("is mixed with other records")
        if len(data) < position + 5 + size:
            return None
        position += 5 + size
    if len(message) != 4 + int.from_bytes(message[1:4]):
        raise NotAHello("has something behind it")
    return _hello(message[4:])


def asks_again(data: bytes) -> bool:
    """Whether a server's first bytes, RETRY_SEEN of them or all there are, ask for a second hello."""
    return data[:1] == bytes([HANDSHAKE]) and data[5:6] == bytes([SERVER_HELLO]) and data[11:43] == RETRY


def _record(data: bytes, position: int) -> tuple[int | None, int]:
    """Type and length of the record there; None while its header and first byte are not."""
    header = data[position : position + 6]
    for expected, byte in zip((range(20, 24), (3,), range(5)), header, strict=False):
        if byte not in expected:
            raise NotAHello("is not TLS")
    if len(header) < 6:
        return None, 0
    size = int.from_bytes(header[3:5])
    if not 0 < size <= LARGEST_RECORD:
        raise NotAHello("has a record of an impossible size")
    return header[0], size


class _Bytes:
    """Reads fields one after the other."""

    def __init__(self, data: bytes) -> None:
        self.data, self.position = data, 0

    def take(self, size: int) -> bytes:
        self.position += size
        if self.position > len(self.data):
            raise NotAHello("is cut short")
        return self.data[self.position - size : self.position]

    def vector(self, width: int) -> bytes:
        """A field that begins with its own length, of ``width`` bytes."""
        return self.take(int.from_bytes(self.take(width)))

    @property
    def done(self) -> bool:
        return self.position == len(self.data)


def _hello(body: bytes) -> Hello:
    fields = _Bytes(body)
    fields.take(2 + 32)  # version, random
    for width in (1, 2, 1):  # session, cipher suites, compression
        fields.vector(width)
    extensions = _Bytes(b"" if fields.done else fields.vector(2))
    if not fields.done:
        raise NotAHello("has something behind it")
    seen: dict[int, bytes] = {}
    while not extensions.done:
        kind = int.from_bytes(extensions.take(2))
        if kind in seen:
            raise NotAHello("has an extension twice")
        seen[kind] = extensions.vector(2)
    name = _name(seen[SERVER_NAME]) if SERVER_NAME in seen else None
    return Hello(name, ENCRYPTED_CLIENT_HELLO in seen)


def _name(extension: bytes) -> str:
    outer = _Bytes(extension)
    names = _Bytes(outer.vector(2))
    kind, name = names.take(1), names.vector(2)
    if kind != b"\0" or not names.done or not outer.done or not name or not name.isascii():
        raise NotAHello("has a server name that is none")
    return name.decode().lower()
