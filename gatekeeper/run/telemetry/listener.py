# SPDX-License-Identifier: Apache-2.0
"""Asks the kernel to tell of every program that is started and every connection that is tried (seccomp_unotify(2)).

A filter of a few instructions is installed in the process that becomes the sandbox; all that it starts inherit it. It
decides nothing: whoever listens lets every call go on. Where a kernel or container refuses, the run goes on unobserved
and its record says so.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
from collections.abc import Callable
from typing import NamedTuple

NO_NEW_PRIVILEGES = 38
SET_MODE_FILTER = 1
NEW_LISTENER, WAIT_KILLABLE = 1 << 3, 1 << 5
ALLOW, USER_NOTIF = 0x7FFF0000, 0x7FC00000
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_NUMBER_AT, _ARCH_AT = 0, 4
"""Where struct seccomp_data has them."""
EINVAL = 22


class Machine(NamedTuple):
    arch: int
    """AUDIT_ARCH_* of linux/audit.h."""
    seccomp: int
    execve: int
    execveat: int
    connect: int


MACHINES = {
    "x86_64": Machine(0xC000003E, 317, 59, 322, 42),
    "aarch64": Machine(0xC00000B7, 277, 221, 281, 203),
    "riscv64": Machine(0xC00000F3, 277, 221, 281, 203),
}
"""System call numbers; the sandbox's own filter refuses the calls of other architectures."""


def machine() -> Machine | None:
    """This machine's numbers; None for one that cannot be observed."""
    return MACHINES.get(os.uname().machine)


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def instructions(numbers: Machine) -> bytes:
    """The filter: notify of three calls, allow the rest."""
    calls = (numbers.execve, numbers.execveat, numbers.connect)
    code = [(_LOAD, 0, 0, _ARCH_AT), (_EQUAL, 0, len(calls) + 1, numbers.arch), (_LOAD, 0, 0, _NUMBER_AT)]
    code += [(_EQUAL, len(calls) - index, 0, call) for index, call in enumerate(calls)]
    code += [(_RETURN, 0, 0, ALLOW), (_RETURN, 0, 0, USER_NOTIF)]
    return b"".join(struct.pack("HBBI", *one) for one in code)


def installer(channel: socket.socket) -> Callable[[], None]:
    """What a new process calls just before it executes the sandbox: installs the filter, sends the listener out.

    Everything is made here, so that the call itself allocates next to nothing. Where it cannot be installed, the errno
    is sent as text and nothing else happens.
    """
    numbers = machine()
    libc = ctypes.CDLL(None, use_errno=True)
    code = instructions(numbers) if numbers else b""
    held = ctypes.create_string_buffer(code, len(code) or 1)
    program = _Program(len(code) // 8, ctypes.addressof(held))
    place = ctypes.byref(program)

    def install() -> None:
        keep = held  # the filter's memory must outlive this function
        if numbers is None or not len(keep):
            channel.send(b"0")
            return
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        flags = NEW_LISTENER | WAIT_KILLABLE
        listener = libc.syscall(numbers.seccomp, SET_MODE_FILTER, flags, place)
        if listener < 0 and ctypes.get_errno() == EINVAL:  # before Linux 5.19
            listener = libc.syscall(numbers.seccomp, SET_MODE_FILTER, NEW_LISTENER, place)
        if listener < 0:
            channel.send(b"%d" % ctypes.get_errno())
            return
        channel.sendmsg([b"ok"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, struct.pack("i", listener))])

    return install
