# SPDX-License-Identifier: Apache-2.0
"""Which indexes pip and npm of this machine use. Nothing of the repository has a say in it.

The default of an unconfigured pip or npm is asked of the program itself: no registry is named here.
"""

from __future__ import annotations

import configparser
import os
import re
import subprocess
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

_WAIT = 20.0
"""Seconds for pip or npm to name their default."""


class Indexes(NamedTuple):
    pypi: tuple[str, ...] = ()
    """Base URLs of simple repositories; empty where nobody could say."""
    npm: str = ""
    """Base URL of the registry; empty where nobody could say."""
    npm_scopes: Mapping[str, str] = {}
    """``@scope`` to base URL."""


def read(environ: Mapping[str, str], ecosystems: Collection[str]) -> Indexes:
    """Of each of ``ecosystems`` (``pypi``, ``npm``): environment first, then files, then the program's default."""
    pypi = tuple(_pip(environ)) if "pypi" in ecosystems else ()
    if "npm" not in ecosystems:
        return Indexes(pypi)
    npm = _npm_settings(environ)
    registry = environ.get("npm_config_registry") or environ.get("NPM_CONFIG_REGISTRY") or npm.get("registry", "")
    scopes = {key.partition(":")[0]: value for key, value in npm.items() if key.endswith(":registry")}
    return Indexes(pypi, registry or _npm_default(environ), scopes)


def _pip(environ: Mapping[str, str]) -> list[str]:
    settings = _pip_settings(environ)
    first = environ.get("PIP_INDEX_URL") or settings.get("index-url", "")
    if environ.get("PIP_NO_INDEX") or settings.get("no-index", "").lower() in ("1", "true", "yes"):
        return []
    more = (environ.get("PIP_EXTRA_INDEX_URL") or settings.get("extra-index-url", "")).split()
    first = first or _pip_default(environ)
    return [first, *more] if first else []


def _pip_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """pip's ``[global]`` and ``[install]``, the later file over the earlier (pip documentation, Configuration)."""
    found: dict[str, str] = {}
    for path in _pip_files(environ):
        reader = configparser.RawConfigParser(strict=False)
        try:
            reader.read(path, encoding="utf-8")
        except (configparser.Error, UnicodeDecodeError):
            continue
        for section in ("global", "install"):
            if reader.has_section(section):
                found |= dict(reader.items(section))
    return found


def _pip_files(environ: Mapping[str, str]) -> Iterator[str]:
    if environ.get("PIP_CONFIG_FILE"):
        yield environ["PIP_CONFIG_FILE"]
        return
    yield "/etc/pip.conf"
    home = environ.get("HOME", "")
    yield os.path.join(home, ".pip", "pip.conf")
    yield os.path.join(environ.get("XDG_CONFIG_HOME") or os.path.join(home, ".config"), "pip", "pip.conf")
    yield os.path.join(environ.get("APPDATA", ""), "pip", "pip.ini")
    if environ.get("VIRTUAL_ENV"):
        yield os.path.join(environ["VIRTUAL_ENV"], "pip.conf")


def _npm_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The registries of the user's ``.npmrc``; a project's own is the repository's and has no say."""
    path = environ.get("npm_config_userconfig") or os.path.join(environ.get("HOME", ""), ".npmrc")
    try:
        with open(path, encoding="utf-8") as file:
            rows = [line.partition("=") for line in file if not line.lstrip().startswith(("#", ";"))]
    except (OSError, UnicodeDecodeError):
        return {}
    found = {key.strip(): value.strip().strip("\"'") for key, equals, value in rows if equals}
    return {key: value for key, value in found.items() if key == "registry" or key.endswith(":registry")}


def _pip_default(environ: Mapping[str, str]) -> str:
    found = re.search(r"\(default:?\s+(https?://[^\s)]+)\)", _say(("pip", "install", "--help"), environ))
    return found[1] if found else ""


def _npm_default(environ: Mapping[str, str]) -> str:
    text = _say(("npm", "config", "get", "registry"), environ).strip()
    return text if text.startswith(("http://", "https://")) else ""


def _say(words: tuple[str, ...], environ: Mapping[str, str]) -> str:
    """What a program prints, started away from any repository; empty where there is none."""
    try:
        done = subprocess.run(
            words, cwd=os.path.abspath(os.sep), env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_WAIT, check=False,
        )  # fmt: skip
    except (OSError, subprocess.SubprocessError):
        return ""
    return " ".join(done.stdout.decode("utf-8", "replace").split("\n"))
