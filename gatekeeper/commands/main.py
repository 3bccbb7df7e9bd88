# SPDX-License-Identifier: Apache-2.0
"""Finds the verb, imports only its module, parses its arguments, calls it."""

from __future__ import annotations

import argparse
from difflib import get_close_matches
from importlib import import_module
from typing import NamedTuple, NoReturn, Protocol, cast

from gatekeeper import __version__
from gatekeeper.commands.invocation import Invocation
from gatekeeper.errors import UsageError


class Verb(NamedTuple):
    name: str
    module: str
    help: str


VERBS = tuple(
    Verb(name, f"gatekeeper.commands.{name}", text)
    for name, text in (
        ("init", "write a first policy and signers file, pin them, offer the local hooks"),
        ("install", "put gatekeeper into the hooks of this repository, or of a server's"),
        ("uninstall", "take the hooks out again and put back what was there"),
        ("check", "inspect a change and decide"),
        ("review", "show a change, the riskiest first"),
        ("approve", "show a change, then sign that it may land"),
        ("reject", "sign that a change must not land"),
        ("revoke", "withdraw a statement of your own"),
        ("merge", "decide, merge without a work tree, record the decision"),
        ("run", "an agent in a sandboxed throwaway worktree, judged and recorded"),
        ("audit", "show and verify what was decided"),
        ("hook", "what the hook files call"),
        ("policy", "show, check and describe the policy"),
        ("osv", "keep a local database of known bad packages"),
        ("explain", "say why a rule exists and how to satisfy it"),
        ("doctor", "check the set-up and say what is only advisory here"),
        ("demo", "the whole story in a temporary directory"),
    )
)
LATER = ("replay",)
"""Verbs of the contract that this version does not have."""
EXIT_CODES = (
    "exit codes: 0 allowed, 1 denied, 2 usage error, 3 needs approval, 4 cannot decide (blocks),\n"
    "            5 the agent's own command failed, 130 interrupted"
)


class Command(Protocol):
    """What every module of a verb has."""

    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None: ...

    def run(self, args: argparse.Namespace, call: Invocation) -> int: ...


class Parser(argparse.ArgumentParser):
    """Says what is wrong through the one error boundary, and names the nearest option."""

    def __init__(self, **settings: object) -> None:
        super().__init__(**{"allow_abbrev": False, "formatter_class": argparse.RawDescriptionHelpFormatter, **settings})  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        _, unknown, word = message.partition("unrecognized arguments: ")
        near = nearest(word.split()[0].partition("=")[0], self._option_string_actions) if unknown and word else ""
        raise UsageError(f"{message}{near}", f"{self.prog} --help")


def run(words: list[str], call: Invocation) -> int:
    """Run one command line. Raises UsageError for one that cannot be meant."""
    if not words:
        raise UsageError("no verb given", "gatekeeper --help")
    if words[0] in ("-h", "--help", "help"):
        call.stdout.write(overview())
        return 0
    if words[0] == "--version":
        call.stdout.write(f"gatekeeper {__version__}\n")
        return 0
    verb = find(words[0])
    if verb.name == "hook":  # with a stage it never comes here: hooks are dispatched without argparse
        call.stdout.write(f"usage: gatekeeper hook NAME [arguments of git]\n\n{verb.help}\n")
        return 0 if words[1:] in (["-h"], ["--help"]) else 2
    command = cast(Command, import_module(verb.module))
    try:
        args = parser_of(verb, command).parse_args(words[1:])
    except SystemExit as done:  # --help has printed
        return int(done.code or 0)
    return command.run(args, call)


def find(word: str) -> Verb:
    """The verb named ``word``. Raises UsageError that names the nearest one."""
    for verb in VERBS:
        if verb.name == word:
            return verb
    if word in LATER:
        raise UsageError(f"gatekeeper {word} is not available in version {__version__} yet", "gatekeeper --help")
    what = "option before the verb" if word.startswith("-") else "verb"
    raise UsageError(f"unknown {what} '{word}'{nearest(word, [verb.name for verb in VERBS])}", "gatekeeper --help")


def parser_of(verb: Verb, command: Command) -> Parser:
    """The parser of one verb, with the options that every verb has."""
    parser = Parser(prog=f"gatekeeper {verb.name}", description=command.HELP)
    command.configure(parser)
    _share(parser)
    return parser


def overview() -> str:
    """What ``gatekeeper --help`` prints."""
    width = max(len(verb.name) for verb in VERBS)
    lines = [f"  {verb.name:<{width}}  {verb.help}" for verb in VERBS]
    return "\n".join(
        [
            "usage: gatekeeper VERB [options]",
            "",
            "The gate for commits that agents write: inspect, approve by signature, record, verify.",
            "",
            *lines,
            "",
            "every verb: --help, --repo DIR, --json, --color auto|always|never, --debug",
            EXIT_CODES,
            "",
        ]
    )


def nearest(word: str, known: object) -> str:
    """``; did you mean 'check'?``, or nothing where no known word is near."""
    near = get_close_matches(word, list(cast("list[str]", known)), n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _share(parser: argparse.ArgumentParser, inner: bool = False) -> None:
    """Add the common options to a parser and to those of its own verbs, where they may be given as well."""
    common = parser.add_argument_group("every verb")
    shared: tuple[tuple[str, dict[str, object]], ...] = (
        (
            "--repo",
            {"metavar": "DIR", "default": ".", "help": "a repository, bare or not (default: the one around here)"},
        ),
        ("--json", {"action": "store_true", "help": "print one JSON object on stdout"}),
        ("--color", {"choices": ("auto", "always", "never"), "default": "auto", "help": "colour on stdout"}),
        ("--debug", {"action": "store_true", "help": "show the traceback of an error"}),
    )
    for name, settings in shared:
        if name not in parser._option_string_actions:
            common.add_argument(name, **({**settings, "default": argparse.SUPPRESS} if inner else settings))  # type: ignore[arg-type]
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for choice in dict.fromkeys(action.choices.values()):
                _share(choice, inner=True)
