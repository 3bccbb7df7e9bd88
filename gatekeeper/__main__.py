# SPDX-License-Identifier: Apache-2.0
"""The one way in. ``hook NAME`` goes straight to its stage; every other verb through ``commands.main``."""

from __future__ import annotations

import io
import os
import signal
import sys
import time

from gatekeeper.commands.boundary import guarded
from gatekeeper.commands.invocation import Invocation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import TextIO


def main(argv: list[str] | None = None) -> int:
    """Run one command line (default: the process's own) and return its exit code."""
    signal.signal(signal.SIGTERM, _interrupted)
    words = sys.argv[1:] if argv is None else argv
    call = Invocation(
        environ=os.environ,
        cwd=_working_directory(),
        stdin=sys.stdin.buffer if sys.stdin else io.BytesIO(),
        stdout=_stream(sys.stdout),
        stderr=_stream(sys.stderr),
        clock=time.time,
    )
    return guarded(lambda: dispatch(words, call), words, call)


def dispatch(words: list[str], call: Invocation) -> int:
    """Call the verb that ``words`` begins with; errors are raised, not reported."""
    if words[:1] == ["hook"] and len(words) > 1 and not words[1].startswith("-"):
        from gatekeeper.commands.hook import run as run_hook

        if words[1] == "pre-push" and "PRE_COMMIT" in call.environ:
            from gatekeeper.commands.runners import as_git_calls

            words, call = as_git_calls(words, call)
        return run_hook(words[1:], call)
    from gatekeeper.commands.main import run

    return run(words, call)


def _interrupted(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _working_directory() -> str:
    try:
        return os.getcwd()
    except OSError:  # removed meanwhile; whoever needs it says so
        return os.curdir


def _stream(stream: TextIO | None) -> TextIO:
    """A stream that writes what it cannot encode as escapes, and takes a closed descriptor for /dev/null."""
    if stream is None:
        return open(os.devnull, "w", encoding="utf-8")
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream


if __name__ == "__main__":
    sys.exit(main())
