# SPDX-License-Identifier: Apache-2.0
"""Which policy decides, read from real repositories."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from gatekeeper.errors import CannotDecide, PolicyInvalid
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from gatekeeper.policy.cache import Cache
from gatekeeper.policy.effective import Effective, Facts, load
from gatekeeper.policy.managed import ManagedFile
from gatekeeper.policy.schema import POLICY_PATH, SIGNERS_PATH
from tests.policies import AGENT, ALICE, BOB, CAROL, CLAUDE, GATE, PERSON, SERVER, SIGNERS, files, signer
from tests.repo import RepoBuilder

MAIN, RELEASE = "refs/heads/main", "refs/heads/release/1"


class World:
    """A repository whose commits are named, and loading from it."""

    def __init__(self, repo: RepoBuilder, objects: Objects) -> None:
        self.repo, self.objects = repo, objects

    def blob(self, treeish: str, path: str) -> bytes | None:
        return self.objects.blob_at(treeish, path.encode())

    def load(self, facts: Facts, machine: Mapping[str, bytes] | None = None) -> Effective:
        return load(self, facts, Cache(None, "0"), (machine or {}).get)


@pytest.fixture
def world(repo: RepoBuilder, home: Path) -> Iterator[World]:
    with Objects(open_repository(str(repo.path), {"HOME": str(home)})) as objects:
        yield World(repo, objects)


def facts(tip: str | None, base: str | None, target: str | None = MAIN, **others: object) -> Facts:
    known = Facts(MAIN, tip, False, target, base, MAIN, lambda: "root:abc")
    return known._replace(**others)  # type: ignore[arg-type]


def test_the_tip_of_the_trust_ref_decides(world: World) -> None:
    tip = world.repo.commit(files())
    found = world.load(facts(tip, tip))
    assert found.id.source == f"{MAIN}:{POLICY_PATH}"
    assert found.id.serial == 1
    assert found.id.sha256 == hashlib.sha256(files()[POLICY_PATH].encode()).hexdigest()
    assert found.repository == "example.org/payments"
    assert found.members("maintainers") == (ALICE, BOB)
    assert found.notices == ()
    assert found.is_protected("refs/heads/main")
    assert found.is_protected("refs/heads/Main")
    assert found.is_protected("refs/heads/release/2")
    assert not found.is_protected("refs/heads/release/2/fix")
    assert not found.is_protected("refs/heads/maintenance")


def test_a_person_has_a_key_and_no_other_role(world: World) -> None:
    tip = world.repo.commit(files())
    found = world.load(facts(tip, tip))
    assert [found.is_person(name) for name in (ALICE, CAROL)] == [True, True]
    assert [found.is_person(name) for name in (CLAUDE, SERVER, "nobody@example.org")] == [False, False, False]


def test_without_a_policy_the_preset_decides_and_says_so(world: World) -> None:
    tip = world.repo.commit({"readme": "hi\n"})
    found = world.load(facts(tip, tip))
    assert found.is_built_in
    assert found.id.source == "built-in:balanced"
    assert found.id.serial == 0
    assert found.is_protected(MAIN)
    assert found.policy.level_of("deps.new-direct") == "approval"
    assert found.members("maintainers") == ()
    assert found.notices[0] == f"no policy in {MAIN}: the built-in 'balanced' protects {MAIN}"
    assert found.repository == "root:abc"


def test_an_empty_repository_has_the_preset(world: World) -> None:
    found = world.load(facts(None, None, default_branch=None, trust_ref=None))
    assert found.is_protected("refs/heads/main")
    assert found.is_protected("refs/heads/master")


def test_levels_and_requirements_are_the_stricter_of_trust_ref_and_target(world: World) -> None:
    levels, approval = "{ci.touched: deny, deps.opaque: off}", "{require: {maintainers: 2}, expires: 1d}"
    old = world.repo.commit(files(f"levels: {levels}\napproval: {approval}\nserial: 9"))
    tip = world.repo.commit(files("levels: {lint.suppressed: approval, deps.opaque: deny}\nserial: 10"))
    found = world.load(facts(tip, old, RELEASE))
    assert [layer.kind for layer in found.layers] == ["trust", "target"]
    assert found.policy.level_of("ci.touched") == "deny"
    assert found.policy.level_of("lint.suppressed") == "approval"
    assert found.policy.level_of("deps.opaque") == "deny"
    assert found.policy.approval.require == (("maintainers", 2),)
    assert found.policy.approval.expires == 86400
    assert found.id.serial == 10


def test_who_is_who_comes_from_the_trust_ref(world: World) -> None:
    mallory = "mallory@example.org"
    old = world.repo.commit(
        files(
            f"teams: {{maintainers: [{mallory}]}}\nprotect: [refs/heads/x]\nserial: 7",
            SIGNERS + signer(mallory, PERSON),
        )
    )
    tip = world.repo.commit(files("serial: 8"))
    found = world.load(facts(tip, old, RELEASE))
    assert found.members("maintainers") == (ALICE, BOB)
    assert not found.is_person(mallory)
    assert not found.is_protected("refs/heads/x")


def test_a_look_back_is_judged_by_the_base_alone(world: World) -> None:
    old = world.repo.commit(files("levels: {ci.touched: deny}"))
    tip = world.repo.commit(files("levels: {lint.suppressed: deny}\nserial: 2"))
    found = world.load(facts(tip, old, None, trust_contains_change=True))
    assert [layer.kind for layer in found.layers] == ["base"]
    assert found.id.source == f"{old}:{POLICY_PATH}"
    assert found.policy.level_of("lint.suppressed") == "warn"


def test_without_a_trust_ref_the_base_decides(world: World) -> None:
    base = world.repo.commit(files())
    assert world.load(facts(None, base, trust_ref=None)).id.serial == 1
    found = world.load(facts(None, base))
    assert found.id.serial == 1
    assert found.notices == (f"the trust ref {MAIN} does not exist, so the policy at the base decides",)


def test_an_invalid_policy_blocks_with_its_place(world: World) -> None:
    tip = world.repo.commit(files("humans: maybe"))
    with pytest.raises(PolicyInvalid, match=rf"^{MAIN}:{POLICY_PATH}:9: humans cannot be 'maybe'"):
        world.load(facts(tip, tip))
    good = world.repo.commit(files())
    with pytest.raises(PolicyInvalid, match=rf"^{tip}:{POLICY_PATH}:9: humans"):
        world.load(facts(good, tip, RELEASE))


def test_a_missing_signers_file_blocks(world: World) -> None:
    tip = world.repo.commit({POLICY_PATH: files()[POLICY_PATH]})
    with pytest.raises(PolicyInvalid, match="the policy names people, and the file with their keys is missing"):
        world.load(facts(tip, tip))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (signer(CLAUDE, PERSON), "is an agent and may sign work alone: take gatekeeper-approval out"),
        (signer(CLAUDE, GATE), "is an agent and may sign work alone: take gatekeeper-decision out"),
        (signer(SERVER, PERSON), "is a gate and never approves: take gatekeeper-approval out"),
        (signer("Claude@agents.example.org", PERSON), "is spelled 'claude@agents.example.org' in the policy"),
        (signer(ALICE, PERSON) + signer("Alice@example.org", PERSON), "one person, one spelling"),
    ],
)
def test_a_key_that_may_do_more_than_its_principal_blocks(world: World, line: str, words: str) -> None:
    tip = world.repo.commit(files(signers=line))
    with pytest.raises(PolicyInvalid, match=words):
        world.load(facts(tip, tip))


def test_a_policy_that_is_a_link_is_not_followed(world: World) -> None:
    world.repo.write({"real.yaml": files()[POLICY_PATH], SIGNERS_PATH: SIGNERS})
    (world.repo.path / POLICY_PATH).symlink_to("../real.yaml")
    world.repo.git("add", "-A")
    tip = world.repo.commit()
    assert world.load(facts(tip, tip)).is_built_in


def test_only_the_pinned_pair_may_be_the_first(world: World) -> None:
    tip = world.repo.commit({"readme": "hi\n"})
    policy, signers = (content.encode() for content in files().values())
    pins = tuple(hashlib.sha256(content).hexdigest() for content in (policy, signers))
    proposed = {POLICY_PATH: policy, SIGNERS_PATH: signers}
    assert world.load(facts(tip, tip, pins=pins)).objection(proposed.get) is None
    for wrong in ((), pins[:1], pins[1:]):
        found = world.load(facts(tip, tip, pins=wrong))
        assert "not the pair of policy and signers that was pinned" in (found.objection(proposed.get) or "")
    other = {**proposed, SIGNERS_PATH: signers + signer("eve@example.org", PERSON).encode()}
    assert "pinned" in (world.load(facts(tip, tip, pins=pins)).objection(other.get) or "")


def test_a_proposal_must_be_valid_and_raise_the_serial(world: World) -> None:
    tip = world.repo.commit(files("serial: 3"))
    found = world.load(facts(tip, tip))

    def objection(text: str, signers: str | None = SIGNERS, path: str = SIGNERS_PATH) -> str:
        tree = {POLICY_PATH: files(text)[POLICY_PATH].encode()} | ({path: signers.encode()} if signers else {})
        return found.objection(tree.get) or "none"

    assert objection("serial: 4") == "none"
    assert objection("serial: 3") == "its serial is 3; any change under .gatekeeper/ raises it to 4 or more"
    assert objection("serial: 2") == "its serial is 2; any change under .gatekeeper/ raises it to 4 or more"
    assert objection("serial: 4\nhumans: x") == (
        "the proposed policy is invalid: .gatekeeper/policy.yaml:10: humans cannot be 'x'; known are counts, same"
    )
    assert objection("serial: 4", None) == "the signers file .gatekeeper/allowed_signers is missing"
    assert "is an agent and may sign work alone" in objection("serial: 4", signer(CLAUDE, PERSON))
    assert "names no namespaces" in objection("serial: 4", SIGNERS.replace('namespaces="git" ', ""))
    assert objection("serial: 4\nsigners: .gatekeeper/keys", path=".gatekeeper/keys") == "none"
    assert "is missing" in objection("serial: 4\nsigners: .gatekeeper/keys")
    assert found.objection(lambda path: None) == "the policy is removed; a repository that has one keeps one"


def test_a_branch_may_catch_up_with_the_trust_ref(world: World) -> None:
    before = world.repo.commit({"readme": "hi\n"})
    old = world.repo.commit(files("serial: 3"))
    tip = world.repo.commit(files("serial: 4"))
    tree = {name: content.encode() for name, content in files("serial: 4").items()}
    for base in (old, before, None):
        assert world.load(facts(tip, base, RELEASE)).objection(tree.get) is None
    other = {**tree, SIGNERS_PATH: tree[SIGNERS_PATH] + b"\n"}
    for base, proposed in ((tip, tree), (old, other)):
        found = world.load(facts(tip, base, RELEASE))
        assert found.objection(proposed.get) == (
            "its serial is 4; any change under .gatekeeper/ raises it to 5 or more"
        )


def test_the_ref_that_holds_the_policy_is_protected_without_being_named(world: World) -> None:
    tip = world.repo.commit(files("protect: [refs/tags/v*]"))
    found = world.load(facts(tip, tip))
    assert found.is_protected(MAIN)
    assert found.is_protected("refs/tags/v1")
    found = world.load(facts(tip, tip, trust_ref="refs/remotes/origin/main"))
    assert found.is_protected(MAIN)
    assert world.load(facts(None, tip, trust_ref=None)).is_protected(MAIN)


SYSTEM, NAMED = ManagedFile("/etc/gatekeeper/policy.yaml", False), ManagedFile("/corp/policy.yaml", True)
DAVE = "dave@corp.example.org"
CORP = f"""\
version: 1
signers: signers
teams: {{security: [{DAVE}]}}
levels: {{lint.suppressed: deny}}
protect: [refs/heads/develop]
agents: [bot@corp.example.org]
approval: {{require: {{security: 1}}, presence: touch}}
paths: [{{name: infra, match: [infra/**], approvers: {{security: 1}}}}]
"""


def machine(policy: str = CORP, signers: str | None = None) -> dict[str, bytes]:
    return {"/corp/policy.yaml": policy.encode(), "/corp/signers": (signers or signer(DAVE, PERSON)).encode()}


def test_a_managed_policy_tightens(world: World) -> None:
    tip = world.repo.commit(files("approval: {require: {maintainers: 1}, expires: 3d}"))
    found = world.load(facts(tip, tip, managed=(SYSTEM, NAMED)), machine())
    assert found.policy.level_of("lint.suppressed") == "deny"
    assert found.managed_level_of("lint.suppressed") == "deny"
    assert found.managed_level_of("ci.touched") == "off"
    assert found.policy.level_of("ci.touched") == "warn"
    assert found.policy.approval.require == (("maintainers", 1), ("managed/security", 1))
    assert found.policy.approval.policy_changes == (("maintainers", 2),)
    assert found.policy.approval.presence == "touch"
    assert found.policy.approval.expires == 3 * 86400
    assert found.is_protected("refs/heads/develop")
    assert found.is_protected(MAIN)
    assert found.members("managed/security") == (DAVE,)
    assert found.is_person(DAVE)
    assert found.policy.agents == (CLAUDE, "bot@corp.example.org")
    assert found.policy.approvers_of("paths.infra") == (("managed/security", 1),)
    assert found.id.managed == (hashlib.sha256(CORP.encode()).hexdigest(),)
    assert found.notices == ()


def test_a_managed_policy_applies_without_any_other(world: World) -> None:
    tip = world.repo.commit({"readme": "hi\n"})
    found = world.load(facts(tip, tip, managed=(NAMED,)), machine())
    assert found.is_built_in
    assert found.policy.level_of("lint.suppressed") == "deny"
    assert len(found.id.managed) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "the managed policy /corp/policy.yaml does not exist"),
        ({"/corp/policy.yaml": b"version: 1\nsigners: s\n"}, "the managed policy /corp/s does not exist"),
        ({"/corp/policy.yaml": b"version: 3\n"}, "/corp/policy.yaml:1: version is a whole number"),
        ({"/corp/policy.yaml": b"version: 1\nteams: {a: [x@y.org]}\n"}, "it names teams and no signers"),
    ],
)
def test_a_managed_policy_that_was_named_and_cannot_be_used_blocks(
    world: World, content: dict[str, bytes], words: str
) -> None:
    tip = world.repo.commit(files())
    with pytest.raises(CannotDecide, match=words):
        world.load(facts(tip, tip, managed=(NAMED,)), content)


def test_an_unreadable_managed_policy_blocks(world: World) -> None:
    def denied(path: str) -> bytes | None:
        raise PermissionError(13, "Permission denied", path)

    tip = world.repo.commit(files())
    with pytest.raises(CannotDecide, match="cannot be read: Permission denied"):
        load(world, facts(tip, tip, managed=(SYSTEM,)), Cache(None, "0"), denied)
    with pytest.raises(CannotDecide, match="is not an absolute path"):
        world.load(facts(tip, tip, managed=(ManagedFile("policy.yaml", True),)))


def test_two_managed_policies_both_apply(world: World) -> None:
    tip = world.repo.commit(files())
    more = {"/etc/gatekeeper/policy.yaml": CORP.replace("deny", "approval").encode(),
            "/etc/gatekeeper/signers": signer("erin@corp.example.org", PERSON).encode()}  # fmt: skip
    content = {**machine(), **more}
    content["/etc/gatekeeper/policy.yaml"] = content["/etc/gatekeeper/policy.yaml"].replace(b"dave", b"erin")
    found = world.load(facts(tip, tip, managed=(SYSTEM, NAMED)), content)
    assert found.members("managed/security") == ("erin@corp.example.org",)
    assert found.members("managed-2/security") == (DAVE,)
    assert found.policy.level_of("lint.suppressed") == "deny"
    content["/etc/gatekeeper/signers"] = signer("erin@corp.example.org", PERSON, key=DAVE).encode()
    with pytest.raises(CannotDecide, match="another managed policy gives to"):
        world.load(facts(tip, tip, managed=(SYSTEM, NAMED)), content)


def test_an_agent_of_a_managed_policy_is_in_no_team(world: World) -> None:
    tip = world.repo.commit(files())
    content = machine(f"version: 1\nagents: [{ALICE.upper().replace('EXAMPLE.ORG', 'example.org')}]\n")
    found = world.load(facts(tip, tip, managed=(NAMED,)), content)
    assert found.members("maintainers") == (BOB,)
    assert not found.is_person(ALICE)


def test_a_team_without_members_is_noticed(world: World) -> None:
    old = world.repo.commit(files(f"teams: {{docs: [{CAROL}]}}\napproval: {{require: {{docs: 1}}}}"))
    tip = world.repo.commit(files("serial: 2"))
    found = world.load(facts(tip, old, RELEASE))
    assert found.policy.approval.require == (("docs", 1), ("maintainers", 1))
    assert found.notices == ("the team 'docs' must approve and has no members, so what needs it cannot pass",)
    assert AGENT in SIGNERS
