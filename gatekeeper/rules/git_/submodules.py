# SPDX-License-Identifier: Apache-2.0
"""Submodules: which commit they point at, and where ``.gitmodules`` fetches them from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from gatekeeper.model import MODE_EXEC, MODE_FILE, MODE_GITLINK, FileChange, Hit
from gatekeeper.policy.match import fold
from gatekeeper.rules import fingerprint
from gatekeeper.rules.git_.gitconfig import NotGitConfig, Setting, parse
from gatekeeper.rules.git_.names import may_be
from gatekeeper.rules.rule import CommitView

RULE = "git.submodule"
MODULES = b".gitmodules"
LARGEST = 1 << 20
"""Bytes of it that are read."""


class Submodules:
    names = (RULE,)

    def inspect(self, view: CommitView) -> Iterator[Hit]:
        for file in view.files:
            if MODE_GITLINK in (file.old_mode, file.new_mode):
                yield _pointer(file)
            if b"/" not in file.path and may_be(MODULES, file.path) and fold(file.path) == MODULES:
                yield from _modules(view, file)


def _pointer(file: FileChange) -> Hit:
    if file.new_mode != MODE_GITLINK:
        message = "removes a submodule"
    elif file.old_mode != MODE_GITLINK:
        message = f"adds a submodule at commit {file.new_oid[:12]}, whose content is not part of this change"
    else:
        message = f"moves a submodule from commit {file.old_oid[:12]} to {file.new_oid[:12]}"
    return Hit(RULE, file.path, None, message, fingerprint.file_change(RULE, file, b"", b""))


def _modules(view: CommitView, file: FileChange) -> Iterator[Hit]:
    new = view.new(file)
    mark = fingerprint.file_change(RULE, file, view.old(file), new)
    if file.removed:
        yield Hit(RULE, file.path, None, "removes .gitmodules", mark)
    elif file.new_mode not in (MODE_FILE, MODE_EXEC):
        yield Hit(RULE, file.path, None, ".gitmodules is not a regular file", mark, "deny")
    elif len(new) > LARGEST:
        yield Hit(RULE, file.path, None, f".gitmodules has {len(new):,} bytes, which no project needs", mark, "deny")
    elif file.path != MODULES:
        yield Hit(RULE, file.path, None, "some systems take it for .gitmodules", mark, "deny")
    else:
        yield from _settings(file, view.olds(file), new, mark)


def _settings(file: FileChange, olds: tuple[bytes, ...], new: bytes, mark: str) -> Iterator[Hit]:
    try:
        settings = parse(new)
    except NotGitConfig as error:
        yield Hit(RULE, file.path, None, f".gitmodules cannot be read ({error})", mark)
        return
    before = {setting._replace(line=0) for old in olds for setting in _readable(old)}
    yield Hit(RULE, file.path, None, "changes where submodules come from", mark)
    for setting in settings:
        problem = _problem(setting)
        if problem is not None and setting._replace(line=0) not in before:
            parts = (setting.section, setting.name, setting.key, setting.value)
            text = fingerprint.changed(RULE, file.path, *parts)
            yield Hit(RULE, file.path, setting.line, problem, text, "deny")


def _readable(old: bytes) -> tuple[Setting, ...]:
    try:
        return parse(old)
    except NotGitConfig:
        return ()


def _problem(setting: Setting) -> str | None:
    """What makes a setting one that no honest project has; None for the others."""
    if setting.section != b"submodule":
        return None
    name, value = setting.name, setting.value
    if any(part in (b"..", b".git") for part in re.split(rb"[/\\]", name)) or name.startswith((b"-", b"/", b"\\")):
        return "the submodule's name leads out of .git/modules"
    if _control().search(name) or _control().search(value):
        return f"the submodule's {setting.key.decode()} holds control characters"
    if setting.key == b"url":
        return _url_problem(value)
    if setting.key == b"path":
        return _path_problem(value)
    if setting.key == b"update" and value.lstrip().startswith(b"!"):
        return "the submodule's update setting runs a command"
    if setting.key == b"branch" and value.startswith(b"-"):
        return "the submodule's branch reads as an option"
    return None


def _url_problem(url: bytes) -> str | None:
    folded = url.strip().lower()
    if folded.startswith(b"-"):
        return "the submodule's URL reads as an option of a program"
    if re.match(rb"[a-z0-9+.-]+::", folded):
        return "the submodule's URL names a remote helper, which can run any command"
    if folded.startswith((b"file:", b"/", b"\\", b"~")) or re.match(rb"[a-z]:[/\\]", folded):
        return "the submodule's URL is a path of the machine that fetches it"
    if re.match(rb"(?:[a-z+]+://)?(?:[^/@]*@)?-", folded) or re.search(rb"%0[0ad]", folded):
        return "the submodule's URL carries an option or a line break into another program"
    return None


def _path_problem(path: bytes) -> str | None:
    parts = path.replace(b"\\", b"/").split(b"/")
    if path.startswith(b"-"):
        return "the submodule's path reads as an option of a program"
    if path.startswith((b"/", b"\\")) or b".." in parts:
        return "the submodule's path leads out of the tree"
    if b".git" in fold(path).split(b"/"):
        return "the submodule's path is inside .git"
    return None


@cache
def _control() -> re.Pattern[bytes]:
    return re.compile(rb"[\0-\x1f\x7f]")
