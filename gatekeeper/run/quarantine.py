# SPDX-License-Identifier: Apache-2.0
"""Where a run's objects wait until they have been judged: a bare repository that borrows the real one's."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Callable, Mapping

from gatekeeper.errors import CannotDecide, StateUnwritable
from gatekeeper.git import process
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import Repository, open_repository
from gatekeeper.policy.schema import Limits
from gatekeeper.run import shadow

FEW = 100
"""Up to so many objects are promoted loose, as git's ``transfer.unpackLimit`` has it."""
SMALL = 8 << 20
"""Bytes of a pack that is promoted loose at most."""


def create(path: str, repository: Repository, objects: tuple[str, ...]) -> None:
    """Make the empty quarantine ``path``. ``objects`` are the folders of real objects."""
    files = {
        "HEAD": "ref: refs/heads/none\n",
        "config": shadow.bare_config(repository.object_format),
        "objects/info/alternates": "".join(f"{folder}\n" for folder in objects),
    }
    shadow.write(path, files, ("objects/pack", "refs/heads"))
    if repository.shallow:
        shutil.copyfile(os.path.join(repository.common_dir, "shallow"), os.path.join(path, "shallow"))


def receive(path: str, environ: Mapping[str, str], limits: Limits, feed: Callable[[int], None]) -> None:
    """Take in the pack that ``feed`` writes to the descriptor it is given. Nothing else of it is believed.

    git checks every object (``--strict``), within the run's limits of size and memory. Raises CannotDecide.
    """
    env = {**process.clean_environment(environ), "GIT_DIR": path}
    words = ["index-pack", "--stdin", "--strict", f"--max-input-size={limits.file_size}"]
    source, sink = os.pipe()
    try:
        indexing = subprocess.Popen(
            ["git", *words], env=env, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
    except FileNotFoundError as error:
        os.close(sink)
        raise process.missing_git(error) from error
    finally:
        os.close(source)
    try:
        for kind, most in ((resource.RLIMIT_DATA, limits.memory), (resource.RLIMIT_CPU, limits.wall)):
            resource.prlimit(indexing.pid, kind, (most, most))
        feed(sink)
    except BaseException:
        indexing.kill()
        raise
    finally:
        os.close(sink)
        err = indexing.communicate()[1]
    if indexing.returncode:
        said = err.decode("utf-8", "replace").strip().splitlines() or ["it was stopped"]
        raise CannotDecide(
            f"git refuses the agent's objects: {said[-1].removeprefix('fatal: ')}",
            "look at what the run did: gatekeeper run show ID",
        )


def opened(repository: Repository, path: str) -> Repository:
    """The real repository with the quarantine's objects besides: as a server's hook sees a push."""
    own = os.path.join(path, "objects")
    inside = {"GIT_QUARANTINE_PATH": own, "GIT_OBJECT_DIRECTORY": own}
    return open_repository(repository.git_dir, {**repository.environ, **inside}, git_dir=repository.git_dir)


def check_connected(objects: Objects, head: str, base: str) -> None:
    """Everything that ``head`` reaches beyond ``base`` must be there. Raises CannotDecide."""
    objects.commit(head)
    asked = f"{head}\n^{base}\n".encode()
    done = objects.room.run("rev-list", "--objects", "--quiet", "--stdin", stdin=asked, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines() or ["an object is missing"]
        raise CannotDecide(
            f"the agent's history is not whole: {said[-1].removeprefix('fatal: ')}",
            "look at what the run did: gatekeeper run show ID",
        )


def set_branch(path: str, branch: str, head: str) -> None:
    """Name what was collected, for whoever looks into the quarantine."""
    place = os.path.join(path, branch)
    os.makedirs(os.path.dirname(place), exist_ok=True)
    with open(place, "w", encoding="ascii") as file:
        file.write(f"{head}\n")


def promote(path: str, repository: Repository) -> None:
    """Bring all objects of the quarantine into the real repository; no ref moves. Raises StateUnwritable, GitFailed."""
    folder = os.path.join(path, "objects", "pack")
    for name in sorted(name for name in os.listdir(folder) if name.endswith(".pack")):
        pack = os.path.join(folder, name)
        with open(pack, "rb") as file:
            header = file.read(12)
            if int.from_bytes(header[8:], "big") <= FEW and os.path.getsize(pack) <= SMALL:
                repository.git("unpack-objects", "-q", input=header + file.read())
                continue
        _link(pack.removesuffix(".pack"), os.path.join(repository.common_dir, "objects", "pack"))


def promote_part(path: str, repository: Repository, head: str, base: str) -> None:
    """As :func:`promote`, but only what ``head`` has and ``base`` has not."""
    env = {**process.clean_environment(repository.environ), "GIT_DIR": path}
    asked = f"{head}\n^{base}\n".encode()
    pack = process.run(("pack-objects", "--quiet", "--revs", "--stdout"), env, stdin=asked).stdout
    few = int.from_bytes(pack[8:12], "big") <= FEW and len(pack) <= SMALL
    repository.git(*(("unpack-objects", "-q") if few else ("index-pack", "--stdin")), input=pack)


def _link(stem: str, folder: str) -> None:
    """The index comes last: git looks for packs by their indexes."""
    try:
        os.makedirs(folder, exist_ok=True)
        for suffix in (".pack", ".rev", ".idx"):
            target = os.path.join(folder, os.path.basename(stem) + suffix)
            if os.path.exists(stem + suffix) and not os.path.exists(target):
                _copy(stem + suffix, target)
    except OSError as error:
        raise StateUnwritable(f"cannot write {folder}: {error.strerror}", "make room or permission") from error


def _copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another disk, or a file system without links
        draft = f"{target}.{os.getpid()}"
        shutil.copyfile(source, draft)
        os.chmod(draft, 0o444)
        os.replace(draft, target)
