# SPDX-License-Identifier: Apache-2.0
"""Files inside files: gzip (RFC 1952), zip, tar. What is over a cap is refused, never read in part."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.errors import TooLarge

UNPACKED = 64 << 20
"""Bytes that all members of one archive may have together."""
MEMBERS = 10_000
_STEP = 1 << 20


def members(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(name, content) of every regular file of an archive; nothing where ``content`` is none that can be read.

    Raises TooLarge over :data:`UNPACKED` or :data:`MEMBERS`.
    """
    if content.startswith(b"\x1f\x8b"):
        inner = gunzip(content)
        if inner is not None:
            yield from members(inner) if inner[257:262] == b"ustar" else iter([(b"", inner)])
    elif content.startswith(b"PK\x03\x04"):
        yield from _zip(content)
    elif content[257:262] == b"ustar":
        yield from _tar(content)


def is_archive(content: bytes) -> bool:
    return content.startswith((b"\x1f\x8b", b"PK\x03\x04")) or content[257:262] == b"ustar"


def gunzip(content: bytes, cap: int = UNPACKED) -> bytes | None:
    """What a gzip stream holds (its first member); None where it is damaged. Raises TooLarge over ``cap`` bytes."""
    import zlib

    stream = zlib.decompressobj(wbits=31)
    try:
        plain = stream.decompress(content, cap + 1)
    except zlib.error:
        return None
    if len(plain) > cap:
        raise _too_large("gzip stream", cap)
    return plain


def _zip(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    import zipfile
    import zlib
    from io import BytesIO

    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            if len(entries) > MEMBERS:
                raise TooLarge(f"a zip archive has over {MEMBERS} members", _NEXT)
            left = UNPACKED
            for entry in entries:
                if entry.flag_bits & 1:
                    continue
                with archive.open(entry) as member:
                    plain = member.read(left + 1)
                left -= len(plain)
                if left < 0:
                    raise _too_large("zip archive", UNPACKED)
                yield entry.filename.encode("utf-8", "surrogateescape"), plain
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError, UnicodeError):
        return


def _tar(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    import tarfile
    from io import BytesIO

    left = UNPACKED
    try:
        with tarfile.open(fileobj=BytesIO(content), mode="r:") as archive:
            for number, entry in enumerate(archive):
                if number >= MEMBERS:
                    raise TooLarge(f"a tar archive has over {MEMBERS} members", _NEXT)
                if not entry.isreg():
                    continue
                left -= entry.size
                if left < 0:
                    raise _too_large("tar archive", UNPACKED)
                member = archive.extractfile(entry)
                yield entry.name.encode("utf-8", "surrogateescape"), member.read() if member else b""
    except (tarfile.TarError, EOFError, ValueError, OSError, UnicodeError):
        return


_NEXT = "unpack it, or keep it out of git (git lfs)"


def _too_large(what: str, cap: int) -> TooLarge:
    return TooLarge(f"a {what} unpacks to over {cap >> 20} MiB", _NEXT)
