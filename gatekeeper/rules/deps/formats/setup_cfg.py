# SPDX-License-Identifier: Apache-2.0
"""``setup.cfg`` of setuptools."""

from __future__ import annotations

from gatekeeper.rules.deps.formats import pypi
from gatekeeper.rules.deps.formats.interface import Dependency, Inventory, Setting, Unreadable
from gatekeeper.rules.deps.formats.text import decode

_KEYS = {"install_requires": "runtime", "setup_requires": "build", "tests_require": "test"}


def parse(data: bytes, path: str) -> Inventory:
    import configparser

    text = decode(data)
    reader = configparser.RawConfigParser(strict=True)
    try:
        reader.read_string(text)
    except (configparser.Error, ValueError) as error:
        raise Unreadable("it is no configuration file") from error
    lines = {line.strip(): number for number, line in reversed(list(enumerate(text.split("\n"), 1)))}
    found: list[Dependency] = []
    includes: list[Setting] = []
    for section, key, scope in _places(reader):
        value = reader.get(section, key)
        if value.strip().startswith("file:"):
            includes += [Setting("requirement", name.strip(), None) for name in value.strip()[5:].split(",")]
            continue
        for row in value.replace(";\n", "\n").split("\n"):
            wanted = row.strip()
            if wanted and not wanted.startswith("#"):
                found.append(pypi.dependency(wanted, scope, lines.get(wanted), path))
    return Inventory(pypi.ECOSYSTEM, tuple(found), includes=tuple(includes))


def _places(reader: object) -> list[tuple[str, str, str]]:
    import configparser

    assert isinstance(reader, configparser.RawConfigParser)
    found = [("options", key, scope) for key, scope in _KEYS.items() if reader.has_option("options", key)]
    extras = "options.extras_require"
    if reader.has_section(extras):
        found += [(extras, key, f"optional:{key}") for key in reader.options(extras)]
    return found
