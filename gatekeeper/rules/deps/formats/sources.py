# SPDX-License-Identifier: Apache-2.0
"""From the many ways to write where a package comes from to one :class:`Source`.

A host is compared as one text, never taken apart: ``https://known\\@other/`` is another host than ``https://known``,
whichever way a client would read it.
"""

from __future__ import annotations

import posixpath
import re

from gatekeeper.rules.deps.formats.interface import REGISTRY, WORKSPACE, Source

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(//)?([^/?#]*)([^#]*)(?:#(.*))?", re.DOTALL)
_VCS = ("git+", "hg+", "svn+", "bzr+")
_SCP = re.compile(r"(?:[\w.-]+@)?[\w.-]+:(?!/)\S+")
_HOSTED = ("github:", "gitlab:", "bitbucket:", "gist:")
_SHORTHAND = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+(?:#.*)?")
_LINKS = ("file:", "link:", "portal:", "./", "../", "/", "~/", ".\\", "..\\")


def host_of(url: str) -> str | None:
    """``scheme://authority`` in lower case, or None where ``url`` has no authority."""
    found = _URL.match(url.strip())
    return f"{found[1]}://{found[3]}".lower() if found and found[2] else None


def shown_host(host: str) -> str:
    """``host`` fit for output: whatever stands before an ``@`` may be a password."""
    scheme, slashes, authority = host.rpartition("//")
    return f"{scheme}{slashes}***@{authority.rpartition('@')[2]}" if "@" in authority else host


def shown(source: Source) -> str:
    """Where ``source`` is, fit for output: host and location, without credentials."""
    host = shown_host(source.host) if source.host else ""
    slash = "/" if host and not host.endswith(":") and source.location[:1] not in ("", "/") else ""
    return f"{host}{slash}{source.location}"


def url(text: str) -> Source:
    """A plain download. The fragment is dropped."""
    found = _URL.match(text.strip())
    if found is None or not found[2]:
        return Source("url", None, text.strip())
    return Source("url", host_of(text), found[4])


def git(text: str, ref: str = "") -> Source:
    """A repository by URL (``git+https://host/path@ref``), scp form (``user@host:path``) or hosted shorthand."""
    text = text.strip()
    for prefix in _HOSTED:
        if text.lower().startswith(prefix):
            path, _, fragment = text[len(prefix) :].partition("#")
            return Source("git", prefix, _repository(path), ref or fragment)
    if "://" not in text and _SCP.fullmatch(text):
        authority, _, rest = text.partition(":")
        path, _, fragment = rest.partition("#")
        return Source("git", f"ssh://{authority}".lower(), _repository(path), ref or fragment)
    found = _URL.match(text)
    if found is None or not found[2]:
        return Source("git", None, text, ref)
    path, at, revision = found[4].rpartition("@")
    if not at:
        path, revision = found[4], found[5] or ""
    host = f"{found[1]}://{found[3]}".lower().removeprefix("git+")
    return Source("git", host, _repository(path), ref or revision)


def path(text: str, base: str) -> Source:
    """A directory or file named in ``base`` (the path of the file that names it), made relative to the tree's root."""
    text = text.strip().replace("\\", "/")
    for prefix in ("file://", "file:", "link:", "portal:"):
        if text.lower().startswith(prefix):
            text = text[len(prefix) :]
            break
    if text.startswith(("/", "~")) or text[1:2] == ":":
        return Source("path", None, text)
    return Source("path", None, posixpath.normpath(posixpath.join(posixpath.dirname(base), text)))


def npm(spec: str, base: str) -> Source:
    """What a dependency specifier of npm, pnpm, yarn or bun means; a range or tag is ``registry``."""
    text = spec.strip()
    low = text.lower()
    if low.startswith(("workspace:", "catalog:")):
        return WORKSPACE
    if low.startswith("patch:"):
        inner = text[6:].partition("#")[0].rpartition("@")[2].replace("%3A", ":").replace("%3a", ":")
        return npm(inner, base) if not inner.lower().startswith("patch:") else Source("url", None, text)
    if low.startswith("exec:"):
        return Source("url", "exec:", text[5:])
    if low.startswith(_LINKS):
        return path(text, base)
    if low.startswith(("git+", "git:", "git@", "ssh:", *_HOSTED)) or low.partition("#")[0].endswith(".git"):
        return git(text)
    if low.startswith(("http:", "https:")):
        return url(text)
    if low.startswith(("npm:", "jsr:")):
        return REGISTRY
    if "://" in text:
        return url(text)
    if _SHORTHAND.fullmatch(text):
        return git("github:" + text)
    return REGISTRY


def is_vcs(text: str) -> bool:
    """True for a URL that pip fetches with a version control client."""
    return text.strip().lower().startswith(_VCS)


def _repository(text: str) -> str:
    return text.partition("?")[0].strip("/").removesuffix(".git")
