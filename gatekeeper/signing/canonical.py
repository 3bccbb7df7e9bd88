# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON (RFC 8785): one value, one sequence of bytes; and a reader that accepts no second meaning."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from gatekeeper.errors import SignatureInvalid

if TYPE_CHECKING:
    from json import JSONDecoder

MAX_DEPTH = 64
MAX_BYTES = 4 * 1024 * 1024
_MAX_INTEGER = 2**53 - 1
_INFINITY = float("inf")


def dumps(value: object) -> bytes:
    """``value`` (dict, list or tuple, str, int, float, bool, None) as canonical JSON in UTF-8.

    Raises :class:`SignatureInvalid` for what has no canonical form: an integer beyond 2^53-1, NaN or infinity, a lone
    surrogate, more than :data:`MAX_DEPTH` levels. :class:`TypeError` for anything that is not JSON.
    """
    from json.encoder import encode_basestring

    try:
        return _text(value, encode_basestring, MAX_DEPTH).encode()
    except UnicodeEncodeError:
        raise SignatureInvalid("JSON text holds half of a surrogate pair") from None


def loads(data: bytes, limit: int = MAX_BYTES) -> Any:
    """The value of a JSON text in UTF-8, canonical or not.

    Raises :class:`SignatureInvalid` for what two readers could take for two things: a duplicate key, NaN, a byte order
    mark; for all that :func:`dumps` refuses; and for more than ``limit`` bytes.
    """
    value = _decode(data, limit)
    dumps(value)
    return value


def loads_canonical(data: bytes, limit: int = MAX_BYTES) -> Any:
    """As :func:`loads`, and ``data`` must be the canonical form of its value to the last byte."""
    value = _decode(data, limit)
    if dumps(value) != data:
        raise SignatureInvalid("JSON is not in its canonical form (RFC 8785)")
    return value


def _decode(data: bytes, limit: int) -> Any:
    if len(data) > limit:
        raise SignatureInvalid(f"JSON of {len(data)} bytes; accepted are {limit}")
    try:
        return _decoder().decode(data.decode())
    except RecursionError:
        raise SignatureInvalid("JSON is nested too deeply") from None
    except ValueError:
        raise SignatureInvalid("not JSON in UTF-8") from None


@functools.cache
def _decoder() -> JSONDecoder:
    from json import JSONDecoder

    return JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise SignatureInvalid("JSON object has a key twice")
    return value


def _constant(name: str) -> object:
    raise SignatureInvalid(f"JSON has no {name}")


def _text(value: object, quote: Callable[[str], str], depth: int) -> str:
    kind = type(value)
    if kind is str:
        return quote(value)  # type: ignore[arg-type]
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if isinstance(value, int | float):
        # From 1e21 on a number is written with an exponent, which a reader takes for a double and not for an integer.
        if abs(value) > _MAX_INTEGER and (isinstance(value, int) or abs(value) < 1e21):
            raise SignatureInvalid("JSON integer beyond 2^53-1")
        return str(int(value)) if isinstance(value, int) else number(value)
    if not depth:
        raise SignatureInvalid("JSON is nested too deeply")
    if isinstance(value, dict):
        fields = sorted(value.items(), key=_utf16)
        return "{" + ",".join([f"{quote(key)}:{_text(item, quote, depth - 1)}" for key, item in fields]) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join([_text(item, quote, depth - 1) for item in value]) + "]"
    raise TypeError(f"{kind.__name__} is not JSON")


def _utf16(field: tuple[str, object]) -> bytes:
    """Keys are sorted by UTF-16 code units (RFC 8785 section 3.2.3), which is not the order of code points."""
    return str.encode(field[0], "utf-16-be")


def number(value: float) -> str:
    """``value`` as ECMAScript's Number::toString writes it (ECMA-262 section 6.1.6.1.20)."""
    if value != value or abs(value) == _INFINITY:
        raise SignatureInvalid("JSON has no NaN and no infinity")
    if value == 0:
        return "0"
    # repr() gives the shortest digits that read back as the same double, as ECMAScript does; only the form differs.
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    sign = "-" if value < 0 else ""
    if 0 < point <= 21:
        return sign + digits[:point].ljust(point, "0") + ("." + digits[point:] if len(digits) > point else "")
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    rest = "." + digits[1:] if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{rest}e{point - 1:+d}"
