# SPDX-License-Identifier: Apache-2.0
"""Which hosts a rule means, which spellings are refused, and which addresses no rule for a name reaches."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.errors import PolicyInvalid, UsageError
from gatekeeper.policy.schema import Network
from gatekeeper.run.network import addresses
from gatekeeper.run.network.destination import NotADestination, parse
from gatekeeper.run.network.rules import Rules, compile_rules, extra_rules

PUBLIC = socket.inet_pton(socket.AF_INET, "93.184.216.34")


def rules(*allow: str, deny: tuple[str, ...] = ()) -> Rules:
    return compile_rules(Network(allow=allow, deny=deny))


def allowed(place: str, made: Rules) -> bool:
    return made.judge(parse(place.encode())).allowed


def test_nothing_is_allowed_without_a_rule() -> None:
    decision = rules().judge(parse(b"api.example.org:443"))
    assert not decision.allowed
    assert decision.rule == "default"
    assert decision.add == "api.example.org:443"


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("api.example.org:443", True),
        ("API.Example.ORG:443", True),
        ("api.example.org:80", False),
        ("xapi.example.org:443", False),
        ("api.example.org.evil.example:443", False),
        ("sub.api.example.org:443", False),
        ("a.models.example.org:443", True),
        ("a.b.models.example.org:443", True),
        ("models.example.org:443", False),
        ("evilmodels.example.org:443", False),
        ("xn--e1awd7f.models.example.org:443", True),
    ],
)
def test_a_rule_means_one_host_or_all_below_one(place: str, expected: bool) -> None:
    assert allowed(place, rules("api.example.org:443", "*.models.example.org:443")) is expected


def test_deny_goes_before_allow_whatever_is_more_exact() -> None:
    made = rules("api.example.org:443", "*.example.org:443", deny=("*.example.org", "203.0.113.9"))
    assert not allowed("api.example.org:443", made)
    assert made.judge(parse(b"api.example.org:443")).rule == "deny *.example.org"
    assert not made.judge_address(socket.inet_pton(socket.AF_INET, "203.0.113.9"), 443).allowed


@pytest.mark.parametrize(
    "place",
    [
        b"api.example.org",
        b"api.example.org:",
        b"api.example.org:0",
        b"api.example.org:00443",
        b"api.example.org:65536",
        b"api.example.org:443:443",
        b"api.example.org.:443",
        b"api..example.org:443",
        b".example.org:443",
        b"-api.example.org:443",
        b"api_x.example.org:443",
        b"*.example.org:443",
        b"api.example.org\0.evil.example:443",
        b"api.example.org%00.evil.example:443",
        b"api.example.org:443\r\nHost: evil.example",
        b"api.example.org\t:443",
        b"user@api.example.org:443",
        b"evil.example:443@api.example.org:443",
        b"api.example.org/x:443",
        b"api.example.org\\@evil.example:443",
        b"api.example.org#:443",
        "\u0430pi.example.org:443".encode(),
        "api\u3002example.org:443".encode(),
        "api.example\uff0eorg:443".encode(),
        b"\xff.example.org:443",
        b"127.1:443",
        b"0177.0.0.1:443",
        b"0x7f.0.0.1:443",
        b"0x7f000001:443",
        b"2130706433:443",
        b"127.0.0.01:443",
        b"127.0.0.256:443",
        b"127.0.0.1.:443",
        b"1.2.3.4.5:443",
        b"a.b.0x:443",
        b"[::ffff:127.0.0.1]:443",
        b"[::ffff:7f00:1]:443",
        b"[::127.0.0.1]:443",
        b"[64:ff9b::7f00:1]:443",
        b"[fe80::1%eth0]:443",
        b"[::1:443",
        b"[::1]443",
        b"::1:443",
        b"[]:443",
        b":443",
        b"",
        b"a" * 64 + b".example.org:443",
        b"a." * 130 + b"org:443",
    ],
)
def test_a_host_has_one_spelling(place: bytes) -> None:
    with pytest.raises(NotADestination):
        parse(place)


def test_addresses_are_allowed_one_by_one() -> None:
    made = rules("127.0.0.1:8080", "[2001:DB8::1]:443".lower(), "93.184.216.34:443")
    assert allowed("127.0.0.1:8080", made)
    assert not allowed("127.0.0.1:8081", made)
    assert allowed("[2001:0db8:0:0::0001]:443", made)
    assert allowed("93.184.216.34:443", made)
    assert not allowed("93.184.216.35:443", made)
    assert not allowed("93.184.216.34:443", rules("*.34:443".replace("*.34", "*.example.org")))


def test_loopback_that_is_named_is_served_inside() -> None:
    made = rules("127.0.0.1:8080", "[::1]:9000", "10.0.0.1:80", "localhost:7000", deny=("[::1]",))
    assert made.loopback() == (("127.0.0.1", 8080),)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.255.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.0.1"),
        *("169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "198.18.0.1"),
        *("224.0.0.1", "255.255.255.255", "::1", "::", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1", "100::1"),
        *("::ffff:8.8.8.8", "64:ff9b::808:808", "2002:7f00:1::", "2001::1", "2001:db8::1", "3fff::1"),
    ],
)
def test_a_name_leads_to_no_special_address(address: str) -> None:
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    decision = rules("api.example.org:443").judge_address(packed, 443)
    assert not decision.allowed
    assert decision.add.endswith(":443")


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.216.34", "172.32.0.1", "2606:4700::1111", "2a00:1450::1"])
def test_public_addresses_are_reached(address: str) -> None:
    packed = socket.inet_pton(socket.AF_INET6 if ":" in address else socket.AF_INET, address)
    assert rules("api.example.org:443").judge_address(packed, 443).allowed


def test_a_special_address_that_is_named_itself_is_reached() -> None:
    made = rules("internal.example.org:443", "10.0.0.5:443")
    assert made.judge_address(bytes([10, 0, 0, 5]), 443).allowed
    assert not made.judge_address(bytes([10, 0, 0, 5]), 80).allowed
    assert not made.judge_address(bytes([10, 0, 0, 6]), 443).allowed


def test_an_address_of_this_machine_is_known_without_sending_anything() -> None:
    assert addresses.is_this_machine(bytes([127, 0, 0, 1]))
    assert not addresses.is_this_machine(PUBLIC)


@given(st.integers(0, 2**32 - 1))
def test_what_the_standard_library_calls_private_is_special(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    if address.is_private or address.is_multicast or address.is_loopback or address.is_link_local:
        assert addresses.special(address.packed) is not None


@given(st.integers(0, 2**128 - 1) | st.integers(0x20 << 120, 0x40 << 120))
def test_likewise_for_ipv6(number: int) -> None:
    address = ipaddress.IPv6Address(number)
    if address.is_private or not 0x20 <= address.packed[0] < 0x40:
        assert addresses.special(address.packed) is not None


@given(st.binary(max_size=60))
def test_any_bytes_are_a_plain_host_or_refused(raw: bytes) -> None:
    try:
        there = parse(raw, 443)
    except NotADestination:
        return
    assert parse(str(there).encode()) == there
    assert set(there.host.text) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-:")


def test_extra_hosts_get_the_port_of_https() -> None:
    assert extra_rules(["Api.Example.org", "*.example.org:8443", "[::1]", "127.0.0.1"], []) == (
        "api.example.org:443",
        "*.example.org:8443",
        "[::1]:443",
        "127.0.0.1:443",
    )


def test_a_managed_policy_bounds_what_one_run_may_add() -> None:
    managed = [("*.example.org:443",)]
    assert extra_rules(["api.example.org", "*.a.example.org", "*.example.org"], managed)
    for word in ("example.org", "*.org", "api.example.org:80", "10.0.0.1"):
        with pytest.raises(UsageError, match="managed"):
            extra_rules([word], managed)
    with pytest.raises(UsageError, match="managed"):
        extra_rules(["api.example.org"], [(), *managed])


def test_what_names_no_host_is_said() -> None:
    with pytest.raises(UsageError, match="0x7f"):
        extra_rules(["0x7f.1"], [])
    with pytest.raises(PolicyInvalid, match=r"run\.network\.allow"):
        rules("127.1:80")
