# SPDX-License-Identifier: Apache-2.0
"""Heads of requests that have one meaning, and bodies of one length."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.run.network.head import CHUNKED, BadRequest, Head, Stream, body, parse, read


def sent(data: bytes) -> Stream:
    """A stream of someone who sent ``data`` and nothing more."""
    ours, theirs = socket.socketpair()
    theirs.sendall(data)
    theirs.close()
    return Stream(ours)


def test_a_head_is_read_and_what_follows_stays() -> None:
    stream = sent(b"POST http://a.example/ HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\nabcGET")
    head = read(stream)
    assert head == Head("POST", b"http://a.example/", 1, ((b"host", b"a.example"), (b"content-length", b"3")), 3)
    assert b"".join(body(stream, 3)) == b"abc"
    assert stream.ahead == b"GET"


def test_nothing_is_no_request() -> None:
    assert read(sent(b"")) is None


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GET / HTTP/2.0",
        b"GET  / HTTP/1.1",
        b"get / HTTP/1.1",
        b"GET / HTTP/1.1 ",
        b"GET /\0 HTTP/1.1",
        b"GET / \xff HTTP/1.1",
        b"GET / HTTP/1.1\nHost: a.example",
        b"GET / HTTP/1.1\r\nHost : a.example",
        b"GET / HTTP/1.1\r\n Host: a.example",
        b"GET / HTTP/1.1\r\nHost: a\r\n folded",
        b"GET / HTTP/1.1\r\nHost: a\rb",
        b"GET / HTTP/1.1\r\nHost: a\nX: b",
        b"GET / HTTP/1.1\r\nHost: a\0b",
        b"GET / HTTP/1.1\r\nNo colon",
        b"GET / HTTP/1.1\r\n: empty",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1",
        b"POST / HTTP/1.1\r\nContent-Length: 1, 1",
        b"POST / HTTP/1.1\r\nContent-Length: +1",
        b"POST / HTTP/1.1\r\nContent-Length: 0x1",
        b"POST / HTTP/1.1\r\nContent-Length: 01",
        b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
        b"POST / HTTP/1.1\r\nTransfer-Encoding: xchunked",
        b"POST / HTTP/1.0\r\nTransfer-Encoding: chunked",
        b"GET / HTTP/1.1" + b"\r\nX: y" * 201,
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(raw: bytes) -> None:
    with pytest.raises(BadRequest):
        parse(raw)


def test_a_head_without_end_is_refused() -> None:
    with pytest.raises(BadRequest, match="longer"):
        read(sent(b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20000))
    with pytest.raises(BadRequest, match="middle"):
        read(sent(b"GET / HTTP/1.1\r\nHost:"))


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=8))
def test_chunks_give_their_content(pieces: list[bytes]) -> None:
    raw = b"".join(b"%X\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\nrest"
    stream = sent(raw)
    assert b"".join(body(stream, CHUNKED)) == b"".join(pieces)
    assert stream.ahead == b"rest"


@pytest.mark.parametrize(
    "raw",
    [
        b"3\r\nabc",
        b"3\r\nabcd\r\n0\r\n\r\n",
        b"3;x=y\r\nabc\r\n0\r\n\r\n",
        b"0x3\r\nabc\r\n0\r\n\r\n",
        b"-1\r\n\r\n",
        b"\r\n",
        b"3\nabc\n0\n\n",
        b"0\r\nTrailer: x\r\n\r\n",
        b"f" * 20 + b"\r\n",
        b"1" * 200,
    ],
)
def test_chunks_that_are_not_plain_are_refused(raw: bytes) -> None:
    with pytest.raises(BadRequest):
        list(body(sent(raw), CHUNKED))


def test_a_body_that_ends_early_is_refused() -> None:
    with pytest.raises(BadRequest, match="early"):
        list(body(sent(b"ab"), 3))
