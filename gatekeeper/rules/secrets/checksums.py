# SPDX-License-Identifier: Apache-2.0
"""Checksums that providers put into their credentials, so that a made-up one is told offline."""

from __future__ import annotations

from zlib import crc32

BASE62 = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
BASE36 = b"0123456789abcdefghijklmnopqrstuvwxyz"
_BASE32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def in_base(number: int, alphabet: bytes, width: int) -> bytes:
    """``number`` written with the digits of ``alphabet``, filled to ``width`` with its zero."""
    digits = bytearray()
    while number:
        number, rest = divmod(number, len(alphabet))
        digits.append(alphabet[rest])
    return bytes(reversed(digits)).rjust(width, alphabet[:1])


def github(value: bytes) -> bool:
    """GitHub and npm: the last six characters are the CRC-32, in base 62, of those after the prefix.

    https://github.blog/engineering/behind-githubs-new-authentication-token-formats/
    """
    body = value[value.index(b"_") + 1 :]
    return in_base(crc32(body[:-6]), BASE62, 6) == body[-6:]


def refuted(value: bytes) -> bool:
    """True where ``value`` has the form of a credential with a checksum, and the wrong one: nobody issued it."""
    if value[:4] in (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"npm_") and len(value) == 40 and value[4:].isalnum():
        return not github(value)
    return value.startswith((b"glpat-", b"glrt-", b"glrtr-")) and value[-10:-9] == b"." and not gitlab(value)


def gitlab(value: bytes) -> bool:
    """GitLab's routable tokens: the last seven characters are the CRC-32, in base 36, of everything before.

    https://docs.gitlab.com/development/cells/routable_tokens/
    """
    return in_base(crc32(value[:-7]), BASE36, 7) == value[-7:]


def aws(value: bytes) -> bool:
    """AWS: the characters after the prefix are base 32, and since 2019 say which account the key belongs to.

    40 of the bits are the account's number, of 12 decimal digits; keys that begin with I or J are older.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
    """
    body = value[4:]
    if body[:1] in (b"I", b"J"):
        return True
    number = 0
    for byte in body[:10]:
        number = number << 5 | _BASE32.index(byte)
    return (number >> 9) & (1 << 40) - 1 < 10**12
