# SPDX-License-Identifier: Apache-2.0
"""A unified diff as a commit that does not exist yet."""

from __future__ import annotations

import os

from gatekeeper.errors import CannotDecide
from gatekeeper.git.objects import Objects
from gatekeeper.git.rawdiff import diff_trees
from gatekeeper.git.staged import NOBODY
from gatekeeper.model import Commit


def patched_commit(objects: Objects, base: str, patch: bytes) -> Commit:
    """``patch`` applied to the commit ``base`` (zeros: to nothing), in the clean room. Its id is all zeros.

    Raises CannotDecide where the text is no diff, does not apply, or names other files than it changes.
    """
    _refuse_what_is_no_diff(patch)
    room, repository = objects.room, objects.repository
    extra = {"GIT_INDEX_FILE": os.path.join(room.path, "index")}
    parents = () if base == repository.zero else (base,)
    old_tree = objects.commit(base).tree if parents else repository.empty_tree
    if parents:
        room.run("read-tree", old_tree, extra=extra)
    done = room.run("apply", "--cached", "--whitespace=nowarn", "-", stdin=patch, check=False, extra=extra)
    if done.returncode:
        raise CannotDecide(
            "the patch does not apply: " + done.stderr.decode("utf-8", "replace").strip(),
            "name the commit it was made on: gatekeeper check --patch FILE --target REF",
        )
    tree = room.run("write-tree", extra=extra).stdout.decode().strip()
    changed = {file.path for file in next(diff_trees(objects, [(old_tree, tree)]))}
    hidden = [path for path in changed if path not in patch and _quoted(path) not in patch]
    if not changed or hidden:
        raise CannotDecide("what git applies of the patch is not what its text names", "send a plain git diff")
    return Commit(repository.zero, tree, parents, NOBODY, NOBODY, b"", (), b"")


def _refuse_what_is_no_diff(patch: bytes) -> None:
    """Held against a second reader of the format, so that nothing passes which only one of them takes for a diff."""
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    try:
        files = PatchSet(patch.decode("utf-8", "surrogateescape").splitlines(keepends=True))
    except UnidiffParseError as error:
        raise CannotDecide(f"the patch is no unified diff: {error}", "make one with: git diff --binary") from error
    if not files:
        raise CannotDecide("the patch names no file, so nothing would be inspected", "make one with: git diff")


def _quoted(path: bytes) -> bytes:
    """A path as git writes it in a header where it holds odd bytes, without the quotes and the ``a/`` before it."""
    known = {7: b"\\a", 8: b"\\b", 9: b"\\t", 10: b"\\n", 11: b"\\v", 12: b"\\f", 13: b"\\r", 34: b'\\"', 92: b"\\\\"}
    return b"".join(known.get(byte, b"\\%03o" % byte if not 32 <= byte < 127 else bytes([byte])) for byte in path)
