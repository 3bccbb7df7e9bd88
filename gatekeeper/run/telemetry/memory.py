# SPDX-License-Identifier: Apache-2.0
"""What a stopped process is about to do, read from its memory: hostile bytes, so every length is bounded."""

from __future__ import annotations

import os
import socket
import struct
from typing import NamedTuple

LONGEST_WORD, MOST_WORDS, WINDOW = 1024, 96, 1 << 16
EMPTY_PATH = 0x1000
AT_FDCWD = -100


class Program(NamedTuple):
    path: str
    words: tuple[str, ...]
    left_out: int
    """Words beyond MOST_WORDS; -1: nobody knows how many."""


class Peer(NamedTuple):
    kind: str
    """``ipv4``, ``ipv6``, ``unix``."""
    address: str
    port: int | None


def program(pid: int, path_at: int, words_at: int, folder: int = AT_FDCWD, flags: int = 0) -> Program:
    """What execve or execveat is given. Raises OSError where the memory cannot be read."""
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        path = _text(_string(memory, path_at))
        words, left_out = _words(memory, words_at)
    finally:
        os.close(memory)
    if not path and flags & EMPTY_PATH:
        path = os.readlink(f"/proc/{pid}/fd/{_signed(folder)}")
    return Program(path, tuple(map(_text, words)), left_out)


def peer(pid: int, at: int, size: int) -> Peer | None:
    """What connect is given; None for families that reach nothing. Raises OSError."""
    memory = os.open(f"/proc/{pid}/mem", os.O_RDONLY | os.O_CLOEXEC)
    try:
        raw = os.pread(memory, min(size & 0xFFFFFFFF, 128), at)
    finally:
        os.close(memory)
    family = int.from_bytes(raw[:2], "little" if struct.pack("H", 1)[0] else "big")
    if family == socket.AF_INET and len(raw) >= 8:
        return Peer("ipv4", socket.inet_ntop(socket.AF_INET, raw[4:8]), int.from_bytes(raw[2:4]))
    if family == socket.AF_INET6 and len(raw) >= 24:
        return Peer("ipv6", socket.inet_ntop(socket.AF_INET6, raw[8:24]), int.from_bytes(raw[2:4]))
    if family == socket.AF_UNIX:
        name = raw[2:]
        abstract = name.startswith(b"\0") and len(name) > 1
        return Peer("unix", "@" + _text(name[1:]) if abstract else _text(name.partition(b"\0")[0]), None)
    return None


def _words(memory: int, at: int) -> tuple[list[bytes], int]:
    raw = os.pread(memory, 8 * (MOST_WORDS + 1), at) if at else b""
    places: list[int] = []
    for (place,) in struct.iter_unpack("Q", raw[: len(raw) // 8 * 8]):
        if not place:
            break
        places.append(place)
    left_out = -1 if len(places) > MOST_WORDS else 0
    places = places[:MOST_WORDS]
    if not places:
        return [], left_out
    low, high = min(places), max(places) + LONGEST_WORD + 1
    window = os.pread(memory, high - low, low) if high - low <= WINDOW else b""
    return [_within(memory, place, window, place - low) for place in places], left_out


def _within(memory: int, at: int, window: bytes, offset: int) -> bytes:
    """The string there, from what was read of the neighbourhood where it is whole in it."""
    end = window.find(b"\0", offset, offset + LONGEST_WORD)
    return window[offset:end] if end >= 0 else _string(memory, at)


def _string(memory: int, at: int) -> bytes:
    raw = os.pread(memory, LONGEST_WORD, at) if at else b""
    word, end, _ = raw.partition(b"\0")
    return word if end else word + "…".encode()


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")


def _signed(value: int) -> int:
    """An int argument as the kernel takes it: its low 32 bits."""
    value &= 0xFFFFFFFF
    return value - (1 << 32) if value >> 31 else value
