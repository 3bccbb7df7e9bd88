# SPDX-License-Identifier: Apache-2.0
"""Secrets: every engine gives the same findings, time grows with the text and no faster, and nothing shows a value."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Sequence
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.errors import TooLarge
from gatekeeper.rules.secrets import Scanner, catalogue
from gatekeeper.rules.secrets.finder import AdaptiveFinder, Anchor, Finder, HyperscanFinder, PlainFinder
from gatekeeper.rules.secrets.scene import Scene
from tests.unit.secret_values import chosen, context, drawn, of_kind, pem

KINDS = catalogue.kinds()
PLAIN = Scanner(PlainFinder)
ANCHORS = [anchor.literal for anchor in PLAIN.anchors]
SIGNS = [
    b"=",
    b" = ",
    b": ",
    b'"',
    b"'",
    b"`",
    b"\\",
    b"\\n",
    b"\n",
    b"\r\n",
    b" ",
    b"\t",
    b"(",
    b")",
    b"{",
    b"}",
    b"<",
    b">",
]
SIGNS += [
    b",",
    b".",
    b"-",
    b"_",
    b"/",
    b"@",
    b":",
    b"://",
    b"%41",
    b"\\x41",
    b"&",
    b"|",
    b"$",
    b"#",
    b"\0",
    b"\xff",
    b"\xc3\xa9",
]
VALUES = [chosen().encode(), drawn(20).encode(), drawn(40).encode(), base64.b64encode(chosen().encode() * 3), b"x" * 9]
pieces = st.one_of(st.sampled_from(ANCHORS), st.sampled_from(SIGNS), st.sampled_from(VALUES), st.binary(max_size=4))
texts = st.lists(pieces, max_size=40).map(b"".join)
paths = st.sampled_from([None, b"a.py", b"a.yaml", b"README.md", b"tests/a.py", b"yarn.lock", b".env"])


def others() -> list[Callable[[Sequence[Anchor]], Finder]]:
    pytest.importorskip("hyperscan")
    return [HyperscanFinder, lambda anchors: AdaptiveFinder(anchors, worth=1)]


@settings(max_examples=300)
@given(text=texts, path=paths)
def test_engines_agree_on_made_up_texts(text: bytes, path: bytes | None) -> None:
    found = PLAIN.scan(text, path)
    for other in OTHERS:
        assert other.scan(text, path) == found


OTHERS = [Scanner(finder) for finder in others()]


def test_engines_agree_on_an_example_of_every_kind() -> None:
    text = "".join(context(kind, of_kind(kind)) for kind in KINDS).encode() + pem().encode()
    found = PLAIN.scan(text)
    assert len({match.rule for match in found}) > 400
    for other in OTHERS:
        assert other.scan(text) == found


@given(found=st.lists(st.tuples(texts, paths), max_size=6))
def test_many_texts_at_once_are_as_one_by_one(found: list[tuple[bytes, bytes | None]]) -> None:
    scenes = [Scene(text, path) for text, path in found]
    assert PLAIN.scan_many(scenes) == [PLAIN.scan(text, path) for text, path in found]


@settings(max_examples=40)
@given(texts, texts)
def test_places_are_where_an_anchor_stands(before: bytes, after: bytes) -> None:
    text = before + b"PassWord" + after
    for finder in (PlainFinder(PLAIN.anchors), *(kind(PLAIN.anchors) for kind in others())):
        found = set(finder.find(text))
        for number, (literal, folds) in enumerate(PLAIN.anchors):
            where = text.lower() if folds else text
            assert {at for at, one in found if one == number} == _all(where, literal)


def _all(text: bytes, literal: bytes) -> set[int]:
    found = set()
    at = text.find(literal)
    while at >= 0:
        found.add(at)
        at = text.find(literal, at + 1)
    return found


@settings(max_examples=25)
@given(unit=st.lists(pieces, min_size=1, max_size=5).map(b"".join).filter(bool), path=paths)
def test_time_grows_no_faster_than_the_text(unit: bytes, path: bytes | None) -> None:
    """Beyond the reach of the widest look, four times the text may take four times as long, and some noise."""
    short = _seconds(unit * (24_000 // len(unit) + 1), path)
    long = _seconds(unit * (96_000 // len(unit) + 1), path)
    assert long < 4 * 3 * max(short, 0.02)


def _seconds(text: bytes, path: bytes | None) -> float:
    begin = process_time()
    PLAIN.scan(text, path)
    return process_time() - begin


def test_what_takes_too_long_blocks_with_a_reason() -> None:
    ticks = iter(range(10_000))
    slow = Scanner(PlainFinder, clock=lambda: float(next(ticks)), seconds=3)
    with pytest.raises(TooLarge, match="looking for credentials takes over 3 seconds"):
        slow.scan(b'password = "x"\n' * 20_000)


@given(texts)
def test_no_match_shows_its_value(text: bytes) -> None:
    for match in PLAIN.scan(text + f'\npassword = "{chosen(1)}"'.encode()):
        shown = repr(match) + str(match) + f"{match!r}"
        assert match.value.decode("latin-1") not in shown


@given(st.binary(max_size=300))
def test_any_bytes_can_be_scanned(content: bytes) -> None:
    for head in (b"", b"\x1f\x8b\x08", b"PK\x03\x04", b"\xff\xfe"):
        PLAIN.scan(head + content)


def test_a_stream_that_unpacks_to_itself_ends() -> None:
    inner = gzip.compress(f'password = "{chosen(2)}"'.encode())
    for _ in range(6):
        inner = gzip.compress(inner)
    assert not PLAIN.scan(base64.b64encode(inner))


def test_a_bomb_blocks_with_a_reason() -> None:
    bomb = base64.b64encode(gzip.compress(b"a" * (65 << 20), 9))
    with pytest.raises(TooLarge, match="unpacks to over 64 MiB"):
        PLAIN.scan(bomb)
