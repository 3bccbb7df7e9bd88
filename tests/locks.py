# SPDX-License-Identifier: Apache-2.0
"""Lockfiles of every format from one list of packages, and the nine ways to poison one.

Hashes are made up by hashing the package's own name, so that no format needs a real one.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

HOME = "https://registry.example.org"
FILES = "https://files.example.org"
EVIL = "https://registry.example.net"


class Package(NamedTuple):
    """One locked package, with what an attacker may want to be otherwise."""

    name: str
    version: str
    needs: tuple[str, ...] = ()
    host: str = ""
    """Where it is fetched from instead of the usual host; empty for the usual one."""
    url_name: str = ""
    url_version: str = ""
    seed: str = ""
    """Makes another hash."""
    integrity: bool = True
    git: str = ""
    script: bool = False
    inside: str = ""
    """The package it is nested in."""

    @property
    def digest(self) -> bytes:
        return hashlib.sha512(f"{self.name} {self.version} {self.seed}".encode()).digest()

    @property
    def sri(self) -> str:
        return "sha512-" + base64.b64encode(self.digest).decode()

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.digest).hexdigest()

    @property
    def sha1(self) -> str:
        return hashlib.sha1(self.digest).hexdigest()

    def tarball(self, always: bool = True) -> str:
        """An npm tarball's URL; empty where a format leaves out the usual ones and this is usual."""
        usual = not (self.host or self.url_name or self.url_version)
        if usual and not always:
            return ""
        name = self.url_name or self.name
        return f"{self.host or HOME}/{name}/-/{name}-{self.url_version or self.version}.tgz"

    def wheel(self) -> str:
        name, version = (self.url_name or self.name).replace("-", "_"), self.url_version or self.version
        return f"{name}-{version}-py3-none-any.whl"


Packages = list[Package]
GIT = "https://git.example.net/someone/thing.git"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
BASE: Packages = [
    Package("web-kit", "4.18.2", ("tiny-body", "side-note")),
    Package("tiny-body", "1.20.1", ("side-note",)),
    Package("side-note", "2.6.9"),
    Package("fast-glob", "3.3.0"),
    Package("left-pad", "1.3.0"),
    Package("with-build", "0.2.0", script=True),
]


def package_lock(packages: Packages) -> str:
    found: dict[str, object] = {"": {"name": "app", "dependencies": {"web-kit": "^4.18.0", "left-pad": "^1.3.0"}}}
    for package in packages:
        inside = f"node_modules/{package.inside}/" if package.inside else ""
        found[f"{inside}node_modules/{package.name}"] = {
            "version": package.version,
            "resolved": f"git+ssh://git@git.example.net/someone/thing.git#{COMMIT}"
            if package.git
            else package.tarball(),
            **({"integrity": package.sri} if package.integrity and not package.git else {}),
            **({"hasInstallScript": True} if package.script else {}),
            **({"dependencies": dict.fromkeys(package.needs, "*")} if package.needs else {}),
        }
    return json.dumps({"name": "app", "lockfileVersion": 3, "packages": found}, indent=2) + "\n"


def package_lock_v1(packages: Packages) -> str:
    found: dict[str, dict[str, object]] = {}
    for package in packages:
        place = found
        if package.inside:
            place = found[package.inside].setdefault("dependencies", {})  # type: ignore[assignment]
        place[package.name] = {
            "version": f"git+ssh://git@git.example.net/someone/thing.git#{COMMIT}" if package.git else package.version,
            **({} if package.git else {"resolved": package.tarball()}),
            **({"integrity": package.sri} if package.integrity and not package.git else {}),
            "requires": dict.fromkeys(package.needs, "*"),
        }
    return json.dumps({"name": "app", "lockfileVersion": 1, "requires": True, "dependencies": found}, indent=2) + "\n"


def pnpm_v9(packages: Packages) -> str:
    lines = ["lockfileVersion: '9.0'", "", "settings:", "  autoInstallPeers: true", "", "importers:", "", "  .:"]
    lines += [
        "    dependencies:",
        "      web-kit:",
        "        specifier: ^4.18.0",
        "        version: 4.18.2",
        "",
        "packages:",
        "",
    ]
    for package in packages:
        key = f"{package.name}@{package.version}"
        lines += [f"  {key}:", _pnpm_resolution(package), "    engines: {node: '>= 0.10.0'}", ""]
    lines += ["snapshots:", ""]
    nested = {package.inside: package for package in packages if package.inside}
    versions = {package.name: package.version for package in packages if not package.inside}
    for package in packages:
        if not package.needs:
            lines += [f"  {package.name}@{package.version}: {{}}", ""]
            continue
        lines += [f"  {package.name}@{package.version}:", "    dependencies:"]
        for need in package.needs:
            inner = nested.get(package.name)
            lines.append(
                f"      {need}: {inner.version if inner and inner.name == need else versions.get(need, '1.0.0')}"
            )
        lines.append("")
    return "\n".join(lines)


def pnpm_v5(packages: Packages) -> str:
    lines = [
        "lockfileVersion: 5.4",
        "",
        "specifiers:",
        "  web-kit: ^4.18.0",
        "",
        "dependencies:",
        "  web-kit: 4.18.2",
        "",
        "packages:",
        "",
    ]
    for package in packages:
        lines += [
            f"  /{package.name}/{package.version}:",
            _pnpm_resolution(package),
            "    engines: {node: '>= 0.10.0'}",
        ]
        lines += ["    requiresBuild: true"] if package.script else []
        lines += ["    dependencies:", *(f"      {need}: 1.0.0" for need in package.needs)] if package.needs else []
        lines += ["    dev: false", ""]
    return "\n".join(lines)


def _pnpm_resolution(package: Package) -> str:
    if package.git:
        return f"    resolution: {{commit: {COMMIT}, repo: {package.git}, type: git}}"
    parts = [f"integrity: {package.sri}"] if package.integrity else []
    parts += [f"tarball: {package.tarball()}"] if package.tarball(always=False) else []
    return f"    resolution: {{{', '.join(parts)}}}"


def yarn_v1(packages: Packages) -> str:
    lines = ["# THIS IS AN AUTOGENERATED FILE. DO NOT EDIT THIS FILE DIRECTLY.", "# yarn lockfile v1", "", ""]
    for package in sorted(packages):
        wanted = f"~{package.version}" if package.inside else f"^{package.version}"
        url = f"{package.git}#{COMMIT}" if package.git else f"{package.tarball()}#{package.sha1}"
        lines += [f"{package.name}@{wanted}:", f'  version "{package.version}"']
        lines += [f'  resolved "{url if package.integrity else url.partition("#")[0]}"']
        lines += [f"  integrity {package.sri}"] if package.integrity and not package.git else []
        lines += ["  dependencies:", *(f'    {need} "^1.0.0"' for need in package.needs)] if package.needs else []
        lines.append("")
    return "\n".join(lines)


def yarn_berry(packages: Packages) -> str:
    lines = [
        '# This file is generated by running "yarn install" inside your project.',
        "",
        "__metadata:",
        "  version: 8",
        "  cacheKey: 10",
        "",
    ]
    for package in sorted(packages):
        wanted = f"~{package.version}" if package.inside else f"^{package.version}"
        name, version = package.url_name or package.name, package.url_version or package.version
        resolution = f"{package.name}@{package.git}#commit={COMMIT}" if package.git else f"{name}@npm:{version}"
        if package.host:
            resolution += "::__archiveUrl=" + package.tarball().replace(":", "%3A").replace("/", "%2F")
        lines += [f'"{package.name}@npm:{wanted}":', f"  version: {package.version}", f'  resolution: "{resolution}"']
        lines += ["  dependencies:", *(f'    {need}: "npm:^1.0.0"' for need in package.needs)] if package.needs else []
        lines += [f"  checksum: 10/{package.digest.hex()}"] if package.integrity else []
        lines += ["  languageName: node", "  linkType: hard", ""]
    return "\n".join(lines)


def bun(packages: Packages) -> str:
    lines = ["{", '  "lockfileVersion": 1,', '  "workspaces": {', '    "": {', '      "name": "app",']
    lines += [
        '      "dependencies": {',
        '        "web-kit": "^4.18.0",',
        "      },",
        "    },",
        "  },",
        '  "packages": {',
    ]
    for package in packages:
        key = f"{package.inside}/{package.name}" if package.inside else package.name
        details = json.dumps({"dependencies": dict.fromkeys(package.needs, "*")} if package.needs else {})
        if package.git:
            row = f'["{package.name}@git+{package.git}#{COMMIT}", {details}, "{COMMIT}"]'
        else:
            name, version = package.url_name or package.name, package.url_version or package.version
            digest = f', "{package.sri}"' if package.integrity else ""
            del name, version
            row = f'["{package.name}@{package.version}", "{package.tarball(always=False)}", {details}{digest}]'
        lines += [f'    "{key}": {row},', ""]
    return "\n".join([*lines, "  }", "}", ""])


def uv(packages: Packages) -> str:
    lines = ["version = 1", 'requires-python = ">=3.11"', "", "[[package]]", 'name = "app"', 'version = "0.1.0"']
    lines += ['source = { virtual = "." }', "dependencies = [", '    { name = "web-kit" },', "]", ""]
    for package in packages:
        origin = f'git = "{package.git}?rev=main#{COMMIT}"' if package.git else f'registry = "{HOME}/simple"'
        lines += [
            "[[package]]",
            f'name = "{package.name}"',
            f'version = "{package.version}"',
            f"source = {{ {origin} }}",
        ]
        if package.needs:
            lines += ["dependencies = [", *(f'    {{ name = "{need}" }},' for need in package.needs), "]"]
        if not package.git:
            digest = f', hash = "sha256:{package.sha256}"' if package.integrity else ""
            url = f"{package.host or FILES}/packages/{package.wheel()}"
            lines += ["wheels = [", f'    {{ url = "{url}"{digest}, size = 95 }},', "]"]
        lines.append("")
    return "\n".join(lines)


def poetry(packages: Packages) -> str:
    lines = ["# This file is automatically @generated by Poetry 2.1.0 and should not be changed by hand.", ""]
    for package in packages:
        lines += ["[[package]]", f'name = "{package.name}"', f'version = "{package.version}"', "optional = false"]
        lines += ['python-versions = ">=3.8"', 'groups = ["main"]', *_toml_files(package), ""]
        if package.needs:
            lines += ["[package.dependencies]", *(f'{need} = "*"' for need in package.needs), ""]
        if package.git:
            lines += ["[package.source]", 'type = "git"', f'url = "{package.git}"', 'reference = "main"']
            lines += [f'resolved_reference = "{COMMIT}"', ""]
        elif package.host:
            lines += [
                "[package.source]",
                'type = "legacy"',
                f'url = "{package.host}/simple"',
                'reference = "other"',
                "",
            ]
    return "\n".join(
        [*lines, "[metadata]", 'lock-version = "2.1"', 'python-versions = "^3.8"', f'content-hash = "{"0" * 64}"', ""]
    )


def pdm(packages: Packages) -> str:
    lines = [
        "# This file is @generated by PDM.",
        "",
        "[metadata]",
        'groups = ["default"]',
        'lock_version = "4.5.0"',
        "",
    ]
    for package in packages:
        lines += ["[[package]]", f'name = "{package.name}"', f'version = "{package.version}"']
        lines += [f'git = "{package.git}"', f'revision = "{COMMIT}"'] if package.git else []
        if package.needs:
            lines += ["dependencies = [", *(f'    "{need}",' for need in package.needs), "]"]
        lines += [*_toml_files(package), ""]
    return "\n".join(lines)


def _toml_files(package: Package) -> list[str]:
    if package.git or not package.integrity:
        return ["files = []"]
    where = f'url = "{package.host}/packages/{package.wheel()}"' if package.host else f'file = "{package.wheel()}"'
    return ["files = [", f'    {{{where}, hash = "sha256:{package.sha256}"}},', "]"]


def pylock(packages: Packages) -> str:
    lines = ['lock-version = "1.0"', 'created-by = "example"', ""]
    for package in packages:
        lines += ["[[packages]]", f'name = "{package.name}"', f'version = "{package.version}"']
        if package.git:
            lines += [f'vcs = {{type = "git", url = "{package.git}", commit-id = "{COMMIT}"}}', ""]
            continue
        url = f"{package.host or FILES}/packages/{package.wheel()}"
        digest = f'sha256 = "{package.sha256}"' if package.integrity else ""
        lines += [f'index = "{HOME}/simple"', f'wheels = [{{url = "{url}", hashes = {{{digest}}}}}]', ""]
    return "\n".join(lines)


def pipfile(packages: Packages) -> str:
    sources = [{"name": "main", "url": f"{HOME}/simple", "verify_ssl": True}]
    found: dict[str, object] = {}
    for package in packages:
        if package.host:
            sources.append({"name": "other", "url": f"{package.host}/simple", "verify_ssl": True})
        if package.git:
            found[package.name] = {"git": package.git, "ref": COMMIT}
            continue
        hashes = {"hashes": [f"sha256:{package.sha256}"]} if package.integrity else {}
        found[package.name] = {
            **hashes,
            "index": "other" if package.host else "main",
            "version": f"=={package.version}",
        }
    meta = {"hash": {"sha256": "0" * 64}, "pipfile-spec": 6, "requires": {}, "sources": sources}
    return json.dumps({"_meta": meta, "default": found, "develop": {}}, indent=4) + "\n"


def cargo(packages: Packages) -> str:
    lines = ["# This file is automatically @generated by Cargo.", "version = 4", ""]
    lines += ["[[package]]", 'name = "app"', 'version = "0.1.0"', "dependencies = [", ' "web-kit",', "]", ""]
    for package in packages:
        source = f"git+{package.git}#{COMMIT}" if package.git else f"sparse+{package.host or HOME}/index/"
        lines += ["[[package]]", f'name = "{package.name}"', f'version = "{package.version}"', f'source = "{source}"']
        lines += [f'checksum = "{package.sha256}"'] if package.integrity and not package.git else []
        if package.needs:
            lines += ["dependencies = [", *(f' "{need}",' for need in package.needs), "]"]
        lines.append("")
    return "\n".join(lines)


def go_sum(packages: Packages) -> str:
    lines = []
    for package in packages:
        module, value = f"example.org/{package.name}", base64.b64encode(package.digest[:32]).decode()
        lines += [f"{module} v{package.version} h1:{value}", f"{module} v{package.version}/go.mod h1:{value}"]
    return "\n".join([*lines, ""])


def composer(packages: Packages) -> str:
    rows = []
    for package in packages:
        name, seed = package.url_name or package.name, package.sha1
        row: dict[str, object] = {"name": f"acme/{package.name}", "version": package.version}
        url = package.git or f"https://git.example.org/acme/{package.name}.git"
        row["source"] = {"type": "git", "url": url, "reference": seed if package.integrity else ""}
        if not package.git:
            in_url = hashlib.sha1(b"another").hexdigest() if package.url_version else seed
            where = f"{package.host or FILES}/repos/acme/{name}/zipball/{in_url}"
            row["dist"] = {"type": "zip", "url": where, "reference": seed if package.integrity else "", "shasum": ""}
        row["require"] = {"php": ">=8.1", **{f"acme/{need}": "*" for need in package.needs}}
        rows.append(row)
    return json.dumps({"content-hash": "0" * 32, "packages": rows, "packages-dev": []}, indent=4) + "\n"


def requirements(packages: Packages) -> str:
    lines = []
    for package in packages:
        if package.git:
            lines.append(f"{package.name} @ git+{package.git}@{COMMIT}")
        elif package.host or package.url_name or package.url_version:
            lines.append(
                f"{package.name} @ {package.host or FILES}/packages/{package.wheel()} --hash=sha256:{package.sha256}"
            )
        elif package.integrity:
            lines.append(f"{package.name}=={package.version} \\\n    --hash=sha256:{package.sha256}")
        else:
            lines.append(f"{package.name}=={package.version}")
    return "\n".join([*lines, ""])


FORMATS: Mapping[str, tuple[str, Callable[[Packages], str]]] = {
    "npm": ("package-lock.json", package_lock),
    "npm-v1": ("package-lock.json", package_lock_v1),
    "shrinkwrap": ("npm-shrinkwrap.json", package_lock),
    "pnpm": ("pnpm-lock.yaml", pnpm_v9),
    "pnpm-v5": ("pnpm-lock.yaml", pnpm_v5),
    "yarn-v1": ("yarn.lock", yarn_v1),
    "yarn-berry": ("yarn.lock", yarn_berry),
    "bun": ("bun.lock", bun),
    "uv": ("uv.lock", uv),
    "poetry": ("poetry.lock", poetry),
    "pdm": ("pdm.lock", pdm),
    "pylock": ("pylock.toml", pylock),
    "pipfile": ("Pipfile.lock", pipfile),
    "cargo": ("Cargo.lock", cargo),
    "go-sum": ("go.sum", go_sum),
    "composer": ("composer.lock", composer),
    "requirements": ("requirements.txt", requirements),
}
"""Format to file name and writer."""


def _change(packages: Packages, name: str = "side-note", **fields: object) -> Packages:
    return [package._replace(**fields) if package.name == name else package for package in packages]  # type: ignore[arg-type]


ATTACKS: Mapping[str, Callable[[Packages], Packages]] = {
    "host swap": lambda packages: _change(packages, host=EVIL),
    "git source": lambda packages: _change(packages, git=GIT),
    "other package's tarball": lambda packages: _change(packages, url_name="side-n0te"),
    "other version in the URL": lambda packages: _change(packages, url_version="2.6.8"),
    "integrity replaced": lambda packages: _change(packages, seed="other"),
    "integrity removed": lambda packages: _change(packages, integrity=False),
    "install script flag": lambda packages: _change(packages, script=True),
    "extra transitive package": lambda packages: [*packages, Package("helper-net", "0.0.1")],
    "nested shadow": lambda packages: [*packages, Package("side-note", "2.6.8", inside="tiny-body")],
}
