# SPDX-License-Identifier: Apache-2.0
"""What of this machine a sandbox may read: programs, libraries, certificates, and what the policy names. No more.

Everything else does not exist inside: no home directory, no ``/etc`` but a made one, no ``/run``, no ``/var``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, UsageError
from gatekeeper.run.interface import Mount

PROGRAMS = ("/usr", "/nix/store", "/gnu/store")
MERGED = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
"""Links into ``/usr`` on most systems, folders on some."""
SETTINGS = (
    *("ld.so.cache", "ld.so.conf", "ld.so.conf.d", "alternatives", "localtime", "timezone", "os-release"),
    *("debian_version", "redhat-release", "alpine-release", "protocols", "services", "mime.types", "fonts"),
    *("ssl/certs", "ssl/openssl.cnf", "ssl/cert.pem", "ca-certificates", "ca-certificates.conf"),
    *("pki/tls/certs", "pki/tls/cert.pem", "pki/tls/openssl.cnf", "pki/ca-trust/extracted", "crypto-policies"),
    *("java-*", "perl", "python3", "terminfo", "bash.bashrc", "profile.d/bash_completion.sh"),
)
"""Below ``/etc``: what programs need and what holds no secret."""
NEVER = ("/", "/boot", "/dev", "/etc", "/home", "/proc", "/root", "/run", "/sys", "/tmp", "/var", "/var/run")  # noqa: S108
"""Too much to be read: what a policy names must lie below one of these, or elsewhere."""
SEARCHED = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


class System(NamedTuple):
    """The read-only part of a sandbox."""

    mounts: tuple[Mount, ...]
    links: tuple[tuple[str, str], ...]
    """(target, path): symbolic links to make."""

    def shows(self, path: str) -> bool:
        """Whether ``path``, as this machine names it, is there inside, under the same name."""
        real = os.path.realpath(path)
        return any(real == one.source or real.startswith(one.source.rstrip("/") + "/") for one in self.mounts)


def system(read: Sequence[str], environ: Mapping[str, str], private: Sequence[str]) -> System:
    """What every sandbox reads, and the folders and files ``read`` (``~/`` is the user's home).

    ``private`` are paths that none of ``read`` may contain. Raises CannotDecide for one that asks for too much.
    """
    mounts = [Mount(path, path) for path in PROGRAMS if os.path.isdir(path)]
    links = []
    for path in MERGED:
        if os.path.islink(path):
            links.append((os.readlink(path), path))
        elif os.path.isdir(path):
            mounts.append(Mount(path, path))
    for name in SETTINGS:
        mounts.extend(Mount(path, path) for path in _matching(name) if os.path.exists(path))
    for name in read:
        path = _expanded(name, environ)
        if os.path.lexists(path):
            mounts.append(_extra(name, path, environ, private))
            if mounts[-1].source != path:
                links.append((mounts[-1].source, path))
    return System(tuple(mounts), tuple(links))


def search_path(shown: System, environ: Mapping[str, str]) -> str:
    """PATH for the inside: the caller's folders that are there, and the usual ones."""
    folders = [folder for folder in environ.get("PATH", "").split(os.pathsep) if folder.startswith("/")]
    wanted = [folder for folder in (*folders, *SEARCHED) if os.path.isdir(folder) and shown.shows(folder)]
    return os.pathsep.join(dict.fromkeys(wanted))


def program(name: str, shown: System, environ: Mapping[str, str]) -> None:
    """Refuse a command that is on this machine and not in the sandbox, with the line that brings it in.

    A path below the worktree, or a name that nothing here knows, is left to the sandbox. Raises UsageError.
    """
    if "/" in name:
        found = name if name.startswith("/") and os.path.exists(name) else None
    else:
        places = [os.path.join(folder, name) for folder in environ.get("PATH", "").split(os.pathsep) if folder]
        there = [place for place in places if os.path.isfile(place) and os.access(place, os.X_OK)]
        found = None if any(shown.shows(place) for place in there) else next(iter(there), "")
    if found == "":
        raise UsageError(f"there is no program '{name}'", "write the command as you would without gatekeeper")
    if found is not None and not shown.shows(found):
        folder = os.path.dirname(os.path.realpath(found))
        raise UsageError(
            f"'{name}' is {found}, which the sandbox does not show",
            f"let it be read: gatekeeper run --read {folder} ..., or for good in the policy: run: {{read: [{folder}]}}",
        )


def _matching(name: str) -> list[str]:
    folder, pattern = os.path.join("/etc", os.path.dirname(name)), os.path.basename(name)
    if not pattern.endswith("*"):
        return [os.path.join(folder, pattern)]
    try:
        return sorted(os.path.join(folder, one) for one in os.listdir(folder) if one.startswith(pattern[:-1]))
    except OSError:
        return []


def _expanded(name: str, environ: Mapping[str, str]) -> str:
    path = os.path.join(environ.get("HOME", "/nonexistent"), name[2:]) if name.startswith("~/") else name
    return os.path.normpath(path)


def _extra(name: str, path: str, environ: Mapping[str, str], private: Sequence[str]) -> Mount:
    real = os.path.realpath(path)
    home = os.path.realpath(environ.get("HOME") or "/root")
    held = [*private, home, *(os.path.join(home, one) for one in CREDENTIALS)]
    for one in held:
        if real == one or one.startswith(real.rstrip("/") + "/") or (one != home and real.startswith(one + "/")):
            raise CannotDecide(f"run.read: {name} would show {one} to agents", "name just the folder that is needed")
    if real in NEVER:
        raise CannotDecide(f"run.read: {name} is too much", "name just the folder that is needed")
    return Mount(real, real)


CREDENTIALS = (
    *(".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".netrc", ".git-credentials", ".npmrc", ".pypirc"),
    *(".config/gh", ".config/gcloud", ".config/git/credentials", ".cargo/credentials.toml", ".password-store"),
    *(".local/share/keyrings", ".mozilla", ".config/google-chrome", ".config/chromium", ".vault-token", ".terraform.d"),
)
"""Below a home directory: what no policy can show to agents."""
