# SPDX-License-Identifier: Apache-2.0
"""in-toto Statement v1, in the shape that gatekeeper signs: commits as subjects, one of five predicates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gatekeeper.errors import SignatureInvalid
from gatekeeper.signing import canonical
from gatekeeper.signing.dsse import Envelope, statement_id

TYPE = "https://in-toto.io/Statement/v1"
APPROVAL = "urn:gatekeeper:approval:v1"
REJECTION = "urn:gatekeeper:rejection:v1"
REVOCATION = "urn:gatekeeper:revocation:v1"
DECISION = "urn:gatekeeper:decision:v1"
RUN = "urn:gatekeeper:run:v1"

BY_PEOPLE = "gatekeeper-approval"
BY_GATES = "gatekeeper-decision"
NAMESPACES: Mapping[str, str] = {
    APPROVAL: BY_PEOPLE,
    REJECTION: BY_PEOPLE,
    REVOCATION: BY_PEOPLE,
    DECISION: BY_GATES,
    RUN: BY_GATES,
}
"""The SSHSIG namespace in which each kind of statement is signed."""


class Statement(NamedTuple):
    """What an envelope says. Who said it is not known yet."""

    id: str
    """SHA-256, in hex, of the PAE."""
    predicate_type: str
    """A key of :data:`NAMESPACES`."""
    subjects: tuple[str, ...]
    """Object ids of commits, in the order written; at least one, none twice."""
    predicate: Mapping[str, object]
    """As written: each kind's fields are checked by those who use them."""
    envelope: Envelope


def build(predicate_type: str, subjects: Iterable[str], predicate: Mapping[str, object]) -> bytes:
    """The payload to be signed: canonical JSON in UTF-8."""
    statement = {
        "_type": TYPE,
        "subject": [{"digest": {"gitCommit": oid}} for oid in subjects],
        "predicateType": predicate_type,
        "predicate": dict(predicate),
    }
    return canonical.dumps(statement)


def parse(envelope: Envelope) -> Statement:
    """The statement in ``envelope``. Raises :class:`SignatureInvalid` for another shape, or JSON not canonical."""
    document = canonical.loads_canonical(envelope.payload)
    if not isinstance(document, dict) or document.keys() != {"_type", "subject", "predicateType", "predicate"}:
        raise SignatureInvalid("payload is not an in-toto statement")
    if document["_type"] != TYPE:
        raise SignatureInvalid(f"statement is not of type {TYPE}")
    predicate_type, predicate = document["predicateType"], document["predicate"]
    if not isinstance(predicate_type, str) or predicate_type not in NAMESPACES:
        raise SignatureInvalid("statement has a predicate type that gatekeeper does not know")
    if not isinstance(predicate, dict):
        raise SignatureInvalid("the statement's predicate is not an object")
    return Statement(statement_id(envelope), predicate_type, _commits(document["subject"]), predicate, envelope)


def _commits(subjects: object) -> tuple[str, ...]:
    if not isinstance(subjects, list) or not subjects:
        raise SignatureInvalid("statement has no subject")
    commits = [_commit(subject) for subject in subjects]
    if len(set(commits)) != len(commits) or len(set(map(len, commits))) != 1:
        raise SignatureInvalid("statement names a subject twice, or under two hash algorithms")
    return tuple(commits)


def _commit(subject: object) -> str:
    if not isinstance(subject, dict) or not subject.keys() <= {"name", "digest"}:
        raise SignatureInvalid("a subject of the statement is not a name and a digest")
    digest = subject.get("digest")
    if not isinstance(digest, dict) or digest.keys() != {"gitCommit"} or not isinstance(subject.get("name", ""), str):
        raise SignatureInvalid("a subject of the statement is not named by gitCommit alone")
    oid = digest["gitCommit"]
    if not isinstance(oid, str) or not re.fullmatch("[0-9a-f]{40}|[0-9a-f]{64}", oid):
        raise SignatureInvalid("a subject's gitCommit is not a full object id in lower-case hex")
    return oid
