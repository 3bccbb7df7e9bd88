# SPDX-License-Identifier: Apache-2.0
"""Who said what: from one line of a note to a statement and the principal who signed it."""

from __future__ import annotations

from typing import NamedTuple

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import dsse, sshsig, statement
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.dsse import LINE_LIMIT, Envelope
from gatekeeper.signing.sshsig import Verified
from gatekeeper.signing.statement import Statement


class Opened(NamedTuple):
    """A statement whose signature is good and whose signer is listed for its namespace."""

    statement: Statement
    principal: str
    verified: Verified


def open_envelope(line: bytes, signers: Signers, namespace: str, now: int, limit: int = LINE_LIMIT) -> Opened:
    """Read ``line`` (one envelope, without a line end) signed under ``namespace`` by one of ``signers``.

    ``now``, in seconds since the epoch, is the clock by which the key's validity is judged: the verifier's, or that of
    the log entry; never one that the signer chose. Raises :class:`SignatureInvalid` with the reason.
    """
    envelope = dsse.parse(line, limit)
    # Asked before the signature is checked: lines by strangers shall cost next to nothing.
    principal = signers.principal(envelope.key, namespace, now)
    said, verified = open_unlisted(envelope, namespace)
    return Opened(said, principal, verified)


def open_unlisted(envelope: Envelope, namespace: str) -> tuple[Statement, Verified]:
    """The statement and the key that signed it, whoever holds that key. Raises :class:`SignatureInvalid`."""
    said = statement.parse(envelope)
    if statement.NAMESPACES[said.predicate_type] != namespace:
        raise SignatureInvalid(f"{said.predicate_type} is not signed under the namespace {namespace}")
    verified = sshsig.verify(envelope.sig, dsse.pae(envelope.payload_type, envelope.payload), namespace)
    return said, verified
