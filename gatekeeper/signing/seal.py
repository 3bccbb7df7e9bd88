# SPDX-License-Identifier: Apache-2.0
"""Say and sign: from a predicate to the line that goes into a note or the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from gatekeeper.signing import dsse, keygen, statement
from gatekeeper.signing.statement import Statement


def seal(
    predicate_type: str, subjects: Iterable[str], predicate: Mapping[str, object], key: str, environ: Mapping[str, str]
) -> Statement:
    """Build a statement about the commits ``subjects`` and sign it with ``key``, as :func:`keygen.sign` takes it.

    The line to write is ``.envelope.line``. Raises :class:`SigningFailed`.
    """
    payload = statement.build(predicate_type, subjects, predicate)
    namespace = statement.NAMESPACES[predicate_type]
    blob = keygen.sign(dsse.pae(dsse.PAYLOAD_TYPE, payload), key, namespace, environ)
    line = dsse.encode(payload, blob)
    return statement.parse(dsse.parse(line, len(line)))
