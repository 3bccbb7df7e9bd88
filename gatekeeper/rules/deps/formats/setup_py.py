# SPDX-License-Identifier: Apache-2.0
"""``setup.py``: the literals that ``setup()`` is given, by syntax tree. It is never run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from gatekeeper.rules.deps.formats import pypi
from gatekeeper.rules.deps.formats.interface import Dependency, Inventory, Setting, Unreadable
from gatekeeper.rules.deps.formats.text import decode

if TYPE_CHECKING:
    import ast

_KEYS = {"install_requires": "runtime", "setup_requires": "build", "tests_require": "test"}
_LARGEST = 1_000_000


def parse(data: bytes, path: str) -> Inventory:
    """Lists and dictionaries of plain texts, also where a name stands for them."""
    import ast
    import warnings

    if len(data) > _LARGEST:
        raise Unreadable("it is too large for a setup.py")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(decode(data))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise Unreadable("it is not Python") from error
    names = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    found: list[Dependency] = []
    links: list[Setting] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _called(node.func) != "setup":
            continue
        for keyword in node.keywords:
            value = names.get(keyword.value.id, keyword.value) if isinstance(keyword.value, ast.Name) else keyword.value
            if keyword.arg in _KEYS:
                found += _wanted(value, _KEYS[keyword.arg], path)
            elif keyword.arg == "extras_require" and isinstance(value, ast.Dict):
                for inner in value.values:
                    found += _wanted(inner, "optional", path)
            elif keyword.arg == "dependency_links":
                links += [Setting("dependency_links", text, line) for text, line in _texts(value)]
    return Inventory(pypi.ECOSYSTEM, tuple(found), registries=tuple(links))


def _wanted(value: ast.expr, scope: str, path: str) -> Iterator[Dependency]:
    for text, line in _texts(value):
        for row in text.split("\n"):
            if row.strip():
                yield pypi.dependency(row.strip(), scope, line, path)


def _texts(value: ast.expr) -> Iterator[tuple[str, int]]:
    import ast

    members = value.elts if isinstance(value, ast.List | ast.Tuple | ast.Set) else [value]
    for member in members:
        if isinstance(member, ast.Constant) and isinstance(member.value, str):
            yield member.value, member.lineno


def _called(func: ast.expr) -> str:
    import ast

    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""
