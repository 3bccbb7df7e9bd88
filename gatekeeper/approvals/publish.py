# SPDX-License-Identifier: Apache-2.0
"""Noting a signed statement on the commit that it is about."""

from __future__ import annotations

from gatekeeper.git import notes
from gatekeeper.git.recordrefs import APPROVALS
from gatekeeper.git.store import Store
from gatekeeper.signing.statement import Statement


def proposed_tip(store: Store, sealed: Statement, principal: str, now: int) -> str | None:
    """The notes commit that would hold ``sealed``, written without moving the ref; None where it is noted already.

    What a gate makes of it can then be asked before anybody else sees it.
    """
    planned = notes.plan(store, store.ref(APPROVALS), _additions(sealed), _ident(principal), now)
    if planned is None:
        return None
    store.write(planned.objects)
    return planned.tip


def publish(store: Store, sealed: Statement, principal: str, now: int) -> None:
    """Append ``sealed`` to the approvals ref. Raises RefLocked, StateUnwritable, GitFailed."""
    notes.append(store, APPROVALS, _additions(sealed), _ident(principal), now)


def _additions(sealed: Statement) -> dict[str, list[bytes]]:
    return {oid: [sealed.envelope.line] for oid in sealed.subjects}


def _ident(principal: str) -> bytes:
    name = "".join(char for char in principal if char not in "<>\n")
    return f"{name} <{name}>".encode()
