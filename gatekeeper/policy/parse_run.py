# SPDX-License-Identifier: Apache-2.0
"""The ``run`` section: what an agent's sandbox may reach."""

from __future__ import annotations

import re
from collections.abc import Callable

from gatekeeper.policy.reading import Reader
from gatekeeper.policy.schema import ISOLATIONS, Commands, Isolation, Limits, Network, Run
from gatekeeper.policy.yamltree import Node

RUN_KEYS = ("isolation", "network", "commands", "limits", "read", "env")
NETWORK_KEYS = ("allow", "deny", "ask")
COMMANDS_KEYS = ("ask", "deny")
LIMITS_KEYS = ("wall", "memory", "processes", "file_size")

MAX_PROCESSES = 1_000_000
_HOST = re.compile(r"(?:(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(?::([1-9][0-9]{0,4}))?")
_SIGNING_OR_LOADING = ("SSH_", "GPG_", "GNUPG", "GIT_", "GATEKEEPER_", "LD_", "DYLD_")


def read_run(reader: Reader, node: Node | None, isolation: Isolation) -> Run:
    """``isolation`` is what the preset says."""
    fields = reader.fields(node, "run", RUN_KEYS)
    network = reader.fields(fields.get("network"), "run.network", NETWORK_KEYS)
    commands = reader.fields(fields.get("commands"), "run.commands", COMMANDS_KEYS)
    limits = reader.fields(fields.get("limits"), "run.limits", LIMITS_KEYS)
    base = Run()
    denied = _list(reader, commands.get("deny"), "run.commands.deny", lambda _: None)
    return Run(
        isolation=reader.word(fields.get("isolation"), "run.isolation", ISOLATIONS) or isolation,
        network=Network(
            allow=_list(reader, network.get("allow"), "run.network.allow", _allow_problem),
            deny=_list(reader, network.get("deny"), "run.network.deny", _host_problem),
            ask=reader.yes_no(network.get("ask"), "run.network.ask") or False,
        ),
        commands=Commands(
            ask=_list(reader, commands.get("ask"), "run.commands.ask", lambda _: None),
            deny=denied if "deny" in commands else base.commands.deny,
        ),
        limits=Limits(
            wall=reader.duration(limits.get("wall"), "run.limits.wall") or base.limits.wall,
            memory=reader.size(limits.get("memory"), "run.limits.memory") or base.limits.memory,
            processes=reader.whole(limits.get("processes"), "run.limits.processes", 1, MAX_PROCESSES)
            or base.limits.processes,
            file_size=reader.size(limits.get("file_size"), "run.limits.file_size") or base.limits.file_size,
        ),
        read=_list(reader, fields.get("read"), "run.read", _folder_problem),
        env=_list(reader, fields.get("env"), "run.env", _variable_problem) if "env" in fields else base.env,
    )


def _list(reader: Reader, node: Node | None, place: str, problem_of: Callable[[str], str | None]) -> tuple[str, ...]:
    entries = reader.texts(node, place)
    for said in entries:
        problem = problem_of(said.text)
        if problem:
            reader.wrong(said.line, f"'{said.text}' in {place}: {problem}")
    return tuple(said.text for said in entries)


def _host_problem(text: str) -> str | None:
    found = _HOST.fullmatch(text)
    if found is None or ".." in text or (found[1] and int(found[1]) > 65535):
        return "write a host in lower case and its port, such as api.example.org:443 or *.example.org:443"
    return None


def _allow_problem(text: str) -> str | None:
    found = _HOST.fullmatch(text)
    if found is not None and found[1] is None:
        return "name the port too, such as " + text + ":443"
    return _host_problem(text)


def _folder_problem(text: str) -> str | None:
    if not text.startswith(("/", "~/")) or ".." in text.split("/"):
        return "write a whole path, from / or ~/, without '..'"
    if text.rstrip("/") in ("", "~"):
        return "everything is too much; name the folder that is needed"
    return None


def _variable_problem(text: str) -> str | None:
    if not re.fullmatch("[A-Za-z_][A-Za-z0-9_]*", text):
        return "write the name of a variable"
    if text.upper().startswith(_SIGNING_OR_LOADING):
        return "this variable reaches a person's keys, git, or what programs load; it stays outside"
    return None
