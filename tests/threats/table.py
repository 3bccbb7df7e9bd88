# SPDX-License-Identifier: Apache-2.0
"""Which threat is shown by which test: ``python -m tests.threats.table`` writes docs/threats.md from the tests."""

from __future__ import annotations

import ast
import re
from pathlib import Path

FOLDER = Path(__file__).parent
DOCUMENT = FOLDER.parents[1] / "docs" / "threats.md"
LATER = {
    11: "an approval carried over a clean rebase: `carry` is read, and a moved base is refused with the reason",
    22: "`presence` is checked on every approval; `doctor` warns of a reachable ssh-agent",
    25: "a hardware key's counter is read, and not yet compared between signatures",
    59: "a forge's status: comes with the forges",
}
"""Threats without a test of their own, and where they stand."""


def document() -> str:
    """The whole page."""
    rows: dict[int, list[tuple[str, str]]] = {}
    for path in sorted(FOLDER.glob("test_threat_[0-9]*.py")):
        number = int(re.findall(r"\d+", path.name)[0])
        said = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").split("\n")[0]
        plain = re.sub(r"^Threats? [\d, and]+(?:, for [a-z]+)?[:.]\s*", "", said)
        rows.setdefault(number, []).append((path.name, plain))
    lines = [
        "# Threats",
        "",
        "What attackers and careless agents try, and the tests that show what happens then. Made from the tests by",
        "`python -m tests.threats.table`; the numbers are those of the project's threat list.",
        "",
        "| threat | what must happen | shown by |",
        "|---|---|---|",
    ]
    for number in sorted(rows):
        for name, said in rows[number]:
            lines.append(f"| {number} | {said} | [{name}](../tests/threats/{name}) |")
    open_ones = [f"- {number}: {said}" for number, said in sorted(LATER.items()) if number not in rows]
    return "\n".join([*lines, "", "Not shown by a test of their own yet:", "", *open_ones, ""])


if __name__ == "__main__":
    DOCUMENT.write_text(document(), "utf-8")
