# SPDX-License-Identifier: Apache-2.0
"""What git lets people hide: attributes, links, submodules, modes, binaries, names, odd objects. Family ``git``."""

from __future__ import annotations

from gatekeeper.rules.git_.attributes import Attributes
from gatekeeper.rules.git_.binary import Binaries
from gatekeeper.rules.git_.links import Links
from gatekeeper.rules.git_.modes import Modes
from gatekeeper.rules.git_.names import Names
from gatekeeper.rules.git_.objects import CommitObjects
from gatekeeper.rules.git_.submodules import Submodules
from gatekeeper.rules.rule import Rule


def rules() -> tuple[Rule, ...]:
    return (Attributes(), Binaries(), Links(), Modes(), Names(), CommitObjects(), Submodules())
