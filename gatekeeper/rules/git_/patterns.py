# SPDX-License-Identifier: Apache-2.0
"""Whether a pattern of ``.gitattributes`` means text files."""

from __future__ import annotations

from collections.abc import Iterator

from gatekeeper.policy.match import compile_paths
from gatekeeper.rules import filetypes
from gatekeeper.rules.rule import CommitView

MODE_TREE, MODE_GITLINK, MODE_LINK = 0o40000, 0o160000, 0o120000
_OPAQUE = filetypes.words(
    "7z a apk bin bz2 class db deb dll dmg doc docx dylib ear exe gz iso jar jks keystore lib lz4 mo msi npy npz o "
    "obj ods odt onnx parquet pcap pkl ppt pptx pyc pyd rar rpm so sqlite sqlite3 swf tar tgz war wasm whl xls xlsx xz "
    "zip zst"
)
"""Extensions of files that are binary by nature."""
_LIMIT = 20_000
"""Entries of the tree that are looked at before a pattern counts as one that means text."""
_SNIFF = 8000


def matches_text(view: CommitView, attributes: bytes, pattern: bytes) -> bool:
    """True where ``pattern``, in the file at ``attributes``, means text: by its extension, or by files of the tree."""
    kind = filetypes.extension(b"x" + filetypes.file_name(pattern))
    sample = b"x." + kind
    if kind and (filetypes.is_media_by_name(sample) or kind in _OPAQUE):
        return False
    if kind and filetypes.is_text_by_name(sample):
        return True
    try:
        matcher = compile_paths([pattern.decode("utf-8", "surrogateescape")])
    except ValueError:
        return True
    folder = attributes.rpartition(b"/")[0]
    start = len(folder) + 1 if folder else 0
    for count, path in enumerate(_files(view, folder)):
        if count > _LIMIT:
            return True
        if matcher.matches(path[start:]) and b"\0" not in (view.read_tree(path, "new") or b"\0")[:_SNIFF]:
            return True
    return False


def _files(view: CommitView, folder: bytes) -> Iterator[bytes]:
    """Regular files below a folder of the new tree."""
    waiting = [folder]
    while waiting:
        at = waiting.pop()
        for mode, name in view.entries(at, "new"):
            path = at + b"/" + name if at else name
            if mode == MODE_TREE:
                waiting.append(path)
            elif mode not in (MODE_LINK, MODE_GITLINK):
                yield path
