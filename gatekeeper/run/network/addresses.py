# SPDX-License-Identifier: Apache-2.0
"""Which addresses a rule for a name never reaches: this machine, private networks, what only looks public.

The tables follow the IANA special-purpose address registries (RFC 6890 and its updates) and add what clouds serve
credentials from. They are written out because the standard library's answers differ between versions.
"""

from __future__ import annotations

import ipaddress
import socket
from contextlib import closing

V4 = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "a private network"),
    ("100.64.0.0/10", "a carrier's private network"),
    ("127.0.0.0/8", "loopback"),
    ("168.63.129.16/32", "a cloud's metadata service"),
    ("169.254.0.0/16", "link-local, where clouds serve metadata"),
    ("172.16.0.0/12", "a private network"),
    ("192.0.0.0/24", "reserved for protocols"),
    ("192.0.2.0/24", "for documentation"),
    ("192.88.99.0/24", "an IPv6 relay"),
    ("192.168.0.0/16", "a private network"),
    ("198.18.0.0/15", "for benchmarks"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "multicast"),
    ("240.0.0.0/4", "reserved"),
)
"""IPv4 networks and what they are, fit to follow 'is'."""
V6_GLOBAL = "2000::/3"
"""All that is public in IPv6 lies in here: not loopback, ``fc00::/7``, ``fe80::/10``, mapped or translated IPv4."""
V6 = (
    ("2001::/23", "reserved for protocols"),
    ("2001:db8::/32", "for documentation"),
    ("2002::/16", "an IPv4 address in the form of an IPv6 one"),
    ("3fff::/20", "for documentation"),
)


def _table(rows: tuple[tuple[str, str], ...]) -> tuple[tuple[int, int, str], ...]:
    networks = ((ipaddress.ip_network(text), what) for text, what in rows)
    return tuple((int(network.network_address), int(network.netmask), what) for network, what in networks)


_V4, _V6 = _table(V4), _table(V6)
((_GLOBAL, _GLOBAL_MASK, _),) = _table(((V6_GLOBAL, ""),))


def special(packed: bytes) -> str | None:
    """What the address is where it is not a public one, fit to follow 'is'; None for a public one. No look-ups."""
    value = int.from_bytes(packed)
    if len(packed) == 16 and value & _GLOBAL_MASK != _GLOBAL:
        return "not a public address"
    return next((what for base, mask, what in (_V6 if len(packed) == 16 else _V4) if value & mask == base), None)


def is_this_machine(packed: bytes) -> bool:
    """Whether the address is one of this machine's own, public ones included: a packet to it would come from it.

    Nothing is sent: connecting a datagram socket only asks for the route.
    """
    family = socket.AF_INET6 if len(packed) == 16 else socket.AF_INET
    with closing(socket.socket(family, socket.SOCK_DGRAM)) as probe:
        try:
            probe.connect((text(packed), 9))
        except OSError:  # no route, so not from here either
            return False
        return bool(probe.getsockname()[0] == text(packed))


def text(packed: bytes) -> str:
    """The address as ``inet_ntop`` writes it."""
    return socket.inet_ntop(socket.AF_INET6 if len(packed) == 16 else socket.AF_INET, packed)
