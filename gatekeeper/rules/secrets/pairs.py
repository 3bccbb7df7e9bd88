# SPDX-License-Identifier: Apache-2.0
"""``user:password`` written out or as base64: ``curl -u``, HTTP Basic, registry logins."""

from __future__ import annotations

from binascii import Error, a2b_base64

from gatekeeper.rules.secrets.judge import plausible, refers, stands_in
from gatekeeper.rules.secrets.words import words_of

_EXAMPLES = frozenset(
    words_of(
        "user username name login email pass password passwd pwd secret token key test foo bar baz xxx yyy me you admin"
    )
)


def decoded_pair(value: bytes) -> tuple[bytes, bytes] | None:
    """User and password of a base64 ``user:password``; None where ``value`` is none."""
    try:
        plain = a2b_base64(value + b"=" * (-len(value) % 4), strict_mode=True)
    except Error:
        return None
    user, colon, password = plain.partition(b":")
    if not colon or not plain.isascii() or not plain.decode().isprintable():
        return None
    return user, password


def plain_text(value: bytes) -> bytes:
    """What base64 ``value`` says; ``value`` itself where it is none."""
    try:
        return a2b_base64(value, strict_mode=True)
    except Error:
        return value


def pair_in_use(user: bytes, password: bytes) -> bool:
    """True where one of the two can be a credential: the password, or a key that stands in the user's place."""
    return password_in_use(password) or plausible(user, "secret")


def password_in_use(password: bytes) -> bool:
    """True where the second half alone can be a credential."""
    if password.lower().decode("ascii", "replace") in _EXAMPLES or refers(password) or stands_in(password):
        return False
    return plausible(password.replace(b"@", b"#"), "password")
