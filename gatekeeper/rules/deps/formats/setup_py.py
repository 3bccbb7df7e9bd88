# SPDX-License-Identifier: Apache-2.0
"""``setup.py``: the literals that ``setup()`` is given, by syntax tree. It is never run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gatekeeper.rules.deps.formats import pypi
from gatekeeper.rules.deps.formats.interface import Dependency, Inventory, Setting, Unreadable
from gatekeeper.rules.deps.formats.text import decode

if TYPE_CHECKING:
    import ast

_KEYS = {
    "install_requires": "runtime",
    "setup_requires": "build",
    "tests_require": "test",
    "extras_require": "optional",
}
_LARGEST = 1_000_000


def parse(data: bytes, path: str) -> Inventory:
    """Plain texts in lists and dictionaries, also where a name stands for them; what is computed is said to be."""
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
    found: list[Dependency] = []
    links: list[Setting] = []
    includes: list[Setting] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _called(node.func) != "setup":
            continue
        for keyword in node.keywords:
            if keyword.arg == "dependency_links":
                links += [Setting("dependency_links", text, line) for text, line in _texts([keyword.value])[0]]
            if keyword.arg not in _KEYS:
                continue
            texts, computed = _texts(_values(keyword.value, tree))
            for text, line in texts:
                rows = (row.strip() for row in text.split("\n"))
                found += [pypi.dependency(row, _KEYS[keyword.arg], line, path) for row in rows if row]
            includes += [Setting("computed", f"{keyword.arg} = {text}", line) for text, line in computed]
    return Inventory(pypi.ECOSYSTEM, tuple(found), registries=tuple(links), includes=tuple(includes))


def _values(value: ast.expr, tree: ast.Module) -> list[ast.expr]:
    """What a keyword is given; for a name, everything that is assigned, added or appended to it anywhere."""
    import ast

    if not isinstance(value, ast.Name):
        return [value]
    found: list[ast.expr] = []
    for node in ast.walk(tree):
        targets: list[ast.expr] = []
        if isinstance(node, ast.Assign):
            targets = node.targets
        elif isinstance(node, ast.AugAssign | ast.AnnAssign) and node.value:
            targets = [node.target]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and _is(node.func.value, value.id):
            found += node.args
        if any(_is(target, value.id) for target in targets):
            found += [node.value] if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign) and node.value else []
    return found or [value]


def _is(node: ast.expr, name: str) -> bool:
    """True for the name itself or a member of it."""
    import ast

    node = node.value if isinstance(node, ast.Subscript) else node
    return isinstance(node, ast.Name) and node.id == name


def _texts(values: list[ast.expr]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """``(text, line)`` of every literal below ``values``, and ``(source, line)`` of what is computed instead."""
    import ast

    texts: list[tuple[str, int]] = []
    computed: list[tuple[str, int]] = []
    pending = list(reversed(values))
    while pending:
        value = pending.pop()
        if isinstance(value, ast.List | ast.Tuple | ast.Set):
            pending += reversed(value.elts)
        elif isinstance(value, ast.Dict):
            pending += reversed(value.values)
        elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            pending += [value.right, value.left]
        elif isinstance(value, ast.Starred):
            pending.append(value.value)
        elif isinstance(value, ast.Constant):
            texts += [(value.value, value.lineno)] if isinstance(value.value, str) else []
        else:
            computed.append((_source(value), value.lineno))
    return texts, computed


def _source(value: ast.expr) -> str:
    import ast

    try:
        return ast.unparse(value)[:200]
    except RecursionError:
        return "an expression"


def _called(func: ast.expr) -> str:
    import ast

    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""
