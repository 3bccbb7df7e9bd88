# SPDX-License-Identifier: Apache-2.0
"""The server name of a TLS hello, in one piece and in many, and everything that is none."""

from __future__ import annotations

import ssl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.run.network.clienthello import (
    APPLICATION_DATA,
    CHANGE_CIPHER_SPEC,
    RETRY,
    Hello,
    NotAHello,
    asks_again,
    parse,
)


def hello(name: str | None = "api.example.org", minimum: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> bytes:
    """What this machine's TLS library says first."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.minimum_version = minimum
    into, out = ssl.MemoryBIO(), ssl.MemoryBIO()
    connection = context.wrap_bio(into, out, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        connection.do_handshake()
    return out.read()


def record(content: bytes, kind: int = 22) -> bytes:
    return bytes([kind, 3, 1]) + len(content).to_bytes(2) + content


def extension(kind: int, content: bytes) -> bytes:
    return kind.to_bytes(2) + len(content).to_bytes(2) + content


def made(*extensions: bytes) -> bytes:
    """A small hello with these extensions."""
    every = b"".join(extensions)
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\0\x02\x13\x01" + b"\x01\0" + len(every).to_bytes(2) + every
    return record(b"\x01" + len(body).to_bytes(3) + body)


def name(text: bytes, kind: int = 0) -> bytes:
    entry = bytes([kind]) + len(text).to_bytes(2) + text
    return extension(0, len(entry).to_bytes(2) + entry)


def test_a_real_hello_names_its_server() -> None:
    found = parse(hello("API.example.org"))
    assert found is not None
    assert found.server_name == "api.example.org"
    assert found.encrypted is False


def test_a_hello_without_a_name_has_none() -> None:
    assert parse(hello(None)) == Hello(None, False)


@given(st.lists(st.integers(1, 400), min_size=1, max_size=60))
def test_fragments_are_put_together(sizes: list[int]) -> None:
    content, pieces = hello()[5:], b""
    for size in sizes:
        if content:
            pieces += record(content[:size])
            content = content[size:]
    pieces += record(content) if content else b""
    found = parse(pieces)
    assert found is not None
    assert found.server_name == "api.example.org"


def test_every_beginning_of_a_hello_waits_for_more() -> None:
    whole = hello()
    assert all(parse(whole[:size]) is None for size in range(len(whole)))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"GET / HTTP/1.1\r\n", "not TLS"),
        (b"\x80\x2e\x01\x03\x01", "not TLS"),
        (record(b"\x02\0\0\x01\0"), "another message"),
        (record(b"\x01\0\0\x01\0"), "cut short"),
        (b"\x16\x03\x01\0\0\x01", "impossible size"),
        (b"\x16\x03\x01\xff\xff\x01", "impossible size"),
        (record(hello()[5:] + b"\x01\0\0\0"), "behind it"),
        (record(hello()[5:30]) + record(b"x", 23), "mixed"),
        (record(b"\x01", 20) + hello(), "mixed"),
        (made(name(b"a.example"), name(b"b.example")), "twice"),
        (made(name(b"a.example", kind=1)), "none"),
        (made(name(b"")), "none"),
        (made(name("ä.example".encode())), "none"),
        (made(extension(0, name(b"a.example")[4:] + b"\0")), "none"),
        (b"".join(record(bytes([byte])) for byte in b"\x01\0\xff\0" + bytes(80)), "too"),
        (record(b"\x01\xff\xff\xff" + bytes(16000)) * 6, "too"),
    ],
    ids=range(16),  # a hello holds random bytes, and names of tests must not
)
def test_what_is_no_hello_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(NotAHello, match=why):
        parse(data)


def test_an_encrypted_hello_is_noticed() -> None:
    found = parse(made(name(b"front.example"), extension(0xFE0D, b"\0" * 40)))
    assert found == Hello("front.example", True)


def test_before_a_second_hello_there_may_be_other_records() -> None:
    before = (CHANGE_CIPHER_SPEC, APPLICATION_DATA)
    found = parse(record(b"\x01", CHANGE_CIPHER_SPEC) + record(b"early", APPLICATION_DATA) + hello(), before)
    assert found is not None
    assert found.server_name == "api.example.org"


def test_a_request_for_a_second_hello_is_known() -> None:
    assert asks_again(record(b"\x02\0\0\x26\x03\x03" + RETRY + b"\0"))
    assert not asks_again(record(b"\x02\0\0\x26\x03\x03" + bytes(32) + b"\0"))
    assert not asks_again(b"\x15\x03\x03\0\x02\x02\x28")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_hello_or_refused_or_too_few(data: bytes) -> None:
    for attempt in (data, record(data) if data else b"", b"\x16\x03\x01" + data):
        try:
            found = parse(attempt)
        except NotAHello:
            continue
        assert found is None or isinstance(found, Hello)
