# SPDX-License-Identifier: Apache-2.0
"""What a set-up writes into a repository's git configuration, and the key of the gate that is made there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from gatekeeper.audit.gate_key import open_gate
from gatekeeper.audit.record import begin
from gatekeeper.commands.steps import Step
from gatekeeper.errors import SigningFailed, UsageError
from gatekeeper.git.plumbing import PlumbingStore
from gatekeeper.git.recordrefs import LOG
from gatekeeper.git.repository import Repository
from gatekeeper.signing import keygen, keys

GATE_NAMESPACES = "git,gatekeeper-decision"
PERSON_NAMESPACES = "git,gatekeeper-approval"
ORIGIN_HEAD = "refs/remotes/origin/HEAD"


class GateKey(NamedTuple):
    path: str
    configured: bool
    """True where the environment or git's configuration names it, so that it is not ours to make."""


def gate_key(repository: Repository, environ: Mapping[str, str]) -> GateKey:
    """The key in force: GATEKEEPER_GATE_KEY, git config gatekeeper.gateKey, or the one made here."""
    named = environ.get("GATEKEEPER_GATE_KEY") or repository.config("gatekeeper.gatekey")
    if named:
        return GateKey(keygen.expand_home(named, environ), configured=True)
    return GateKey(os.path.join(repository.state_dir, "gate_key"), configured=False)


def gate_key_step(repository: Repository, environ: Mapping[str, str], principal: str) -> Step:
    """Make the gate's key where none is configured and none was made before."""
    key = gate_key(repository, environ)
    if key.configured or os.path.lexists(key.path):
        return Step(f"gate key {key.path}", None)
    return Step(f"gate key made: {key.path}", partial(_make_key, key.path, principal))


def log_step(repository: Repository, environ: Mapping[str, str], now: int) -> Step:
    """Begin the gate's log: what the refs reach now was there before it, and no record of it will be asked for."""
    key = gate_key(repository, environ)
    if os.path.exists(key.path):
        ref = LOG + keys.gate_id(keys.parse_line(keygen.public_line(key.path)).blob)
        if repository.ref(ref):
            return Step(f"log {ref}", None)
    return Step("this gate's log begun", partial(_begin, repository, environ, key.path, now))


def gate_line(repository: Repository, environ: Mapping[str, str], principal: str) -> str | None:
    """The line of the signers file that lists this gate; None where its key cannot be read."""
    try:
        public = keygen.public_line(gate_key(repository, environ).path)
    except SigningFailed:
        return None
    kind, blob = public.split()[:2]
    return f'{principal} namespaces="{GATE_NAMESPACES}" {kind} {blob}'


def config_step(repository: Repository, key: str, value: str) -> Step:
    """Set one value in the repository's own configuration."""
    if repository.config(key.lower()) == value:
        return Step(f"git config {key} {value}", None)
    return Step(f"git config {key} {value}", partial(_configure, repository, key, (value,)))


def pin_step(repository: Repository, contents: Sequence[bytes]) -> Step:
    """Pin the digests of the files that may land as the first policy and its signers."""
    digests = tuple(sorted(hashlib.sha256(content).hexdigest() for content in contents))
    what = f"git config gatekeeper.pin {' '.join(digest[:12] for digest in digests)}"
    if tuple(sorted(repository.configs("gatekeeper.pin"))) == digests:
        return Step(what, None)
    return Step(what, partial(_configure, repository, "gatekeeper.pin", digests))


def pinned_files(paths: Sequence[str], cwd: str) -> list[bytes]:
    """The contents of ``paths``. Raises UsageError for one that cannot be read."""
    contents = []
    for path in paths:
        try:
            with open(os.path.join(cwd, path), "rb") as file:
                contents.append(file.read())
        except OSError as error:
            raise UsageError(
                f"{path} cannot be pinned: {error.strerror}", "name the policy and signers files"
            ) from error
    return contents


def trust_ref_steps(repository: Repository) -> list[Step]:
    """Set ``gatekeeper.trustRef`` where nothing says yet which ref is trusted. A bare repository trusts HEAD."""
    if repository.bare:
        return []
    known = repository.config("gatekeeper.trustref")
    if known:
        return [Step(f"git config gatekeeper.trustRef {known}", None)]
    found = default_branch(repository)
    return [config_step(repository, "gatekeeper.trustRef", found)] if found else []


def default_branch(repository: Repository) -> str | None:
    """The remote's default branch where there is one, else this repository's by its name, else the only one."""
    remote = repository.symbolic(ORIGIN_HEAD)
    if remote:
        return remote
    heads = repository.refs("refs/heads/")
    named = [name for name in ("refs/heads/main", "refs/heads/master", "refs/heads/trunk") if name in heads]
    only = list(heads) if len(heads) == 1 else []
    unborn = [repository.symbolic("HEAD")] if not heads else []
    return next(iter([*named, *only, *unborn]), None)


def _make_key(path: str, principal: str) -> None:
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    keygen.make(path, principal)


def _begin(repository: Repository, environ: Mapping[str, str], path: str, now: int) -> None:
    with PlumbingStore(repository) as store:
        begin(store, open_gate(path, environ), now)


def _configure(repository: Repository, key: str, values: Sequence[str]) -> None:
    repository.git("config", "--local", "--replace-all", key, values[0])
    for value in values[1:]:
        repository.git("config", "--local", "--add", key, value)
