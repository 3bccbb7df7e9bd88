# SPDX-License-Identifier: Apache-2.0
"""Where a request wants to go: one spelling for each place, everything else refused.

Programs disagree on what ``0x7f.1``, ``127.1``, ``example.org.`` or ``example.org%00.evil`` mean, and whoever checks
one meaning and dials another is bypassed. So a host is either a plain DNS name in ASCII (RFC 1123 section 2.1;
international names in their ``xn--`` form) or an address in its one ordinary form.
"""

from __future__ import annotations

import re
import socket
from typing import NamedTuple

LONGEST_NAME = 253
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_DOTTED = re.compile(r"(?:(?:0|[1-9][0-9]{0,2})\.){3}(?:0|[1-9][0-9]{0,2})")
CARRIERS = (bytes(10) + b"\xff\xff", bytes(12), bytes.fromhex("0064ff9b") + bytes(8))
"""How IPv6 addresses begin that stand for IPv4 ones (RFC 4291 section 2.5.5, RFC 6052): a second spelling."""
LOOPBACK_V6 = bytes(15) + b"\x01"


class NotADestination(ValueError):
    """``str()`` is the reason, fit to follow the quoted host."""


class Host(NamedTuple):
    text: str
    """A DNS name in lower case, or an address as ``inet_ntop`` writes it."""
    address: bytes | None = None
    """4 or 16 bytes where the host was written as an address."""


class Destination(NamedTuple):
    host: Host
    port: int

    def __str__(self) -> str:
        return authority(self.host.text, self.port)


def authority(host: str, port: int) -> str:
    """``host:port``, as rules and URLs write it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def parse(text: bytes, default_port: int | None = None) -> Destination:
    """``host:port`` as a CONNECT request or a URL has it. Raises NotADestination."""
    host, said = split(checked(text))
    if said is not None:
        return Destination(parse_host(host), said)
    if default_port is None:
        raise NotADestination("has no port")
    return Destination(parse_host(host), default_port)


def checked(text: bytes) -> str:
    """``text`` in lower case, of printable ASCII. Raises NotADestination."""
    if any(byte < 0x21 or byte == 0x7F for byte in text):
        raise NotADestination("holds a blank, NUL or control character")
    if not text.isascii():
        raise NotADestination("is not ASCII; international names are written in their xn-- form")
    if b"@" in text:
        raise NotADestination("holds a user name")
    return text.decode().lower()


def split(text: str) -> tuple[str, int | None]:
    """Host, an IPv6 address still in brackets, and port; None where none is said. Raises NotADestination."""
    end = text.find("]") + 1 if text.startswith("[") else text.find(":")
    host, rest = (text, "") if end < 1 else (text[:end], text[end:])
    if not rest:
        return host, None
    if not rest.startswith(":") or not _PORT.fullmatch(rest[1:]) or int(rest[1:]) > 65535:
        raise NotADestination("has a port that is no number from 1 to 65535, or is an IPv6 address without brackets")
    return host, int(rest[1:])


def parse_host(text: str) -> Host:
    """A host in lower case, without its port. Raises NotADestination."""
    if text.startswith("["):
        return _v6(text)
    if text.endswith("."):
        raise NotADestination("ends in a dot")
    labels = text.split(".")
    if _NUMBER.fullmatch(labels[-1]):
        return _v4(text)
    if len(text) > LONGEST_NAME or not all(_LABEL.fullmatch(label) for label in labels):
        raise NotADestination(
            "is not a host name: labels of up to 63 letters, digits and hyphens with dots between them"
        )
    return Host(text)


def _v4(text: str) -> Host:
    """As browsers do, a host whose last label is a number is taken for an address; only one spelling is accepted."""
    if not _DOTTED.fullmatch(text) or any(int(part) > 255 for part in text.split(".")):
        raise NotADestination("is an address that is not written as four decimal numbers")
    return Host(text, socket.inet_pton(socket.AF_INET, text))


def _v6(text: str) -> Host:
    try:
        packed = socket.inet_pton(socket.AF_INET6, text[1:-1])
    except OSError:
        raise NotADestination("is no IPv6 address in brackets") from None
    if packed.startswith(CARRIERS) and packed != LOOPBACK_V6:
        raise NotADestination("is an IPv4 address in the form of an IPv6 one")
    return Host(socket.inet_ntop(socket.AF_INET6, packed), packed)
