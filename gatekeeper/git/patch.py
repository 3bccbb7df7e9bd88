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
    named = _named_files(patch)
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
    if not changed or not changed <= named:
        raise CannotDecide("what git applies of the patch is not what its text names", "send a plain git diff")
    return Commit(repository.zero, tree, parents, NOBODY, NOBODY, b"", (), b"")


def _named_files(patch: bytes) -> set[bytes]:
    """Every path that the text names, as ``unidiff`` reads it and as git's own rename lines say."""
    from unidiff.errors import UnidiffParseError
    from unidiff.patch import PatchSet

    try:
        files = PatchSet(patch.decode("utf-8", "surrogateescape").splitlines(keepends=True))
    except UnidiffParseError as error:
        raise CannotDecide(f"the patch is no unified diff: {error}", "make one with: git diff --binary") from error
    named = {name for file in files for name in (file.source_file, file.target_file, file.path) if name}
    paths = {name[2:] if name.startswith(("a/", "b/")) else name for name in named}
    if not paths:
        raise CannotDecide("the patch names no file, so nothing would be inspected", "make one with: git diff")
    return {path.encode("utf-8", "surrogateescape") for path in paths}
