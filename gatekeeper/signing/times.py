# SPDX-License-Identifier: Apache-2.0
"""Times as statements and signers files write them, always UTC. No ``datetime``: this is on the hook path."""

from __future__ import annotations

import re
import time

from gatekeeper.errors import SignatureInvalid

_LAST = 253402300799
"""9999-12-31T23:59:59Z."""


def rfc3339(seconds: int) -> str:
    """``2026-11-23T15:00:00Z`` for seconds since the epoch. Raises :class:`ValueError` outside 1970 to 9999."""
    if not 0 <= seconds <= _LAST:
        raise ValueError(f"{seconds} seconds since 1970 cannot be written as a time")
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def parse_rfc3339(text: str) -> int:
    """Seconds since the epoch of exactly the form that :func:`rfc3339` writes. Raises :class:`SignatureInvalid`."""
    found = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})T([0-9]{2}):([0-9]{2}):([0-9]{2})Z", text)
    seconds = from_fields([int(part) for part in found.groups()]) if found else None
    if seconds is None:
        raise SignatureInvalid(f"time {text[:40]!r} is not of the form 2026-11-23T15:00:00Z")
    return seconds


def parse_compact(text: str) -> int | None:
    """Seconds since the epoch of ``YYYYMMDD[HHMM[SS]][Z]`` (ssh-keygen(1), ALLOWED SIGNERS); None where it is not one.

    With or without the Z it is UTC. ssh-keygen takes a time without it in the machine's own zone, which would give one
    file two meanings on two machines.
    """
    found = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})(?:([0-9]{2})([0-9]{2})([0-9]{2})?)?Z?", text)
    return from_fields([int(part or 0) for part in found.groups()]) if found else None


def from_fields(fields: list[int]) -> int | None:
    """Seconds since the epoch of year, month, day, hour, minute, second; None where there is no such moment."""
    year, month, day, hour, minute, second = fields
    # Days of the proleptic Gregorian calendar, counted from March so that the leap day comes last.
    years = year - (month < 3)
    days = 365 * years + years // 4 - years // 100 + years // 400 + (153 * ((month + 9) % 12) + 2) // 5 + day - 719469
    seconds = days * 86400 + hour * 3600 + minute * 60 + second
    if not 0 <= seconds <= _LAST or list(time.gmtime(seconds)[:6]) != fields:
        return None
    return seconds
