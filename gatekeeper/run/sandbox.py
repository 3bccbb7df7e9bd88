# SPDX-License-Identifier: Apache-2.0
"""The command line of bubblewrap for one run: every namespace its own, and only listed paths.

``bwrap`` itself must be started with the inside's environment: it stays readable in ``/proc/1/environ``.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import NamedTuple

from gatekeeper.run.allowlist import System
from gatekeeper.run.interface import Mount

HOST = "gatekeeper"
"""The host name inside."""
ORDINARY = 1000
"""The ids that root has inside: programs must not take themselves for root."""
TMPFS = 64 << 20
"""Bytes for ``/run``, and for ``/tmp`` and the home where they are not on disk."""
KERNEL_FOLDERS = ("acpi", "asound", "bus", "driver", "fs", "irq", "pressure", "scsi", "sys", "sysvipc", "tty")
"""Below ``/proc``, shown read-only: root's user id may write there even without a single capability."""
KERNEL_FILES = (
    *("kcore", "kmsg", "kpagecgroup", "kpagecount", "kpageflags", "slabinfo", "timer_list", "vmallocinfo", "keys"),
    *("pagetypeinfo", "sysrq-trigger", "mtrr", "key-users", "kallsyms", "iomem", "ioports", "sched_debug"),
    *("latency_stats", "timer_stats"),
)
"""Below ``/proc``, hidden."""


DATABASES = ("passwd", "group", "shadow", "hosts", "services", "protocols")


class Sandbox(NamedTuple):
    """What all sandboxes of a run share."""

    binary: str
    """bubblewrap, absolute."""
    system: System
    etc: str
    """A folder of this machine with files for ``/etc``."""
    mounts: tuple[Mount, ...]
    """The run's own: shadow, objects, worktree; parents before what lies below them."""
    home: str
    """Inside."""
    memory: int
    """Bytes of ``/dev/shm`` at most."""

    def words(
        self,
        command: Sequence[str],
        folder: str,
        private: Private | None,
        extra: Sequence[Mount],
        options: Sequence[str],
    ) -> list[str]:
        """The arguments that run ``command`` in ``folder``.

        ``private`` are folders on disk for home and temporary files; None: they are small and in memory, which is what
        a sandbox needs that is set up after an agent could write to them. ``options`` come first: descriptors.
        """
        uid, gid = (os.getuid() or ORDINARY), (os.getgid() or ORDINARY)
        words = [self.binary, *options]
        words += ["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
        words += ["--unshare-cgroup-try", "--disable-userns", "--cap-drop", "ALL", "--new-session", "--die-with-parent"]
        words += ["--uid", str(uid), "--gid", str(gid), "--hostname", HOST]
        words += [word for one in self.system.mounts for word in _bind(one)]
        words += _kernel()
        words += ["--size", str(self.memory), "--perms", "1777", "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]  # noqa: S108
        words += [*_tmpfs("/run", "0755"), "--symlink", "../run", "/var/run", "--symlink", "../tmp", "/var/tmp"]  # noqa: S108
        if private is None:
            words += [*_tmpfs("/tmp", "1777"), *_tmpfs(self.home, "0700")]  # noqa: S108
        else:
            words += [*_bind(Mount(private.tmp, "/tmp", True)), *_bind(Mount(private.home, self.home, True))]  # noqa: S108
        words += [word for name in sorted(os.listdir(self.etc)) for word in _bind(_etc(self.etc, name))]
        words += [word for target, path in self.system.links for word in ("--symlink", target, path)]
        words += [word for one in (*self.mounts, *extra) for word in _bind(one)]
        return [*words, "--remount-ro", "/", "--chdir", folder, "--", *command]


class Private(NamedTuple):
    """Folders of this machine that are the agent's own."""

    home: str
    tmp: str


def etc_files(home: str, uid: int, gid: int) -> dict[str, str]:
    """The files of ``/etc`` that are made rather than shown."""
    names = f"127.0.0.1 localhost {HOST}\n::1 localhost ip6-localhost {HOST}\n"
    return {
        "passwd": f"agent:x:{uid}:{gid}:agent:{home}:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\n",
        "group": f"agent:x:{gid}:\nnogroup:x:65534:\n",
        "hosts": names,
        "hostname": f"{HOST}\n",
        "host.conf": "multi on\n",
        "nsswitch.conf": "".join(f"{name}: files\n" for name in DATABASES),
        "resolv.conf": "# there is no resolver in a run's sandbox\n",
    }


def home_inside(home: str) -> str:
    """Where the agent's home is: as the user's, so that paths below it mean the same; elsewhere for an odd one."""
    usual = home == "/root" or home.startswith(("/home/", "/root/", "/tmp/", "/var/", "/srv/", "/mnt/", "/data/"))  # noqa: S108
    return home if usual and os.path.normpath(home) == home else "/home/agent"


def _kernel() -> list[str]:
    words = ["--proc", "/proc"]
    for name in KERNEL_FOLDERS:
        words += ["--ro-bind-try", f"/proc/{name}", f"/proc/{name}"]
    for name in KERNEL_FILES:
        if os.path.exists(f"/proc/{name}"):
            words += ["--ro-bind", "/dev/null", f"/proc/{name}"]
    return [*words, "--dev", "/dev"]


def _tmpfs(path: str, mode: str) -> list[str]:
    return ["--size", str(TMPFS), "--perms", mode, "--tmpfs", path]


def _bind(mount: Mount) -> list[str]:
    return ["--bind" if mount.writable else "--ro-bind", mount.source, mount.target]


def _etc(folder: str, name: str) -> Mount:
    return Mount(os.path.join(folder, name), f"/etc/{name}")
