# SPDX-License-Identifier: Apache-2.0
"""The policy that ``init`` writes: few lines that count, and the rest as comments to grow into."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_LAYOUT = """\
# What gatekeeper asks for in this repository. Reference: docs/policy.md of git-gatekeeper.
# The policy that decides is the one on the default branch before a push, never the proposed one.
# After an edit: raise the serial, then run: gatekeeper policy check .gatekeeper/policy.yaml
version: 1
serial: 1                 # any change under .gatekeeper/ must raise it
repository: {repository}
extends: balanced         # quiet asks rarely, strict asks about every warning
protect: [{protect}]

signers: .gatekeeper/allowed_signers
{teams}
# Agents may sign work and gates may sign decisions; neither ever approves.
agents: [{agents}]
gates: [{gates}]

# levels:                 # rule or family: off, warn, approval or deny; see: gatekeeper explain RULE
#   ci.unpinned-action: warn
# paths:                  # what only some people may change; patterns as in .gitignore, ! takes back
#   - name: ledger
#     match: ["payments/ledger/**", "!payments/ledger/docs/**"]
#     level: approval
#     approvers: {{{first}: 1}}
#     why: money moves here
{approval}
#   presence: touch       # a hardware key that was touched
#   expires: 7d
humans: counts            # a person's signature on a commit is that person's approval of it; same: it is not
# break_glass: {{teams: {{{first}: 1}}}}
"""
_WHO = "# who approves: principals of the signers file"


def starter(
    repository: str,
    protect: Sequence[str],
    teams: Mapping[str, Sequence[str]],
    agents: Sequence[str] = (),
    gates: Sequence[str] = (),
) -> str:
    """A commented policy file; it parses where its arguments would.

    ``protect`` are full ref patterns. Without teams the file says how to name one, and nothing can be approved.
    """
    first = next(iter(teams), "maintainers")
    return _LAYOUT.format(
        repository=_quoted(repository),
        protect=_list(protect),
        teams=_teams(teams),
        agents=_list(agents),
        gates=_list(gates),
        first=first,
        approval=f"approval:\n  require: {{{first}: 1}}" if teams else "# approval:\n#   require: {maintainers: 1}",
    )


def _teams(teams: Mapping[str, Sequence[str]]) -> str:
    if not teams:
        return f"# teams:                  {_WHO}\n#   maintainers: [you@example.org]"
    return "\n".join([f"teams:                    {_WHO}", *(f"  {name}: [{_list(teams[name])}]" for name in teams)])


def _list(entries: Sequence[str]) -> str:
    return ", ".join(map(_quoted, entries))


def _quoted(text: str) -> str:
    """A YAML scalar that reads back as ``text``; in single quotes unless it is plainly a word."""
    plain = re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._/@+*-]*", text) and text.lower() != "null"
    return text if plain else "'" + text.replace("'", "''") + "'"
