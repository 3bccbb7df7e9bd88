# SPDX-License-Identifier: Apache-2.0
"""A listening socket inside another process's network namespace, served from outside of it.

A socket belongs to the namespace in which it was made, whoever holds it. So a child enters the namespace, binds, hands
the sockets out and ends. Entering takes rights in the user namespace that owns it, which whoever made that one has:
the owner is asked from the namespace itself (NS_GET_USERNS, ioctl_ns(2)), since the process may have moved on to
another user namespace meanwhile. The caller must have one thread: setns(2) refuses others.
"""

from __future__ import annotations

import ctypes
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import closing
from fcntl import ioctl

from gatekeeper.errors import CannotDecide

NS_GET_USERNS = 0xB701
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
BACKLOG = 128
SECONDS = 10.0
_libc = ctypes.CDLL(None, use_errno=True)


def listen_inside(pid: int, places: Sequence[tuple[str, int]]) -> list[socket.socket]:
    """Sockets that listen on ``places`` (address, port) in the network namespace of the process ``pid``, in order.

    Raises CannotDecide where the namespace cannot be entered or a place cannot be had.
    """
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with closing(ours), closing(theirs):
        child = os.fork()
        if not child:
            os._exit(_in_child(theirs, pid, places))
        theirs.close()
        ours.settimeout(SECONDS)
        try:
            said, descriptors, _, _ = socket.recv_fds(ours, 4096, len(places))
        except TimeoutError:
            said, descriptors = b"no answer", []
        finally:
            os.waitpid(child, 0)
    if said != b"ok" or len(descriptors) != len(places):
        for descriptor in descriptors:
            os.close(descriptor)
        raise CannotDecide(
            f"no socket could be made in the sandbox's network: {said.decode(errors='replace') or 'its maker ended'}",
            "see what is missing with: gatekeeper doctor",
        )
    return [socket.socket(fileno=descriptor) for descriptor in descriptors]


def _in_child(channel: socket.socket, pid: int, places: Sequence[tuple[str, int]]) -> int:
    try:
        _enter(pid)
        made = [_listener(*place) for place in places]
        socket.send_fds(channel, [b"ok"], [one.fileno() for one in made])
    except OSError as error:
        channel.send(str(error).encode()[:4000])
        return 1
    return 0


def _enter(pid: int) -> None:
    network = os.open(f"/proc/{pid}/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    owner = ioctl(network, NS_GET_USERNS)
    if not os.path.sameopenfile(owner, _here("user")):
        _checked(_libc.setns, owner, CLONE_NEWUSER)
    if not os.path.sameopenfile(network, _here("net")):
        _checked(_libc.setns, network, CLONE_NEWNET)


def _here(kind: str) -> int:
    return os.open(f"/proc/self/ns/{kind}", os.O_RDONLY | os.O_CLOEXEC)


def _checked(call: Callable[[int, int], int], descriptor: int, kind: int) -> None:
    if call(descriptor, kind):
        number = ctypes.get_errno()
        raise OSError(number, f"setns: {os.strerror(number)}")


def _listener(address: str, port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if ":" in address:
        made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    made.bind((address, port))
    made.listen(BACKLOG)
    return made
