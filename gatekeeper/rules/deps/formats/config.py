# SPDX-License-Identifier: Apache-2.0
"""Configuration of package managers: which index, which certificates, which programs, what may run.

Every setting counts but those known to be harmless: a setting that nobody here has heard of may point anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from gatekeeper.rules.deps.formats import toml, yaml
from gatekeeper.rules.deps.formats.interface import Inventory, Setting, Unreadable
from gatekeeper.rules.deps.formats.package_json import flatten
from gatekeeper.rules.deps.formats.pnpm_workspace import flatten as flatten_yaml
from gatekeeper.rules.deps.formats.text import TomlLines, decode

_ECOSYSTEMS = {
    "npm": (".npmrc", ".yarnrc", ".yarnrc.yml", "bunfig.toml"),
    "cargo": ("config", "config.toml"),
    "nuget": ("nuget.config",),
    "maven": ("settings.xml", "extensions.xml"),
    "conda": (".condarc",),
    "gem": (".gemrc",),
    "composer": ("auth.json",),
}
_HARMLESS = {
    "npm": {
        "audit", "audit-level", "auto-install-peers", "autoinstallpeers", "color", "commit-hooks", "compressionlevel",
        "dedupe-peer-dependents", "defaultsemverrangeprefix", "editor", "enable-pre-post-scripts", "enabletelemetry",
        "engine-strict", "enginestrict", "fund", "git-tag-version", "hoist-pattern", "hoist-pattern[]",
        "include-workspace-root", "init-author-name", "init-license", "init-version", "install-links",
        "legacy-peer-deps", "link-workspace-packages", "logfilters", "loglevel", "maxsockets", "message",
        "nmhoistinglimits", "nmmode", "node-linker", "nodelinker", "package-lock", "pnpfallbackmode", "pnpmode",
        "prefer-dedupe", "prefer-workspace-packages", "preferreuse", "progress", "provenance", "public-hoist-pattern",
        "public-hoist-pattern[]", "recursive-install", "resolution-mode", "save", "save-dev", "save-exact",
        "save-prefix", "save-workspace-protocol", "shamefully-hoist", "shared-workspace-lockfile",
        "side-effects-cache", "strict-peer-dependencies", "tag-version-prefix", "timeout", "update-notifier",
        "use-lockfile-v6", "virtual-store-dir-max-length", "workspaces-update",
    },
    "pypi": {
        "disable-pip-version-check", "no-cache-dir", "no-color", "progress-bar", "quiet", "require-virtualenv",
        "verbose",
    },
    "cargo": {"term", "profile", "net/retry", "build/jobs", "future-incompat-report", "build/incremental"},
}  # fmt: skip
_LINE = re.compile(r"\s*([^=\s#;\[][^=]*?)\s*(?:=\s*(.*?)\s*)?")
_YARN_LINE = re.compile(r'\s*"?([^\s"#]+)"?\s+(.*?)\s*')


def parse(data: bytes, path: str) -> Inventory:
    text = decode(data, utf16=True).replace("\r\n", "\n")
    name = path.rpartition("/")[2].lower().rstrip(". ")
    ecosystem = next((known for known, names in _ECOSYSTEMS.items() if name in names), "pypi")
    if name == ".yarnrc":
        found = _lines(text, _YARN_LINE)
    elif name.endswith((".yml", ".condarc")):
        found = _yaml(text)
    elif name.endswith((".config", ".xml", ".json")):
        found = _whole(text)
    elif name.endswith(".toml") or (ecosystem == "cargo" and name == "config"):
        found = _toml(text)
    else:
        found = _lines(text, _LINE)
    return Inventory(
        ecosystem, registries=tuple(setting for setting in found if not _harmless(ecosystem, setting.name))
    )


def _lines(text: str, shape: re.Pattern[str]) -> Iterator[Setting]:
    section = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip() or line.lstrip().startswith(("#", ";")):
            if line[:1].isspace() and section:
                continue
            continue
        if header := re.fullmatch(r"\s*\[([^\]]*)\]\s*", line):
            section = header[1].strip()
            continue
        found = shape.fullmatch(line)
        if found is None:
            raise Unreadable("it is no setting", number)
        yield Setting(f"{section}/{found[1]}" if section else found[1], _hidden(found[1], found[2] or ""), number)


def _yaml(text: str) -> Iterator[Setting]:
    for document in yaml.load(text):
        for key, value in document.items() if isinstance(document, yaml.Map) else ():
            for setting in flatten_yaml(value, key, document.lines[key]):
                yield setting._replace(value=_hidden(setting.name, setting.value))


def _toml(text: str) -> Iterator[Setting]:
    document: dict[str, Any] = toml.load(text)
    lines = TomlLines(text)
    for setting in flatten(document, (), {}):
        last = setting.name.rpartition("/")[2]
        yield Setting(setting.name, _hidden(last, setting.value), lines.find("", last))


def _whole(text: str) -> Iterator[Setting]:
    """Formats that only have to be seen to change: one setting for each line, comments and blank lines aside."""
    bare = re.sub(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)", lambda found: "\n" * found[0].count("\n"), text)
    for number, line in enumerate(bare.split("\n"), 1):
        if line.strip():
            name = re.match(r'\s*<?/?"?([\w.:-]*)', line)
            yield Setting(name[1] if name else "", _hidden(line, line.strip()), number)


def _harmless(ecosystem: str, name: str) -> bool:
    low, known = name.lower(), _HARMLESS.get(ecosystem, set())
    return low in known or low.rpartition("/")[2] in known or low.partition("/")[0] in known


def _hidden(name: str, value: str) -> str:
    """A value that is a credential is no more than its name."""
    secret = re.search(r"token|password|passwd|secret|_auth|credential|apikey|api_key|cleartext", name, re.IGNORECASE)
    return "(hidden)" if secret else value
