# SPDX-License-Identifier: Apache-2.0
"""Every kind and every detector there is, and the index of their anchors that the scanner loads instead of them.

``python -m gatekeeper.rules.secrets.catalogue`` writes ``index.py`` anew.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from gatekeeper.rules.secrets.kinds import Kind
from gatekeeper.rules.secrets.loading import PACKAGE, load
from gatekeeper.rules.secrets.words import words_of

FAMILIES = words_of("ai chat cloud code_hosts identity money monitoring packages social stores work")
DETECTORS = words_of(
    "armor.PrivateKeyDetector keys.PuttyKeyDetector keys.JsonWebKeyDetector keys.XmlKeyDetector keys.BareKeyDetector"
    " urls.UrlDetector files.OracleUrlDetector kubernetes.SecretManifestDetector files.NetrcDetector"
    " files.PgpassDetector files.PasswordHashDetector sql.DumpDetector sql.StatementDetector"
    " headers.AuthorizationDetector commands.CommandDetector commands.UserOptionDetector"
    " commands.PipedPasswordDetector calls.PasswordCallDetector calls.KeyCallDetector assignment.AssignmentDetector"
)
_WIDTH = 119


def kinds_of(family: str) -> tuple[Kind, ...]:
    """The kinds of one family, in their order in its file."""
    found: tuple[Kind, ...] = import_module(f"{PACKAGE}.families.{family}").KINDS
    return found


def kinds() -> tuple[Kind, ...]:
    """Every kind of every family."""
    return tuple(kind for family in FAMILIES for kind in kinds_of(family))


def index() -> str:
    """The source of ``index.py``: constants alone, so that loading it constructs nothing."""
    addresses = [*DETECTORS, *(f"{family}.{at}" for family in FAMILIES for at in range(len(kinds_of(family))))]
    owners: dict[tuple[bytes, bool], list[str]] = {}
    for address in addresses:
        detector = load(address)
        for literal in detector.anchors:
            owners.setdefault((literal, detector.folds), []).append(address)
    lines = [""]
    for (literal, folds), found in owners.items():
        entry = f"({_quoted(literal)}, {folds}, {_quoted(' '.join(found))}),"
        if len(lines[-1]) + len(entry) > _WIDTH:
            lines.append("")
        lines[-1] += f" {entry}" if lines[-1] else f"    {entry}"
    return _HEAD + "\n".join(lines) + "\n)\n"


def _quoted(value: bytes | str) -> str:
    """``value`` as a literal in double quotes."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    inner = "".join("\\t" if c == "\t" else f"\\{c}" if c in '"\\' else c for c in text)
    return f'{"b" if isinstance(value, bytes) else ""}"{inner}"'


_HEAD = '''# SPDX-License-Identifier: Apache-2.0
# fmt: off
"""Which detectors look at which anchor. Written by ``python -m gatekeeper.rules.secrets.catalogue``."""

from __future__ import annotations

ANCHORS: tuple[tuple[bytes, bool, str], ...] = (
'''

if __name__ == "__main__":
    Path(__file__).with_name("index.py").write_text(index(), encoding="ascii")
