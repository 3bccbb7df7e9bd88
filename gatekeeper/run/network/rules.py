# SPDX-License-Identifier: Apache-2.0
"""Host rules: who may be reached. Default deny, deny goes before allow, addresses are named one by one.

A rule is ``host:port``, ``*.host:port`` (names below host, not host itself) or an address with its port; those that
deny may leave the port out. A rule for a name never reaches an address of this machine or of a private network that
the name may resolve to: such an address has a rule of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from gatekeeper.errors import PolicyInvalid, UsageError
from gatekeeper.run.network.addresses import is_this_machine, special, text
from gatekeeper.run.network.destination import (
    Destination,
    Host,
    NotADestination,
    authority,
    checked,
    parse_host,
    split,
)

if TYPE_CHECKING:
    from gatekeeper.policy.schema import Network

HTTPS = 443
NO_RULE = "is named by no rule"


class Rule(NamedTuple):
    text: str
    """As it was written."""
    host: Host
    below: bool
    """True for ``*.``: it means names below the host alone."""
    port: int | None
    """None: every port."""

    def matches(self, destination: Destination) -> bool:
        if self.port not in (None, destination.port):
            return False
        host = destination.host
        if self.below:
            return host.address is None and host.text.endswith("." + self.host.text)
        return host == self.host


class Decision(NamedTuple):
    allowed: bool
    rule: str
    """``allow RULE``, ``deny RULE`` or ``default``; ``asked`` where a person answered."""
    reason: str = ""
    """Why not, fit to follow the quoted host; empty where allowed."""
    add: str = ""
    """What the policy would have to name; empty where that would not help."""


class Rules(NamedTuple):
    """The rules of one run."""

    allow: tuple[Rule, ...]
    deny: tuple[Rule, ...]

    def judge(self, destination: Destination) -> Decision:
        """Whether the host, as it is written, may be reached. Nothing is looked up."""
        for rule in self.deny:
            if rule.matches(destination):
                return Decision(False, f"deny {rule.text}", f"is denied by the rule {rule.text}")
        for rule in self.allow:
            if rule.matches(destination):
                return Decision(True, f"allow {rule.text}")
        if destination.host.address is not None:
            return Decision(False, "default", "is an address that no rule names", str(destination))
        return Decision(False, "default", NO_RULE, str(destination))

    def judge_address(self, packed: bytes, port: int) -> Decision:
        """Whether an address, to which an allowed host led, may be dialled."""
        there = Destination(Host(text(packed), packed), port)
        named = self.judge(there)
        if named.allowed or named.rule != "default":
            return named
        what = special(packed) or ("this machine's own" if is_this_machine(packed) else None)
        if what is None:
            return Decision(True, "public address")
        return Decision(False, "default", f"leads to {there.host.text}, which is {what}", str(there))

    def loopback(self) -> tuple[tuple[str, int], ...]:
        """(address, port) of every loopback address that is allowed by name: these are served inside as well."""
        named = ((rule, rule.host.address) for rule in self.allow if rule.port)
        local = [
            (rule.host.text, rule.port or 0)
            for rule, packed in named
            if packed and (packed[0] == 127 if len(packed) == 4 else packed == bytes(15) + b"\x01")
        ]
        return tuple(one for one in dict.fromkeys(local) if self.judge(_there(*one)).allowed)


def compile_rules(network: Network, extra: Sequence[str] = ()) -> Rules:
    """The rules of ``network`` and of ``extra``, which are ``--allow`` words from :func:`extra_rules`.

    Raises PolicyInvalid for a text that names no host.
    """
    return Rules(
        tuple(_parsed(one, "run.network.allow") for one in (*network.allow, *extra)),
        tuple(_parsed(one, "run.network.deny") for one in network.deny),
    )


def extra_rules(words: Iterable[str], managed: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """``--allow`` words as rules, port 443 where none is said.

    ``managed`` holds, for each managed policy that says it, its ``run.network.allow``: nothing beyond may be allowed.
    Raises UsageError.
    """
    extra = []
    for word in words:
        try:
            rule = parse_rule(word)
        except NotADestination as error:
            raise UsageError(f"--allow '{word}': {error}", "name a host, such as --allow api.example.org:443") from None
        said = word.lower() if rule.port else authority(word.lower().strip("[]"), HTTPS)
        for allowed in managed:
            if not any(_covers(_parsed(one, "managed"), rule._replace(port=rule.port or HTTPS)) for one in allowed):
                raise UsageError(
                    f"--allow '{word}': a managed policy does not allow it", "ask who manages this machine"
                )
        extra.append(said)
    return tuple(extra)


def parse_rule(written: str) -> Rule:
    """One rule. Raises NotADestination."""
    below = written.startswith("*.")
    host, port = split(checked(written.removeprefix("*.").encode()))
    rule = Rule(written, parse_host(host), below, port)
    if below and rule.host.address is not None:
        raise NotADestination("has a * before an address")
    return rule


def _parsed(written: str, place: str) -> Rule:
    try:
        return parse_rule(written)
    except NotADestination as error:
        raise PolicyInvalid(place, None, f"'{written}' {error}") from None


def _covers(wide: Rule, narrow: Rule) -> bool:
    if wide.port not in (None, narrow.port):
        return False
    if wide.below:
        inside = narrow.host.text.endswith("." + wide.host.text)
        return narrow.host.address is None and (inside or (narrow.below and narrow.host == wide.host))
    return not narrow.below and narrow.host == wide.host


def _there(host: str, port: int) -> Destination:
    return Destination(parse_host(f"[{host}]" if ":" in host else host), port)
