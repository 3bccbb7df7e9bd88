# SPDX-License-Identifier: Apache-2.0
"""Why gatekeeper stops without a verdict. Each error carries its diagnosis and the next step.

``commands.main`` is the one place that turns them into exit codes.
"""

from __future__ import annotations


class GatekeeperError(Exception):
    """Base of all. ``str()`` is one clear sentence; ``next_step`` is what to do now, or empty."""

    exit_code = 4

    def __init__(self, message: str, next_step: str = "") -> None:
        super().__init__(message)
        self.next_step = next_step


class UsageError(GatekeeperError):
    """The call cannot be what the caller meant."""

    exit_code = 2


class CannotDecide(GatekeeperError):
    """There is no verdict, so the change is blocked."""


class PolicyInvalid(CannotDecide):
    """The policy or its signers cannot be trusted to say what their authors meant."""

    def __init__(self, source: str, line: int | None, message: str, next_step: str = "") -> None:
        place = f"{source}:{line}" if line else source
        super().__init__(f"{place}: {message}", next_step or "correct it with: gatekeeper policy check FILE")
        self.source, self.line = source, line


class ObjectMissing(CannotDecide):
    """An object that the change needs is not in the repository."""

    def __init__(self, oid: str, what: str = "object", next_step: str = "") -> None:
        super().__init__(
            f"{what} {oid} is missing from the repository",
            next_step or "fetch it (git fetch), or check the repository with: git fsck --connectivity-only",
        )
        self.oid = oid


class HistoryCutOff(CannotDecide):
    """Shallow history ends inside the change."""


class TooLarge(CannotDecide):
    """An input is over a stated cap; it is not judged in part."""


class DeadlinePassed(CannotDecide):
    """Time ran out; what was inspected is kept."""


class GitFailed(CannotDecide):
    """git itself failed."""

    def __init__(self, command: str, detail: str, next_step: str = "") -> None:
        super().__init__(f"git {command} failed: {detail}", next_step)


class RefMoved(CannotDecide):
    """A compare-and-swap found another value than expected."""

    def __init__(self, ref: str, next_step: str = "run the command again") -> None:
        super().__init__(f"{ref} moved while gatekeeper was working", next_step)
        self.ref = ref


class RefLocked(CannotDecide):
    """Another process, or a crashed one, holds a lock file."""


class StateUnwritable(CannotDecide):
    """Disk full, read-only file system, missing permission."""


class SigningFailed(CannotDecide):
    """A signature could not be made."""


class SignatureInvalid(Exception):
    """A signature, envelope or statement does not count. ``str()`` is the reason, fit to follow 'ignored:'."""
