# SPDX-License-Identifier: Apache-2.0
"""The process that serves one sandbox: its proxy, its OTLP receiver, and the kernel's notifications about it.

It is a process of its own because programs in the sandbox wait for it: their first waits before the supervisor has
come back from starting it. It imports the standard library alone, starts within a few milliseconds, holds no
credential, and ends when the supervisor does, however that ends.
"""

from __future__ import annotations

import json
import os
import resource
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.run.interface import Value
from gatekeeper.run.network import proxy
from gatekeeper.run.network.channel import Channel
from gatekeeper.run.network.destination import Destination, parse_host
from gatekeeper.run.network.dial import resolve
from gatekeeper.run.network.namespace import listen_inside
from gatekeeper.run.network.outcome import EVENT, Outcome
from gatekeeper.run.network.relay import end
from gatekeeper.run.network.rules import Decision, Rules, parse_rule
from gatekeeper.run.telemetry import listener, otlp
from gatekeeper.run.telemetry.notify import TICK, Told, Watcher

PORT = 3128
MOST_CONNECTIONS = 128
MOST_EVENTS = 100_000
"""Of one name; further ones are counted."""
STACK = 256 << 10
LAST_WORDS = 2.0
"""Seconds that open connections get to say how they ended."""
UNOBSERVED = "gatekeeper.process.unobserved"
FAILED = "gatekeeper.network.failed"


class Settings(NamedTuple):
    """What the supervisor says at the start."""

    allow: Sequence[str]
    deny: Sequence[str]
    ask: bool
    """Somebody is there to be asked about hosts that no rule names."""
    receiver: bool
    """Take the agent's own telemetry."""
    prompts: bool
    """Keep what people and models wrote in it."""


class Service:
    def __init__(self, channel: Channel, notices: socket.socket, settings: Settings) -> None:
        self._channel, self._notices = channel, notices
        self._settings = settings
        self._rules = Rules(tuple(map(parse_rule, settings.allow)), tuple(map(parse_rule, settings.deny)))
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._slots = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._questions = Questions(channel)
        self._watcher: Watcher | None = None
        self._begun = False
        self._listening: list[socket.socket] = []
        self._door = proxy.Door(
            rules=self._rules,
            ask=self._questions.ask if settings.ask else None,
            resolve=resolve,
            record=self._record,
            opened=self._opened,
            closed=self._closed,
        )

    def run(self) -> None:
        """Serve until told to stop, or until the supervisor is gone."""
        poll = select.poll()
        poll.register(self._channel.end, select.POLLIN)
        poll.register(self._notices, select.POLLIN)
        unsettled = False
        while True:
            for number, what in poll.poll(TICK * 1000 if unsettled else None):
                if number == self._channel.end.fileno():
                    if not self._told():
                        return
                elif number == self._notices.fileno():
                    poll.unregister(number)
                    self._watch(poll)
                elif what & select.POLLIN and self._watcher is not None:
                    self._watcher.handle()
                else:  # the last process of the sandbox has ended
                    poll.unregister(number)
            unsettled = self._watcher is not None and self._watcher.settle()

    def _told(self) -> bool:
        """Do what the supervisor says; False to end."""
        try:
            for word, *arguments in self._channel.receive():
                if word == "attach":
                    self._attach(*arguments)
                elif word == "answer":
                    self._questions.answered(*arguments)
                else:
                    self._stop()
                    return False
        except (EOFError, ConnectionError):
            return False
        return True

    def _watch(self, poll: select.poll) -> None:
        said, descriptors, _, _ = socket.recv_fds(self._notices, 64, 1)
        numbers = listener.machine()
        if not descriptors or numbers is None:
            code = int(said) if said.isdigit() else 0
            reason = os.strerror(code) if code else "this machine's system calls are not known"
            self._emit(UNOBSERVED, {"gatekeeper.reason": reason})
            return
        self._watcher = Watcher(descriptors[0], numbers, self._emit_all, time.monotonic)
        self._watcher.begun = self._begun
        poll.register(descriptors[0], select.POLLIN)

    def _attach(self, pid: int) -> None:
        handlers: dict[tuple[str, int], Callable[[socket.socket], None]] = {
            ("127.0.0.1", PORT): lambda client: proxy.serve(client, self._door)
        }
        if self._settings.receiver:
            prompts = self._settings.prompts
            handlers["127.0.0.1", otlp.PORT] = lambda client: otlp.serve(client, self._emit, prompts)
        for place in self._rules.loopback():
            handlers.setdefault(place, self._forwarder(place))
        try:
            self._listening = listen_inside(pid, list(handlers))
        except CannotDecide as error:
            self._channel.send("attached", str(error))
            return
        for listening, handler in zip(self._listening, handlers.values(), strict=True):
            threading.Thread(target=self._accept, args=(listening, handler), daemon=True).start()
        self._begun = True
        if self._watcher is not None:
            self._watcher.begun = True
        self._channel.send("attached", "")

    def _forwarder(self, place: tuple[str, int]) -> Callable[[socket.socket], None]:
        host, port = place
        there = Destination(parse_host(f"[{host}]" if ":" in host else host), port)
        return lambda client: proxy.forward(client, there, self._door)

    def _accept(self, listening: socket.socket, handler: Callable[[socket.socket], None]) -> None:
        while True:
            self._slots.acquire()
            try:
                client, _ = listening.accept()
            except OSError:  # closed: the run is over
                self._slots.release()
                return
            threading.Thread(target=self._serve, args=(client, handler), daemon=True).start()

    def _serve(self, client: socket.socket, handler: Callable[[socket.socket], None]) -> None:
        try:
            handler(client)
        except OSError:  # the supervisor is gone, and this process with it
            client.close()
        except Exception as error:  # noqa: BLE001 - the boundary of a thread: one connection is lost, and on record
            client.close()
            self._emit(FAILED, {"error.type": type(error).__name__, "error.message": str(error)})
        finally:
            self._slots.release()

    def _opened(self, one: socket.socket) -> None:
        with self._lock:
            self._open.add(one)

    def _closed(self, one: socket.socket) -> None:
        with self._lock:
            self._open.discard(one)

    def _record(self, outcome: Outcome, seconds: float) -> None:
        self._emit(EVENT, outcome.attributes(seconds))

    def _emit(self, name: str, attributes: Mapping[str, Value]) -> None:
        self._emit_all([(name, attributes)])

    def _emit_all(self, told: Sequence[Told]) -> None:
        with self._lock:
            self._counts.update(name for name, _ in told)
            kept = [one for one in told if self._counts[one[0]] <= MOST_EVENTS]
        self._channel.send_all([("event", *one) for one in kept])

    def _stop(self) -> None:
        for listening in self._listening:
            end(listening)
            listening.close()
        self._questions.close()
        with self._lock:
            still = list(self._open)
        end(*still)
        until = time.monotonic() + LAST_WORDS
        while self._open and time.monotonic() < until:
            time.sleep(0.005)
        if self._watcher is not None:
            self._watcher.finish()
        left_out = {name: count - MOST_EVENTS for name, count in self._counts.items() if count > MOST_EVENTS}
        self._channel.send("done", left_out)


class Questions:
    """What is asked of the person, by any thread; one question a host at a time, and answers for the run are kept."""

    def __init__(self, channel: Channel) -> None:
        self._channel, self._lock = channel, threading.Lock()
        self._kept: dict[str, str] = {}
        self._asking: dict[str, threading.Lock] = {}
        self._answers: dict[str, str | None] = {}
        self._over = False
        self._came = threading.Condition()

    def ask(self, there: Destination) -> Decision | None:
        """None where nobody answered."""
        place = str(there)
        with self._lock:
            turn = self._asking.setdefault(place, threading.Lock())
        with turn:
            answer = self._kept.get(place) or self._put(place)
        if answer is None:
            return None
        if answer in ("once", "run"):
            return Decision(True, f"asked: {answer}")
        return Decision(False, "asked: never", "was refused when asked", place)

    def _put(self, place: str) -> str | None:
        with self._came:
            self._answers.pop(place, None)
            self._channel.send("ask", place)
            while place not in self._answers and not self._over:
                self._came.wait()
            answer = self._answers.pop(place, None)
        if answer in ("run", "never"):
            self._kept[place] = answer
        return answer

    def close(self) -> None:
        """Nobody will answer any more."""
        with self._came:
            self._over = True
            self._came.notify_all()

    def answered(self, place: str, answer: str | None) -> None:
        with self._came:
            self._answers[place] = answer
            self._came.notify_all()


def main(words: list[str]) -> None:
    """The whole process, given its two descriptors and its settings as JSON."""
    control, notices, said = words
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    threading.stack_size(STACK)
    settings = Settings(*json.loads(said))
    Service(Channel(socket.socket(fileno=int(control))), socket.socket(fileno=int(notices)), settings).run()
    os._exit(0)  # threads may wait for sockets of the sandbox; there is nothing to put in order
