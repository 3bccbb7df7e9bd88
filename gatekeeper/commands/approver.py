# SPDX-License-Identifier: Apache-2.0
"""What approve, reject and revoke share: the change that is meant, the key and whose it is, the question."""

from __future__ import annotations

import os
from typing import NamedTuple

from gatekeeper.approvals import make
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.signers import candidates
from gatekeeper.commands.subject import Subject, named
from gatekeeper.errors import SignatureInvalid, UsageError
from gatekeeper.git.changes import build_change
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import Repository
from gatekeeper.git.revisions import named_ref, target_tip
from gatekeeper.model import Change
from gatekeeper.report.json import write
from gatekeeper.report.sanitise import line, unicode_text
from gatekeeper.signing import keygen
from gatekeeper.signing.allowed_signers import Signers
from gatekeeper.signing.sshsig import Verified
from gatekeeper.signing.statement import BY_PEOPLE

REASON_LIMIT = 4000
"""Characters."""


class Approver(NamedTuple):
    """A person with a key."""

    principal: str
    key: str
    """As ``signing.keygen.sign`` takes it."""
    best: Verified
    """What a signature by that key can prove at best."""


class Refusal(NamedTuple):
    """Why nothing is signed and nothing is written. A value, not an error: exit code 1."""

    reason: str
    next_step: str = ""


def proposal(objects: Objects, spec: str, target: str | None) -> Subject:
    """The change that ``spec`` names: ``BASE..HEAD``, a branch, a tag, or a commit.

    A commit stands for everything up to it: ``check`` judges one commit by itself, but what lands is a tip.
    Raises UsageError where there is nothing to land.
    """
    subject = named(objects, spec, target)
    change = subject.change
    if ".." not in spec and named_ref(objects.repository, spec)[0] is None:
        tip = target_tip(objects.repository, change.target)
        change = build_change(objects, change.target, tip, change.head, subject.known)
    if not change.commits and not change.creates:
        raise UsageError(
            f"{spec} brings nothing new to {change.target}", "name a branch with commits that it has not, or BASE..HEAD"
        )
    return subject._replace(change=change)


def tips_of(repository: Repository, change: Change) -> dict[str, str]:
    """The commits that the target holds, here and as last seen in remotes, by full name of the ref.

    A tag that is to be created is there already, as the proposal.
    """
    target = change.target or ""
    name = target.removeprefix("refs/heads/")
    is_new_tag = change.creates and target.startswith("refs/tags/")
    found = {target: change.base if is_new_tag else target_tip(repository, target)}
    for full, value in repository.refs("refs/remotes/").items():
        if value.commit and full.split("/", 3)[3:] == [name]:
            found[full] = value.commit
    return found


def key_of(chosen: str | None, repository: Repository, call: Invocation) -> str:
    """The key to sign with: ``--key``, git config ``gatekeeper.key``, ``user.signingKey``, or what ``init`` takes."""
    key = chosen or repository.config("gatekeeper.key") or repository.config("user.signingkey")
    key = key or next((one.removesuffix(".pub") for one in candidates(repository, None, call.environ)), None)
    if not key:
        raise UsageError("no key to sign with is configured", "name one: --key PATH, or git config gatekeeper.key PATH")
    if key.startswith(("key::", "ssh-", "ecdsa-", "sk-")):
        return key
    return os.path.join(call.cwd, keygen.expand_home(key, call.environ))


def approver(key: str, signers: Signers, now: int) -> Approver | Refusal:
    """Whose key it is, by the signers in force. Raises SigningFailed where there is no such key."""
    best = make.expected_key(key)
    try:
        return Approver(signers.principal(best.key, BY_PEOPLE, now), key, best)
    except SignatureInvalid as reason:
        return Refusal(str(reason), "sign with a key of the signers file: --key PATH")


def reason_of(text: str) -> str:
    """What ``--reason`` says. Raises UsageError where it cannot be signed."""
    if len(text) > REASON_LIMIT:
        raise UsageError(f"the reason has {len(text):,} characters", f"write at most {REASON_LIMIT:,}")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise UsageError("the reason is not valid text", "write it in UTF-8") from error
    return text


def has_terminal(call: Invocation) -> bool:
    return call.stdin.isatty() and call.stderr.isatty()


def agrees(call: Invocation, question: str) -> bool:
    """Ask at the terminal; anything but yes is no."""
    call.stderr.write(f"{question} [y/N] ")
    call.stderr.flush()
    return call.stdin.readline().strip().lower() in (b"y", b"yes")


def refuse(call: Invocation, refusal: Refusal, document: dict[str, object] | None) -> int:
    """Say that nothing was written; with ``--json``, in ``document`` too. Exit code 1."""
    lines = [f"gatekeeper: {refusal.reason}", *([f"  next: {refusal.next_step}"] if refusal.next_step else [])]
    call.stderr.write("".join(line(one) + "\n" for one in lines))
    if document is not None:
        write({**document, "refused": unicode_text(refusal.reason)}, call.stdout)
    return 1


def push_hint(repository: Repository, refs: str) -> str:
    """The command that shares ``refs``; empty where there is no remote."""
    remotes = repository.git("remote").stdout.decode("utf-8", "surrogateescape").split()
    remote = "origin" if "origin" in remotes else next(iter(remotes), "")
    return f"git push {remote} {refs}" if remote else ""
