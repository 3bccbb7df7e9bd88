# SPDX-License-Identifier: Apache-2.0
"""What a command may touch of the world around it, passed in so that tests need no patches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO, NamedTuple, TextIO


class Invocation(NamedTuple):
    environ: Mapping[str, str]
    """As started; whoever spawns git passes it through ``git/``, which drops what is not needed."""
    cwd: str
    stdin: BinaryIO
    stdout: TextIO
    """Results. Unencodable characters are written as escapes."""
    stderr: TextIO
    """Progress, notices, errors."""
    clock: Callable[[], float]
    """Seconds since the epoch."""
