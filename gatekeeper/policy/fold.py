# SPDX-License-Identifier: Apache-2.0
"""One name for all the spellings that some file system takes for the same path.

Case and Unicode normal forms (APFS, HFS+, NTFS), the code points that HFS+ ignores, trailing dots and
spaces and alternate streams (NTFS, Win32), backslashes, and the NTFS short names of git's own files.
The lists are those that git itself refuses by: ``utf8.c`` and ``path.c`` of git.
"""

from __future__ import annotations

_IGNORED_BY_HFS = dict.fromkeys([*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF])
_SHORT_NAMES = {
    "gitmod": ".gitmodules",
    "gi7eba": ".gitmodules",
    "gitatt": ".gitattributes",
    "gi7d29": ".gitattributes",
    "gitign": ".gitignore",
    "gi250a": ".gitignore",
    "mailma": ".mailmap",
    "maba30": ".mailmap",
    "github": ".github",
    "gitlab": ".gitlab",
    "gateke": ".gatekeeper",
    "git": ".git",
}
_ROUNDS = 8


def fold(path: bytes) -> bytes:
    """The common spelling of ``path``; bytes that are not UTF-8 are kept as they are. Idempotent."""
    for _ in range(_ROUNDS):
        folded = _fold_text(path.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
        # Removing a code point can join stray bytes into a new one, which then folds in its turn.
        if folded == path:
            break
        path = folded
    return path


def fold_characters(text: str) -> str:
    """Case, normal form and ignored code points alone, for part of a name."""
    if text.isascii():
        return text.lower()
    import unicodedata

    text = text.translate(_IGNORED_BY_HFS)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _fold_text(text: str) -> str:
    text = fold_characters(text)
    if "\\" in text:
        text = text.replace("\\", "/")
    if not _needs_components(text):
        return text
    return "/".join(name for name in map(_fold_name, text.split("/")) if name)


def _needs_components(text: str) -> bool:
    return (
        ":" in text
        or "~" in text
        or "./" in text
        or " /" in text
        or "//" in text
        or text.startswith("/")
        or text.endswith((".", " ", "/"))
    )


def _fold_name(name: str) -> str:
    stream = name.find(":", 1)
    if stream > 0:
        name = name[:stream]
    name = name.rstrip(". ")
    stem, tilde, number = name.partition("~")
    if tilde and number.isdecimal() and number.isascii():
        return _SHORT_NAMES.get(stem, name)
    return name
