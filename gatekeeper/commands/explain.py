# SPDX-License-Identifier: Apache-2.0
"""``explain``: the page of a rule, or a few words on each finding of a verdict. Works offline."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, cast

from gatekeeper.commands.main import nearest
from gatekeeper.errors import UsageError
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import line

if TYPE_CHECKING:
    import argparse

    from gatekeeper.commands.invocation import Invocation

HELP = "Say why a rule exists, show an example before and after, and how to satisfy it. Needs no network."
LARGEST = 64 * 1024 * 1024
"""Bytes of a verdict document that are read."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "what", metavar="RULE|VERDICT-JSON", help="a rule or family, or a file of check --json (-: stdin)"
    )


def run(args: argparse.Namespace, call: Invocation) -> int:
    if args.what == "-" or args.what.endswith(".json") or os.sep in args.what:
        return _verdict(args, call)
    text = page(args.what)
    if args.json:
        write({"schema": "gatekeeper.explain/1", "rule": args.what, "text": text}, call.stdout)
    else:
        call.stdout.write(text)
    return 0


def page(rule: str) -> str:
    """What is written about ``rule``, or about its family where the family has no such section.

    Raises UsageError that names the nearest rule.
    """
    family = rule.partition(".")[0]
    pages = {name: dict(sections(text)) for name, text in _pages()}
    own = pages.get(family, {})
    if rule in own:
        return own[rule]
    exact = {name for found in pages.values() for name in found if name}
    if not own or ("." in rule and not rule.endswith(".*") and not _open(own)):
        known = sorted(exact | set(pages))
        raise UsageError(f"there is no rule '{line(rule)}'{nearest(rule, known)}", "gatekeeper policy schema")
    return own[""] if _open(own) and "." in rule else "\n".join(dict.fromkeys(own.values()))


def sections(text: str) -> Iterator[tuple[str, str]]:
    """``(rule, text)`` for each ``## rule`` of a page (several names, with commas between, give several);
    the name is empty for what stands before the first."""
    names, lines, fenced = [""], list[str](), False
    for one in text.splitlines(keepends=True):
        fenced ^= one.lstrip().startswith("```")
        if one.startswith("## ") and not fenced:
            yield from ((name, "".join(lines)) for name in names)
            names, lines = [name.strip(" `\n") for name in one[3:].split(",")], []
        lines.append(one)
    yield from ((name, "".join(lines)) for name in names)


def _open(own: Mapping[str, str]) -> bool:
    """True for a family whose rules a policy or a list of patterns names: it documents a pattern, or nothing."""
    return all("<" in name or "*" in name for name in own if name)


def _pages() -> Iterator[tuple[str, str]]:
    for file in sorted((files("gatekeeper.rules") / "docs").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".md"):
            yield file.name.removesuffix(".md"), file.read_text("utf-8")


def _verdict(args: argparse.Namespace, call: Invocation) -> int:
    document = _read(args.what, call)
    rules: dict[str, list[Mapping[str, object]]] = {}
    for finding in cast("list[Mapping[str, object]]", document["findings"]):
        rules.setdefault(str(finding.get("rule")), []).append(finding)
    explained = [(rule, _reason(rule), found) for rule, found in rules.items()]
    if args.json:
        told = [{"rule": rule, "why": why, "findings": found} for rule, why, found in explained]
        write({"schema": "gatekeeper.explain/1", "verdict": document["verdict"], "rules": told}, call.stdout)
        return 0
    call.stdout.write(
        f"{line(str(document['verdict']))}, {len(rules)} rules found something\n" if rules else "nothing was found\n"
    )
    for rule, why, found in explained:
        call.stdout.write(f"\n{line(rule)}: {why}\n")
        for finding in found:
            where = finding.get("path") or f"commit {finding.get('commit')}"
            number = f":{finding['line']}" if finding.get("line") else ""
            said = f"{line(str(finding.get('level')))}: {line(str(finding.get('message')))}"
            call.stdout.write(f"  {line(str(where))}{number}  {said}\n")
        call.stdout.write(f"  more: gatekeeper explain {line(rule)}\n")
    return 0


def _reason(rule: str) -> str:
    """The first paragraph of the rule's page, on one line."""
    try:
        text = page(rule)
    except UsageError:
        return "this version of gatekeeper has no page for it"
    paragraphs = [part for part in text.split("\n\n") if part.strip() and not part.startswith("#")]
    return " ".join(paragraphs[0].split()) if paragraphs else "see its page"


def _read(name: str, call: Invocation) -> Mapping[str, object]:
    if name == "-":
        raw = call.stdin.read(LARGEST + 1)
    else:
        try:
            with open(os.path.join(call.cwd, name), "rb") as file:
                raw = file.read(LARGEST + 1)
        except OSError as error:
            raise UsageError(f"{name}: {error.strerror}", "give a rule, or a file that check --json wrote") from error
    what = f"{line(name)} is not a verdict"
    if len(raw) > LARGEST:
        raise UsageError(f"{what}: over {LARGEST:,} bytes", "explain single rules instead")
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{what}: {error}", "make one with: gatekeeper check --json") from error
    if isinstance(document, dict) and isinstance(document.get("verdict"), dict):
        document = document["verdict"]  # the answer of another verb, with its verdict inside
    found = document.get("findings") if isinstance(document, dict) else None
    if not isinstance(found, list) or "verdict" not in document or not all(isinstance(one, dict) for one in found):
        raise UsageError(f"{what}: it has no verdict and findings", "make one with: gatekeeper check --json")
    return cast("Mapping[str, object]", document)
