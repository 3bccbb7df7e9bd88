# SPDX-License-Identifier: Apache-2.0
"""Which approvals count for which findings, on real repositories."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gatekeeper.git.content import Content
from gatekeeper.model import Requirement
from gatekeeper.policy.schema import PathRule
from tests.repo import AGENT, RepoBuilder
from tests.scene import ALICE, BOB, CAROL, CLAUDE, DAY, HOUR, MALLORY, NAMESPACES, NOW, SERVER, Scene, finding, scene
from tests.signers import SoftKey

LEDGER = PathRule("ledger", ("ledger/**",), "approval", (("security", 1),))


@pytest.fixture
def stage(repo: RepoBuilder) -> Iterator[Scene]:
    with scene(repo) as made:
        yield made


def test_one_approval_covers_what_it_lists(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    said = stage.approve(ALICE, change, found)
    coverage = stage.judge(change, found)
    assert coverage.findings[0].covered_by == (said,)
    assert coverage.required == (Requirement("maintainers", 1),)
    assert (coverage.present, coverage.missing, coverage.ignored) == ((said,), (), ())


def test_without_statements_everything_is_missing(stage: Scene) -> None:
    head = stage.agent_commit()
    coverage = stage.judge(stage.change(head), [finding(head, approvers=(("maintainers", 2), ("security", 1)))])
    assert coverage.missing == coverage.required == (Requirement("maintainers", 2), Requirement("security", 1))


def test_a_finding_that_names_nobody_is_never_covered(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, approvers=())]
    stage.approve(ALICE, change, found)
    assert not stage.judge(change, found).findings[0].covered


def test_warnings_need_nobody(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)._replace(level="warn", approvers=())]
    stage.approve(ALICE, change, found)
    assert stage.reason(change, found) == "nothing in the change needs approval"


def test_a_finding_that_is_not_listed_is_not_covered(stage: Scene) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    listed, other = finding(head), finding(head, "ci.risky", "f" * 20)
    said = stage.approve(ALICE, change, [listed])
    coverage = stage.judge(change, [listed, other])
    assert [one.covered_by for one in coverage.findings] == [(said,), ()]
    assert coverage.missing == (Requirement("maintainers", 1),)


def test_a_listed_finding_at_another_commit_is_not_covered(stage: Scene) -> None:
    first = stage.agent_commit()
    part = stage.change(first)
    stage.approve(ALICE, part, [finding(first)])
    head = stage.agent_commit({"b.txt": "b\n"})
    assert stage.reason(stage.change(head), [finding(head)]) == f"it does not reach commit {head}"


def test_an_approval_of_the_first_commits_covers_them_in_a_longer_change(stage: Scene) -> None:
    first = stage.agent_commit()
    said = stage.approve(ALICE, stage.change(first), [finding(first)])
    head = stage.agent_commit({"b.txt": "b\n"})
    assert stage.judge(stage.change(head), [finding(first)]).findings[0].covered_by == (said,)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"target": "refs/heads/release/1"}, "it is for refs/heads/release/1, not for refs/heads/main"),
        ({"not_before": NOW + 1}, "it is not valid before 2027-01-15T08:00:01Z"),
        ({"expires": NOW}, "it expired at 2027-01-15T08:00:00Z"),
        ({"not_before": NOW - 8 * DAY}, "it expired at 2027-01-14T08:00:00Z"),
        ({"base": "1" * 40}, "the target moved since it was signed; approve again"),
        ({"commits": ()}, "it lists other commits than the change has"),
        ({"result_tree": "1" * 40}, "the merge gives another tree than the one it was signed for"),
    ],
)
def test_every_signed_field_must_be_what_is_recomputed(stage: Scene, fields: dict[str, object], reason: str) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    stage.approve(ALICE, change, [finding(head)], **fields)
    assert stage.reason(change, [finding(head)]) == reason


@pytest.mark.parametrize("field", ["net", "series", "commits"])
def test_content_must_be_what_is_recomputed(stage: Scene, field: str) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    said = stage.content(change)
    other = said._replace(commits=9) if field == "commits" else Content(**{**said._asdict(), field: "0" * 64})
    stage.approve(ALICE, change, [finding(head)], content=other)
    assert stage.reason(change, [finding(head)]) == "the content is not what was signed"


def test_the_policy_field_is_not_compared(stage: Scene) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    stage.approve(ALICE, change, [finding(head)], policy_sha256="0" * 64, policy_serial=1)
    assert stage.judge(change, [finding(head)]).findings[0].covered


def test_a_clean_merge_of_base_and_approved_head_adds_nothing(stage: Scene) -> None:
    stage.repo.branch("side")
    head = stage.agent_commit()
    stage.repo.git("checkout", "-q", "main")
    base = stage.repo.commit({"other": "x\n"})
    said = stage.approve(ALICE, stage.change(head, base), [finding(head)])
    stage.repo.git("merge", "-q", "--no-ff", "-m", "merge", "side")
    merge = stage.repo.git("rev-parse", "HEAD")
    change = stage.change(merge, base)
    of_merge = finding(merge)
    coverage = stage.judge(change, [finding(head), of_merge], [of_merge])
    assert [one.covered_by for one in coverage.findings] == [(said,), (said,)]


def test_an_evil_merge_is_not_reached(stage: Scene) -> None:
    stage.repo.branch("side")
    head = stage.agent_commit()
    stage.repo.git("checkout", "-q", "main")
    base = stage.repo.commit({"other": "x\n"})
    stage.approve(ALICE, stage.change(head, base), [finding(head)])
    stage.repo.git("merge", "-q", "--no-ff", "--no-commit", "side")
    merge = stage.repo.commit({"evil": "x\n"}, "merge", AGENT)
    assert stage.reason(stage.change(merge, base), [finding(merge)]) == f"it does not reach commit {merge}"


def test_a_change_that_conflicts_cannot_be_covered(stage: Scene) -> None:
    stage.repo.branch("side")
    head = stage.agent_commit({"README": "side\n"})
    stage.repo.git("checkout", "-q", "main")
    base = stage.repo.commit({"README": "main\n"})
    change = stage.change(head, base)
    stage.note(stage.approval(ALICE, change._replace(result_tree=stage.objects.commit(head).tree), [finding(head)]))
    assert stage.reason(change, [finding(head)]) == "the change conflicts with the target"


def test_a_moved_target_is_said(stage: Scene) -> None:
    stage.repo.branch("side")
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    stage.repo.git("checkout", "-q", "main")
    base = stage.repo.commit({"other": "x\n"})
    reason = stage.reason(stage.change(head, base), [finding(head)])
    assert reason == "the target moved since it was signed; approve again"


def test_a_rebased_change_is_recognised_and_said(stage: Scene) -> None:
    stage.repo.branch("side")
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    stage.repo.git("checkout", "-q", "main")
    base = stage.repo.commit({"other": "x\n"})
    rebased = stage.agent_commit()
    reason = stage.reason(stage.change(rebased, base), [finding(rebased)])
    assert reason == "the target moved since it was signed; approve again"


def test_a_reworded_commit_is_recognised_and_said(stage: Scene) -> None:
    head = stage.agent_commit()
    stage.approve(ALICE, stage.change(head), [finding(head)])
    reworded = stage.repo.commit(None, "another message", AGENT, "--amend")
    reason = stage.reason(stage.change(reworded), [finding(reworded)])
    assert reason == "the commits were rewritten since it was signed; approve again"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (CAROL, "approver is in no team that is asked"),
        (CLAUDE, "an agent signed it, and agents never approve"),
        (SERVER, "a gate signed it, and gates never approve"),
    ],
)
def test_only_people_who_are_asked_count(stage: Scene, name: str, reason: str) -> None:
    head = stage.agent_commit()
    change = stage.change(head)
    stage.approve(name, change, [finding(head)])
    assert stage.reason(change, [finding(head)]) == reason


def test_an_agent_in_a_team_is_still_an_agent(stage: Scene) -> None:
    stage.policy = stage.policy._replace(teams={"maintainers": (CLAUDE, BOB)})
    head = stage.agent_commit()
    change = stage.change(head)
    stage.approve(CLAUDE, change, [finding(head)])
    assert "agents never approve" in stage.reason(change, [finding(head)])


@pytest.mark.parametrize("who", [("Alice", ALICE), ("Someone", ALICE.upper())])
def test_the_address_of_the_author_excludes(stage: Scene, who: tuple[str, str]) -> None:
    head = stage.agent_commit(who=who)
    change = stage.change(head)
    stage.approve(ALICE, change, [finding(head)])
    assert stage.reason(change, [finding(head)]) == "approver is the commit's author"


def test_the_signer_of_the_commit_is_its_author(stage: Scene) -> None:
    stage.policy = stage.policy._replace(humans="same")
    head = stage.signed(stage.agent_commit(), ALICE)
    change = stage.change(head)
    stage.approve(ALICE, change, [finding(head)])
    assert stage.reason(change, [finding(head)]) == "approver is the commit's author"


def test_the_committer_may_approve_where_the_policy_lets_him(stage: Scene) -> None:
    stage.approval_settings(exclude=("author",))
    stage.repo.write({"a.txt": "agent\n"})
    author = {"GIT_AUTHOR_NAME": "Claude", "GIT_AUTHOR_EMAIL": CLAUDE}
    stage.repo.git("commit", "-q", "-m", "work", env=author)
    head = stage.repo.git("rev-parse", "HEAD")
    change = stage.change(head)
    said = stage.approve(ALICE, change, [finding(head)])
    assert stage.judge(change, [finding(head)]).present == (said,)
    stage.approval_settings(exclude=("author", "committer"))
    assert stage.reason(change, [finding(head)]) == "approver is the commit's committer"


def test_the_only_member_of_a_team_is_not_excluded_and_that_is_said(stage: Scene) -> None:
    stage.policy = stage.policy._replace(teams={"maintainers": (ALICE,)})
    head = stage.agent_commit(who=("Alice", ALICE))
    change = stage.change(head)
    said = stage.approve(ALICE, change, [finding(head)])
    coverage = stage.judge(change, [finding(head)])
    assert coverage.findings[0].covered_by == (said,)
    assert coverage.sole == (said,)


def test_nobody_is_excluded_where_all_of_the_team_are_needed(stage: Scene) -> None:
    head = stage.agent_commit(who=("Alice", ALICE))
    change, found = stage.change(head), [finding(head, "self.policy", approvers=(("maintainers", 2),))]
    said = {name: stage.approve(name, change, found) for name in (ALICE, BOB)}
    coverage = stage.judge(change, found)
    assert coverage.findings[0].covered_by == tuple(sorted(said.values()))
    assert coverage.sole == (said[ALICE],)


@pytest.mark.parametrize(
    ("parties", "reason"),
    [
        ({"pusher": CAROL}, "approver pushed the change"),
        ({"operators": [CAROL.upper()]}, "approver started the agent's run"),
    ],
)
def test_pusher_and_operator_stay_out_where_a_rule_names_approvers(
    stage: Scene, parties: dict[str, object], reason: str
) -> None:
    stage.policy = stage.policy._replace(paths=(LEDGER,))
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, "paths.ledger", approvers=LEDGER.approvers)]
    said = stage.approve(CAROL, change, found)
    assert stage.reason(change, found, **parties) == reason
    ordinary = [finding(head, approvers=(("security", 1),))]
    assert stage.judge(change, ordinary, **parties).present == (said,)  # type: ignore[arg-type]


def test_a_finding_of_the_whole_change_concerns_every_author(stage: Scene) -> None:
    stage.agent_commit({"b.txt": "b\n"}, ("Alice", ALICE))
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    said = stage.approve(ALICE, change, found)
    assert stage.judge(change, found).present == (said,)
    assert stage.reason(change, found, whole=found) == "approver is the commit's author"


def test_each_slot_takes_another_person(stage: Scene) -> None:
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, approvers=(("maintainers", 1), ("security", 1)))]
    alice = stage.approve(ALICE, change, found)  # she is in both teams
    assert stage.judge(change, found).missing in ((Requirement("maintainers", 1),), (Requirement("security", 1),))
    bob = stage.approve(BOB, change, found)
    assert stage.judge(change, found).findings[0].covered_by == tuple(sorted((alice, bob)))


def test_two_keys_of_one_person_are_one_person(stage: Scene) -> None:
    second = SoftKey("alice again")
    stage.lines.append(f"{ALICE} {NAMESPACES} {second.public}")
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, approvers=(("maintainers", 2),))]
    stage.approve(ALICE, change, found)
    stage.note(stage.approval(ALICE, change, found)._replace(nonce="02"), second)
    assert stage.judge(change, found).missing == (Requirement("maintainers", 1),)


@pytest.mark.parametrize(
    ("presence", "flags", "reason"),
    [
        ("touch", 0, "nobody touched the hardware key (presence: touch)"),
        ("touch", 1, ""),
        ("verify", 1, "the hardware key checked neither PIN nor fingerprint (presence: verify)"),
        ("verify", 5, ""),
    ],
)
def test_presence_is_asked_of_the_key(stage: Scene, presence: str, flags: int, reason: str) -> None:
    stage.approval_settings(presence=presence)
    key = SoftKey("hardware", application="ssh:")
    stage.lines.append(f"{ALICE} {NAMESPACES} {key.public}")
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head)]
    stage.note(stage.approval(ALICE, change, found), key, flags=flags)
    coverage = stage.judge(change, found)
    assert coverage.findings[0].covered == (not reason)
    assert [one.reason for one in coverage.ignored] == ([reason] if reason else [])


def test_a_plain_key_proves_no_presence(stage: Scene) -> None:
    stage.policy = stage.policy._replace(paths=(LEDGER._replace(presence="touch"),))
    head = stage.agent_commit()
    change, found = stage.change(head), [finding(head, "paths.ledger", approvers=LEDGER.approvers)]
    stage.approve(CAROL, change, found)
    assert stage.reason(change, found).startswith("a hardware key is asked for (presence: touch)")


def test_a_persons_commit_signature_fills_one_slot(stage: Scene) -> None:
    head = stage.signed(stage.agent_commit(who=("Alice", ALICE)), ALICE)
    change, found = stage.change(head), [finding(head), finding(head, approvers=(("maintainers", 2),))]
    coverage = stage.judge(change, found)
    assert coverage.findings[0].covered_by == (f"commit-signature:{head}",)
    assert coverage.missing == (Requirement("maintainers", 1),)
    said = stage.approve(BOB, change, found)
    assert set(stage.judge(change, found).findings[1].covered_by) == {said, f"commit-signature:{head}"}


@pytest.mark.parametrize("rule", ["self.policy", "secrets.generic"])
def test_a_commit_signature_does_not_fill_what_needs_an_approval(stage: Scene, rule: str) -> None:
    head = stage.signed(stage.agent_commit(), ALICE)
    assert not stage.judge(stage.change(head), [finding(head, rule)]).findings[0].covered


def test_a_secret_that_the_policy_itself_leaves_to_approval_may_be_signed_for(stage: Scene) -> None:
    stage.policy = stage.policy._replace(levels={"secrets.generic": "approval"})
    head = stage.signed(stage.agent_commit(), ALICE)
    assert stage.judge(stage.change(head), [finding(head, "secrets.generic")]).findings[0].covered


def test_a_commit_signature_says_nothing_of_the_whole_change_or_of_old_commits(stage: Scene) -> None:
    base = stage.signed(stage.agent_commit(), ALICE)
    head = stage.signed(stage.agent_commit({"b.txt": "b\n"}), ALICE)
    found = [finding(head), finding(base)]
    coverage = stage.judge(stage.change(head, base), found, [found[0]])
    assert [one.covered for one in coverage.findings] == [False, False]


@pytest.mark.parametrize("name", [CLAUDE, CAROL, MALLORY])
def test_commit_signatures_of_others_fill_nothing(stage: Scene, name: str) -> None:
    head = stage.signed(stage.agent_commit(), name)
    assert not stage.judge(stage.change(head), [finding(head)]).findings[0].covered


def test_with_humans_same_a_commit_signature_fills_nothing(stage: Scene) -> None:
    stage.policy = stage.policy._replace(humans="same")
    head = stage.signed(stage.agent_commit(), ALICE)
    assert not stage.judge(stage.change(head), [finding(head)]).findings[0].covered


def test_a_commit_signature_meets_the_presence_asked_for(stage: Scene) -> None:
    stage.approval_settings(presence="touch")
    key = SoftKey("hardware", application="ssh:")
    stage.lines.append(f"{ALICE} {NAMESPACES} {key.public}")
    untouched = stage.signed(stage.agent_commit(), ALICE, 0, key)
    assert not stage.judge(stage.change(untouched), [finding(untouched)]).findings[0].covered
    touched = stage.signed(stage.agent_commit({"b": "b\n"}), ALICE, 1, key)
    assert stage.judge(stage.change(touched), [finding(touched)]).findings[0].covered


def test_an_expired_key_counts_for_nothing(stage: Scene) -> None:
    stage.lines[0] = f'{ALICE} valid-before="20260101Z",{NAMESPACES} {stage.keys[ALICE].public}'
    head = stage.agent_commit()
    change = stage.change(head)
    stage.approve(ALICE, change, [finding(head)])
    assert stage.reason(change, [finding(head)]) == f"the key of {ALICE} expired at 2026-01-01T00:00:00Z"


def test_the_policy_may_shorten_what_was_signed(stage: Scene) -> None:
    stage.approval_settings(expires=HOUR // 2)
    head = stage.agent_commit()
    change = stage.change(head)
    stage.approve(ALICE, change, [finding(head)])
    assert stage.reason(change, [finding(head)]).startswith("it expired at")
