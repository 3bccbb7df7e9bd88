# SPDX-License-Identifier: Apache-2.0
"""Who is who: teams, agents and gates, and whether enough different people exist for what is asked."""

from __future__ import annotations

import re

from gatekeeper.policy.reading import Reader, Said, nearest
from gatekeeper.policy.schema import Counts
from gatekeeper.policy.slots import MAX_SLOTS, Teams, can_be_met
from gatekeeper.policy.yamltree import Node

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
_PRINCIPAL = re.compile(r"[!-~]{1,256}")


class Principals:
    """Every principal that the file names, so that nobody has two roles or two spellings."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._roles: dict[str, tuple[str, str, int]] = {}

    def of(self, node: Node | None, place: str, role: str) -> tuple[str, ...]:
        """A list of principals in one ``role``: ``agent``, ``gate`` or ``person``."""
        return tuple(said.text for said in self._reader.texts(node, place) if self._accept(said, place, role))

    def _accept(self, said: Said, place: str, role: str) -> bool:
        name = said.text
        if any(char in name for char in "*?!"):
            self._reader.wrong(said.line, f"'{name}' in {place} is a pattern; name each principal in full")
            return False
        if not _PRINCIPAL.fullmatch(name) or any(char in name for char in '",#\\'):
            message = f"'{name}' in {place} is no principal: visible ASCII without spaces, commas, quotes and #"
            self._reader.wrong(said.line, message)
            return False
        known, known_role, line = self._roles.setdefault(name.lower(), (name, role, said.line))
        if known != name:
            self._reader.wrong(
                said.line, f"'{name}' and '{known}' (line {line}) differ in case alone; use one spelling"
            )
        elif known_role != role:
            self._reader.wrong(
                said.line, f"'{name}' is both {_a(known_role)} (line {line}) and {_a(role)}: {_why(role)}"
            )
        return True


def read_teams(reader: Reader, node: Node | None, principals: Principals) -> dict[str, tuple[str, ...]]:
    teams: dict[str, tuple[str, ...]] = {}
    lower: dict[str, str] = {}
    for key, value in reader.entries(node, "teams").items():
        place = f"teams.{key.text}"
        if not is_name(key.text):
            reader.wrong(key.line, f"'{key.text}' is no name for a team: letters, digits, '-' and '_'")
            continue
        if lower.setdefault(key.text.lower(), key.text) != key.text:
            reader.wrong(key.line, f"the teams '{key.text}' and '{lower[key.text.lower()]}' differ in case alone")
        reader.stated.add(place)
        teams[key.text] = principals.of(value, place, "person")
        if not teams[key.text] and not any(problem.line == value.line for problem in reader.problems):
            reader.wrong(value.line, f"{place} has no members")
    return teams


def read_counts(reader: Reader, node: Node | None, place: str, teams: Teams) -> Counts:
    """``{team: count}`` that the teams can meet; empty after a problem."""
    if node is None:
        return ()
    before = len(reader.problems)
    counts: dict[str, int] = {}
    for key, value in reader.entries(node, place).items():
        count = reader.whole(value, f"{place}.{key.text}", 1, MAX_SLOTS)
        if key.text not in teams:
            reader.wrong(key.line, f"unknown team '{key.text}' in {place}{nearest(key.text, tuple(teams))}")
        elif count is not None and count > len(teams[key.text]):
            have = people(len(teams[key.text]))
            reader.wrong(value.line, f"{place} asks for {people(count)} of '{key.text}', which has {have}")
        elif count is not None:
            counts[key.text] = count
    if len(reader.problems) > before:
        return ()
    found = tuple(sorted(counts.items()))
    if not found:
        reader.wrong(node.line, f"{place} names no team, so nobody could approve")
    elif sum(counts.values()) > MAX_SLOTS:
        reader.wrong(node.line, f"{place} asks for more than {MAX_SLOTS} people")
    elif not can_be_met(found, teams):
        needed = people(sum(counts.values()))
        reader.wrong(node.line, f"{place} needs {needed}, all different, and the teams do not have them")
    return found


def is_name(text: str) -> bool:
    return _NAME.fullmatch(text) is not None


def people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def _a(role: str) -> str:
    return {"agent": "an agent", "gate": "a gate", "person": "in a team"}[role]


def _why(role: str) -> str:
    return "agents and gates never approve" if role == "person" else "one principal, one role"
