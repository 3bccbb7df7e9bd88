# SPDX-License-Identifier: Apache-2.0
"""One connection of the proxy, from its first line to its last byte: judge, look up, dial, look inside, relay.

A tunnel carries TLS whose server name is the host it was opened to, or plain HTTP for that host; anything only where
the policy names an address. A plain request is forwarded alone: its connection closes with the answer, so there is no
second request in it that nobody judged.
"""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable
from typing import NamedTuple

from gatekeeper.run.network import clienthello, head
from gatekeeper.run.network.destination import Destination, NotADestination, parse
from gatekeeper.run.network.dial import Resolve, addresses_of, dial
from gatekeeper.run.network.head import BadRequest, Head, Stream
from gatekeeper.run.network.outcome import Outcome, Refused, answer
from gatekeeper.run.network.relay import Flow, both, end
from gatekeeper.run.network.rules import NO_RULE, Decision, Rules

PATIENCE = 60.0
"""Seconds that either side may take for what must come next."""
ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"
HTTP_PORT = 80
HOP_BY_HOP = frozenset(
    b"host connection proxy-connection keep-alive proxy-authorization proxy-authenticate te upgrade".split()
)
_ABSOLUTE = re.compile(rb"http://([^/?#]*)((?:[/?][^#]*)?)", re.IGNORECASE)
QUOTED = 200


class Door(NamedTuple):
    """What all connections share."""

    rules: Rules
    ask: Callable[[Destination], Decision | None] | None
    """Asks a person about a host that no rule names; None where nobody is there to be asked."""
    resolve: Resolve
    record: Callable[[Outcome, float], None]
    """Called once a connection, with how many seconds it took."""
    opened: Callable[[socket.socket], None]
    closed: Callable[[socket.socket], None]


def serve(client: socket.socket, door: Door) -> None:
    """Serve one client to its end; closes the socket."""
    _guarded(client, door, _Connection.requested)


def forward(client: socket.socket, there: Destination, door: Door) -> None:
    """Serve a client of an address that the policy names, which connected to it as if it were inside."""
    _guarded(client, door, lambda connection: connection.named(there))


def _guarded(client: socket.socket, door: Door, action: Callable[[_Connection], None]) -> None:
    connection = _Connection(client, door)
    started = time.monotonic()
    door.opened(client)
    try:
        connection.settle(action)
    finally:
        for one in (client, connection.upstream):
            if one is not None:
                door.closed(one)
                one.close()
        if connection.outcome.method:
            door.record(connection.outcome, time.monotonic() - started)


class _Connection:
    def __init__(self, client: socket.socket, door: Door) -> None:
        self.client, self.door, self.outcome = client, door, Outcome()
        self.stream = Stream(client)
        self.upstream: socket.socket | None = None
        self.refusal: Callable[[Refused], bytes] | None = lambda refused: answer(refused, self._place())

    def settle(self, action: Callable[[_Connection], None]) -> None:
        self.client.settimeout(PATIENCE)
        self.client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            action(self)
        except BadRequest as error:
            self._tell(Refused(400, Decision(False, "default", f"was refused: {error}")))
        except Refused as refused:
            self._tell(refused)
        except OSError:  # either side went away, or said nothing for too long: the outcome says how far it came
            end(self.client)

    def _tell(self, refused: Refused) -> None:
        if refused.status != 502:
            self.outcome.decision = refused.decision
            self.outcome.method = self.outcome.method or "unknown"
        if self.refusal is not None:
            try:
                self.client.sendall(self.refusal(refused))
            except OSError:  # the client does not wait for the answer; it is on record
                end(self.client)

    def _place(self) -> str:
        outcome = self.outcome
        return f"{outcome.host}:{outcome.port}" if outcome.port else f"'{outcome.host}'" if outcome.host else ""

    # What a client may ask for

    def requested(self) -> None:
        request = head.read(self.stream)
        if request is None:
            return
        self.outcome.method = request.method
        if request.method == "CONNECT":
            self._tunnel(request)
        else:
            self._plain(request)

    def named(self, there: Destination) -> None:
        self.outcome.method, self.refusal = "connect", None
        self._relay(self._admitted(there), b"", "tcp")

    def _tunnel(self, request: Head) -> None:
        there = self._destination(request.target)
        if request.body:
            raise BadRequest("CONNECT has no body")
        upstream = self._admitted(there)
        self.client.sendall(ESTABLISHED)
        if there.host.address is not None:
            self._relay(upstream, self.stream.ahead, "tcp")
            return
        self.refusal = None
        if not self.stream.ahead and not self.stream.more():
            return
        if self.stream.ahead[0] == clienthello.HANDSHAKE:
            self._tls(there, upstream)
        elif self.stream.ahead[:1].isupper():
            self.refusal = lambda refused: answer(refused, str(there))
            inner = head.read(self.stream)
            if inner is not None:
                self._forward(inner, inner.target, there, upstream)
        else:
            raise Refused(403, Decision(False, "default", "was to carry something that is neither TLS nor HTTP"))

    def _plain(self, request: Head) -> None:
        absolute = _ABSOLUTE.fullmatch(request.target)
        if absolute is None:
            self.outcome.host = _quoted(request.target)
            raise BadRequest("a proxy takes CONNECT host:port and http:// addresses only")
        there = self._destination(absolute[1], HTTP_PORT)
        target = absolute[2] if absolute[2].startswith(b"/") else b"/" + absolute[2]
        self._forward(request, target, there, None)

    def _destination(self, said: bytes, default_port: int | None = None) -> Destination:
        try:
            there = parse(said, default_port)
        except NotADestination as error:
            self.outcome.host = _quoted(said)
            raise Refused(403, Decision(False, "default", str(error))) from None
        self.outcome.host, self.outcome.port = there.host.text, there.port
        return there

    # From a destination to a connection

    def _admitted(self, there: Destination) -> socket.socket:
        """A connection to where the rules let it go. Raises Refused."""
        self.outcome.host, self.outcome.port = there.host.text, there.port
        decision = self.door.rules.judge(there)
        if decision.reason == NO_RULE and self.door.ask is not None:
            decision = self.door.ask(there) or decision
        if not decision.allowed:
            raise Refused(403, decision)
        self.outcome.decision = decision
        try:
            addresses = addresses_of(there, self.door.resolve)
        except OSError:
            raise self._failed("unresolved", "cannot be resolved") from None
        judged = [(packed, self.door.rules.judge_address(packed, there.port)) for packed in addresses]
        usable = [packed for packed, one in judged if one.allowed]
        if not usable:
            refused = judged[0][1] if judged else Decision(False, "default", "has no address")
            raise Refused(403, refused)
        try:
            upstream = dial(usable, there.port)
        except OSError:
            raise self._failed("unreachable", "does not answer") from None
        self.upstream, self.outcome.peer = upstream, upstream.getpeername()[0]
        self.door.opened(upstream)
        upstream.settimeout(PATIENCE)
        return upstream

    def _failed(self, error: str, reason: str) -> Refused:
        self.outcome.error = error
        return Refused(502, Decision(False, "default", reason))

    # What it may carry

    def _tls(self, there: Destination, upstream: socket.socket) -> None:
        self.outcome.protocol = "tls"
        self.refusal = lambda refused: clienthello.UNRECOGNISED_NAME
        self._hello(there, ())
        first, self.stream.ahead = self.stream.ahead, b""
        upstream.sendall(first)
        self.outcome.sent += len(first)
        server = Stream(upstream)
        while len(server.ahead) < clienthello.RETRY_SEEN and server.more():
            continue
        again = clienthello.asks_again(server.ahead)
        self.client.sendall(server.ahead)
        self.outcome.received += len(server.ahead)
        if again:  # the second hello has a name of its own, which servers may follow
            self._hello(there, (clienthello.CHANGE_CIPHER_SPEC, clienthello.APPLICATION_DATA))
        self._relay(upstream, self.stream.ahead, "tls")

    def _hello(self, there: Destination, before: tuple[int, ...]) -> None:
        """Wait for a whole hello. Raises Refused unless it names the host."""
        try:
            while (hello := clienthello.parse(self.stream.ahead, before)) is None:
                if not self.stream.more():
                    raise OSError("the client went away")
        except clienthello.NotAHello as error:
            raise Refused(403, Decision(False, "default", f"was to carry TLS whose hello {error}")) from None
        self.outcome.encrypted_hello |= hello.encrypted
        if hello.server_name is None:
            raise Refused(403, Decision(False, "default", "was to carry TLS that names no server (no SNI)"))
        if hello.server_name != there.host.text:
            name = ascii(hello.server_name[:QUOTED])
            raise Refused(403, Decision(False, "default", f"was to carry TLS for another server: {name}"))

    def _forward(self, request: Head, target: bytes, there: Destination, upstream: socket.socket | None) -> None:
        """Send one request on, alone, and its answer back."""
        if not target.startswith(b"/") and not (target == b"*" and request.method == "OPTIONS"):
            raise BadRequest("the request has no path")
        hosts = request.values(b"host")
        if len(hosts) > 1 or (request.minor and not hosts):
            raise BadRequest("the request does not name its host exactly once")
        if hosts and _same_host(hosts[0], there) is False:
            raise Refused(
                403, Decision(False, "default", f"was to carry a request for another host: {_quoted(hosts[0])}")
            )
        connection = upstream or self._admitted(there)
        self.outcome.protocol = "http"
        up, down = Flow(self.client, connection), Flow(connection, self.client)
        self.refusal = None
        try:
            up.send(_head(request, target, there))
            connection.settimeout(None)
            both(up, down, lambda: self._body(request.body, up))
        finally:
            self.outcome.sent, self.outcome.received = up.bytes, down.bytes

    def _body(self, size: int, up: Flow) -> None:
        """The request's body; after it nothing is expected but the end."""
        try:
            for piece in head.body(self.stream, size):
                up.send(b"%x\r\n%s\r\n" % (len(piece), piece) if size == head.CHUNKED else piece)
            if size == head.CHUNKED:
                up.send(b"0\r\n\r\n")
            self.client.settimeout(None)
            if self.stream.ahead or self.stream.more():
                end(self.client, up.sink)
        except BadRequest:  # the head is on its way, so there is no answer to give
            self.outcome.error = "bad_body"
            end(self.client, up.sink)
        except OSError:
            end(self.client, up.sink)

    def _relay(self, upstream: socket.socket, first: bytes, protocol: str) -> None:
        self.outcome.protocol = protocol
        up, down = Flow(self.client, upstream), Flow(upstream, self.client)
        try:
            up.send(first)
            self.client.settimeout(None)
            upstream.settimeout(None)
            both(up, down)
        finally:
            self.outcome.sent += up.bytes
            self.outcome.received += down.bytes


def _head(request: Head, target: bytes, there: Destination) -> bytes:
    """The request as the server gets it: for this host, and with nothing after it."""
    named = {one.strip().lower() for value in request.values(b"connection") for one in value.split(b",")}
    dropped = HOP_BY_HOP | (named - {b"content-length", b"transfer-encoding"})
    port = "" if there.port == HTTP_PORT else f":{there.port}"
    host = f"[{there.host.text}]" if ":" in there.host.text else there.host.text
    lines = [
        b"%s %s HTTP/1.%d" % (request.method.encode(), target, request.minor),
        f"Host: {host}{port}".encode(),
        *(name + b": " + value for name, value in request.fields if name not in dropped),
        b"Connection: close",
    ]
    return b"\r\n".join(lines) + head.END


def _same_host(said: bytes, there: Destination) -> bool:
    try:
        return parse(said, HTTP_PORT) == there
    except NotADestination:
        return False


def _quoted(said: bytes) -> str:
    return said[:QUOTED].decode("ascii", "backslashreplace")
