# SPDX-License-Identifier: Apache-2.0
"""Whether a pattern of ``.gitattributes`` means text files."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from gatekeeper.model import MODE_GITLINK, MODE_LINK
from gatekeeper.policy.match import compile_paths
from gatekeeper.rules import filetypes
from gatekeeper.rules.rule import CommitView

MODE_TREE = 0o40000
_OPAQUE = filetypes.words(
    "7z a apk bin bz2 class db deb dll dmg doc docx dylib ear exe gz iso jar jks keystore lib lz4 mo msi npy npz o "
    "obj ods odt onnx parquet pcap pkl ppt pptx pyc pyd rar rpm so sqlite sqlite3 swf tar tgz war wasm whl xls xlsx xz "
    "zip zst"
)
"""Extensions of files that are binary by nature."""
_ENTRIES, _QUESTIONS = 20_000, 16
"""Files of the tree and patterns of one file that are looked at, before a pattern counts as one that means text."""
_SNIFF = 8000


class TextFiles:
    """The text files that the patterns of one ``.gitattributes`` can mean."""

    def __init__(self, view: CommitView, attributes: bytes) -> None:
        self._view = view
        self._folder = attributes.rpartition(b"/")[0]
        self._paths: list[bytes] | None = None
        self._text: dict[bytes, bool] = {}
        self._questions = 0

    def matched_by(self, pattern: bytes) -> bool:
        """True where ``pattern`` means text: by its extension, or by the files of the tree."""
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
        self._questions += 1
        if self._paths is None:
            self._paths = list(islice(self._files(), _ENTRIES + 1))
        if self._questions > _QUESTIONS or len(self._paths) > _ENTRIES:
            return True
        start = len(self._folder) + 1 if self._folder else 0
        return any(matcher.matches(path[start:]) and self._is_text(path) for path in self._paths)

    def _is_text(self, path: bytes) -> bool:
        if path not in self._text:
            content = self._view.read_tree(path, "new")
            self._text[path] = content is not None and b"\0" not in content[:_SNIFF]
        return self._text[path]

    def _files(self) -> Iterator[bytes]:
        """Regular files below the folder, in the new tree."""
        waiting = [self._folder]
        while waiting:
            at = waiting.pop()
            for mode, name in self._view.entries(at, "new"):
                path = at + b"/" + name if at else name
                if mode == MODE_TREE:
                    waiting.append(path)
                elif mode not in (MODE_LINK, MODE_GITLINK):
                    yield path
