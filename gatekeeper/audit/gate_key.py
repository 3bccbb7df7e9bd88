# SPDX-License-Identifier: Apache-2.0
"""A gate as the record knows it: its key, its log, and how it signs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from gatekeeper.git.recordrefs import LOG
from gatekeeper.signing import dsse, keygen, keys, sshsig, statement
from gatekeeper.signing.commits import NAMESPACE
from gatekeeper.signing.statement import Statement


class Gate(NamedTuple):
    blob: bytes
    """The public key blob."""
    sign: Callable[[bytes, str], bytes]
    """(message, namespace) to the SSHSIG blob. Raises SigningFailed."""

    @property
    def id(self) -> str:
        """SHA-256, in hex, of the public key blob."""
        return keys.gate_id(self.blob)

    @property
    def log(self) -> str:
        """The full name of this gate's log ref."""
        return LOG + self.id

    @property
    def fingerprint(self) -> str:
        """``SHA256:...``, as ssh-keygen prints it."""
        return keys.fingerprint(self.blob)

    @property
    def ident(self) -> bytes:
        """Who the commits of the record are by."""
        return b"gatekeeper <%b@gates.invalid>" % self.id[:16].encode()

    def sign_commit(self, payload: bytes) -> bytes:
        """The armored signature that git puts into a commit."""
        return sshsig.armor(self.sign(payload, NAMESPACE))

    def seal(self, payload: bytes) -> Statement:
        """The statement whose canonical bytes are ``payload``, signed."""
        signature = self.sign(dsse.pae(dsse.PAYLOAD_TYPE, payload), statement.BY_GATES)
        line = dsse.encode(payload, signature)
        return statement.parse(dsse.parse(line, len(line)))


def open_gate(key: str, environ: Mapping[str, str]) -> Gate:
    """The gate whose key is ``key``, as ``signing.keygen.sign`` takes it. Raises SigningFailed where there is none."""
    blob = keys.parse_line(keygen.public_line(key)).blob
    return Gate(blob, partial(_sign, key, environ))


def _sign(key: str, environ: Mapping[str, str], message: bytes, namespace: str) -> bytes:
    return keygen.sign(message, key, namespace, environ)
