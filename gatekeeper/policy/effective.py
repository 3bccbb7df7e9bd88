# SPDX-License-Identifier: Apache-2.0
"""Which policy decides about a change: read where the proposal cannot reach, and never loosened on the way.

The contract's rule: the trust ref's tip says who is who, what is protected and the serial; levels and
requirements are the stricter of it and the target's; managed policies only tighten. Whoever calls works
out the facts, so that nothing here touches git but by reading a blob.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from gatekeeper.errors import PolicyInvalid
from gatekeeper.model import PolicyId
from gatekeeper.policy import builtin, managed
from gatekeeper.policy.cache import Cache
from gatekeeper.policy.crosscheck import crosscheck
from gatekeeper.policy.managed import ManagedFile, ReadFile
from gatekeeper.policy.match import RefMatcher, compile_refs
from gatekeeper.policy.presets import SETTINGS, Setting
from gatekeeper.policy.problems import raise_first
from gatekeeper.policy.schema import POLICY_PATH, Policy
from gatekeeper.policy.tighten import tighten, union

if TYPE_CHECKING:
    from gatekeeper.signing.allowed_signers import Signers


class Blobs(Protocol):
    def blob(self, treeish: str, path: str) -> bytes | None:
        """The regular file ``path`` in a commit or tree; None where there is none. A link is not followed."""
        ...


class Facts(NamedTuple):
    """What the caller found out about the repository and the change."""

    trust_ref: str | None
    """Full name; None where nothing says which ref is trusted."""
    trust_tip: str | None
    """The commit at its tip before the push; None where it does not exist yet."""
    trust_contains_change: bool
    """The change's head is reachable from the trust ref's tip."""
    target: str | None
    """The ref to be updated; None for a plain range."""
    base: str | None
    """The target's tip when deciding; None where it does not exist yet."""
    default_branch: str | None
    """Full name, for the built-in policy."""
    root_name: Callable[[], str]
    """What a repository without a name is called: ``root:<first root commit>``. Costly, so asked only then."""
    pins: tuple[str, ...] = ()
    """The values of git config ``gatekeeper.pin``: SHA-256, in hex, of the files that may land first."""
    managed: tuple[ManagedFile, ...] = ()


class Layer(NamedTuple):
    """One policy that had a say."""

    kind: Literal["trust", "base", "target", "built-in", "pinned", "managed"]
    source: str
    policy: Policy
    sha256: str


class Effective(NamedTuple):
    """What decides."""

    policy: Policy
    """Merged: every level and requirement in force."""
    id: PolicyId
    signers: Signers
    repository: str
    """The name in statements and the salt of secrets' fingerprints."""
    notices: tuple[str, ...]
    layers: tuple[Layer, ...]
    """In the order in which they were laid on each other."""
    protected: RefMatcher
    persons: frozenset[str]
    """Principals with a key that are neither agents nor gates."""
    pins: tuple[str, ...]
    in_force: tuple[str, str]
    """SHA-256, in hex, of the first policy's file and of its signers file."""
    target_lacks_it: bool
    """The target's tip has another policy than the trust ref's, or none."""

    @property
    def is_built_in(self) -> bool:
        """True where the repository has no policy, so that only a pinned pair may land as the first."""
        return self.layers[0].kind == "built-in"

    @property
    def is_pinned(self) -> bool:
        """True where the proposal brings the pair that the installer pinned: it is in force from the first push on."""
        return self.layers[0].kind == "pinned"

    def is_protected(self, ref: str) -> bool:
        """Whether the full name ``ref``, or another spelling of it, is protected."""
        return self.protected.matches(ref)

    def is_person(self, principal: str) -> bool:
        return principal in self.persons

    def members(self, team: str) -> tuple[str, ...]:
        """Who may fill a slot of ``team``; nobody for a team that is not there, so its slots stay open."""
        return self.policy.teams.get(team, ())

    def managed_level_of(self, rule: str) -> Setting:
        """The strictest level that a managed policy gives ``rule``; no inline allow goes below it."""
        levels = [layer.policy.level_of(rule) for layer in self.layers if layer.kind == "managed"]
        return max(levels, key=SETTINGS.index, default="off")

    def pinned_ok(self, policy: bytes, signers: bytes | None) -> bool:
        """Whether the installer pinned both files of this pair; None for a signers file that is not there."""
        files = [policy] if signers is None else [policy, signers]
        return {_sha256(content) for content in files} <= set(self.pins)

    def objection(self, read: Callable[[str], bytes | None]) -> str | None:
        """Why the policy in a proposed tree, whose files ``read`` gives by path, may not land; None where it may."""
        from gatekeeper.policy.proposal import judge_first, judge_tree

        if self.is_built_in or self.is_pinned:
            return judge_first(read, self.pinned_ok)
        old = self.layers[0].policy
        proposed = read(POLICY_PATH), read(old.signers_path)
        if self.target_lacks_it and tuple(_sha256(content or b"") for content in proposed) == self.in_force:
            return None  # A branch that catches up with the trust ref takes over its very files.
        return judge_tree(old, read)


def load(blobs: Blobs, facts: Facts, cache: Cache, read: ReadFile = managed.read_file) -> Effective:
    """The policy for one change. Raises PolicyInvalid for a policy that cannot be trusted to say what was meant,
    CannotDecide where one that must be there is not."""
    first, signers, in_force, notices = _first(blobs, facts, cache)
    layers = [first]
    policy = first.policy
    # Whoever may move the ref that holds the policy may change the policy: it is protected without being named.
    policy = policy._replace(protect=union(policy.protect, filter(None, (facts.trust_ref, facts.default_branch))))
    target = _target(blobs, facts, cache, first)
    if target is not None:
        layers.append(target)
        policy = tighten(policy, target.policy)
    above = managed.load_managed(facts.managed, read, cache)
    for each in above:
        layers.append(Layer("managed", each.path, each.policy, each.sha256))
        policy = managed.apply(policy, each.policy)
    signers, left_out = managed.join_signers(signers, above)
    name = policy.repository
    if name is None:
        name = facts.root_name()
        notices += (f"the policy gives no repository name, so statements say {name}, which forks share",)
    roles = {name.lower() for name in (*policy.agents, *policy.gates)}
    return Effective(
        policy=policy,
        id=PolicyId(first.source, first.sha256, policy.serial, policy.preset, tuple(each.sha256 for each in above)),
        signers=signers,
        repository=name,
        notices=(*notices, *left_out, *_teams_without_members(policy)),
        layers=tuple(layers),
        protected=compile_refs(policy.protect),
        persons=frozenset(name for name in signers.principals() if name.lower() not in roles),
        pins=facts.pins,
        in_force=in_force,
        target_lacks_it=target is not None or not _has_policy(blobs, facts),
    )


def _treeish(facts: Facts) -> str | None:
    """Where the first policy is read.

    A change that the trust ref already has is judged as it was then, by its base alone. That is for a look at
    history: an update of another ref stays under the trust ref, or an old commit's policy could rule a new ref.
    """
    looks_back = facts.base is not None and facts.trust_contains_change and facts.target in (None, facts.trust_ref)
    return facts.base if facts.trust_tip is None or looks_back else facts.trust_tip


def _target(blobs: Blobs, facts: Facts, cache: Cache, first: Layer) -> Layer | None:
    """The policy at the target's base where it is another one than the first."""
    content = blobs.blob(facts.base, POLICY_PATH) if facts.base and facts.base != _treeish(facts) else None
    if content is None or _sha256(content) == first.sha256:
        return None
    source = f"{facts.base}:{POLICY_PATH}"
    return Layer("target", source, cache.policy(content, source), _sha256(content))


def _has_policy(blobs: Blobs, facts: Facts) -> bool:
    return facts.base is not None and blobs.blob(facts.base, POLICY_PATH) is not None


def _first(blobs: Blobs, facts: Facts, cache: Cache) -> tuple[Layer, Signers, tuple[str, str], tuple[str, ...]]:
    from gatekeeper.signing.allowed_signers import Signers

    treeish = _treeish(facts)
    trusted = treeish is not None and treeish == facts.trust_tip
    place = facts.trust_ref if trusted and facts.trust_ref else treeish
    notices: tuple[str, ...] = ()
    if facts.trust_ref and facts.trust_tip is None and facts.base:
        notices = (f"the trust ref {facts.trust_ref} does not exist, so the policy at the base decides",)
    content = blobs.blob(treeish, POLICY_PATH) if treeish else None
    if treeish is None or content is None:
        policy = builtin.built_in(facts.default_branch)
        where = f" in {place}" if place else ""
        says = f"no policy{where}: the built-in '{policy.preset}' protects {', '.join(policy.protect)}"
        layer = Layer("built-in", f"built-in:{policy.preset}", policy, builtin.digest(policy))
        return layer, Signers((), policy.signers_path), ("", ""), (*notices, says)
    source = f"{place}:{POLICY_PATH}"
    policy = cache.policy(content, source)
    keys = _keys(blobs, treeish, place, policy)
    signers = Signers.parse(keys, f"{place}:{policy.signers_path}")
    raise_first(crosscheck(policy, signers).problems)
    layer = Layer("trust" if trusted else "base", source, policy, _sha256(content))
    return layer, signers, (layer.sha256, _sha256(keys)), notices


def _keys(blobs: Blobs, treeish: str, place: str | None, policy: Policy) -> bytes:
    """The signers file; empty where there is none and the policy names nobody."""
    content = blobs.blob(treeish, policy.signers_path)
    if content is None and (policy.teams or policy.agents or policy.gates):
        message = "the policy names people, and the file with their keys is missing"
        raise PolicyInvalid(f"{place}:{policy.signers_path}", None, message)
    return content or b""


def _teams_without_members(policy: Policy) -> tuple[str, ...]:
    if not policy.teams:
        return ()
    asked = (policy.approval.require, policy.approval.policy_changes, *(path.approvers for path in policy.paths))
    teams = dict.fromkeys(team for counts in asked for team, _ in counts)
    return tuple(
        f"the team '{team}' must approve and has no members, so what needs it cannot pass"
        for team in teams
        if not policy.teams.get(team)
    )


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
