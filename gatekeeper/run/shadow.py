# SPDX-License-Identifier: Apache-2.0
"""The shadow git directory: what the agent's git finds where the real one is.

It has its own refs, hooks, configuration and objects; the real objects are borrowed from read-only mounts. Of the
real repository it holds the base ref and a few harmless settings, no remote, no other ref, no hook. Everything in it
is written here before the agent starts and read by nobody outside the sandbox afterwards.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from gatekeeper.audit.files import read_file
from gatekeeper.errors import StateUnwritable
from gatekeeper.git.repository import Repository
from gatekeeper.run.submodules import Submodule

BORROWED = "/run/gatekeeper/objects"
"""Inside: below it, numbered, every folder of real objects."""
COPIED = (
    *("core.filemode", "core.symlinks", "core.ignorecase", "core.precomposeunicode", "core.autocrlf", "core.eol"),
    *("core.safecrlf", "core.whitespace", "core.bigfilethreshold", "core.abbrev", "core.checkstat", "core.trustctime"),
    *("core.protecthfs", "core.protectntfs"),
)
"""Settings that decide what git does with file contents and names, and can run nothing."""
HARMLESS = re.compile("[A-Za-z0-9.,=+-]+")
RESTORED = ("config", "config.worktree", "info/exclude", "objects/info/alternates", "shallow")
NOTHING = "nothing"
"""An empty file beside them, to be mounted over what must not be read."""
HOOK = """\
#!/bin/sh
# The work of a run says which run it was.
exec git interpret-trailers --in-place --no-divider --if-exists doNothing --trailer "Gatekeeper-Run: {run}" "$1"
"""


class Plan(NamedTuple):
    """What a shadow is made from."""

    run: str
    base: str
    base_ref: str | None
    """Full name of the one ref it shows; None where the base is no ref."""
    name: str
    email: str
    """Of the agent, for its commits."""
    worktree: str
    admin: str
    objects: tuple[str, ...]
    """Folders of real objects, as the sandbox numbers them."""
    submodules: tuple[Submodule, ...] = ()


def build(repository: Repository, path: str, plan: Plan, borrowed: str | None = None) -> None:
    """Write the shadow to the new folder ``path``. Raises StateUnwritable.

    ``borrowed`` is where the folders of objects are found inside, numbered; None: where they are on this machine.
    """
    admin = os.path.join("worktrees", plan.admin)
    files: dict[str, str | bytes] = {
        "HEAD": f"ref: {plan.base_ref}\n" if _is_branch(plan.base_ref) else f"{plan.base}\n",
        "config": config(repository, plan),
        "config.worktree": "[core]\n\tbare = true\n",  # there is no main worktree inside
        "packed-refs": _packed(plan),
        "objects/info/alternates": _alternates(plan.objects, borrowed, 0),
        "info/exclude": read_file(os.path.join(repository.common_dir, "info", "exclude")) or b"",
        f"{admin}/HEAD": f"{plan.base}\n",
        f"{admin}/commondir": "../..\n",
        f"{admin}/gitdir": f"{plan.worktree}/.git\n",
    }
    shallow = read_file(os.path.join(repository.common_dir, "shallow"))
    if shallow is not None:
        files["shallow"] = shallow
    number = len(plan.objects)
    for module in plan.submodules:
        files.update(_submodule(module, repository.object_format, borrowed, number))
        number += len(module.objects)
    folders = ["hooks", "refs/heads", "refs/tags", "objects/pack", f"{admin}/logs"]
    folders += [f"modules/{module.name}/refs/heads" for module in plan.submodules]
    write(path, files, folders)
    _hook(os.path.join(path, "hooks", "prepare-commit-msg"), plan.run)


def keep_copy(path: str, copy: str) -> None:
    """Copy what collecting restores into the new folder ``copy``. Raises StateUnwritable."""
    found = {name: read_file(os.path.join(path, name)) for name in RESTORED}
    write(copy, {name: content for name, content in found.items() if content is not None} | {NOTHING: b""})


def point(worktree: str, path: str, admin: str) -> None:
    """Where nothing is mounted over the real git directory: let the worktree itself name the shadow at ``path``."""
    with open(os.path.join(worktree, ".git"), "w", encoding="utf-8", errors="surrogateescape") as file:
        file.write(f"gitdir: {path}/worktrees/{admin}\n")


def config(repository: Repository, plan: Plan) -> str:
    """The shadow's configuration, which collecting restores."""
    sha256 = repository.object_format == "sha256"
    lines = ["[core]", "\trepositoryformatversion = 1", "\tlogAllRefUpdates = true"]
    for key in COPIED:
        value = repository.config(key)
        if value is not None and HARMLESS.fullmatch(value):
            lines.append(f"\t{key.removeprefix('core.')} = {value}")
    lines += ["[extensions]", "\tworktreeConfig = true", *(["\tobjectFormat = sha256"] if sha256 else [])]
    lines += ["[user]", f"\tname = {quoted(plan.name)}", f"\temail = {quoted(plan.email)}"]
    if plan.submodules:
        lines += ["[protocol.file]", "\tallow = always"]  # from the shadows beside this one
    for module in plan.submodules:
        lines += [
            f"[submodule {quoted(module.name)}]",
            f"\turl = {quoted(_module_path(repository.common_dir, module))}",
        ]
    return "\n".join(lines) + "\n"


def bare_config(object_format: str) -> str:
    """The configuration of a bare repository that nobody configures."""
    if object_format == "sha1":
        return "[core]\n\trepositoryformatversion = 0\n\tbare = true\n"
    return f"[core]\n\trepositoryformatversion = 1\n\tbare = true\n[extensions]\n\tobjectFormat = {object_format}\n"


def quoted(value: str) -> str:
    """A value, or a subsection's name, for a git configuration file."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def write(path: str, files: Mapping[str, str | bytes], folders: Iterable[str] = ()) -> None:
    """Make the new folder ``path`` with ``files`` by their paths below it. Raises StateUnwritable."""
    try:
        os.mkdir(path, 0o700)
        for folder in dict.fromkeys([*folders, *(os.path.dirname(name) for name in files)]):
            os.makedirs(os.path.join(path, folder), exist_ok=True)
        for name, content in files.items():
            with open(os.path.join(path, name), "xb") as file:
                file.write(os.fsencode(content) if isinstance(content, str) else content)
    except OSError as error:
        raise StateUnwritable(f"cannot write {path}: {error.strerror}", "make room or permission") from error


def _is_branch(ref: str | None) -> bool:
    return ref is not None and ref.startswith("refs/heads/")


def _packed(plan: Plan) -> str:
    return f"# pack-refs with: peeled fully-peeled sorted \n{plan.base} {plan.base_ref}\n" if plan.base_ref else ""


def _alternates(objects: Sequence[str], borrowed: str | None, first: int) -> str:
    paths = [path if borrowed is None else f"{borrowed}/{first + number}" for number, path in enumerate(objects)]
    return "".join(f"{path}\n" for path in paths)


def _submodule(module: Submodule, object_format: str, borrowed: str | None, first: int) -> dict[str, str | bytes]:
    """A repository inside the shadow from which ``git submodule update`` clones."""
    place = f"modules/{module.name}"
    return {
        f"{place}/HEAD": "ref: refs/heads/base\n",
        f"{place}/config": bare_config(object_format),
        f"{place}/packed-refs": f"# pack-refs with: peeled fully-peeled sorted \n{module.commit} refs/heads/base\n",
        f"{place}/objects/info/alternates": _alternates(module.objects, borrowed, first),
    }


def _module_path(common_dir: str, module: Submodule) -> str:
    return os.path.join(common_dir, "modules", module.name)


def _hook(path: str, run: str) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o755), "w", encoding="ascii") as file:
        file.write(HOOK.format(run=run))
