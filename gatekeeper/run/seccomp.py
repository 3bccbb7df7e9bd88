# SPDX-License-Identifier: Apache-2.0
"""The system calls that a sandbox refuses, as a BPF program for ``bwrap --seccomp``.

Namespaces already keep an agent from what these reach. The filter takes away what kernels had their holes in, and
what no namespace covers: the terminal's input queue, address families without a namespace, kernel keyrings.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from gatekeeper.audit.files import read_file, write_file
from gatekeeper.errors import CannotDecide

REFUSED = (
    *("ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd"),
    *("keyctl", "add_key", "request_key"),
    *("bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register"),
    *("mount", "umount", "umount2", "pivot_root", "chroot", "setns", "open_tree", "move_mount", "fsopen", "fsconfig"),
    *("fsmount", "fspick", "mount_setattr", "quotactl", "quotactl_fd", "swapon", "swapoff", "fanotify_init"),
    *("init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "acct", "syslog"),
    *("open_by_handle_at", "lookup_dcookie", "nfsservctl", "uselib", "vhangup", "modify_ldt"),
    *("settimeofday", "clock_settime", "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm"),
    *("move_pages", "migrate_pages"),
)
"""Answered with EPERM. A name that this machine's libseccomp does not know is left out: its kernel call is newer."""
ABSENT = ("clone3",)
"""Answered with ENOSYS: its flags lie in memory, where no filter sees them, and every libc falls back on clone."""
NEW_NAMESPACES = 0x7E020080
"""CLONE_NEWTIME, NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET (linux/sched.h)."""
TERMINAL_INPUT = (0x5412, 0x541C)
"""TIOCSTI, TIOCLINUX (asm-generic/ioctls.h)."""
FAMILIES = (1, 2, 10, 16)
"""The only ones: unix, inet, inet6, netlink. So not packet, vsock, alg, bluetooth, can, xdp, ..."""
HIGHEST_FAMILY = 64
NETLINK = 16
EPERM, ENOSYS, EAFNOSUPPORT = 1, 38, 97
LOW = 0xFFFFFFFF
"""Arguments are compared in 32 bits, as the kernel takes them."""
VERSION = 3
"""Of this profile: part of the cache's name."""


def program(cache: str) -> bytes:
    """The filter, for this machine, kept below the folder ``cache``: loading libseccomp costs more than a sandbox.

    Raises CannotDecide where pyseccomp or libseccomp is missing.
    """
    path = os.path.join(cache, f"seccomp-{os.uname().machine}-{VERSION}-{_profile()}")
    content = read_file(path) or b""
    known, made = content[:32], content[32:]
    if known and hashlib.sha256(made).digest() == known:
        return made
    made = compile_filter()
    write_file(path, hashlib.sha256(made).digest() + made)
    return made


def compile_filter() -> bytes:
    """The BPF program, by libseccomp. Raises CannotDecide where it is missing."""
    try:
        pyseccomp: Any = import_module("pyseccomp")
    except (ImportError, RuntimeError) as error:
        raise CannotDecide(
            "pyseccomp or libseccomp, which make the sandbox's filter of system calls, cannot be loaded",
            "pip install pyseccomp; apt-get install libseccomp2 (or: dnf install libseccomp)",
        ) from error
    built = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    for action, name, comparisons in _rules(pyseccomp):
        try:
            built.add_rule(pyseccomp.ERRNO(action), name, *comparisons)
        except (OSError, ValueError):
            if name in CORE:
                raise
    with open(os.memfd_create("seccomp"), "rb+", buffering=0) as file:
        built.export_bpf(file)
        file.seek(0)
        return file.read()


CORE = ("ptrace", "mount", "unshare", "clone", "ioctl", "socket", "keyctl", "bpf", "setns")
"""Without a rule for these there is no sandbox."""


def _rules(lib: Any) -> Iterator[tuple[int, str, tuple[object, ...]]]:
    """(errno, system call, argument comparisons)."""
    arg, masked, above = lib.Arg, lib.MASKED_EQ, lib.GE
    for name in REFUSED:
        yield EPERM, name, ()
    for name in ABSENT:
        yield ENOSYS, name, ()
    for bit in (1 << number for number in range(32)):
        if bit & NEW_NAMESPACES:
            yield EPERM, "unshare", (arg(0, masked, bit, bit),)
            if bit != 0x80:  # CLONE_NEWTIME: for clone these bits are the exit signal
                yield EPERM, "clone", (arg(0, masked, bit, bit),)
    for request in TERMINAL_INPUT:
        yield EPERM, "ioctl", (arg(1, masked, LOW, request),)
    for family in range(HIGHEST_FAMILY):
        if family not in FAMILIES:
            yield EAFNOSUPPORT, "socket", (arg(0, masked, LOW, family),)
            yield EAFNOSUPPORT, "socketpair", (arg(0, masked, LOW, family),)
    yield EAFNOSUPPORT, "socket", (arg(0, above, HIGHEST_FAMILY),)
    for protocol in range(1, 32):
        yield EAFNOSUPPORT, "socket", (arg(0, masked, LOW, NETLINK), arg(2, masked, LOW, protocol))
    for raw in (3, 10):  # SOCK_RAW, SOCK_PACKET; type is masked with its flags
        for family in (2, 10):
            yield EPERM, "socket", (arg(0, masked, LOW, family), arg(1, masked, 0xF, raw))


def _profile() -> str:
    said = repr((REFUSED, ABSENT, NEW_NAMESPACES, TERMINAL_INPUT, FAMILIES))
    return hashlib.sha256(said.encode()).hexdigest()[:12]
