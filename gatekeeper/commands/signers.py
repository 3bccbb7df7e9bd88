# SPDX-License-Identifier: Apache-2.0
"""Whoever sets a repository up: their principal, their key, and what the repository is called elsewhere."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping

from gatekeeper.commands.settings import PERSON_NAMESPACES
from gatekeeper.errors import SigningFailed, UsageError
from gatekeeper.git.repository import Repository
from gatekeeper.signing import keygen
from gatekeeper.signing.allowed_signers import Signers

PREFERRED = ("id_ed25519_sk", "id_ecdsa_sk", "id_ed25519", "id_ecdsa", "id_rsa")
"""Names of keys in ~/.ssh, the ones that ask for a touch first."""


def own_line(repository: Repository, key: str | None, environ: Mapping[str, str]) -> tuple[str, str]:
    """The principal of this user and the line that lists them. Raises UsageError where either cannot be known."""
    principal = repository.config("user.email")
    if not principal:
        raise UsageError("git does not know who you are", "git config user.email you@example.org")
    reasons = []
    for candidate in candidates(repository, key, environ):
        try:
            kind, blob = keygen.public_line(candidate).split()[:2]
        except SigningFailed as reason:
            reasons.append(str(reason))
        else:
            line = f'{principal} namespaces="{PERSON_NAMESPACES}" {kind} {blob}'
            Signers.parse(line.encode(), f"git config user.email {principal}")
            return principal, line
    detail = f" ({'; '.join(reasons)})" if reasons else ""
    raise UsageError(
        f"there is no SSH key of yours to sign approvals with{detail}",
        "make one: ssh-keygen -t ed25519 (or name one: gatekeeper init --key PATH)",
    )


def candidates(repository: Repository, key: str | None, environ: Mapping[str, str]) -> Iterator[str]:
    """Keys to try: the one named, else git's own configuration, else what lies in ~/.ssh."""
    if key is not None:
        yield keygen.expand_home(key, environ)
        return
    for name in ("gatekeeper.key", "user.signingkey"):
        value = repository.config(name)
        if value and (name != "user.signingkey" or repository.config("gpg.format") == "ssh"):
            yield keygen.expand_home(value, environ)
    folder = os.path.join(environ.get("HOME", ""), ".ssh")
    names = sorted(name for name in _names(folder) if name.endswith(".pub"))
    for name in sorted(
        names, key=lambda name: (*PREFERRED, name.removesuffix(".pub")).index(name.removesuffix(".pub"))
    ):
        yield os.path.join(folder, name)


def remote_name(repository: Repository) -> str | None:
    """``host/path`` of the remote ``origin``, without user, scheme and ``.git``; None for a local path or none."""
    done = repository.git("config", "--get", "remote.origin.url", check=False)
    url = os.fsdecode(done.stdout.strip())
    if "://" in url:
        scheme, _, rest = url.partition("://")
        authority, _, path = rest.partition("/")
        if scheme == "file":
            return None
    else:  # [user@]host:path, git-clone(1); a slash before the colon makes it a path
        authority, colon, path = url.partition(":")
        if not colon or "/" in authority or len(authority) == 1:
            return None
    host = authority.rpartition("@")[2].partition(":")[0]
    path = path.strip("/").removesuffix(".git")
    name = f"{host}/{path}"
    return name if host and path and name.isascii() and name.isprintable() and " " not in name else None


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # no folder, or not ours to read: there are no keys in it for us
        return []
