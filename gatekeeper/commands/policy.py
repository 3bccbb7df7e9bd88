# SPDX-License-Identifier: Apache-2.0
"""``policy``: what is in force and where each value came from; whether a file is valid; its JSON Schema."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from gatekeeper.errors import PolicyInvalid, UsageError
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import line, unicode_text

if TYPE_CHECKING:
    import argparse

    from gatekeeper.commands.invocation import Invocation
    from gatekeeper.policy.effective import Effective
    from gatekeeper.policy.problems import Problem
    from gatekeeper.policy.schema import Policy

HELP = "Show the policy in force, check a policy file, or print JSON Schemas."
INVALID = 4
DEFAULT_FILE = os.path.join(".gatekeeper", "policy.yaml")


def configure(parser: argparse.ArgumentParser) -> None:
    verbs = parser.add_subparsers(dest="policy_verb", required=True, metavar="VERB")
    show = verbs.add_parser("show", help="the policy in force, and where each value came from")
    show.add_argument("--target", metavar="REF", help="for changes of this ref (default: the default branch)")
    check = verbs.add_parser("check", help="all that is wrong with a policy file; exit code 4 where it is invalid")
    check.add_argument("file", metavar="FILE", nargs="?", default=DEFAULT_FILE, help=f"default: {DEFAULT_FILE}")
    check.add_argument("--signers", metavar="FILE", help="check it with this signers file (default: the one it names)")
    check.add_argument("--managed", action="store_true", help="FILE is a managed policy, which only tightens others")
    schema = verbs.add_parser("schema", help="the JSON Schema of the policy file")
    schema.add_argument("--output", metavar="VERB", help="of what this verb prints with --json instead")


def run(args: argparse.Namespace, call: Invocation) -> int:
    return {"show": _show, "check": _check, "schema": _schema}[args.policy_verb](args, call)


def _show(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.policy.provenance import levels, settings

    effective = _in_force(args, call)
    policy_rows, level_rows = settings(effective), levels(effective)
    if args.json:
        from gatekeeper.policy.document import to_document

        document = to_document(effective.policy)
        del document["stated"]
        write(
            {
                "schema": "gatekeeper.policy-show/1",
                **effective.id._asdict(),
                "repository": effective.repository,
                "layers": [
                    {"kind": each.kind, "source": each.source, "sha256": each.sha256} for each in effective.layers
                ],
                "effective": document,
                "origins": {row.key: row.origin for row in policy_rows},
                "levels": {row.key: {"level": row.value, "origin": row.origin} for row in level_rows},
                "notices": [unicode_text(notice) for notice in effective.notices],
            },
            call.stdout,
        )
        return 0
    for notice in effective.notices:
        call.stderr.write(f"note: {line(notice)}\n")
    call.stdout.write(
        f"policy {line(effective.id.source)}, serial {effective.id.serial}, sha256 {effective.id.sha256}\n"
    )
    for layer in effective.layers[1:]:
        call.stdout.write(f"tightened by {layer.kind} {line(layer.source)}, sha256 {layer.sha256}\n")
    rows = [*policy_rows, *level_rows]
    width = max(len(row.key) for row in rows)
    for row in rows:
        call.stdout.write(f"  {row.key:<{width}}  {line(row.value)}  ({line(row.origin)})\n")
    return 0


def _in_force(args: argparse.Namespace, call: Invocation) -> Effective:
    from gatekeeper.force import default_policy, policy_in_force
    from gatekeeper.git.objects import Objects
    from gatekeeper.git.repository import open_repository
    from gatekeeper.git.revisions import full_ref, target_tip
    from gatekeeper.model import Change

    repository = open_repository(os.path.join(call.cwd, args.repo), call.environ)
    with Objects(repository) as objects:
        if args.target is None:
            return default_policy(objects)
        target = full_ref(repository, args.target)
        tip = target_tip(repository, target)
        return policy_in_force(objects, Change(target, tip, tip, (), None, unmade=True))


def _check(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.policy import parse

    path = os.path.join(call.cwd, args.file)
    checked = parse.check(_read(path, args.file), args.file, parse.MANAGED if args.managed else parse.REPOSITORY)
    problems, notices = list(checked.problems), list[str]()
    if checked.policy is not None:
        more, notices = _signers(checked.policy, args, call, path)
        problems += more
    code = INVALID if problems else 0
    if args.json:
        write(
            {
                "schema": "gatekeeper.policy-check/1",
                "file": unicode_text(args.file),
                "valid": not problems,
                "exit": code,
                "problems": [
                    {"source": unicode_text(p.source), "line": p.line, "message": unicode_text(p.message)}
                    for p in problems
                ],
                "notices": [unicode_text(notice) for notice in notices],
            },
            call.stdout,
        )
        return code
    for problem in problems:
        call.stdout.write(line(str(problem)) + "\n")
    for notice in notices:
        call.stderr.write(f"note: {line(notice)}\n")
    if checked.policy is not None and not problems:
        call.stdout.write(f"{line(args.file)}: valid{_summary(checked.policy)}\n")
    return code


def _signers(
    policy: Policy, args: argparse.Namespace, call: Invocation, policy_file: str
) -> tuple[list[Problem], list[str]]:
    """What is wrong between the policy and the signers file that is named, or that the policy names."""
    from gatekeeper.policy.crosscheck import crosscheck
    from gatekeeper.policy.problems import Problem
    from gatekeeper.signing.allowed_signers import Signers

    if args.signers:
        path = os.path.join(call.cwd, args.signers)
    elif args.managed:
        path = os.path.join(os.path.dirname(policy_file), policy.signers_path) if policy.signers_path else ""
    else:
        path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(policy_file))), policy.signers_path)
    name = args.signers or policy.signers_path
    if not path or (not args.signers and not os.path.exists(path)):
        missing = f"no signers file {name} beside it; name one with --signers FILE" if name else "it names no signers"
        return [], [f"keys were not checked: {missing}"] if policy.teams or policy.agents or policy.gates else []
    try:
        agreement = crosscheck(policy, Signers.parse(_read(path, name), name))
    except PolicyInvalid as error:
        place = f"{error.source}:{error.line}: " if error.line else f"{error.source}: "
        return [Problem(error.source, error.line, str(error).removeprefix(place))], []
    return list(agreement.problems), list(agreement.notices)


def _summary(policy: Policy) -> str:
    members = {name for team in policy.teams.values() for name in team}
    counted = (
        (len(members), "person in a team", "people in teams"),
        (len(policy.agents), "agent", "agents"),
        (len(policy.gates), "gate", "gates"),
        (len(policy.paths), "protected path", "protected paths"),
    )
    said = [f"{count} {one if count == 1 else many}" for count, one, many in counted if count]
    return "; " + ", ".join([f"serial {policy.serial}", *said]) if policy.serial else ""


def _schema(args: argparse.Namespace, call: Invocation) -> int:
    from gatekeeper.commands.main import nearest
    from gatekeeper.policy import schemas

    name = args.output or "policy"
    known = schemas.names()
    if name not in known:
        raise UsageError(f"there is no schema of '{line(name)}'{nearest(name, known)}", f"one of: {', '.join(known)}")
    call.stdout.write(schemas.text(name))
    return 0


def _read(path: str, name: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise UsageError(f"{name}: {(error.strerror or 'cannot be read').lower()}", "name the file to check") from error
