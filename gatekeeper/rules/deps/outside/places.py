# SPDX-License-Identifier: Apache-2.0
"""Where answers and advisories are kept, by the XDG base directory specification."""

from __future__ import annotations

import os
from collections.abc import Mapping


def advisories(environ: Mapping[str, str]) -> str | None:
    """The database of OSV advisories; None where there is no home. The file need not exist."""
    return _place(environ, "XDG_DATA_HOME", ".local/share", "osv.sqlite")


def answers(environ: Mapping[str, str]) -> str | None:
    """The database of what indexes answered lately; None where there is no home. Deleting it loses nothing."""
    return _place(environ, "XDG_CACHE_HOME", ".cache", "index.sqlite")


def _place(environ: Mapping[str, str], variable: str, folder: str, name: str) -> str | None:
    base = environ.get(variable, "")
    if os.path.isabs(base):
        return os.path.join(base, "gatekeeper", name)
    home = environ.get("HOME") or environ.get("USERPROFILE") or ""
    return os.path.join(home, *folder.split("/"), "gatekeeper", name) if os.path.isabs(home) else None
