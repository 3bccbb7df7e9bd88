# SPDX-License-Identifier: Apache-2.0
"""A policy file to a :class:`Policy`, or to every error in it. Imports yaml: never on the hook path unless the
compiled policy is missing."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import NamedTuple

from gatekeeper.errors import PolicyInvalid
from gatekeeper.model import LEVELS
from gatekeeper.policy import people, yamltree
from gatekeeper.policy.match import path_problem, ref_problem
from gatekeeper.policy.parse_run import read_run
from gatekeeper.policy.presets import OPEN_FAMILIES, PRESETS, RULES, SETTINGS, Preset, Setting, families
from gatekeeper.policy.problems import Problem, raise_first
from gatekeeper.policy.reading import Reader, TooManyProblems, nearest
from gatekeeper.policy.schema import (
    CARRIES,
    HUMANS,
    PARTIES,
    PRESENCES,
    SIGNERS_PATH,
    Approval,
    Counts,
    Dependencies,
    PathRule,
    Policy,
)
from gatekeeper.policy.slots import Teams, two_where_there_are
from gatekeeper.policy.yamltree import Node

KEYS = ("version", "serial", "repository", "extends", "protect", "signers", "teams", "agents", "gates", "levels",
        "paths", "dependencies", "secrets", "approval", "humans", "break_glass", "run")  # fmt: skip
PATH_KEYS = ("name", "match", "level", "approvers", "presence", "why")
DEPENDENCIES_KEYS = ("hosts", "cooldown")
SECRETS_KEYS = ("allow",)
APPROVAL_KEYS = ("require", "policy_changes", "presence", "exclude", "expires", "carry")
BREAK_GLASS_KEYS = ("teams",)

MAX_SERIAL = 10**9
MAX_PATTERNS = 1000
"""Patterns of one kind in a file."""
_HOST = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://)?(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?"
)
_KIND = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Kind(NamedTuple):
    """What sort of policy a file is."""

    keys: tuple[str, ...]
    required: tuple[str, ...]
    preset: Preset
    """Where ``extends`` is missing."""
    own_signers: bool
    """The signers file is one of this machine's and not one of the repository."""


REPOSITORY = Kind(KEYS, ("version", "serial"), "balanced", False)
MANAGED = Kind(tuple(key for key in KEYS if key not in ("serial", "repository")), ("version",), "none", True)


class Checked(NamedTuple):
    policy: Policy | None
    """None where there are problems."""
    problems: tuple[Problem, ...]
    """By line."""


def parse(content: bytes, source: str, kind: Kind = REPOSITORY) -> Policy:
    """Read a policy file; raises PolicyInvalid with its first error. ``source`` names the file in messages."""
    checked = check(content, source, kind)
    raise_first(checked.problems)
    assert checked.policy is not None
    return checked.policy


def check(content: bytes, source: str, kind: Kind = REPOSITORY) -> Checked:
    """Read a policy file and say all that is wrong with it."""
    try:
        root = yamltree.read(content, source)
    except PolicyInvalid as error:
        place = f"{source}:{error.line}: " if error.line else f"{source}: "
        return Checked(None, (Problem(source, error.line, str(error).removeprefix(place)),))
    reader = Reader(source)
    policy = None
    with suppress(TooManyProblems):
        policy = _policy(reader, root, kind)
    problems = tuple(sorted(reader.problems, key=lambda problem: problem.line or 0))
    return Checked(None if problems else policy, problems)


def _policy(reader: Reader, root: Node, kind: Kind) -> Policy:
    top = reader.fields(root, "", kind.keys)
    for key in kind.required:
        if key not in top and isinstance(root, yamltree.Table):
            reader.wrong(root.line, f"the key '{key}' is missing")
    reader.whole(top.get("version"), "version", 1, 1)
    preset = reader.word(top.get("extends"), "extends", PRESETS) or kind.preset
    principals = people.Principals(reader)
    agents = principals.of(top.get("agents"), "agents", "agent")
    gates = principals.of(top.get("gates"), "gates", "gate")
    teams = people.read_teams(reader, top.get("teams"), principals)
    levels = _levels(reader, top.get("levels"))
    dependencies = reader.fields(top.get("dependencies"), "dependencies", DEPENDENCIES_KEYS)
    cooldown = reader.duration(dependencies.get("cooldown"), "dependencies.cooldown", 0)
    return Policy(
        version=1,
        serial=reader.whole(top.get("serial"), "serial", 1, MAX_SERIAL) or 0,
        repository=_repository(reader, top.get("repository")),
        preset=preset,
        protect=_protect(reader, top.get("protect")),
        signers_path=_signers_path(reader, top.get("signers"), kind),
        teams=teams,
        agents=agents,
        gates=gates,
        levels=levels,
        paths=_paths(reader, top.get("paths"), teams, levels),
        dependencies=Dependencies(
            hosts=_hosts(reader, dependencies.get("hosts")),
            cooldown=Dependencies().cooldown if cooldown is None else cooldown,
        ),
        secrets_allow=_secrets(reader, top.get("secrets")),
        approval=_approval(reader, top, teams, root.line, kind),
        humans=reader.word(top.get("humans"), "humans", HUMANS) or "counts",
        break_glass=_break_glass(reader, top.get("break_glass"), teams),
        run=read_run(reader, top.get("run"), "required" if preset == "strict" else "preferred"),
        stated=tuple(sorted(reader.stated)),
    )


def _repository(reader: Reader, node: Node | None) -> str | None:
    text = reader.text(node, "repository")
    if node is None or text is None:
        return None
    if not re.fullmatch(r"[!-~]{1,200}", text) or text.startswith("root:"):
        message = "repository is one name without spaces, such as example.org/payments"
        reader.wrong(
            node.line, message + ("; 'root:' is what a repository without a name is called" * text.startswith("root:"))
        )
        return None
    return text


def _protect(reader: Reader, node: Node | None) -> tuple[str, ...]:
    patterns = reader.texts(node, "protect")
    for said in patterns:
        problem = ref_problem(said.text)
        if problem:
            reader.wrong(said.line, f"'{said.text}' in protect: {problem}")
    if node is not None and isinstance(node, yamltree.Items) and not node.nodes:
        reader.wrong(node.line, "protect names no ref, so nothing would be protected")
    if node is not None and len(patterns) > MAX_PATTERNS:
        reader.wrong(node.line, f"protect has more than {MAX_PATTERNS} patterns")
    return tuple(said.text for said in patterns)


def _signers_path(reader: Reader, node: Node | None, kind: Kind) -> str:
    path = reader.text(node, "signers")
    if node is None or path is None:
        return "" if kind.own_signers else SIGNERS_PATH
    if not kind.own_signers and not _is_own_file(path):
        reader.wrong(node.line, f"signers is a file under .gatekeeper/, where every change is looked at, not '{path}'")
    return path


def _is_own_file(path: str) -> bool:
    parts = path.split("/")
    plain = all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9._-]*", part) and not part.endswith(".") for part in parts[1:])
    return len(parts) > 1 and parts[0] == ".gatekeeper" and plain


def _levels(reader: Reader, node: Node | None) -> dict[str, Setting]:
    levels: dict[str, Setting] = {}
    for key, value in reader.entries(node, "levels").items():
        rule = key.text
        setting = reader.word(value, f"the level of '{rule}'", SETTINGS)
        problem = _rule_problem(rule)
        if problem:
            reader.wrong(key.line, problem)
        elif setting is not None:
            if rule in ("self.policy", "self.*") and setting in ("off", "warn"):
                reader.wrong(value.line, "a change of the policy itself needs approval at least")
            if rule == "paths.*" and setting == "off":
                reader.wrong(value.line, "paths are not protected by leaving them out, not by the level off")
            reader.stated.add(f"levels.{rule}")
            levels[rule] = setting
    return levels


def _rule_problem(rule: str) -> str | None:
    family, dot, kind = rule.partition(".")
    if rule in families() or any(rule == info.name for info in RULES):
        return None
    if family == "paths" and dot:
        return "the level of a protected path stands beside its patterns, under paths"
    if family in OPEN_FAMILIES and _KIND.fullmatch(kind):
        return None
    known = (*(info.name for info in RULES), *families())
    what = "family" if rule.endswith("*") else "rule"
    return f"unknown {what} '{rule}'{nearest(rule, known)}"


def _paths(reader: Reader, node: Node | None, teams: Teams, levels: dict[str, Setting]) -> tuple[PathRule, ...]:
    rules: dict[str, PathRule] = {}
    total = 0
    for item in reader.items(node, "paths"):
        fields = reader.fields(item, "paths[]", PATH_KEYS)
        name = reader.text(fields.get("name"), "the name of a path")
        patterns = reader.texts(fields.get("match"), "match")
        for key in ("name", "match"):
            if key not in fields and isinstance(item, yamltree.Table):
                reader.wrong(item.line, f"the key '{key}' of this path is missing")
        for said in patterns:
            problem = path_problem(said.text)
            if problem:
                reader.wrong(said.line, f"'{said.text}': {problem}")
        if patterns and all(said.text.startswith("!") for said in patterns):
            reader.wrong(item.line, "every pattern takes back, so nothing would be protected")
        if "match" in fields and isinstance(fields["match"], yamltree.Items) and not fields["match"].nodes:
            reader.wrong(fields["match"].line, "match has no patterns, so nothing would be protected")
        total += len(patterns)
        if name is None:
            continue
        if not people.is_name(name):
            reader.wrong(fields["name"].line, f"'{name}' is no name for a path: letters, digits, '-' and '_'")
        if name in rules:
            reader.wrong(fields["name"].line, f"two paths are called '{name}'")
        family = levels.get("paths.*", "approval")
        rules[name] = PathRule(
            name=name,
            match=tuple(said.text for said in patterns),
            level=reader.word(fields.get("level"), f"the level of '{name}'", LEVELS)
            or ("approval" if family == "off" else family),
            approvers=people.read_counts(reader, fields.get("approvers"), "approvers", teams),
            presence=reader.word(fields.get("presence"), "presence", PRESENCES),
            why=reader.text(fields.get("why"), "why") or "",
        )
        reader.stated.add(f"paths.{name}")
    if node is not None and total > MAX_PATTERNS:
        reader.wrong(node.line, f"paths have more than {MAX_PATTERNS} patterns")
    return tuple(rules.values())


def _hosts(reader: Reader, node: Node | None) -> tuple[str, ...]:
    hosts = reader.texts(node, "dependencies.hosts")
    for said in hosts:
        if not _HOST.fullmatch(said.text):
            reader.wrong(said.line, f"'{said.text}' is no host: write registry.example.org or https://host:port")
    return tuple(said.text for said in hosts)


def _secrets(reader: Reader, node: Node | None) -> tuple[str, ...]:
    allow = reader.texts(reader.fields(node, "secrets", SECRETS_KEYS).get("allow"), "secrets.allow")
    for said in allow:
        if not re.fullmatch("[0-9a-f]{20}", said.text):
            reader.wrong(said.line, "secrets.allow lists fingerprints as findings print them: 20 hex digits")
    return tuple(said.text for said in allow)


def _approval(reader: Reader, top: dict[str, Node], teams: Teams, line: int, kind: Kind) -> Approval:
    fields = reader.fields(top.get("approval"), "approval", APPROVAL_KEYS)
    require = people.read_counts(reader, fields.get("require"), "approval.require", teams)
    if "require" not in fields:
        require = _default_require(teams)
        if len(teams) > 1 and "maintainers" not in teams and kind is REPOSITORY:
            reader.wrong(top["teams"].line, "several teams, and approval.require does not say which of them approves")
    changes = people.read_counts(reader, fields.get("policy_changes"), "approval.policy_changes", teams)
    exclude = tuple(
        party
        for item in reader.items(fields.get("exclude"), "approval.exclude")
        if (party := reader.word(item, "each entry of approval.exclude", PARTIES))
    )
    base = Approval(require, require)
    return Approval(
        require=require,
        policy_changes=changes or two_where_there_are(require, teams),
        presence=reader.word(fields.get("presence"), "approval.presence", PRESENCES) or base.presence,
        exclude=tuple(dict.fromkeys(exclude)) if "exclude" in fields else base.exclude,
        expires=reader.duration(fields.get("expires"), "approval.expires") or base.expires,
        carry=reader.word(fields.get("carry"), "approval.carry", CARRIES) or base.carry,
    )


def _default_require(teams: Teams) -> Counts:
    only = next(iter(teams)) if len(teams) == 1 else "maintainers"
    return ((only, 1),)


def _break_glass(reader: Reader, node: Node | None, teams: Teams) -> Counts | None:
    if node is None:
        return None
    fields = reader.fields(node, "break_glass", BREAK_GLASS_KEYS)
    if "teams" not in fields:
        reader.wrong(node.line, "break_glass names its teams: {teams: {security: 1}}")
        return None
    return people.read_counts(reader, fields["teams"], "break_glass.teams", teams)
