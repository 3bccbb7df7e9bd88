# SPDX-License-Identifier: Apache-2.0
"""Where each value of the policy in force came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from gatekeeper.policy.document import to_document
from gatekeeper.policy.effective import Effective, Layer
from gatekeeper.policy.presets import RULES
from gatekeeper.policy.reading import BYTES, SECONDS

_NOT_SETTINGS = ("version", "levels", "paths", "stated")
_COUNTS = ("approval.require", "approval.policy_changes", "break_glass.teams")
_TIMES = ("approval.expires", "dependencies.cooldown", "run.limits.wall")
_SIZES = ("run.limits.memory", "run.limits.file_size")


class Row(NamedTuple):
    key: str
    """Dotted, as in the file."""
    value: str
    origin: str
    """``file``, ``target``, ``managed PATH``, ``preset NAME`` or ``default``; several where they were joined."""


def settings(effective: Effective) -> list[Row]:
    """Every setting but the levels, in the order of the file."""
    merged = _flat(to_document(effective.policy))
    flat = [(layer, _flat(to_document(layer.policy))) for layer in effective.layers]
    rows = [Row(key, value, _origin(key, value, flat)) for key, value in merged.items()]
    for path in effective.policy.paths:
        asked = ", ".join(f"{team}: {count}" for team, count in path.approvers)
        words = [path.level, " ".join(path.match), *([f"approvers {asked}"] if asked else []), path.presence or ""]
        said = [
            _name(layer) for layer in effective.layers if any(each.name == path.name for each in layer.policy.paths)
        ]
        rows.append(Row(f"paths.{path.name}", "; ".join(filter(None, words)), " + ".join(said)))
    return rows


def levels(effective: Effective) -> list[Row]:
    """The level in force of every rule."""
    names = dict.fromkeys(info.name for info in RULES if info.name != "paths.*")
    names.update(dict.fromkeys(name for name in effective.policy.levels if not name.endswith(".*")))
    rows = []
    for name in names:
        level = effective.policy.level_of(name)
        layer = next((each for each in effective.layers if each.policy.level_of(name) == level), effective.layers[0])
        family = name.partition(".")[0] + ".*"
        written = {f"levels.{name}", f"levels.{family}"} & set(layer.policy.stated)
        rows.append(Row(name, level, _name(layer) if written else f"preset {layer.policy.preset}"))
    return rows


def _origin(key: str, value: str, flat: list[tuple[Layer, dict[str, str]]]) -> str:
    said = [(layer, values) for layer, values in flat if key in layer.policy.stated or key.startswith("teams.")]
    same = [_name(layer) for layer, values in said if values.get(key) == value]
    joined = [_name(layer) for layer, values in said if key in values]
    if same or joined:
        return same[0] if same else " + ".join(joined)
    strict = next((layer for layer, _ in flat if layer.policy.preset == "strict"), None)
    return "preset strict" if key == "run.isolation" and value == "required" and strict else "default"


def _name(layer: Layer) -> str:
    if layer.kind == "managed":
        return f"managed {layer.source}"
    return layer.kind if layer.kind in ("target", "built-in") else "file"


def _flat(document: Mapping[str, Any]) -> dict[str, str]:
    return {key: value for key, value in _walk("", document) if key.partition(".")[0] not in _NOT_SETTINGS}


def _walk(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping) and key not in _COUNTS:
        for name, inner in value.items():
            yield from _walk(f"{key}.{name}".lstrip("."), inner)
    else:
        yield key, _said(key, value)


def _said(key: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{team}: {count}" for team, count in value.items())
    if isinstance(value, list):
        return " ".join(map(str, value)) or "none"
    if key in _TIMES:
        return _measured(value, SECONDS)
    if key in _SIZES:
        return _measured(value, BYTES)
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _measured(amount: int, units: Mapping[str, int]) -> str:
    """In the largest unit that leaves nothing over."""
    unit = max((name for name in units if amount % units[name] == 0), key=lambda name: units[name])
    return f"{amount // units[unit]}{unit}" if amount else "0s"
