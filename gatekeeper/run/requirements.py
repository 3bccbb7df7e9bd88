# SPDX-License-Identifier: Apache-2.0
"""What a sandbox needs of the machine, and what to do where it is missing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from typing import NamedTuple

from gatekeeper.audit.files import read_file
from gatekeeper.errors import CannotDecide

INSTALL = "apt-get install bubblewrap (or: dnf install bubblewrap, pacman -S bubblewrap, apk add bubblewrap)"
UNCONFINED = "or let the agent run unconfined, which is recorded: gatekeeper run --isolation none ..."
SWITCHES = (
    ("/proc/sys/kernel/unprivileged_userns_clone", b"0", "sysctl -w kernel.unprivileged_userns_clone=1"),
    ("/proc/sys/user/max_user_namespaces", b"0", "sysctl -w user.max_user_namespaces=15000"),
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        b"1",
        "give bwrap an AppArmor profile with 'userns,' (Ubuntu: apt-get install apparmor-profiles, then "
        "ln -s /usr/share/apparmor/extra-profiles/bwrap-userns-restrict /etc/apparmor.d/; systemctl reload apparmor)",
    ),
)
"""(file, value that takes user namespaces away, what gives them back)."""


class Lack(NamedTuple):
    """Something that is missing."""

    what: str
    repair: str


def bubblewrap(environ: Mapping[str, str]) -> str:
    """The program's absolute path. Raises CannotDecide where this machine has none, or is no Linux."""
    if sys.platform != "linux":
        raise CannotDecide("a run's sandbox needs Linux", "run it in a Linux container or machine; " + UNCONFINED)
    found = shutil.which("bwrap", path=environ.get("PATH", os.defpath))
    if found is None:
        raise CannotDecide("bubblewrap, which makes the sandbox, is not installed", f"{INSTALL}; {UNCONFINED}")
    return os.path.abspath(found)


def explain(said: bytes) -> CannotDecide:
    """Why there is no sandbox, from what bubblewrap wrote on its standard error."""
    text = said.decode("utf-8", "replace").strip().removeprefix("bwrap: ") or "it gave no reason"
    if "Unknown option --disable-userns" in text:
        return CannotDecide("this bubblewrap is too old", f"install version 0.8 or later: {INSTALL}")
    lacks = [lack for lack in user_namespaces() if os.getuid() or "max_user" in lack.repair]
    if lacks:
        return CannotDecide(f"there is no sandbox: {lacks[0].what}", f"{lacks[0].repair}; {UNCONFINED}")
    if "proc on /newroot/proc" in text or "mount proc" in text:
        return CannotDecide(
            f"there is no sandbox: {text}",
            "inside a container, start that with an unmasked /proc (--security-opt systempaths=unconfined)",
        )
    return CannotDecide(f"there is no sandbox: {text.splitlines()[-1]}", f"gatekeeper doctor; {UNCONFINED}")


def user_namespaces() -> list[Lack]:
    """What this machine's settings say against user namespaces."""
    return [
        Lack(f"user namespaces are switched off ({path})", repair)
        for path, value, repair in SWITCHES
        if (read_file(path) if os.path.exists(path) else b"").strip() == value  # type: ignore[union-attr]
    ]
