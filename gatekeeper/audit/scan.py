# SPDX-License-Identifier: Apache-2.0
"""Reading a gate's log and checking every signature in it: a pure function of the objects, on all processors.

What comes back is small, so that a hundred thousand entries fit in memory; nothing here judges.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.errors import CannotDecide, SignatureInvalid
from gatekeeper.git import chain, notetree
from gatekeeper.git.commits import parse_commit
from gatekeeper.git.notediff import Comparison
from gatekeeper.git.pack import object_id
from gatekeeper.git.repository import open_repository
from gatekeeper.git.store import Store, open_store
from gatekeeper.model import Commit
from gatekeeper.signing import commits, dsse, keys, sshsig, statement
from gatekeeper.signing.statement import Statement

CHUNK = 1000
"""Entries handed to a process at a time; up to so many are read in this one."""
PROCESSES = min(os.cpu_count() or 1, 8)


class CommitList(NamedTuple):
    """A list of commits too long to be written out."""

    size: int
    sha256: str
    without: tuple[str, ...]


class Decided(NamedTuple):
    """What verifying needs of a decision."""

    target: str | None
    base: str
    tip: str
    """The object id that the target was set to."""
    allowed: bool
    list: CommitList | None
    counted: tuple[str, ...] = ()
    """Ids of what people said for it: statements, and ``commit-signature:<commit>``."""


class Found(NamedTuple):
    """A statement in an entry. Its signature is good."""

    id: str
    kind: str
    """Its predicate type."""
    subjects: tuple[str, ...]
    blob: str
    """Id of the blob that holds its line and nothing else."""
    decided: Decided | None
    """For a decision."""


class EntryFacts(NamedTuple):
    """One entry of a log, read and its signatures checked."""

    oid: str
    parents: tuple[str, ...]
    when: int
    """Seconds since the epoch."""
    key: bytes
    """The public key blob that signed it; empty where ``problem`` says why it is none."""
    found: tuple[Found, ...]
    negative: str | None
    """Id of the tree of negative statements."""
    refs: bool
    """True where it holds the refs at installation."""
    problem: str
    """Fit to follow the entry's id; empty where all is well."""


def scan_log(store: Store, gate_id: str, oids: Sequence[str], chunk: int = CHUNK) -> Iterator[EntryFacts]:
    """The entries ``oids`` of the log of the gate ``gate_id``, in the order given. Raises ObjectMissing.

    More than ``chunk`` are shared out among the processors.
    """
    chunks = [oids[start : start + chunk] for start in range(0, len(oids), chunk)]
    if len(chunks) == 1 or PROCESSES == 1 or not hasattr(os, "fork"):
        for part in chunks:
            yield from scan(store, gate_id, part)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    repository = store.repository
    where = (repository.git_dir, dict(repository.environ), gate_id)
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("fork")) as pool:
        for facts in pool.map(_scan_elsewhere, [where] * len(chunks), chunks):
            yield from facts


def _scan_elsewhere(where: tuple[str, Mapping[str, str], str], oids: Sequence[str]) -> list[EntryFacts]:
    git_dir, environ, gate_id = where
    with open_store(open_repository(".", environ, git_dir=git_dir)) as store:
        return scan(store, gate_id, oids)


def scan(store: Store, gate_id: str, oids: Sequence[str]) -> list[EntryFacts]:
    """As :func:`scan_log`, in this process."""
    read = [_commit(oid, *one) for oid, one in zip(oids, store.read_many(oids), strict=True)]
    trees = store.read_many([commit.tree for commit in read])
    entries = [_entry(commit, tree) for commit, tree in zip(read, trees, strict=True)]
    blobs = store.read_many([entry.statements for entry in entries if entry is not None])
    return [_facts(store, gate_id, commit, entry, blobs) for commit, entry in zip(read, entries, strict=True)]


def _commit(oid: str, kind: str, raw: bytes) -> Commit:
    if kind != "commit":
        raise CannotDecide(f"object {oid} in a gate's log is a {kind}", "check the repository with: git fsck")
    return parse_commit(oid, raw)


def _entry(commit: Commit, tree: tuple[str, bytes]) -> chain.Entry | None:
    try:
        return chain.entry_of(commit, tree)
    except CannotDecide:
        return None  # reported with the entry's signature, which may be good all the same


def _facts(
    store: Store, gate_id: str, commit: Commit, entry: chain.Entry | None, blobs: Iterator[tuple[str, bytes]]
) -> EntryFacts:
    content = next(blobs)[1] if entry is not None else b""
    key, found = b"", []
    problem = "" if entry is not None else "is no entry of a gate's log"
    try:
        key = _signer(commit)
        if keys.gate_id(key) != gate_id:
            problem = f"is signed by {keys.fingerprint(key)}, which is not the gate of this log"
    except SignatureInvalid as reason:
        problem = f"does not count: {reason}"
    for line in notetree.split_lines(content):
        try:
            found.append(check_line(store.object_format, line, gate_id))
        except SignatureInvalid as reason:
            problem = problem or f"holds a line that does not count: {reason}"
    negative, refs = (entry.negative, entry.refs is not None) if entry is not None else (None, False)
    time = commit.committer.time
    return EntryFacts(commit.oid, commit.parents, time, key, tuple(found), negative, refs, problem)


def _signer(commit: Commit) -> bytes:
    blob = sshsig.dearmor(commits.signature_of(commit.raw))
    return sshsig.verify(blob, commits.signed_payload(commit.raw), commits.NAMESPACE).key


def check_line(object_format: str, line: bytes, gate_id: str | None = None) -> Found:
    """The statement in ``line``, its signature checked, whoever made it. Raises SignatureInvalid.

    With ``gate_id``, what gates say must be signed by that gate; what people say was held against the signers
    when it was logged.
    """
    envelope = dsse.parse(line, len(line))
    said = statement.parse(envelope)
    namespace = statement.NAMESPACES[said.predicate_type]
    by_gate = namespace == statement.BY_GATES
    if by_gate and gate_id is not None and keys.gate_id(envelope.key) != gate_id:
        raise SignatureInvalid(f"a {said.predicate_type} by {envelope.keyid}, which is not the gate of this log")
    sshsig.verify(envelope.sig, dsse.pae(envelope.payload_type, envelope.payload), namespace)
    blob = object_id(object_format, "blob", line + b"\n")
    decided = _decided(said) if said.predicate_type == statement.DECISION else None
    return Found(said.id, sys.intern(said.predicate_type), said.subjects, blob, decided)


def _decided(said: Statement) -> Decided:
    predicate = said.predicate
    target, base, head, digest = (predicate.get(name) for name in ("target", "base", "head", "commitsDigest"))
    tip = predicate.get("tag") or predicate.get("landed") or head
    if not isinstance(base, str) or not isinstance(tip, str) or not isinstance(target, str | None):
        raise SignatureInvalid("a decision without target, base or head")
    commits_ = None
    if digest is not None:
        commits_ = _commit_list(digest)
    target = sys.intern(target) if target is not None else None
    return Decided(target, base, tip, predicate.get("verdict") == "allowed", commits_, tuple(_counted(predicate)))


def _counted(predicate: Mapping[str, object]) -> dict[str, None]:
    approvals, findings = predicate.get("approvals"), predicate.get("findings")
    present = approvals.get("present") if isinstance(approvals, dict) else None
    lists = [present, *(one.get("coveredBy") for one in _list(findings) if isinstance(one, dict))]
    return dict.fromkeys(str(oid) for ids in lists for oid in _list(ids))


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else ()


def _commit_list(digest: object) -> CommitList:
    if isinstance(digest, dict):
        count, sha256, without = digest.get("count"), digest.get("sha256"), digest.get("without")
        if isinstance(count, int) and isinstance(sha256, str) and isinstance(without, list):
            return CommitList(count, sha256, tuple(map(str, without)))
    raise SignatureInvalid("a decision whose digest of commits is none")


def negative_ids(store: Store, old: str | None, new: str | None) -> frozenset[str]:
    """Ids that the tree of negative statements ``new`` has and ``old`` has not, or the other way round."""
    return frozenset(one.key for one in Comparison(store, chain.KEY_WIDTH).differences(old, new))
