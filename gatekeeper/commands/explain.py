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
from gatekeeper.policy import presets
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
    """What is written about ``rule``: its section, or its family's page; a line on its levels first.

    Raises UsageError that names the nearest rule.
    """
    family, _, kind = rule.partition(".")
    info = {info.name: info for info in presets.RULES}.get(rule)
    is_open = family in presets.OPEN_FAMILIES
    families = {one.name.partition(".")[0] for one in presets.RULES}
    if info is None and not (family in families and (is_open or kind in ("", "*"))):
        known = [one.name for one in presets.RULES] + sorted(families)
        raise UsageError(
            f"there is no rule '{line(rule)}'{nearest(rule, known)}", "gatekeeper explain FAMILY lists its rules"
        )
    found = dict(sections(_page(family)))
    head = _levels(rule) if info or (is_open and kind) else _members(family)
    return head + (found.get(rule) or ("" if info else "".join(dict.fromkeys(found.values()))))


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


def _levels(rule: str) -> str:
    """What the rule is about, and its level in each preset."""
    summary = {info.name: info.summary for info in presets.RULES}
    text = summary.get(rule) or summary[rule.partition(".")[0] + ".*"]
    levels = ", ".join(f"{presets.preset_level(preset, rule)} in {preset}" for preset in presets.PRESETS)
    return f"{rule}: {text}\n{levels}\n\n"


def _members(family: str) -> str:
    """The rules of a family, one a line."""
    rules = [info for info in presets.RULES if info.name.partition(".")[0] == family]
    return "".join(f"{info.name:<24} {info.balanced:<9} {info.summary}\n" for info in rules) + "\n"


def _page(family: str) -> str:
    """The family's page; empty where this version has none."""
    file = files("gatekeeper.rules") / "docs" / f"{family}.md"
    return file.read_text("utf-8") if file.is_file() else ""


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
    """The first paragraph of the rule's section, on one line, or the summary of the rule."""
    family = rule.partition(".")[0]
    text = dict(sections(_page(family))).get(rule, "") if family.isidentifier() else ""
    paragraphs = [part for part in text.split("\n\n") if part.strip() and not part.startswith("#")]
    if paragraphs:
        return " ".join(paragraphs[0].split())
    summary = {info.name: info.summary for info in presets.RULES}
    return summary.get(rule) or summary.get(family + ".*") or "this version of gatekeeper does not know it"


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
