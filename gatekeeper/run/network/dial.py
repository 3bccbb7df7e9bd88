# SPDX-License-Identifier: Apache-2.0
"""From a destination to a connected socket: looked up once, and what was looked up is what is judged and dialled."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence

from gatekeeper.run.network.addresses import text
from gatekeeper.run.network.destination import Destination

CONNECT_SECONDS = 10.0
KEEPALIVE_SECONDS = 60
Resolve = Callable[[str], Sequence[bytes]]
"""A name's addresses, 4 or 16 bytes each, best first. Raises OSError."""


def resolve(name: str) -> Sequence[bytes]:
    """As this machine resolves it."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    texts = ((family, str(place[0]).partition("%")[0]) for family, _, _, _, place in found)
    return tuple(dict.fromkeys(socket.inet_pton(family, address) for family, address in texts))


def dial(addresses: Sequence[bytes], port: int) -> socket.socket:
    """A connection to the first that answers. Raises the last one's OSError."""
    for number, packed in enumerate(addresses, 1):
        there = socket.socket(socket.AF_INET6 if len(packed) == 16 else socket.AF_INET)
        try:
            there.settimeout(CONNECT_SECONDS)
            there.connect((text(packed), port))
        except OSError:
            there.close()
            if number == len(addresses):
                raise
            continue
        there.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, KEEPALIVE_SECONDS)
        there.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return there
    raise OSError("no address")


def addresses_of(destination: Destination, look_up: Resolve) -> Sequence[bytes]:
    """The address itself where it was written as one. Raises OSError."""
    packed = destination.host.address
    return (packed,) if packed is not None else look_up(destination.host.text)
