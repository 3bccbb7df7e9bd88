# SPDX-License-Identifier: Apache-2.0
"""What one connection came to: the event that is recorded, and what its client is told."""

from __future__ import annotations

from collections.abc import Mapping

from gatekeeper.run.interface import Value
from gatekeeper.run.network.rules import Decision

EVENT = "gatekeeper.network.decision"
POLICY = ".gatekeeper/policy.yaml"
PHRASES = {400: "Bad Request", 403: "Forbidden", 502: "Bad Gateway"}


class Refused(Exception):
    """The connection ends with an answer. ``status`` is HTTP's."""

    def __init__(self, status: int, decision: Decision) -> None:
        super().__init__(decision.reason)
        self.status, self.decision = status, decision


class Outcome:
    """Filled as a connection goes on; recorded once, at its end."""

    def __init__(self) -> None:
        self.method, self.host, self.port = "", "", 0
        self.peer = ""
        """The address that was dialled."""
        self.protocol = ""
        """``tls``, ``http``, ``tcp``; empty where nothing was seen."""
        self.decision: Decision | None = None
        self.error = ""
        """``unresolved``, ``unreachable``, ``bad_body``: it was allowed and failed."""
        self.encrypted_hello = False
        self.sent = self.received = 0

    def attributes(self, seconds: float) -> Mapping[str, Value]:
        """OpenTelemetry's names where it has any (server, network, error), own ones for the rest."""
        decision = self.decision or Decision(False, "default")
        said: dict[str, Value] = {
            "server.address": self.host,
            "server.port": self.port,
            "network.peer.address": self.peer,
            "network.protocol.name": self.protocol,
            "error.type": self.error,
            "gatekeeper.network.method": self.method,
            "gatekeeper.network.decision": "allow" if decision.allowed else "deny",
            "gatekeeper.network.rule": decision.rule,
            "gatekeeper.network.reason": decision.reason,
            "gatekeeper.network.bytes_sent": self.sent,
            "gatekeeper.network.bytes_received": self.received,
            "gatekeeper.network.seconds": round(seconds, 3),
        }
        if self.encrypted_hello:
            said["gatekeeper.network.encrypted_hello"] = True
        return {name: value for name, value in said.items() if value != ""}


def answer(refused: Refused, host: str) -> bytes:
    """The whole HTTP answer that tells why, and what would change it (RFC 9209 for ``Proxy-Status``)."""
    decision = refused.decision
    lines = [f"gatekeeper: {host or 'this request'} {decision.reason}."]
    if decision.add:
        lines.append(f'  next: add "{decision.add}" to run.network.allow in {POLICY},')
        lines.append(f"        or start the run with: gatekeeper run --allow {decision.add} -- ...")
    body = ("\n".join(lines) + "\n").encode("ascii", "backslashreplace")
    error = "http_request_denied" if refused.status == 403 else "http_request_error"
    if refused.status == 502:
        error = "destination_unavailable"
    head = (
        f"HTTP/1.1 {refused.status} {PHRASES[refused.status]}\r\nContent-Type: text/plain; charset=us-ascii\r\n"
        f"Content-Length: {len(body)}\r\nProxy-Status: gatekeeper; error={error}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body
