# SPDX-License-Identifier: Apache-2.0
"""Views over bytes in memory, for tests of rules that need no repository."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from gatekeeper.git.diff import added_lines, windows
from gatekeeper.model import ABSENT, MODE_FILE, MODE_LINK, Change, Commit, FileChange, Ident
from gatekeeper.rules.rule import AddedLine, Region, RuleSettings, Side

Content = bytes | str | None
Sides = tuple[Content, Content] | tuple[Content, Content, int, int]
"""Old and new content (None: absent), and where they are not 0o100644 both modes."""
ALICE = Ident(b"Alice", b"alice@example.org", 1_700_000_000, b"+0000")


def commit(message: bytes | str = b"change\n", author: Ident = ALICE, committer: Ident = ALICE) -> Commit:
    """An unsigned commit with one parent, and the raw object that fits."""
    text = message.encode() if isinstance(message, str) else message
    raw = b"tree %s\nparent %s\n" % (b"1" * 40, b"2" * 40)
    for word, who in ((b"author", author), (b"committer", committer)):
        raw += b"%s %s <%s> %d %s\n" % (word, who.name, who.email, who.time, who.zone)
    raw += b"\n" + text
    return Commit(hashlib.sha1(raw).hexdigest(), "1" * 40, ("2" * 40,), author, committer, text, (), raw)


class MemoryDiff:
    """Two trees: ``files`` differ, ``rest`` is what both have besides."""

    def __init__(
        self,
        files: Mapping[str | bytes, Sides],
        rest: Mapping[str | bytes, bytes | str] | None = None,
        settings: RuleSettings | None = None,
    ) -> None:
        self.settings = settings or RuleSettings(repository="example.org/test")
        self._trees: dict[Side, dict[bytes, bytes]] = {"old": {}, "new": {}}
        for name, content in (rest or {}).items():
            self._trees["old"][_bytes(name)] = self._trees["new"][_bytes(name)] = _bytes(content)
        changes = [self._change(_bytes(name), *sides) for name, sides in files.items()]
        self.files = tuple(sorted(changes))
        self.exact_diffs = 0
        """How often a rule asked for an exact diff."""

    def _change(
        self, path: bytes, old: Content, new: Content, old_mode: int = MODE_FILE, new_mode: int = MODE_FILE
    ) -> FileChange:
        if old is not None:
            self._trees["old"][path] = _bytes(old)
        if new is not None:
            self._trees["new"][path] = _bytes(new)
        modes = (ABSENT if old is None else old_mode, ABSENT if new is None else new_mode)
        return FileChange(path, *modes, _oid(old), _oid(new))

    def new(self, file: FileChange) -> bytes:
        return b"" if file.new_mode == 0o160000 else self._trees["new"].get(file.path, b"")

    def old(self, file: FileChange) -> bytes:
        return b"" if file.old_mode == 0o160000 else self._trees["old"].get(file.path, b"")

    def olds(self, file: FileChange) -> tuple[bytes, ...]:
        return (self.old(file),)

    def added(self, file: FileChange) -> tuple[AddedLine, ...]:
        self.exact_diffs += 1
        return tuple(AddedLine(*line) for line in added_lines(self.old(file), self.new(file)))

    def region(self, file: FileChange) -> Region:
        new = self.new(file)
        _, _, start, end = windows(self.old(file), new)
        return Region(new[start:end], new.count(b"\n", 0, start) + 1)

    def is_binary(self, file: FileChange) -> bool:
        content = self.new(file)
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            try:
                content.decode("utf-16")
            except UnicodeDecodeError:
                return b"\0" in content[:8000]
            return False
        return b"\0" in content[:8000]

    def read_tree(self, path: bytes, side: Side) -> bytes | None:
        modes = [file.old_mode if side == "old" else file.new_mode for file in self.files if file.path == path]
        return self._trees[side].get(path) if modes[:1] != [MODE_LINK] else None

    def exists(self, path: bytes, side: Side) -> bool:
        tree = self._trees[side]
        return path in tree or any(name.startswith(path + b"/") for name in tree)

    def entries(self, directory: bytes, side: Side) -> tuple[tuple[int, bytes], ...]:
        prefix = directory + b"/" if directory else b""
        modes = {file.path: file.old_mode if side == "old" else file.new_mode for file in self.files}
        found: dict[bytes, int] = {}
        for path in sorted(self._trees[side]):
            if path.startswith(prefix):
                name, inner, _ = path.removeprefix(prefix).partition(b"/")
                found[name] = 0o40000 if inner else modes.get(path, MODE_FILE)
        return tuple((mode, name) for name, mode in found.items())


class MemoryCommit(MemoryDiff):
    """A commit that makes ``files`` of what was there."""

    def __init__(
        self,
        files: Mapping[str | bytes, Sides] | None = None,
        rest: Mapping[str | bytes, bytes | str] | None = None,
        settings: RuleSettings | None = None,
        commit: Commit | None = None,
    ) -> None:
        super().__init__(files or {}, rest, settings)
        self.commit = commit or _default_commit()


class MemoryChange:
    """A change whose net effect is ``net``."""

    def __init__(
        self,
        net: MemoryDiff | None = None,
        change: Change | None = None,
        protected: bool = True,
        objection: str | None = None,
        tag: bytes | None = None,
        paths: frozenset[bytes] | None = None,
    ) -> None:
        self.net = net or MemoryDiff({})
        self.settings = self.net.settings
        self.change = change or Change("refs/heads/main", "1" * 40, "2" * 40, ("2" * 40,), "3" * 40)
        self.protected = protected
        self.paths = frozenset(file.path for file in self.net.files) if paths is None else paths
        self.tag = tag
        self._objection = objection

    def policy_objection(self) -> str | None:
        return self._objection


def _default_commit() -> Commit:
    return commit()


def _bytes(value: bytes | str | None) -> bytes:
    return value.encode() if isinstance(value, str) else value or b""


def _oid(content: Content) -> str:
    return "0" * 40 if content is None else hashlib.sha1(_bytes(content)).hexdigest()
