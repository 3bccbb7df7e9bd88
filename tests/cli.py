# SPDX-License-Identifier: Apache-2.0
"""Runs gatekeeper's command line: in this process with streams of its own, or as a process."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple, cast

from gatekeeper.__main__ import dispatch
from gatekeeper.commands.boundary import guarded
from gatekeeper.commands.invocation import Invocation

ROOT = Path(__file__).resolve().parent.parent
NOW = 1_700_100_000


class Result(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> dict[str, object]:
        return cast("dict[str, object]", json.loads(self.out))


def gatekeeper(
    *words: str, cwd: Path | str = ".", stdin: bytes = b"", env: Mapping[str, str] | None = None, now: float = NOW
) -> Result:
    """One command line in this process, error boundary included."""
    out, err = io.StringIO(), io.StringIO()
    call = Invocation({**os.environ, **(env or {})}, str(cwd), io.BytesIO(stdin), out, err, lambda: now)
    code = guarded(lambda: dispatch(list(words), call), list(words), call)
    return Result(code, out.getvalue(), err.getvalue())


def process(
    *words: str, cwd: Path | str = ".", stdin: bytes = b"", env: Mapping[str, str] | None = None, **options: object
) -> Result:
    """One command line as a process of its own."""
    environ = {**os.environ, "PYTHONPATH": str(ROOT), **(env or {})}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "gatekeeper", *words],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env=environ,
        check=False,
        **options,  # type: ignore[call-overload]
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())
