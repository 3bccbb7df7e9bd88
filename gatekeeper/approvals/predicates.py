# SPDX-License-Identifier: Apache-2.0
"""What people say of a change: approvals, rejections, revocations, as values and as signed predicates.

docs/formats.md defines the fields. Fields that are not known are ignored, as in-toto asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from gatekeeper.errors import SignatureInvalid
from gatekeeper.git.content import Content
from gatekeeper.signing.sshsig import Verified
from gatekeeper.signing.times import parse_rfc3339, rfc3339

Predicate = Mapping[str, object]


class Displayed(NamedTuple):
    """What the approver was shown before signing."""

    sha256: str
    """Of the text shown, in UTF-8."""
    summary: str
    """One line; empty where nothing was shown (``--yes``)."""


class Approval(NamedTuple):
    id: str
    approver: str
    """The principal; whoever reads it has checked that this is who signed."""
    key: Verified
    repository: str
    target: str
    base: str
    head: str
    commits: tuple[str, ...]
    """Parents before children."""
    result_tree: str
    content: Content
    policy_sha256: str
    policy_serial: int
    findings: frozenset[str]
    """Fingerprints of the findings that were shown."""
    displayed: Displayed
    reason: str
    not_before: int
    """Seconds since the epoch, as ``expires``."""
    expires: int
    nonce: str


class Rejection(NamedTuple):
    id: str
    approver: str
    repository: str
    target: str
    base: str
    head: str
    content: Content
    reason: str
    nonce: str


class Revocation(NamedTuple):
    id: str
    approver: str
    repository: str
    revokes: str
    """The id of the statement withdrawn."""
    head: str
    """The commit that statement is about."""
    reason: str
    nonce: str


def approval_predicate(said: Approval) -> dict[str, object]:
    """The predicate that :func:`read_approval` reads back."""
    return {
        "repository": said.repository,
        "target": said.target,
        "base": said.base,
        "head": said.head,
        "commits": list(said.commits),
        "resultTree": said.result_tree,
        "content": said.content._asdict(),
        "policy": {"sha256": said.policy_sha256, "serial": said.policy_serial},
        "findings": sorted(said.findings),
        "displayed": said.displayed._asdict(),
        "approver": said.approver,
        "reason": said.reason,
        "notBefore": rfc3339(said.not_before),
        "expires": rfc3339(said.expires),
        "nonce": said.nonce,
    }


def read_approval(identity: str, predicate: Predicate, key: Verified) -> Approval:
    """The approval with the id ``identity``. Raises SignatureInvalid where a field is missing or of another type."""
    content, policy = _mapping(predicate, "content"), _mapping(predicate, "policy")
    displayed = _mapping(predicate, "displayed")
    return Approval(
        identity,
        _text(predicate, "approver"),
        key,
        _text(predicate, "repository"),
        _text(predicate, "target"),
        _text(predicate, "base"),
        _text(predicate, "head"),
        _texts(predicate, "commits"),
        _text(predicate, "resultTree"),
        _content(content),
        _text(policy, "sha256"),
        _number(policy, "serial"),
        frozenset(_texts(predicate, "findings")),
        Displayed(_text(displayed, "sha256"), _text(displayed, "summary")),
        _text(predicate, "reason"),
        parse_rfc3339(_text(predicate, "notBefore")),
        parse_rfc3339(_text(predicate, "expires")),
        _text(predicate, "nonce"),
    )


def rejection_predicate(said: Rejection) -> dict[str, object]:
    """The predicate that :func:`read_rejection` reads back."""
    fields: dict[str, object] = said._asdict()
    del fields["id"]
    return {**fields, "content": said.content._asdict()}


def read_rejection(identity: str, predicate: Predicate) -> Rejection:
    """The rejection with the id ``identity``. Raises SignatureInvalid as :func:`read_approval`."""
    return Rejection(
        identity,
        _text(predicate, "approver"),
        _text(predicate, "repository"),
        _text(predicate, "target"),
        _text(predicate, "base"),
        _text(predicate, "head"),
        _content(_mapping(predicate, "content")),
        _text(predicate, "reason"),
        _text(predicate, "nonce"),
    )


def revocation_predicate(said: Revocation) -> dict[str, object]:
    """The predicate that :func:`read_revocation` reads back."""
    fields: dict[str, object] = said._asdict()
    del fields["id"]
    return fields


def read_revocation(identity: str, predicate: Predicate) -> Revocation:
    """The revocation with the id ``identity``. Raises SignatureInvalid as :func:`read_approval`."""
    return Revocation(identity, *(_text(predicate, name) for name in Revocation._fields[1:]))


def _content(value: Predicate) -> Content:
    return Content(_text(value, "net"), _text(value, "series"), _number(value, "commits"))


def _text(value: Predicate, name: str) -> str:
    found = value.get(name)
    if not isinstance(found, str):
        raise _malformed(name)
    return found


def _number(value: Predicate, name: str) -> int:
    found = value.get(name)
    if type(found) is not int or found < 0:
        raise _malformed(name)
    return found


def _texts(value: Predicate, name: str) -> tuple[str, ...]:
    found = value.get(name)
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise _malformed(name)
    return tuple(found)


def _mapping(value: Predicate, name: str) -> Predicate:
    found = value.get(name)
    if not isinstance(found, dict):
        raise _malformed(name)
    return found


def _malformed(name: str) -> SignatureInvalid:
    return SignatureInvalid(f"its field '{name}' is missing or malformed")
