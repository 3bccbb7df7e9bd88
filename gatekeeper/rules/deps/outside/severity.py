# SPDX-License-Identifier: Apache-2.0
"""How bad an advisory is: what its database says, else its CVSS vector (FIRST, CVSS v3.1 specification, section 7)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

HIGH = 7.0
_WEIGHTS: Mapping[str, Mapping[str, float]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


def is_high(document: Mapping[str, Any]) -> bool:
    """True for high or critical, and where nothing says how bad it is."""
    word = document.get("database_specific")
    word = word.get("severity") if isinstance(word, dict) else None
    if isinstance(word, str):
        return word.upper() in ("HIGH", "CRITICAL")
    rows = document.get("severity")
    scores = [
        score
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, dict) and (score := base_score(str(row.get("score")))) is not None
    ]
    return max(scores) >= HIGH if scores else True


def base_score(vector: str) -> float | None:
    """The base score of a CVSS 3 vector, 0.0 to 10.0; None for any other text."""
    if not vector.startswith(("CVSS:3.0/", "CVSS:3.1/")):
        return None
    metrics = dict(part.partition(":")[::2] for part in vector.split("/")[1:])
    try:
        changed = metrics["S"] == "C"
        weight = {name: values[metrics[name]] for name, values in _WEIGHTS.items()}
        privileges = _PRIVILEGES[metrics["S"]][metrics["PR"]]
    except KeyError:
        return None
    base = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    impact = 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 if changed else 6.42 * base
    if impact <= 0:
        return 0.0
    exploitability = 8.22 * weight["AV"] * weight["AC"] * privileges * weight["UI"]
    return _round_up(min((1.08 if changed else 1.0) * (impact + exploitability), 10.0))


def _round_up(value: float) -> float:
    """Up to one decimal, without the error of floating point (appendix A of the specification)."""
    whole = round(value * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (whole // 10_000 + 1) / 10
