# SPDX-License-Identifier: Apache-2.0
"""Canonical JSON by the facts of RFC 8785, and a reader that accepts one meaning only."""

from __future__ import annotations

import struct

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import canonical


@pytest.mark.parametrize(
    ("bits", "text"),
    [
        # RFC 8785 appendix B, by their IEEE 754 bits.
        (0x0000000000000000, "0"),
        (0x8000000000000000, "0"),
        (0x0000000000000001, "5e-324"),
        (0x8000000000000001, "-5e-324"),
        (0x7FEFFFFFFFFFFFFF, "1.7976931348623157e+308"),
        (0xFFEFFFFFFFFFFFFF, "-1.7976931348623157e+308"),
        (0x4340000000000000, "9007199254740992"),
        (0xC340000000000000, "-9007199254740992"),
        (0x4430000000000000, "295147905179352830000"),
        (0x44B52D02C7E14AF5, "9.999999999999997e+22"),
        (0x44B52D02C7E14AF6, "1e+23"),
        (0x44B52D02C7E14AF7, "1.0000000000000001e+23"),
        (0x444B1AE4D6E2EF4E, "999999999999999700000"),
        (0x444B1AE4D6E2EF4F, "999999999999999900000"),
        (0x444B1AE4D6E2EF50, "1e+21"),
        (0x3EB0C6F7A0B5ED8C, "9.999999999999997e-7"),
        (0x3EB0C6F7A0B5ED8D, "0.000001"),
        (0x41B3DE4355555553, "333333333.3333332"),
        (0x41B3DE4355555554, "333333333.33333325"),
        (0x41B3DE4355555555, "333333333.3333333"),
        (0x41B3DE4355555556, "333333333.3333334"),
        (0x41B3DE4355555557, "333333333.33333343"),
        (0xBECBF647612F3696, "-0.0000033333333333333333"),
        (0x43143FF3C1CB0959, "1424953923781206.2"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(bits: int, text: str) -> None:
    (number,) = struct.unpack(">d", bits.to_bytes(8, "big"))
    assert canonical.number(number) == text


def test_the_example_of_the_rfc() -> None:
    # RFC 8785 sections 3.2.2 to 3.2.4.
    text = (
        '{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],'
        '"string":"\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/","literals":[null,true,false]}'
    )
    wanted = (
        '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    )
    assert canonical.dumps(canonical.loads(text.encode())) == wanted.encode()


def test_keys_are_sorted_by_utf16_code_units() -> None:
    # RFC 8785 section 3.2.3: the emoji, a surrogate pair, comes before U+FB33.
    keys = ["\u20ac", "\r", "\ufb33", "1", "\U0001f600", "\x80", "\xf6"]
    written = canonical.dumps(dict.fromkeys(keys, 0)).decode()
    assert written == '{"\\r":0,"1":0,"\x80":0,"\xf6":0,"\u20ac":0,"\U0001f600":0,"\ufb33":0}'


def test_control_characters_are_escaped_in_lower_case_and_del_is_not() -> None:
    assert canonical.dumps("\x00\x08\x09\x0a\x0b\x0c\x0d\x1f\x7f\u2028/") == (
        b'"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f\x7f\xe2\x80\xa8/"'
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b'{"a":1,"a":1}', "JSON object has a key twice"),
        (b'{"a":1,"\\u0061":2}', "JSON object has a key twice"),
        (b"NaN", "JSON has no NaN"),
        (b"[-Infinity]", "JSON has no -Infinity"),
        (b"1e999", "JSON has no NaN and no infinity"),
        (b'"\\ud800"', "JSON text holds half of a surrogate pair"),
        (b'{"\\udc00":1}', "JSON text holds half of a surrogate pair"),
        (b"[" * 60_000, "JSON is nested too deeply"),
        (b"[" * 66 + b"]" * 66, "JSON is nested too deeply"),
        (b'{"a":' * 66 + b"1" + b"}" * 66, "JSON is nested too deeply"),
        (b"9007199254740992", "JSON integer beyond 2^53-1"),
        (b"1" * 5_000, "not JSON in UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON in UTF-8"),
        (b'"\xed\xa0\x80"', "not JSON in UTF-8"),
        (b'"\xff"', "not JSON in UTF-8"),
        ('"a"'.encode("utf-16"), "not JSON in UTF-8"),
        (b'"a\nb"', "not JSON in UTF-8"),
        (b"{} {}", "not JSON in UTF-8"),
        (b"{'a':1}", "not JSON in UTF-8"),
        (b"01", "not JSON in UTF-8"),
        (b"", "not JSON in UTF-8"),
        (b" " * 5_000_000, "JSON of 5000000 bytes; accepted are 4194304"),
    ],
)
def test_what_has_no_single_meaning_is_refused(text: bytes, reason: str) -> None:
    with pytest.raises(SignatureInvalid) as caught:
        canonical.loads(text)
    assert str(caught.value) == reason


@pytest.mark.parametrize(
    "text", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1}\n', b"1.0", b"-0", b"1E3", b'"\\u0061"', b'"\\/"']
)
def test_a_second_way_to_write_a_value_is_not_canonical(text: bytes) -> None:
    canonical.loads(text)
    with pytest.raises(SignatureInvalid, match="canonical form"):
        canonical.loads_canonical(text)


@pytest.mark.parametrize("value", [{1: 2}, {b"a": 1}, b"bytes", {1, 2}, object(), [object()]])
def test_what_is_not_json_is_a_type_error(value: object) -> None:
    with pytest.raises(TypeError):
        canonical.dumps(value)


def test_integers_reach_as_far_as_a_double_is_exact() -> None:
    assert canonical.dumps([2**53 - 1, 1 - 2**53, True, (1,)]) == b"[9007199254740991,-9007199254740991,true,[1]]"
    assert canonical.dumps([1e21, 0.5]) == b"[1e+21,0.5]"
    for beyond in (-(2**53), 2**53, 2.0**53, -9e20, 10**22):
        with pytest.raises(SignatureInvalid, match=r"JSON integer beyond 2\^53-1"):
            canonical.dumps(beyond)
