# SPDX-License-Identifier: Apache-2.0
"""``pyproject.toml``: PEP 621, PEP 735, PEP 518, and the tables of poetry, pdm, uv, hatch and setuptools."""

from __future__ import annotations

from typing import Any

from gatekeeper.rules.deps.formats import pypi, sources, toml
from gatekeeper.rules.deps.formats.interface import REGISTRY, WORKSPACE, Dependency, Inventory, Setting, Source
from gatekeeper.rules.deps.formats.text import TomlLines, array, decode, string, table

_PDM_ROOT = "file:///${PROJECT_ROOT}/"


def parse(data: bytes, path: str) -> Inventory:
    """Everything that any of the known build back ends and package managers would install."""
    text = decode(data)
    return inventory(toml.load(text), TomlLines(text), path)


def inventory(document: dict[str, Any], lines: TomlLines, path: str) -> Inventory:
    """The same of a document that is already read. Raises Unreadable."""
    return _Reader(document, lines, path).inventory()


class _Reader:
    def __init__(self, document: dict[str, Any], lines: TomlLines, path: str) -> None:
        self.document, self.lines, self.path = document, lines, path
        self.tool = table(document.get("tool"))
        self.found: list[Dependency] = []
        self.uv_sources = {pypi.normalise(k): v for k, v in table(self._uv().get("sources")).items()}

    def inventory(self) -> Inventory:
        self._standard()
        self._poetry()
        self._pdm()
        self._uv_tables()
        self._hatch()
        return Inventory(
            pypi.ECOSYSTEM,
            tuple(self.found),
            overrides=tuple(self._overrides()),
            scripts=tuple(self._scripts()),
            registries=tuple(self._registries()),
            includes=tuple(self._includes()),
        )

    def _uv(self) -> dict[str, Any]:
        return table(self.tool.get("uv"))

    def _add(self, values: object, scope: str, under: str) -> None:
        """PEP 508 strings; other members (``include-group``) ask for nothing themselves."""
        for text in array(values):
            if isinstance(text, str):
                wanted = pypi.dependency(text, scope, self.lines.find(under, text), self.path)
                self.found.append(self._with_source(wanted))

    def _with_source(self, wanted: Dependency) -> Dependency:
        declared = self.uv_sources.get(wanted.name)
        for option in declared if isinstance(declared, list) else [declared]:
            if isinstance(option, dict) and (source := _table_source(option, self.path)) != REGISTRY:
                return wanted._replace(source=source)
        return wanted

    def _standard(self) -> None:
        project = table(self.document.get("project"))
        self._add(project.get("dependencies"), "runtime", "project")
        for extra, values in table(project.get("optional-dependencies")).items():
            self._add(values, f"optional:{extra}", "project")
        for group, values in table(self.document.get("dependency-groups")).items():
            self._add(values, f"group:{group}", "dependency-groups")
        self._add(table(self.document.get("build-system")).get("requires"), "build", "build-system")

    def _poetry(self) -> None:
        poetry = table(self.tool.get("poetry"))
        self._named(poetry.get("dependencies"), "runtime", "tool.poetry.dependencies")
        self._named(poetry.get("dev-dependencies"), "group:dev", "tool.poetry.dev-dependencies")
        self._named(poetry.get("requires-plugins"), "build", "tool.poetry.requires-plugins")
        for group, value in table(poetry.get("group")).items():
            under = f"tool.poetry.group.{group}.dependencies"
            self._named(table(value).get("dependencies"), f"group:{group}", under)

    def _named(self, values: object, scope: str, under: str) -> None:
        """Poetry's ``name = "range"`` or ``name = {version, git, url, path, ...}`` or a list of such."""
        for name, value in table(values).items():
            normal = pypi.normalise(name)
            if normal == "python":
                continue
            line = self.lines.find(under, name)
            for option in value if isinstance(value, list) else [value]:
                wanted, source = option, REGISTRY
                if isinstance(option, dict):
                    wanted, source = option.get("version"), _table_source(option, self.path)
                self.found.append(Dependency(normal, pypi.ECOSYSTEM, string(wanted), source, scope, line, shown=name))

    def _pdm(self) -> None:
        pdm = table(self.tool.get("pdm"))
        for group, values in table(pdm.get("dev-dependencies")).items():
            for text in array(values):
                editable = isinstance(text, str) and text.startswith("-e ")
                if not editable:
                    self._add([text], f"group:{group}", "tool.pdm")
                    continue
                source = pypi.url_source(text[3:].strip().replace(_PDM_ROOT, "./"), self.path)
                egg = text.partition("egg=")[2].partition("&")[0]
                name = pypi.normalise(egg or source.location.rpartition("/")[2])
                line = self.lines.find("tool.pdm", text)
                self.found.append(Dependency(name, pypi.ECOSYSTEM, "", source, f"group:{group}", line))
        self._add(pdm.get("plugins"), "build", "tool.pdm")

    def _uv_tables(self) -> None:
        uv = self._uv()
        self._add(uv.get("dev-dependencies"), "group:dev", "tool.uv")
        self._add(table(self.tool.get("rye")).get("dev-dependencies"), "group:dev", "tool.rye")
        for name, values in table(uv.get("extra-build-dependencies")).items():
            texts = [value.get("requirement") if isinstance(value, dict) else value for value in array(values)]
            self._add(texts, f"build:{name}", "tool.uv")

    def _hatch(self) -> None:
        hatch = table(self.tool.get("hatch"))
        for name, environment in table(hatch.get("envs")).items():
            for key in ("dependencies", "extra-dependencies"):
                self._add(table(environment).get(key), f"env:{name}", "tool.hatch.envs")
        self._add(table(hatch.get("env")).get("requires"), "build", "tool.hatch.env")

    def _overrides(self) -> list[Setting]:
        uv, found = self._uv(), []
        for key in ("override-dependencies", "exclude-dependencies"):
            found += [
                Setting(f"uv {key}", string(text), self.lines.find("tool.uv", text)) for text in array(uv.get(key))
            ]
        overrides = table(table(table(self.tool.get("pdm")).get("resolution")).get("overrides"))
        for name, value in overrides.items():
            found.append(Setting(f"pdm override {name}", str(value), self.lines.find("tool.pdm.resolution", name)))
        return found

    def _scripts(self) -> list[Setting]:
        """Code of the tree that building the project runs."""
        found = []
        build = self.document.get("build-system")
        if isinstance(path := table(build).get("backend-path"), list):
            found.append(
                Setting("build-system.backend-path", str(path), self.lines.find("build-system", "backend-path"))
            )
        script = table(self.tool.get("poetry")).get("build")
        script = script.get("script") if isinstance(script, dict) else script
        if script:
            found.append(Setting("tool.poetry.build", str(script), self.lines.find("tool.poetry", "build")))
        return found

    def _registries(self) -> list[Setting]:
        found = []
        uv = self._uv()
        for key in ("index-url", "extra-index-url", "find-links", "no-index", "index-strategy", "allow-insecure-host"):
            values = uv.get(key)
            for value in values if isinstance(values, list) else [] if values is None else [values]:
                found.append(Setting(key, str(value), self.lines.find("tool.uv", key)))
        lists = (
            ("tool.uv.index", uv.get("index")),
            ("tool.poetry.source", table(self.tool.get("poetry")).get("source")),
            ("tool.pdm.source", table(self.tool.get("pdm")).get("source")),
        )
        for under, values in lists:
            for value in array(values):
                address = string(table(value).get("url"))
                found.append(Setting(under, address, self.lines.find(under, address)))
        return found

    def _includes(self) -> list[Setting]:
        found = []
        dynamic = table(table(self.tool.get("setuptools")).get("dynamic"))
        tables = [dynamic.get("dependencies"), *table(dynamic.get("optional-dependencies")).values()]
        for value in tables:
            files = value.get("file") if isinstance(value, dict) else None
            for name in files if isinstance(files, list) else [files] if files else []:
                found.append(Setting("requirement", string(name), self.lines.find("tool.setuptools", name)))
        return found


def _table_source(value: dict[str, Any], path: str) -> Source:
    """A table such as ``{git = ..., rev = ...}``, ``{url = ...}``, ``{path = ...}``, ``{workspace = true}``."""
    if value.get("git"):
        ref = next((string(value[key]) for key in ("rev", "tag", "branch") if value.get(key)), "")
        return sources.git(string(value["git"]), ref)
    if value.get("url"):
        return sources.url(string(value["url"]))
    if value.get("path"):
        return sources.path(string(value["path"]), path)
    return WORKSPACE if value.get("workspace") else REGISTRY
