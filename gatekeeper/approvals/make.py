# SPDX-License-Identifier: Apache-2.0
"""Saying and signing: approvals, rejections, revocations.

What is to be said is a value first, so that it can be judged before anybody is asked for a touch or a PIN.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from gatekeeper.approvals.predicates import (
    Approval,
    Displayed,
    Rejection,
    Revocation,
    approval_predicate,
    rejection_predicate,
    revocation_predicate,
)
from gatekeeper.approvals.read import Said
from gatekeeper.errors import SignatureInvalid, SigningFailed
from gatekeeper.git.content import Content
from gatekeeper.model import Change, Finding, PolicyId
from gatekeeper.signing import dsse, keygen, keys, statement
from gatekeeper.signing.seal import seal
from gatekeeper.signing.sshsig import Verified
from gatekeeper.signing.statement import Statement

NONCE = 16
"""Bytes."""


def displayed(text: str, summary: str) -> Displayed:
    """What stands in the statement about ``text``, which the approver was shown."""
    return Displayed(hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest(), summary)


def approval(
    change: Change,
    content: Content,
    findings: Iterable[Finding],
    *,
    repository: str,
    policy: PolicyId,
    approver: str,
    key: Verified,
    shown: Displayed,
    reason: str,
    now: int,
    expires: int,
    nonce: bytes,
) -> Approval:
    """The approval of ``change``, which has a target and merges cleanly. Times in seconds since the epoch."""
    assert change.target is not None
    assert change.result_tree is not None
    said = Approval(
        id="",
        approver=approver,
        key=key,
        repository=repository,
        target=change.target,
        base=change.base,
        head=change.head,
        commits=change.commits,
        result_tree=change.result_tree,
        content=content,
        policy_sha256=policy.sha256,
        policy_serial=policy.serial,
        findings=frozenset(finding.fingerprint for finding in findings),
        displayed=shown,
        reason=reason,
        not_before=now,
        expires=expires,
        nonce=nonce.hex(),
    )
    return said._replace(id=identity(said))


def identity(said: Said) -> str:
    """The id that the statement ``said`` has once it is signed."""
    kind, predicate = _spoken(said)
    payload = statement.build(kind, (said.head,), predicate)
    return hashlib.sha256(dsse.pae(dsse.PAYLOAD_TYPE, payload)).hexdigest()


def sign(said: Said, key: str, environ: Mapping[str, str]) -> Statement:
    """``said`` signed with ``key``, as ``signing.keygen.sign`` takes it. The line to note is ``.envelope.line``.

    Raises SigningFailed; also where the line would be longer than servers take.
    """
    kind, predicate = _spoken(said)
    sealed = seal(kind, (said.head,), predicate, key, environ)
    if len(sealed.envelope.line) > dsse.LINE_LIMIT:
        raise SigningFailed(
            f"the statement is {len(sealed.envelope.line)} bytes long, and servers take {dsse.LINE_LIMIT}",
            "land the change in smaller parts, or as one squashed commit",
        )
    return sealed


def expected_key(key: str) -> Verified:
    """What a signature by ``key`` can prove at best: a hardware key that it was touched, and who touched it.

    ``key`` as for :func:`sign`, with ``~/`` expanded. Raises SigningFailed where there is none that is accepted.
    """
    try:
        found = keys.parse_line(keygen.public_line(key))
    except SignatureInvalid as reason:
        raise SigningFailed(f"{key}: {reason}", "sign with another key: --key PATH") from reason
    hardware = found.hardware
    return Verified(
        key=found.blob,
        fingerprint=keys.fingerprint(found.blob),
        key_type=found.key_type,
        hardware=hardware,
        touched=hardware,
        verified=hardware,
        counter=None,
        application=found.application,
    )


def _spoken(said: Said) -> tuple[str, dict[str, object]]:
    if isinstance(said, Approval):
        return statement.APPROVAL, approval_predicate(said)
    if isinstance(said, Rejection):
        return statement.REJECTION, rejection_predicate(said)
    assert isinstance(said, Revocation)
    return statement.REVOCATION, revocation_predicate(said)
