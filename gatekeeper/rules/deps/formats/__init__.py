# SPDX-License-Identifier: Apache-2.0
"""Which files speak of dependencies, and which module reads each.

A new format is one module beside this one with ``parse`` (see ``interface.Parser``), and one line in a table here.
The tables are all that an ordinary commit pays for: parsers are imported when such a file changed.
"""

from __future__ import annotations

import re

from gatekeeper.rules.deps.formats.interface import Parser

_NAMES: dict[bytes, str] = {
    b"cargo.lock": "cargo",
    b"cargo.toml": "cargo",
    b"bun.lock": "bun_lock",
    b"bun.lockb": "binary",
    b"composer.json": "composer",
    b"composer.lock": "composer",
    b"go.mod": "go_mod",
    b"go.sum": "go_sum",
    b"go.work": "go_mod",
    b"go.work.sum": "go_sum",
    b"npm-shrinkwrap.json": "npm_lock",
    b"package-lock.json": "npm_lock",
    b"package.json": "package_json",
    b"pdm.lock": "pdm_lock",
    b"pipfile": "pipfile",
    b"pipfile.lock": "pipfile",
    b"pnpm-lock.yaml": "pnpm_lock",
    b"poetry.lock": "poetry_lock",
    b"pylock.toml": "pylock",
    b"pyproject.toml": "pyproject",
    b"uv.lock": "uv_lock",
    b"yarn.lock": "yarn_v1",
}
"""Lower-case base name to module."""

_PIP = (
    (r"(?:^|/)[^/]*(?:requirement|constraint)[^/]*$", "requirements"),
    (r"(?:^|/)(?:requirement|constraint)s?/", "requirements"),
)
_SHAPES: dict[bytes, tuple[tuple[str, str], ...]] = {
    b"txt": _PIP,
    b"in": _PIP,
    b"pip": _PIP,
    b"toml": ((r"(?:^|/)pylock\.[^/.]+\.toml$", "pylock"),),
}
"""Lower-case file extension to (pattern searched in the lower-case path, module) pairs."""


def format_of(path: bytes) -> str | None:
    """The module that reads ``path``, by name alone; None for a file that is no dependency file."""
    name = path[path.rfind(b"/") + 1 :].lower()
    found = _NAMES.get(name)
    if found is not None:
        return found
    if not name.isascii() or name[-1:] in b". ":
        folded = _plain(name)
        return None if folded == name else format_of(folded)
    shapes = _SHAPES.get(name[name.rfind(b".") + 1 :])
    if shapes is None:
        return None
    text = path.lower().decode("utf-8", "surrogateescape")
    return next((module for pattern, module in shapes if re.search(pattern, text)), None)


def parser(module: str) -> Parser:
    """The parser of a format that :func:`format_of` named."""
    from importlib import import_module

    parse: Parser = import_module(f"{__name__}.{module}").parse
    return parse


def _plain(name: bytes) -> bytes:
    """The name that a file system which folds normal forms, or drops trailing dots and blanks, would give it."""
    import unicodedata

    text = unicodedata.normalize("NFKC", name.decode("utf-8", "surrogateescape")).rstrip(". ")
    return text.lower().encode("utf-8", "surrogateescape")
