# SPDX-License-Identifier: Apache-2.0
"""Credentials made up at run time, so that none stands in the source. The same seed gives the same value."""

from __future__ import annotations

import base64
import string
from random import Random
from zlib import crc32

from gatekeeper.rules.secrets import checksums
from gatekeeper.rules.secrets.kinds import Kind
from gatekeeper.rules.secrets.recipe import example

_WORDS = ("amber", "badger", "cobalt", "dragon", "ember", "falcon", "garnet", "hornet", "indigo", "jaguar")


def chosen(seed: int = 0) -> str:
    """A password as people choose them: a word, a number, a sign."""
    random = Random(seed)
    return f"{random.choice(_WORDS).title()}{random.randint(100, 9999)}{random.choice('!#*')}"


def drawn(length: int = 32, seed: int = 0, alphabet: str = string.ascii_letters + string.digits) -> str:
    """What a generator gives."""
    random = Random(seed)
    return "".join(random.choice(alphabet) for _ in range(length))


def hexa(length: int = 40, seed: int = 0) -> str:
    return drawn(length, seed, "0123456789abcdef")


def github_token(prefix: str = "ghp", seed: int = 0) -> str:
    """A token of GitHub's or npm's form with the right checksum."""
    body = drawn(30, seed)
    return f"{prefix}_{body}{checksums.in_base(crc32(body.encode()), checksums.BASE62, 6).decode()}"


def routable_token(prefix: str = "glpat-", seed: int = 0, length: int = 27) -> str:
    """A routable token of GitLab's form with the right checksum."""
    head = f"{prefix}{drawn(length, seed)}.{'1' if seed % 2 else '0'}r"
    return head + checksums.in_base(crc32(head.encode()), checksums.BASE36, 7).decode()


def of_kind(kind: Kind, seed: int = 0) -> str:
    """An example of a kind, with a right checksum where it has one."""
    if kind.check is checksums.github:
        return github_token(str(kind.recipe[0]).rstrip("_"), seed)
    if kind.check is checksums.gitlab:
        first = kind.recipe[0]
        prefix = first if isinstance(first, str) else "glrt-"
        return _versioned(prefix, seed) if ".01." in kind.recipe else routable_token(prefix, seed)
    if kind.check is checksums.aws:
        return "AKIA" + "Q3" + drawn(14, seed, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    return example(kind.recipe, Random(f"{kind.name}/{seed}"))


def _versioned(prefix: str, seed: int) -> str:
    head = f"{prefix}{drawn(27, seed)}.01.0r"
    return head + checksums.in_base(crc32(head.encode()), checksums.BASE36, 7).decode()


def pem(label: str = "PRIVATE KEY", seed: int = 0, size: int = 640) -> str:
    """An armored key whose body is noise."""
    body = base64.b64encode(Random(seed).randbytes(size)).decode()
    lines = [body[at : at + 64] for at in range(0, len(body), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""])


def context(kind: Kind, value: str) -> str:
    """A line in which ``value`` is a credential of that kind."""
    word = kind.anchors[0] if kind.shape == "named" else "service"
    return f'{word}_api_key = "{value}"\n'
