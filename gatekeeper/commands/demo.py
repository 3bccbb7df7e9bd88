# SPDX-License-Identifier: Apache-2.0
"""``gatekeeper demo``: the whole story on real repositories in a temporary directory, offline; it leaves nothing."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple, TextIO

from gatekeeper.commands.invocation import Invocation
from gatekeeper.errors import CannotDecide
from gatekeeper.report import json as json_report
from gatekeeper.report.options import Options, wants_color

if TYPE_CHECKING:
    import argparse

HELP = "The whole story in a temporary directory: agent, block, review, approve, push, audit. Leaves nothing behind."
ALICE, AGENT, GATE = "alice@example.org", "claude@agents.example.org", "server@gates.example.org"
POLICY = f"""\
version: 1
serial: 1
repository: example.org/payments
extends: balanced
protect: [refs/heads/main]
teams:
  maintainers: [{ALICE}]
agents: [{AGENT}]
gates: [{GATE}]
paths:
  - name: ledger
    match: ["ledger/**"]
    level: approval
    why: money moves here
"""
PROJECT = '[project]\nname = "payments"\nversion = "1.0"\ndependencies = ["attrs"]\n'


class Step(NamedTuple):
    """One command of the story."""

    where: str
    words: tuple[str, ...]
    code: int
    output: str


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--keep", metavar="DIR", help="play it in DIR, which must not exist, and leave it there")


def run(args: argparse.Namespace, call: Invocation) -> int:
    folder = os.path.join(call.cwd, args.keep) if args.keep else tempfile.mkdtemp(prefix="gatekeeper-demo-")
    if args.keep:
        os.makedirs(folder)
    options = Options(wants_color(args.color, call.environ, call.stdout))
    stage = Stage(folder, call.environ, None if args.json else call.stdout, options)
    try:
        play(stage)
    finally:
        if not args.keep:
            shutil.rmtree(folder)
    if args.json:
        steps = [{**step._asdict(), "words": list(step.words)} for step in stage.steps]
        json_report.write({"schema": "gatekeeper.demo/1", "steps": steps}, call.stdout)
    return 0


class Stage:
    """Runs commands in ``folder`` with an empty home, prints them, and insists on how they end."""

    def __init__(self, folder: str, environ: Mapping[str, str], stream: TextIO | None, options: Options) -> None:
        self.folder, self._stream, self._options = folder, stream, options
        self.steps: list[Step] = []
        home = os.path.join(folder, "home")
        os.mkdir(home)
        kept = {name: environ[name] for name in ("PATH", "TMPDIR", "SYSTEMROOT") if name in environ}
        self._environ = {
            **kept, "HOME": home, "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.path.join(home, "gitconfig"),
            "LC_ALL": "C.UTF-8", "NO_COLOR": "1", "GIT_TERMINAL_PROMPT": "0",
        }  # fmt: skip

    def say(self, text: str) -> None:
        if self._stream:
            self._stream.write(f"\n{self._options.paint('strong', '# ' + text)}\n")
            self._stream.flush()

    def write(self, path: str, text: str) -> None:
        target = os.path.join(self.folder, path)
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "a", encoding="utf-8") as file:
            file.write(text)

    def run(self, where: str, line: str, code: int = 0, *, show: bool = True, stdin: str | None = None) -> str:
        """Run one command line; its output. Raises CannotDecide where it does not end with ``code``."""
        words = tuple(shlex.split(line))
        if self._stream and show:
            self._stream.write(f"{self._options.paint('good', where)} $ {line}\n")
            self._stream.flush()
        done = subprocess.run(
            [*self._program(words[0]), *words[1:]],
            cwd=os.path.join(self.folder, where), env=self._environ, input=stdin, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, errors="replace",
        )  # fmt: skip
        output = done.stdout.replace(self.folder + os.sep, "")
        if self._stream and show:
            self._stream.write("".join(f"    {part.rstrip()}\n" for part in output.splitlines()))
            if done.returncode:
                self._stream.write(f"    (exit code {done.returncode})\n")
            self._stream.flush()
        self.steps.append(Step(where, words, done.returncode, output))
        if done.returncode != code:
            raise CannotDecide(
                f"the demo expected exit code {code} of '{line}', and it was {done.returncode}: {output}"
            )
        return output

    def _program(self, name: str) -> Sequence[str]:
        if name != "gatekeeper":
            return (name,)
        paths = [os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))), *sys.path]
        start = f"import sys; sys.path[:0] = {paths!r}; from gatekeeper.__main__ import main; sys.exit(main())"
        return (sys.executable, "-I", "-c", start)


def play(stage: Stage) -> None:
    """The story."""
    set_up(stage)
    clean_commit(stage)
    secret(stage)
    risky_change(stage)
    record(stage)


def set_up(stage: Stage) -> None:
    stage.say("a server: a bare repository with gatekeeper in its hooks, and a key of its own to sign its record with")
    stage.run(".", "git init -q --bare -b main server.git")
    stage.run(".", f"gatekeeper install --server server.git --gate-name {GATE}")
    for name in ("alice", "claude"):
        stage.run(".", f"ssh-keygen -q -t ed25519 -N '' -C {name} -f {name}", show=False)
    stage.run(".", "git clone -q server.git alice-clone", show=False)
    for key, value in (("user.name", "Alice"), ("user.email", ALICE), ("user.signingKey", "../alice")):
        stage.run("alice-clone", f"git config {key} {value}", show=False)
    stage.run("alice-clone", "git checkout -q -B main", show=False)
    stage.say("Alice writes the first policy and who may sign; the server takes exactly this pair, by its digests")
    stage.write("alice-clone/.gatekeeper/policy.yaml", POLICY)
    for principal, namespaces, key in (
        (ALICE, "git,gatekeeper-approval", "alice"),
        (AGENT, "git", "claude"),
        (GATE, "git,gatekeeper-decision", "server.git/gatekeeper/gate_key"),
    ):
        public = stage.run(".", f"ssh-keygen -y -f {key}", show=False).split()
        stage.write(
            "alice-clone/.gatekeeper/allowed_signers",
            f'{principal} namespaces="{namespaces}" {public[0]} {public[1]}\n',
        )
    stage.write("alice-clone/pyproject.toml", PROJECT)
    stage.write("alice-clone/README.md", "# payments\n")
    pins = ".gatekeeper/policy.yaml .gatekeeper/allowed_signers"
    stage.run("alice-clone", f"gatekeeper install --server ../server.git --pin {pins}", show=False)
    stage.run("alice-clone", "git add -A", show=False)
    stage.run("alice-clone", "git commit -q -m 'Start the project, with its policy'")
    stage.run("alice-clone", "git push -q origin main")


def clean_commit(stage: Stage) -> None:
    stage.say(
        "an agent works in a worktree and on a branch of its own, under its own name; a clean commit lands at once"
    )
    stage.run("alice-clone", "git worktree add -q -b agent/notes ../agent")
    for key, value in (("user.name", "Claude"), ("user.email", AGENT)):
        stage.run("agent", f"git config {key} {value}", show=False)
    stage.write("agent/README.md", "\nMoves money, carefully.\n")
    stage.run("agent", "git commit -q -a -m 'Say what it does'")
    stage.run("agent", "git push -q origin agent/notes:main")


def secret(stage: Stage) -> None:
    stage.say("then it commits a private key: denied, and nobody can approve that")
    stage.run(".", "ssh-keygen -q -t ed25519 -N '' -C throwaway -f throwaway", show=False)
    stage.run("agent", "git checkout -q -b agent/deploy")
    shutil.copy(os.path.join(stage.folder, "throwaway"), os.path.join(stage.folder, "agent", "deploy_key"))
    stage.run("agent", "git add deploy_key", show=False)
    stage.run("agent", "git commit -q -m 'Add what deployment needs'")
    stage.run("agent", "git push -q origin agent/deploy", 1)


def risky_change(stage: Stage) -> None:
    stage.say(
        "a change that adds a dependency and touches the ledger: its branch may be shared, main asks for a person"
    )
    stage.run("agent", "git checkout -q -b agent/ledger agent/notes")
    stage.write("agent/ledger/transfer.py", "def transfer(amount: int) -> int:\n    return amount\n")
    path = os.path.join(stage.folder, "agent", "pyproject.toml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(PROJECT.replace('["attrs"]', '["attrs", "moneylib"]'))
    stage.run("agent", "git add -A", show=False)
    stage.run("agent", "git commit -q -m 'Transfer money'")
    stage.run("agent", "git push -q origin agent/ledger")
    stage.run("agent", "git push -q origin agent/ledger:main", 1)
    stage.say("Alice reviews what is asked, the riskiest first, and signs exactly this change")
    stage.run("alice-clone", "git config user.email " + ALICE, show=False)
    stage.run("alice-clone", "git config user.name Alice", show=False)
    stage.run("alice-clone", "git fetch -q origin main:refs/remotes/origin/main", show=False)
    stage.run("alice-clone", "git merge -q --ff-only origin/main", show=False)
    stage.run("alice-clone", "gatekeeper review agent/ledger", 3)
    stage.run("alice-clone", "gatekeeper approve agent/ledger --reason 'reviewed with finance' --yes")
    stage.run("alice-clone", "git push -q origin refs/notes/gatekeeper/approvals")
    stage.say("the same push again: now it lands, and the server signs what it decided and why")
    stage.run("agent", "git push -q origin agent/ledger:main")


def record(stage: Stage) -> None:
    stage.run(".", "gatekeeper audit show main --repo server.git")
    stage.say("anyone with the repository can check the whole record offline, trusting nobody")
    stage.run(".", "gatekeeper audit verify --repo server.git")
    stage.say("somebody rewrites a note on the server: the record says so")
    note = stage.run("server.git", "git notes --ref gatekeeper/audit show main", show=False)
    forged = note.replace("eyJf", "eyJg", 1)
    stage.run(
        "server.git",
        "git -c user.name=Mallory -c user.email=m@example.org notes --ref gatekeeper/audit add -f -F - main",
        stdin=forged,
    )
    stage.run(".", "gatekeeper audit verify --repo server.git", 1)
