# SPDX-License-Identifier: Apache-2.0
"""Is this value one that somebody uses, or one that somebody wrote to show where a value goes?"""

from __future__ import annotations

import re
from binascii import Error, a2b_base64
from functools import cache
from math import log2
from typing import TYPE_CHECKING

from gatekeeper.rules.secrets.vocabulary import EVERYDAY, STOP
from gatekeeper.rules.secrets.words import surprise

if TYPE_CHECKING:
    from gatekeeper.rules.secrets.names import Sort

_SAMPLE = 160
"""Bytes that tell a drawn value from words, however long it is."""


@cache
def _stand_in() -> re.Pattern[bytes]:
    return re.compile(
        rb"[xX]{4}|\*{3}|\.{3}|#{4}|_{6}|-{6}|0{8}|([^0-9])\1{7}"
        rb"|(?i:example|your[-_. ]?|placeholder|change[-_]?me|replace[-_]?(?:me|with)|redacted|dummy|insert[-_])"
    )


@cache
def _template() -> re.Pattern[bytes]:
    """Marks of a template or a variable, which nobody draws by chance."""
    return re.compile(
        rb"[$#%@]\{|\{\{|\}\}|<%|%>|\$\(\w|%\(\w+\)|\{[A-Za-z_]\w{0,40}\}|\$[A-Za-z_]\w*\Z|<[A-Za-z][^>]*>\Z|\[[A-Za-z][^\]]*\]\Z"
        rb"|__\w+__\Z|\A![A-Za-z]+\Z|\{[^{}]*\}\Z|(?i:getenv|process\.env|os\.environ|\bsecrets\.|vault[:/]|ssm:|arn:|enc\[|file:|data:)|://"
    )


@cache
def _reference() -> re.Pattern[bytes]:
    """Marks of an expression, a path, a pattern or a sum: a short value with one of these is no credential."""
    return re.compile(
        rb"\$\(|%\(|\$\[|%[sdrvq]\b|\$[A-Z_]{3}|%\w+%\Z|\w\(|\)\Z|(?i:\benv[.\[:]|environ|\blambda\b)"
        rb"|(?:\.{0,2}|~)/[\w.-]+(?:/|\Z)|[A-Za-z]:\\|\\[wdsSWD]|\.\*|\(\?|\[\^|\^.*\$\Z|::|->|=>|==.|&&|\|\||!="
        rb"|\A[=:,;|&]|\A[A-Za-z_][\w.-]*=(?!=?\Z)|\A\.?\$"
        rb"|\A\$(?:[0-9][a-z]?|argon2\w*|scrypt|pbkdf2|apr1|y)\$|\A\{[A-Z0-9-]{3,12}\}|\Apbkdf2_|\Asha(?:256|512|1)\$"
    )


def _is_ordinary(value: bytes) -> bool:
    return _ordinary().match(value) is not None and not (len(value) >= 30 and _rate(value) >= 5.3)


@cache
def _ordinary() -> re.Pattern[bytes]:
    """Values with a form of their own that is no credential's."""
    return re.compile(
        rb"(?i)[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\Z|#?[0-9a-f]{6}\Z|v?\d+(?:\.\d+)+\S{0,12}\Z|\d{4}-\d\d-\d\d|[\w-]+/[\w.+-]+\Z(?<!=)"
        rb"|[a-z_][\w-]*(?:\.[a-z_][\w-]*){1,6}\Z|--?[a-z]|\d+(?:px|em|ms|s|m|h|d|kb|mb|gb)?\Z|0x[0-9a-f]{1,8}\Z"
    )


@cache
def _segments() -> re.Pattern[bytes]:
    return re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def entropy(value: bytes) -> float:
    """Shannon entropy of the bytes of ``value``, in bits a byte; 0 for an empty one."""
    size = len(value)
    counts = [value.count(byte) for byte in set(value)]
    return -sum(count / size * log2(count / size) for count in counts)


def stands_in(value: bytes) -> bool:
    """True where a value with a provider's own mark was written to be replaced: ``ghp_xxxx``, ``sk-your-key``."""
    return _stand_in().search(value) is not None


def refers(value: bytes) -> bool:
    """True where ``value`` is no value but names where one comes from."""
    if _template().search(value):
        return True
    return _reference().search(value) is not None and not (len(value) >= 30 and _rate(value) >= 5.3)


def plausible(value: bytes, sort: Sort) -> bool:
    """True where ``value``, given to a name of that ``sort``, can be a credential in use."""
    if len(value) < (4 if sort == "password" else 8) or refers(value) or stands_in(value) or _is_ordinary(value):
        return False
    if sort == "password":
        return chosen(value)
    if everyday(value):
        return False
    if _counting().search(value):
        return False
    return drawn(value, sort) or (sort == "secret" and _is_own(value))


def _is_own(value: bytes) -> bool:
    """True for a secret that a person chose; ``area-2`` and ``db_secret_1`` are names of things."""
    return chosen(value) and value.translate(None, b"0123456789") != value and not _joined().search(value)


@cache
def _joined() -> re.Pattern[bytes]:
    return re.compile(rb"[A-Za-z0-9][-_.:/][A-Za-z0-9]|:\Z")


@cache
def _counting() -> re.Pattern[bytes]:
    """Runs of a keyboard or an alphabet."""
    return re.compile(rb"(?i)abcdefg|1234567|qwertyu|7654321|0123456")


def everyday(value: bytes) -> bool:
    """True for words that name or stand for a credential rather than being one: ``my-secret``, ``newPassword``."""
    plain = unquoted(value)
    words = _words(plain)
    common = all(word.decode() in STOP or (len(word) == 1 and len(words) < 3) for word in words)
    return common and not _mixed(plain, words)


def unquoted(value: bytes) -> bytes:
    """``value`` without percent-encoding (RFC 3986, section 2.1)."""
    if b"%" not in value:
        return value
    return _percent().sub(lambda found: bytes([int(found[1], 16)]), value)


@cache
def _percent() -> re.Pattern[bytes]:
    return re.compile(rb"%([0-9A-Fa-f]{2})")


def _words(value: bytes) -> list[bytes]:
    return [word.lower() for word in _segments().findall(value)]


def _mixed(value: bytes, words: list[bytes]) -> bool:
    """True for letters and digits so mixed that single letters are what is left of words."""
    return sum(map(len, words)) * 3 < len(value) * 2 and len(value) > 5


def chosen(value: bytes) -> bool:
    """True where a person may have chosen ``value`` as a password."""
    value = unquoted(value)
    if b" " in value.strip() or not value.isascii():
        return False
    letters = sum(map(len, _words(value)))
    digits = sum(48 <= byte <= 57 for byte in value)
    special = sum(byte in b"!@#$%^&*?+=~" for byte in value.rstrip(b"!?:.,;"))
    if digits and letters:
        return not (_counted(value) or _rules().search(value))
    if everyday(value):
        return False
    if special and letters >= 3:
        return True
    if digits and not letters:
        return False
    return len(value) >= 8 and _rate(value) >= 5.0


def _is_plain_number(value: bytes) -> bool:
    """True for a UUID, for hexadecimal, and for base64 of text: what people put where any value will do."""
    if _uuid().match(value) or _hex().match(value):
        return True
    try:
        return a2b_base64(value, strict_mode=True).isascii()
    except Error:
        return False


def is_plain_word(value: bytes) -> bool:
    """True for one word that is no part of the language of programs and forms: ``sunshine``."""
    if not 6 <= len(value) <= 24 or _placeholder_pair().match(value) or stands_in(value):
        return False
    return _one_word().match(value) is not None and not everyday(value)


@cache
def _one_word() -> re.Pattern[bytes]:
    return re.compile(rb"(?:[A-Z]?[a-z]+|[A-Z]+)\Z")


@cache
def _placeholder_pair() -> re.Pattern[bytes]:
    """``password``, ``testpass``, ``mySecret``, ``user_password``."""
    return re.compile(
        rb"(?i)(?:test|my|your|our|user|some|the|new|old|fake|dummy|foo|bar|sample|example|demo|default|invalid|wrong|bad"
        rb"|good|another|other|first|second|correct|super|admin|root|db|a|basic|simple|strong|secure|plain|local)?[-_]?"
        rb"(?:pass(?:word|wd|phrase|code)?|pwd|pw|secret|token|key)[-_]?\Z"
    )


@cache
def _rules() -> re.Pattern[bytes]:
    """Validation rules: ``required|min:8``."""
    return re.compile(rb"(?i)required|\|(?:min|max|string|confirmed)|\b(?:min|max|length|size):\d")


def _counted(value: bytes) -> bool:
    """True for words of everyday use with a number: ``utf8``, ``test123``, ``my-password-1``."""
    bare = value.rstrip(b"0123456789").rstrip(b"-_.")
    if len(value) - len(bare) < 2 and _placeholder_pair().match(bare):
        return True
    if not bare or bare.translate(None, _WORDLIKE):
        return False
    words = _words(bare)
    return all(word.decode() in (EVERYDAY if len(words) == 1 else STOP) for word in words)


_WORDLIKE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_."


def drawn(value: bytes, sort: Sort) -> bool:
    """True where a generator may have drawn ``value``, given to a name of that ``sort``."""
    if _uuid().match(value):
        return entropy(value) > 3.2
    if sort == "key" and _key_id().match(value):
        return False
    least, rate = (32.0, 4.2) if sort == "secret" else (40.0, 4.5)
    return _opaque(value, least, rate)


def certainly_drawn(value: bytes) -> bool:
    """True where nobody can have made ``value`` up, even to fill a test or an example."""
    return _opaque(unquoted(value), 60.0, 5.0) and not _is_plain_number(value)


def opaque(value: bytes) -> bool:
    """True where ``value`` is no word or name: enough for a place that holds nothing but credentials."""
    return bool(_uuid().match(value)) or _opaque(unquoted(value), 36.0, 3.9)


def _opaque(value: bytes, least: float, rate: float) -> bool:
    size = len(value)
    if b" " in value or b"," in value or not value.isascii() or value.isdigit():
        return False
    bits = _rate(value)
    if _hex().match(value):
        return size >= 16 and len(set(value.lower())) >= 7 and bits >= 2.8
    if not any(48 <= byte <= 57 for byte in value):
        least, rate = least * 1.5, max(rate + 0.3, 5.0)
    return bits * size >= least and bits >= rate


def _rate(value: bytes) -> float:
    """Bits a byte that the beginning of ``value`` costs."""
    sample = value[:_SAMPLE]
    return surprise(sample) / len(sample)


@cache
def _uuid() -> re.Pattern[bytes]:
    return re.compile(rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@cache
def _key_id() -> re.Pattern[bytes]:
    """OpenPGP key ids and fingerprints (RFC 4880, section 12.2)."""
    return re.compile(rb"(?:0x)?(?:[0-9A-F]{8}|[0-9A-F]{16}|[0-9A-F]{40})\Z")


@cache
def _hex() -> re.Pattern[bytes]:
    return re.compile(rb"[0-9a-fA-F]+\Z")
