# SPDX-License-Identifier: Apache-2.0
"""The supervisor's side of the process that serves a sandbox: starts it, hands it over, takes what it tells.

Start it as early as possible (:func:`start`): it gets ready while the worktree is being made.
"""

from __future__ import annotations

import json
import os
import select
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from gatekeeper.errors import CannotDecide
from gatekeeper.run.interface import Attachment, Events, Mount, Observed, Refusal
from gatekeeper.run.network.ask import Asker
from gatekeeper.run.network.channel import Channel, Message
from gatekeeper.run.network.outcome import EVENT
from gatekeeper.run.network.rules import Rules
from gatekeeper.run.network.variables import certificates, variables
from gatekeeper.run.telemetry import listener
from gatekeeper.run.telemetry.notify import CONNECT, EXEC

PROGRAM = (
    "import sys; sys.path.append(sys.argv[1]); from gatekeeper.run.network.service import main; main(sys.argv[2:])"
)
READY = 15.0
"""Seconds for the sandbox's sockets to be made."""
GOODBYE = 5.0
"""Seconds for the process to tell the rest and end."""
UNOBSERVED = "gatekeeper.process.unobserved"
COUNTED = {EXEC: "exec", CONNECT: "connect"}


class Companion(Attachment):
    """Proxy, OTLP receiver and process telemetry of one sandbox."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        channel: Channel,
        notices: socket.socket,
        events: Events,
        asker: Asker | None,
        environ: Mapping[str, str],
    ) -> None:
        self._process, self._channel, self._notices = process, channel, notices
        self._events, self._asker, self._environ = events, asker, environ
        self._counts: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._attached: str | None = None
        self._over = False
        self.before_exec: Callable[[], None] | None = listener.installer(notices)

    def mounts(self) -> Sequence[Mount]:
        return certificates(self._environ)

    def environment(self) -> Mapping[str, str]:
        return variables(self._environ)

    def attach(self, pid: int) -> None:
        """Raises CannotDecide where the sandbox's network cannot be served."""
        self._channel.send("attach", pid)
        until = time.monotonic() + READY
        while self._attached is None and time.monotonic() < until:
            self._wait(until - time.monotonic())
        if self._attached != "":
            said = self._attached or "the process that serves it does not answer"
            raise CannotDecide(f"the sandbox has no proxy: {said}", "see what is missing with: gatekeeper doctor")

    def readers(self) -> Mapping[int, Callable[[], None]]:
        """A reader raises CannotDecide where the process has ended: nobody sees any more what the agent does."""
        return {self._channel.end.fileno(): self._read}

    def finish(self) -> Observed:
        with suppress(OSError):  # it has ended already, which is on record
            self._channel.send("stop")
        until = time.monotonic() + GOODBYE
        with suppress(CannotDecide):  # how it ended is asked below
            while not self._over and time.monotonic() < until:
                self._wait(until - time.monotonic())
        self._end()
        refused = tuple(Refusal("network", what, count) for what, count in self._refused.most_common())
        return Observed(dict(self._counts), refused)

    def _end(self) -> None:
        try:
            code = self._process.wait(1.0 if self._over else 0.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        if code:
            self._events.append(UNOBSERVED, {"gatekeeper.reason": f"the process that observes ended with {code}"})
        self._channel.end.close()
        self._notices.close()

    def _wait(self, seconds: float) -> None:
        if select.select([self._channel.end], [], [], max(0.0, seconds))[0]:
            self._read()

    def _read(self) -> None:
        try:
            messages = self._channel.receive()
        except (EOFError, ConnectionError) as error:
            self._over = True
            raise CannotDecide(
                "the process that serves and observes the sandbox has ended", "run again; see: gatekeeper doctor"
            ) from error
        for message in messages:
            self._take(message)

    def _take(self, message: Message) -> None:
        word, *said = message
        if word == "event":
            name, attributes = said
            self._events.append(name, attributes)
            self._count(name, attributes)
        elif word == "attached":
            (self._attached,) = said
        elif word == "ask":
            (place,) = said
            self._channel.send("answer", place, self._asker.ask(place) if self._asker else None)
        elif word == "done":
            self._over = True
            for name, count in said[0].items():
                self._counts[f"{name}.not_recorded"] = count

    def _count(self, name: str, attributes: Mapping[str, object]) -> None:
        if name == EVENT:
            decision = attributes["gatekeeper.network.decision"]
            self._counts[f"network.{decision}"] += 1
            for way in ("sent", "received"):
                self._counts[f"network.bytes_{way}"] += int(str(attributes[f"gatekeeper.network.bytes_{way}"]))
            if decision == "deny":
                self._refused[_place(attributes)] += 1
        elif attributes.get("gatekeeper.source") == "agent":
            self._counts["agent_events"] += 1
        elif name in COUNTED:
            self._counts[COUNTED[name]] += 1


def start(
    events: Events,
    rules: Rules,
    environ: Mapping[str, str],
    asker: Asker | None = None,
    *,
    receiver: bool = True,
    prompts: bool = False,
) -> Companion:
    """Start the process that will serve a sandbox, and return its attachment. ``finish`` must be called.

    ``asker`` is asked about hosts that no rule names; None: they are refused. ``receiver``: take the agent's own
    telemetry; ``prompts``: keep what people and models wrote in it.
    """
    ours, theirs = socket.socketpair()
    notices, their_notices = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    settings = [
        [one.text for one in rules.allow],
        [one.text for one in rules.deny],
        asker is not None,
        receiver,
        prompts,
    ]
    handed = (theirs.fileno(), their_notices.fileno())
    root = os.path.dirname(os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))))
    words = [sys.executable, "-I", "-S", "-c", PROGRAM, root, *map(str, handed), json.dumps(settings)]
    with theirs, their_notices:
        process = subprocess.Popen(
            words,
            env={name: environ[name] for name in ("LANG", "LC_ALL") if name in environ},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=handed,
            start_new_session=True,  # so that ^C at the terminal ends the agent, and this one after it
        )
    return Companion(process, Channel(ours), notices, events, asker, environ)


def _place(attributes: Mapping[str, object]) -> str:
    host, port = attributes.get("server.address", "?"), attributes.get("server.port")
    return f"{host}:{port}" if port else str(host)
