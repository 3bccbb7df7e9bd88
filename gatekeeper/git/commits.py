# SPDX-License-Identifier: Apache-2.0
"""Raw commit and tag objects, parsed as written. Source: git's Documentation/technical and commit.c."""

from __future__ import annotations

from gatekeeper.errors import CannotDecide
from gatekeeper.model import Commit, Ident

SIGNATURE_HEADERS = (b"gpgsig", b"gpgsig-sha256")


def parse_commit(oid: str, raw: bytes) -> Commit:
    """The commit ``oid`` from its object's bytes. Raises CannotDecide where it is not one git would write."""
    header, _, message = raw.partition(b"\n\n")
    tree, parents, signatures = "", [], []
    author = committer = None
    for key, value in _headers(header):
        if key == b"tree" and not tree:
            tree = value.decode("ascii", "replace")
        elif key == b"parent":
            parents.append(value.decode("ascii", "replace"))
        elif key == b"author" and author is None:
            author = parse_ident(oid, value)
        elif key == b"committer" and committer is None:
            committer = parse_ident(oid, value)
        elif key in SIGNATURE_HEADERS:
            signatures.append(value)
        elif key in (b"tree", b"author", b"committer"):
            raise _malformed(oid, f"two {key.decode()} lines")
    if author is None or committer is None or len(tree) != len(oid) or any(len(one) != len(oid) for one in parents):
        raise _malformed(oid, "no tree, author or committer as git writes them")
    return Commit(oid, tree, tuple(parents), author, committer, message, tuple(signatures), raw)


def _headers(header: bytes) -> list[tuple[bytes, bytes]]:
    """(key, value) in order; continuation lines joined with newlines."""
    found: list[tuple[bytes, bytes]] = []
    for line in header.split(b"\n"):
        if line.startswith(b" ") and found:
            key, value = found[-1]
            found[-1] = (key, value + b"\n" + line[1:])
        else:
            key, _, value = line.partition(b" ")
            found.append((key, value))
    return found


def parse_ident(oid: str, line: bytes) -> Ident:
    """``Name <email> seconds zone``; odd ones are read from the right, as git does."""
    name, opened, rest = line.partition(b"<")
    email, closed, when = rest.rpartition(b">")
    seconds, _, zone = when.strip().partition(b" ")
    if not opened or not closed:
        raise _malformed(oid, "an identity without <address>")
    number = int(seconds) if seconds.isdigit() and len(seconds) < 20 else 0
    return Ident(name.strip(), email, number, zone)


def parse_tag(oid: str, raw: bytes) -> tuple[str, str, Ident | None, bytes]:
    """(object id, object type, tagger, message with any signature) of the annotated tag ``oid``."""
    header, _, message = raw.partition(b"\n\n")
    fields = dict(_headers(header))
    if b"object" not in fields or b"type" not in fields:
        raise _malformed(oid, "no object or type line", "tag")
    tagger = parse_ident(oid, fields[b"tagger"]) if b"tagger" in fields else None
    return fields[b"object"].decode("ascii", "replace"), fields[b"type"].decode("ascii", "replace"), tagger, message


def _malformed(oid: str, what: str, kind: str = "commit") -> CannotDecide:
    return CannotDecide(f"{kind} {oid} is malformed: {what}", f"look at it with: git cat-file -p {oid}")
