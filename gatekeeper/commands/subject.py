# SPDX-License-Identifier: Apache-2.0
"""The change that a command is about: one way to name it for check, review, approve, reject and merge."""

from __future__ import annotations

from typing import NamedTuple

from gatekeeper import force, gate
from gatekeeper.git.objects import Objects
from gatekeeper.git.revisions import full_ref, named_change
from gatekeeper.model import Change


class Subject(NamedTuple):
    change: Change
    known: tuple[str, ...]
    """Commits that counted as there already when the change was built; for ``gate.Context``."""


def named(objects: Objects, spec: str, target: str | None) -> Subject:
    """The change ``spec`` for ``target`` (short or full name; None: the first protected branch)."""
    repository = objects.repository
    full = full_ref(repository, target) if target else force.default_target(objects)
    tips = force.protected_tips(objects, force.default_policy(objects))
    change = named_change(objects, spec, full, tips)
    return Subject(change, tips if change.creates else ())


def context_for(context: gate.Context, subject: Subject) -> gate.Context:
    return context._replace(known=subject.known)
