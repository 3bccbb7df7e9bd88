# SPDX-License-Identifier: Apache-2.0
"""The one place where exceptions become sentences and exit codes. Whatever happens, it never becomes 0."""

from __future__ import annotations

import errno
import os

from gatekeeper.errors import GatekeeperError, StateUnwritable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TextIO

    from gatekeeper.commands.invocation import Invocation

CANNOT_DECIDE, INTERRUPTED = 4, 130
UNWRITABLE = (errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EPERM, errno.EDQUOT)
SECRET_NAMES = ("AUTH", "TOKEN", "SECRET", "PASSW", "PASSPHRASE", "CREDENTIAL", "COOKIE", "APIKEY", "_KEY")
"""A variable whose name holds one of these has a value that no report repeats."""
SHORTEST_SECRET = 6


def guarded(action: Callable[[], int], words: Sequence[str], call: Invocation) -> int:
    """The exit code of ``action``, or of the error that ended it, which is reported on stderr.

    ``words`` is the command line: ``--json`` adds the error as an object on stdout, ``--debug`` (or
    GATEKEEPER_DEBUG) the traceback on stderr.
    """
    options = words[: words.index("--")] if "--" in words else words
    as_json, debug = "--json" in options, "--debug" in options or bool(call.environ.get("GATEKEEPER_DEBUG"))
    try:
        code = action()
        call.stdout.flush()
        return code
    except BrokenPipeError:
        _discard(call.stdout)
        return CANNOT_DECIDE
    except KeyboardInterrupt:
        return _report("interrupted", "", INTERRUPTED, as_json, call)
    except Exception as error:  # noqa: BLE001 - the boundary
        if isinstance(error, OSError):
            _discard_if_broken(call.stdout)
        if debug:
            _traceback(error, call)
        known = diagnosis(error)
        return _report(str(known), known.next_step, known.exit_code, as_json, call)


def diagnosis(error: Exception) -> GatekeeperError:
    """What ``error`` means for a user."""
    if isinstance(error, GatekeeperError):
        return error
    if isinstance(error, OSError) and error.errno in UNWRITABLE:
        place = f" {os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes) else ""
        reason = (error.strerror or "error").lower()
        return StateUnwritable(f"cannot write{place}: {reason}", "make room or permission, then run again")
    if isinstance(error, OSError) and error.strerror and isinstance(error.filename, str | bytes):
        return GatekeeperError(f"{os.fsdecode(error.filename)}: {error.strerror.lower()}", "see what is at that path")
    if isinstance(error, RecursionError | MemoryError):
        return GatekeeperError(f"the input is too deep or too large ({type(error).__name__})", "make it smaller")
    if isinstance(error, ModuleNotFoundError):
        return GatekeeperError(
            f"the module {error.name} is missing from gatekeeper's installation",
            "install gatekeeper again; hooks then need: gatekeeper install",
        )
    return GatekeeperError(
        f"unexpected {type(error).__name__}: {error}",
        "please report it, with what --debug prints (in a hook: GATEKEEPER_DEBUG=1)",
    )


def without_secrets(text: str, environ: Mapping[str, str]) -> str:
    """``text`` without the value of any variable that, by its name, holds a credential."""
    for name, value in environ.items():
        if len(value) >= SHORTEST_SECRET and any(part in name.upper() for part in SECRET_NAMES):
            text = text.replace(value, f"[{name}]")
    return text


def _report(message: str, next_step: str, code: int, as_json: bool, call: Invocation) -> int:
    from gatekeeper.report.sanitise import block  # where nothing goes wrong, a hook does without

    said = [block(without_secrets(text, call.environ))[0].strip() for text in (message, next_step)]
    lines = [f"gatekeeper: {said[0]}", *([f"  next: {said[1]}"] if said[1] else [])]
    _write(call.stderr, "".join(one.replace("\n", "\n    ") + "\n" for one in lines))
    if as_json:
        from gatekeeper.report.json import dumps

        _write(call.stdout, dumps({"schema": "gatekeeper.error/1", "error": said[0], "next": said[1], "exit": code}))
    return code


def _traceback(error: Exception, call: Invocation) -> None:
    from traceback import format_exception

    from gatekeeper.report.sanitise import block

    _write(call.stderr, block(without_secrets("".join(format_exception(error)), call.environ))[0])


def _write(stream: TextIO, text: str) -> None:
    try:
        stream.write(text)
        stream.flush()
    except OSError:  # nobody can be told; the exit code still says it
        _discard(stream)


def _discard_if_broken(stream: TextIO) -> None:
    try:
        stream.flush()
    except OSError:
        _discard(stream)


def _discard(stream: TextIO) -> None:
    """Point a stream whose reader is gone at nothing, so that the interpreter's last flush cannot fail."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
