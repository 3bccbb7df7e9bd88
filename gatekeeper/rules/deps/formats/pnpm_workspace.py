# SPDX-License-Identifier: Apache-2.0
"""``pnpm-workspace.yaml``: catalogs, and the settings of pnpm that steer what is installed and what may run."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.rules.deps.formats import yaml
from gatekeeper.rules.deps.formats.interface import Dependency, Inventory, Setting
from gatekeeper.rules.deps.formats.package_json import ECOSYSTEM, dependency
from gatekeeper.rules.deps.formats.text import decode

_OVERRIDES = ("overrides", "patchedDependencies", "packageExtensions", "configDependencies")
_GRANTS = ("onlyBuiltDependencies", "allowBuilds", "dangerouslyAllowAllBuilds", "onlyBuiltDependenciesFile")
_STEERING = (
    "registry", "registries", "minimumReleaseAge", "minimumReleaseAgeExclude", "trustPolicy", "trustPolicyExclude",
    "blockExoticSubdeps", "strictDepBuilds", "verifyStoreIntegrity", "nodeOptions", "scriptShell", "pnpmfile",
    "httpProxy", "httpsProxy", "strictSsl", "cafile", "ca", "gitShallowHosts",
)  # fmt: skip


def parse(data: bytes, path: str) -> Inventory:
    documents = [document for document in yaml.load(decode(data)) if isinstance(document, yaml.Map)]
    return Inventory(
        ECOSYSTEM,
        tuple(wanted for document in documents for wanted in _catalogs(document, path)),
        overrides=tuple(setting for document in documents for setting in _settings(document, _OVERRIDES)),
        grants=tuple(
            setting for document in documents for setting in _settings(document, _GRANTS) if setting.value != "false"
        ),
        registries=tuple(setting for document in documents for setting in _settings(document, _STEERING)),
    )


def _catalogs(document: yaml.Map, path: str) -> Iterator[Dependency]:
    named = document.get("catalogs")
    catalogs = {"default": document.get("catalog"), **(named if isinstance(named, yaml.Map) else {})}
    for catalog, packages in catalogs.items():
        for name, spec in packages.items() if isinstance(packages, yaml.Map) else ():
            if isinstance(spec, str):
                yield dependency(name, spec, f"catalog:{catalog}", packages.lines.get(name), path)


def _settings(document: yaml.Map, keys: tuple[str, ...]) -> Iterator[Setting]:
    for key in keys:
        if key in document:
            yield from flatten(document[key], key, document.lines[key])


def flatten(value: object, name: str, line: int) -> Iterator[Setting]:
    """Every leaf below ``value``; nested keys are joined by ``/``."""
    if isinstance(value, yaml.Map):
        for key, inner in value.items():
            yield from flatten(inner, f"{name}/{key}", value.lines[key])
    elif isinstance(value, yaml.Seq):
        for inner, here in zip(value, value.lines, strict=True):
            yield from flatten(inner, name, here)
    elif value is not None:
        yield Setting(name, str(value), line)
