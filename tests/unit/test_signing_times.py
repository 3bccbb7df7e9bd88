# SPDX-License-Identifier: Apache-2.0
"""Times as statements and signers files write them."""

from __future__ import annotations

import calendar
import time

import pytest

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing.times import parse_compact, parse_rfc3339, rfc3339


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "1970-01-01T00:00:00Z"),
        (951_782_400, "2000-02-29T00:00:00Z"),
        (1_795_446_000, "2026-11-23T15:00:00Z"),
        (4_107_542_399, "2100-02-28T23:59:59Z"),
        (4_107_542_400, "2100-03-01T00:00:00Z"),
        (253_402_300_799, "9999-12-31T23:59:59Z"),
    ],
)
def test_times_are_written_and_read_in_one_form(seconds: int, text: str) -> None:
    assert rfc3339(seconds) == text
    assert parse_rfc3339(text) == seconds


def test_every_day_agrees_with_the_calendar() -> None:
    for day in range(0, 60_000, 7):
        text = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(day * 86_400 + 3_661))
        assert parse_rfc3339(text) == calendar.timegm(time.strptime(text, "%Y-%m-%dT%H:%M:%SZ"))


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T15:00:00",
        "2026-11-23T15:00:00z",
        "2026-11-23 15:00:00Z",
        "2026-11-23T15:00:00.0Z",
        "2026-11-23T15:00:00+00:00",
        "2026-11-23T15:00:60Z",
        "2026-11-23T24:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-00-10T00:00:00Z",
        "2026-13-10T00:00:00Z",
        "2026-11-00T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "0000-01-01T00:00:00Z",
        "2026-11-23T15:00:00Z\n",
        "２026-11-23T15:00:00Z",
        "",
    ],
)
def test_any_other_form_of_a_time_is_refused(text: str) -> None:
    with pytest.raises(SignatureInvalid, match="is not of the form 2026-11-23T15:00:00Z"):
        parse_rfc3339(text)


@pytest.mark.parametrize("seconds", [-1, 253_402_300_800])
def test_a_moment_that_cannot_be_written_is_an_error(seconds: int) -> None:
    with pytest.raises(ValueError, match="cannot be written"):
        rfc3339(seconds)


def test_signers_file_times_are_utc_with_and_without_z() -> None:
    assert parse_compact("20261123") == parse_compact("20261123Z") == parse_rfc3339("2026-11-23T00:00:00Z")
    assert parse_compact("202611231542") == parse_rfc3339("2026-11-23T15:42:00Z")
    assert parse_compact("20261123154259Z") == parse_rfc3339("2026-11-23T15:42:59Z")


@pytest.mark.parametrize(
    "text", ["", "2026", "2026112", "2026112315", "20261131", "202611231560", "20261123z", "2026-11-23"]
)
def test_signers_file_times_of_another_form_are_none(text: str) -> None:
    assert parse_compact(text) is None
