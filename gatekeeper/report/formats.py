# SPDX-License-Identifier: Apache-2.0
"""The output formats by name. Each is a module with ``render``, imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, TextIO, cast

from gatekeeper.errors import UsageError
from gatekeeper.model import Verdict
from gatekeeper.report.options import Options

FORMATS = {
    "text": "gatekeeper.report.text",
    "json": "gatekeeper.report.json",
    "markdown": "gatekeeper.report.markdown",
}
"""Name on the command line, module."""
PLAIN = Options()
PLANNED = ("sarif", "github", "gitlab", "junit", "rdjsonl")


class Format(Protocol):
    """One way to write a verdict down. All text of a repository in what it returns is made safe for that format."""

    def render(self, verdict: Verdict, options: Options) -> str:
        """The whole report, ending in a line end."""
        ...


def format_named(name: str) -> Format:
    """Raises UsageError for a name that is no format."""
    if name not in FORMATS:
        known = ", ".join(FORMATS)
        later = f"{name} is not available yet" if name in PLANNED else f"{name!r} is no output format"
        raise UsageError(later, f"choose one of: {known}")
    return cast(Format, import_module(FORMATS[name]))


def report_check(verdict: Verdict, name: str, stream: TextIO, options: Options = PLAIN) -> None:
    """Write ``verdict`` to ``stream`` in the format ``name``."""
    stream.write(format_named(name).render(verdict, options))
