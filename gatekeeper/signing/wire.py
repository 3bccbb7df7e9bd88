# SPDX-License-Identifier: Apache-2.0
"""The SSH wire encoding (RFC 4251 section 5), read so that each value has exactly one encoding."""

from __future__ import annotations

import binascii

from gatekeeper.errors import SignatureInvalid


class Reader:
    """Takes values off the front of ``data``; ``what`` names it in reasons.

    Every method raises :class:`SignatureInvalid` where the bytes are not exactly what it reads.
    """

    __slots__ = ("_at", "_data", "_what")

    def __init__(self, data: bytes, what: str) -> None:
        self._data, self._what, self._at = data, what, 0

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes."""
        end = self._at + count
        if end > len(self._data):
            raise SignatureInvalid(f"{self._what} is cut short")
        taken = self._data[self._at : end]
        self._at = end
        return taken

    def byte(self) -> int:
        return self.take(1)[0]

    def uint32(self) -> int:
        return int.from_bytes(self.take(4), "big")

    def string(self) -> bytes:
        """The content of a length-prefixed string."""
        return self.take(self.uint32())

    def mpint(self) -> int:
        """A positive integer in its shortest form."""
        data = self.string()
        if not data or data[0] & 0x80 or (data[0] == 0 and not (len(data) > 1 and data[1] & 0x80)):
            raise SignatureInvalid(f"{self._what} holds a number that is not positive and in its shortest form")
        return int.from_bytes(data, "big")

    def end(self) -> None:
        """Nothing may follow."""
        if self._at != len(self._data):
            raise SignatureInvalid(f"{self._what} has {len(self._data) - self._at} bytes too many")


def string(data: bytes) -> bytes:
    """``data`` with its length in front, as :meth:`Reader.string` reads it."""
    return len(data).to_bytes(4, "big") + data


def quoted(data: bytes) -> str:
    """A name out of hostile bytes, short and printable, for a reason."""
    return repr(data[:60].decode("ascii", "backslashreplace"))


def from_base64(text: bytes, what: str) -> bytes:
    """The bytes that ``text`` encodes in the standard alphabet (RFC 4648 section 4), padded, and in no other way."""
    try:
        data = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        data = b""
    if not data or to_base64(data) != text:
        raise SignatureInvalid(f"{what} is not base64 in its one canonical form")
    return data


def to_base64(data: bytes) -> bytes:
    """One line of base64 in the standard alphabet, padded, without a line end."""
    return binascii.b2a_base64(data, newline=False)
