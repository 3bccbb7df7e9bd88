# SPDX-License-Identifier: Apache-2.0
"""Every rule with its default level: the one place of rule names.

``balanced`` is the table as it stands, ``quiet`` keeps the marked rules and switches the others off,
``strict`` lifts every warning to approval. ``none`` is what a managed policy extends that names no
preset: only what it writes counts.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.model import Level

Setting = Literal["off", "warn", "approval", "deny"]
Preset = Literal["quiet", "balanced", "strict", "none"]

SETTINGS: tuple[Setting, ...] = ("off", "warn", "approval", "deny")
PRESETS: tuple[Preset, ...] = ("quiet", "balanced", "strict")
OPEN_FAMILIES = ("secrets", "paths")
"""Families whose rules this table does not list one by one: kinds of secrets, names of protected paths."""


class RuleInfo(NamedTuple):
    name: str
    """The exact name, or ``<family>.*`` of an open family."""
    balanced: Level
    quiet: bool
    """True where ``quiet`` keeps it."""
    summary: str


QUIET, LOUD = True, False

# fmt: off
RULES: tuple[RuleInfo, ...] = (
    RuleInfo("secrets.*",              "deny",     QUIET, "a credential in added content, a message, a path or a name"),
    RuleInfo("secrets.moved",          "warn",     LOUD,  "a credential that only moved to another file of the commit"),
    RuleInfo("paths.*",                "approval", QUIET, "a path that the policy protects, by its old or new name"),
    RuleInfo("self.policy",            "approval", QUIET, "the policy, its signers, or what calls the gate"),
    RuleInfo("ref.created",            "approval", QUIET, "a new ref with a protected name"),
    RuleInfo("ref.deleted",            "deny",     QUIET, "a protected ref deleted"),
    RuleInfo("ref.rewound",            "deny",     QUIET, "a protected ref set back or to other history"),
    RuleInfo("deps.new-direct",        "approval", LOUD,  "a new direct dependency"),
    RuleInfo("deps.unknown-name",      "deny",     QUIET, "a dependency that the configured index does not have"),
    RuleInfo("deps.typosquat",         "approval", QUIET, "a dependency one edit away from a popular name"),
    RuleInfo("deps.external-source",   "approval", QUIET, "a dependency from git, a URL or a path out of the tree"),
    RuleInfo("deps.host-changed",      "deny",     QUIET, "a lock entry from a host that the lockfile did not know"),
    RuleInfo("deps.integrity-changed", "deny",     QUIET, "other bytes for the same version, or its hash removed"),
    RuleInfo("deps.name-mismatch",     "deny",     QUIET, "a lock entry whose URL is another package or version"),
    RuleInfo("deps.install-script",    "approval", QUIET, "a script that runs at installation"),
    RuleInfo("deps.registry-config",   "approval", QUIET, "where packages are fetched from"),
    RuleInfo("deps.override",          "approval", LOUD,  "an override, resolution, patch or replacement"),
    RuleInfo("deps.loosened",          "approval", LOUD,  "a version range loosened or a pin dropped"),
    RuleInfo("deps.lock-only",         "warn",     LOUD,  "a lockfile changed without its manifest"),
    RuleInfo("deps.downgrade",         "warn",     LOUD,  "a lower version in a lockfile"),
    RuleInfo("deps.cooldown",          "approval", LOUD,  "a version younger than dependencies.cooldown"),
    RuleInfo("deps.unlisted",          "deny",     QUIET, "a locked version that the index does not list"),
    RuleInfo("deps.yanked",            "approval", LOUD,  "a locked version that the index has yanked"),
    RuleInfo("deps.malicious",         "deny",     QUIET, "a version known to be malicious"),
    RuleInfo("deps.vulnerable",        "approval", LOUD,  "a version with a known high-severity vulnerability"),
    RuleInfo("deps.unpinned-image",    "warn",     LOUD,  "a container image without a digest"),
    RuleInfo("deps.opaque",            "approval", LOUD,  "a lockfile that cannot be read"),
    RuleInfo("ci.risky",               "approval", QUIET, "CI given more power, or its failures hidden"),
    RuleInfo("ci.untrusted-checkout",  "deny",     QUIET, "CI that runs a stranger's code with write access"),
    RuleInfo("ci.unpinned-action",     "approval", LOUD,  "a CI action without a full commit id"),
    RuleInfo("ci.touched",             "warn",     LOUD,  "any CI file"),
    RuleInfo("test.weakened",          "approval", LOUD,  "a test that now proves less"),
    RuleInfo("test.deleted",           "approval", LOUD,  "a test file deleted"),
    RuleInfo("test.skip-added",        "approval", LOUD,  "a test skipped, expected to fail, or run alone"),
    RuleInfo("test.asserts-lost",      "approval", LOUD,  "fewer assertions than before"),
    RuleInfo("lint.suppressed",        "warn",     LOUD,  "a linter or type checker silenced"),
    RuleInfo("agent.exec",             "approval", QUIET, "files that make an agent or editor run code"),
    RuleInfo("agent.instructions",     "warn",     LOUD,  "instructions that agents read"),
    RuleInfo("hooks.config",           "approval", QUIET, "the configuration of git hooks"),
    RuleInfo("exec.autorun",           "warn",     LOUD,  "files that tools run by themselves"),
    RuleInfo("git.attributes",         "approval", QUIET, "attributes that hide content or run programs"),
    RuleInfo("git.symlink",            "approval", QUIET, "a new symbolic link"),
    RuleInfo("git.submodule",          "approval", QUIET, "a submodule or .gitmodules"),
    RuleInfo("git.mode",               "approval", LOUD,  "an executable bit"),
    RuleInfo("git.path",               "approval", QUIET, "a path that some systems take for another one"),
    RuleInfo("git.object",             "approval", QUIET, "a commit object that tools read in different ways"),
    RuleInfo("git.binary",             "approval", LOUD,  "a binary that is not media"),
    RuleInfo("code.long-line",         "approval", LOUD,  "a line of over 2,000 characters in hand-written code"),
    RuleInfo("unicode.bidi",           "deny",     QUIET, "bidirectional controls"),
    RuleInfo("unicode.tags",           "deny",     QUIET, "tag characters"),
    RuleInfo("unicode.mixed-script",   "approval", LOUD,  "look-alike letters of two scripts in one identifier"),
    RuleInfo("unicode.invisible",      "warn",     LOUD,  "zero-width and filler characters"),
    RuleInfo("ownership.changed",      "approval", LOUD,  "code owners, bot configuration or the licence"),
    RuleInfo("data.destructive",       "approval", LOUD,  "statements that destroy data or grant everything"),
    RuleInfo("size.large",             "warn",     LOUD,  "over 1,000 changed lines"),
    RuleInfo("size.huge",              "approval", LOUD,  "over 4,000 changed lines"),
)
# fmt: on

_BY_NAME = {info.name: info for info in RULES}


def rule_info(rule: str) -> RuleInfo | None:
    """The table's row for an exact rule name, a member of an open family, or ``<family>.*`` of one."""
    family, _, kind = rule.partition(".")
    return _BY_NAME.get(rule) or (_BY_NAME.get(family + ".*") if family in OPEN_FAMILIES and kind else None)


def families() -> tuple[str, ...]:
    """Every family as the policy's ``levels`` names it (``deps.*``), in the table's order."""
    return tuple(dict.fromkeys(info.name.partition(".")[0] + ".*" for info in RULES))


def preset_level(preset: Preset, rule: str) -> Setting:
    """What a preset says of a rule; raises CannotDecide for one that the table does not know."""
    info = rule_info(rule)
    if info is None:
        raise CannotDecide(f"no level is known for the rule '{rule}'", "see the rules with: gatekeeper explain")
    if preset == "none" or (preset == "quiet" and not info.quiet):
        return "off"
    return "approval" if preset == "strict" and info.balanced == "warn" else info.balanced
