# SPDX-License-Identifier: Apache-2.0
"""The command line as a user meets it: verbs, help, errors, exit codes."""

from __future__ import annotations

import errno
import io
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeper import __version__
from gatekeeper.commands.boundary import guarded
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.main import VERBS, find, overview, parser_of
from gatekeeper.errors import CannotDecide, UsageError
from tests.cli import ROOT, Result, gatekeeper, process


def failing(error: BaseException, *words: str, env: dict[str, str] | None = None) -> Result:
    """The boundary's answer to an action that raises ``error``."""
    out, err = io.StringIO(), io.StringIO()
    call = Invocation(env or {}, ".", io.BytesIO(), out, err, lambda: 0.0)

    def action() -> int:
        raise error

    return Result(guarded(action, list(words), call), out.getvalue(), err.getvalue())


def test_help_lists_every_verb_and_every_exit_code() -> None:
    told = gatekeeper("--help")
    assert (told.code, told.out, told.err) == (0, overview(), "")
    for verb in VERBS:
        assert f"  {verb.name} " in told.out
    for code in ("0 allowed", "1 denied", "2 usage", "3 needs approval", "4 cannot decide", "130 interrupted"):
        assert code in told.out


@pytest.mark.parametrize("name", ["install", "uninstall", "explain"])
def test_every_verb_has_the_common_options(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert gatekeeper(name, "--help").code == 0
    text = capsys.readouterr().out
    for option in ("--help", "--repo DIR", "--json", "--color", "--debug"):
        assert option in text


def test_the_version_is_told() -> None:
    assert gatekeeper("--version").out == f"gatekeeper {__version__}\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ([], "no verb given"),
        (["chek"], "unknown verb 'chek'; did you mean 'check'?"),
        (["xyzzy"], "unknown verb 'xyzzy'\n"),
        (["--repo", "x", "check"], "unknown option before the verb '--repo'"),
        (["replay"], "gatekeeper replay is not available in version"),
        (["install", "--hoks", "x"], "unrecognized arguments: --hoks x; did you mean '--hooks'?"),
        (["explain"], "the following arguments are required"),
        (["install", "--color", "blue"], "invalid choice: 'blue'"),
    ],
)
def test_a_call_that_cannot_be_meant_is_code_2(words: list[str], sentence: str) -> None:
    told = gatekeeper(*words)
    assert told.code == 2
    assert told.out == ""
    assert told.err.startswith("gatekeeper: ")
    assert sentence in told.err
    assert "\n  next: gatekeeper" in told.err


def test_an_error_is_an_object_where_json_is_asked_for() -> None:
    told = gatekeeper("chek", "--json")
    assert told.json() == {
        "schema": "gatekeeper.error/1",
        "error": "unknown verb 'chek'; did you mean 'check'?",
        "next": "gatekeeper --help",
        "exit": 2,
    }
    assert told.err != ""
    assert gatekeeper("chek", "--", "--json").out == ""


def test_common_options_work_after_an_inner_verb() -> None:
    import argparse
    from types import SimpleNamespace

    def configure(parser: argparse.ArgumentParser) -> None:
        inner = parser.add_subparsers(dest="inner")
        inner.add_parser("show").add_argument("what")

    command = SimpleNamespace(HELP="", configure=configure, run=None)
    parser = parser_of(find("policy"), command)
    args = parser.parse_args(["--repo", "a", "show", "x", "--json"])
    assert (args.repo, args.json, args.what) == ("a", True, "x")
    assert parser.parse_args(["show", "x", "--repo", "b"]).repo == "b"
    assert parser.parse_args(["show", "x"]).color == "auto"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (CannotDecide("the policy is gone", "git fetch"), 4, "gatekeeper: the policy is gone\n  next: git fetch\n"),
        (UsageError("what?"), 2, "gatekeeper: what?\n"),
        (KeyboardInterrupt(), 130, "gatekeeper: interrupted\n"),
        (OSError(errno.ENOSPC, "No space left on device", "/x"), 4, "gatekeeper: cannot write /x: no space left on"),
        (OSError(errno.EROFS, "Read-only file system"), 4, "gatekeeper: cannot write: read-only file system\n"),
        (PermissionError(errno.EACCES, "Permission denied", b"/\xff"), 4, "gatekeeper: cannot write /\\xff: perm"),
        (RecursionError("deep"), 4, "gatekeeper: the input is too deep or too large (RecursionError)\n"),
        (ModuleNotFoundError("No module named 'yaml'", name="yaml"), 4, "the module yaml is missing"),
        (ValueError("bad\x1b[2J\nvalue"), 4, "gatekeeper: unexpected ValueError: bad\\x1b[2J\n    value\n"),
        (CannotDecide("a\nforged line\nallowed"), 4, "gatekeeper: a\n    forged line\n    allowed\n"),
    ],
)
def test_each_error_is_a_sentence_and_a_code(error: BaseException, code: int, words: str) -> None:
    told = failing(error)
    assert told.code == code
    assert words in told.err
    assert "Traceback" not in told.err


def test_debug_shows_the_traceback() -> None:
    assert "Traceback" in failing(ValueError("x"), "--debug").err
    assert "Traceback" in failing(ValueError("x"), env={"GATEKEEPER_DEBUG": "1"}).err


def test_no_value_of_a_credential_is_repeated() -> None:
    value = "-".join(["s3cr3t", "in", "the", "environment"])
    env = {"CI_JOB_TOKEN": value, "GATEKEEPER_DEBUG": "1"}
    told = failing(ValueError(f"url https://x:{value}@host"), "--json", env=env)
    assert value not in told.err + told.out
    assert "https://x:[CI_JOB_TOKEN]@host" in told.err


def test_a_full_disk_on_stdout_is_code_4() -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "gatekeeper", "--version"],
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=ROOT,
            check=False,
        )
    assert done.returncode == 4
    assert done.stderr.decode() == (
        "gatekeeper: cannot write: no space left on device\n  next: make room or permission, then run again\n"
    )


def test_a_reader_that_goes_away_is_quiet_and_no_pass() -> None:
    read, write = os.pipe()
    os.close(read)
    words = [sys.executable, "-m", "gatekeeper", "--help"]
    done = subprocess.run(words, stdout=write, stderr=subprocess.PIPE, cwd=ROOT, check=False)
    os.close(write)
    assert (done.returncode, done.stderr) == (4, b"")


def test_closed_streams_are_no_crash() -> None:
    command = f"exec '{sys.executable}' -m gatekeeper --version <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", command], cwd=ROOT, check=False).returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_command_ends_with_130(number: signal.Signals, tmp_path: Path) -> None:
    pipe = tmp_path / "verdict.json"
    os.mkfifo(pipe)
    words = [sys.executable, "-m", "gatekeeper", "explain", str(pipe)]
    child = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    with child, open(pipe, "wb"):  # it opens once the child does, which then waits for words that never come
        child.send_signal(number)
        out, err = child.communicate(timeout=10)
    assert (child.returncode, out, err) == (130, b"", b"gatekeeper: interrupted\n")


def test_what_the_terminal_cannot_encode_is_escaped(tmp_path: Path) -> None:
    told = process("caf\u00e9", cwd=tmp_path, env={"PYTHONIOENCODING": "ascii"})
    assert told.code == 2
    assert "unknown verb 'caf\\xe9'" in told.err


def test_a_working_directory_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    command = f"mkdir {gone}; cd {gone}; rmdir {gone}; exec '{sys.executable}' -P -m gatekeeper install"
    done = subprocess.run(
        ["sh", "-c", command], env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, check=False
    )
    assert done.returncode in (2, 4)
    assert done.stderr.startswith(b"gatekeeper: ")
    assert b"Traceback" not in done.stderr
