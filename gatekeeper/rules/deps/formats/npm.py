# SPDX-License-Identifier: Apache-2.0
"""What the lock formats of npm, pnpm, yarn and bun have in common: tarball URLs, Subresource Integrity, aliases."""

from __future__ import annotations

import re
from base64 import b64decode

from gatekeeper.rules.deps.formats import sources
from gatekeeper.rules.deps.formats.interface import REGISTRY, Digest, Source

ECOSYSTEM = "npm"
_TARBALL = re.compile(r"/((?:@[^/@]+(?:/|%2f))?[^/@]+)/-/(?:@[^/]+/)?([^/]+)\.t(?:ar\.)?gz$", re.IGNORECASE)
_DOWNLOAD = re.compile(r"/download/((?:@[^/@]+/)?[^/@]+)/([^/]+)/[0-9a-f]{40,}$")
_HEX = re.compile(r"[0-9a-f]+", re.IGNORECASE)
_BY_HEX = {32: "md5", 40: "sha1", 64: "sha256", 96: "sha384", 128: "sha512"}


def split_version(text: str) -> tuple[str, str]:
    """``@scope/name@rest`` as name and rest; the rest is empty where there is none."""
    at = text.find("@", 1)
    return (text, "") if at < 0 else (text[:at], text[at + 1 :])


def integrity(text: str) -> tuple[Digest, ...]:
    """A Subresource Integrity value: white-space separated ``algorithm-base64?options``."""
    found = []
    for part in text.split():
        algorithm, dash, value = part.partition("?")[0].partition("-")
        algorithm = algorithm.lower() if dash else ""
        found.append(Digest(algorithm, _hex(value) if algorithm == "sha1" else value if dash else part))
    return tuple(found)


def _hex(value: str) -> str:
    """Base64 as hexadecimal, which is how the same hash stands in a URL's fragment."""
    try:
        return b64decode(value, validate=True).hex()
    except ValueError:
        return value


def carried(url: str) -> tuple[str, str]:
    """The package and version that a registry's tarball URL carries; empty where it has no such form."""
    bare = url.partition("#")[0].partition("?")[0]
    if found := _TARBALL.search(bare):
        name = re.sub("%2f", "/", found[1], flags=re.IGNORECASE)
        base = name.rpartition("/")[2] + "-"
        version = found[2][len(base) :] if found[2].startswith(base) else ""
        return (name, version) if version else (name, found[2])
    if found := _DOWNLOAD.search(bare):
        return found[1], found[2]
    return "", ""


Carried = tuple[tuple[str, str], ...]


def tarball(url: str, base: str) -> tuple[Source, Carried, tuple[Digest, ...]]:
    """``(source, what the URL carries, digest in the fragment)`` of a resolved URL.

    A URL in a registry's form is a registry source; any other download is ``url``, a repository ``git``.
    """
    if not url:
        return REGISTRY, (), ()
    if not url.lower().startswith(("http:", "https:")) or url.partition("#")[0].lower().endswith(".git"):
        return sources.npm(url, base), (), ()
    bare, _, fragment = url.partition("#")
    name, version = carried(bare)
    digests = (Digest(_BY_HEX.get(len(fragment), "hex"), fragment.lower()),) if _HEX.fullmatch(fragment) else ()
    source = sources.url(bare)
    if not name:
        return source, (), digests
    return source._replace(kind="registry", location=""), ((name, version),), digests
