# SPDX-License-Identifier: Apache-2.0
"""The walk of a change: the policy in force, inspection, judgement. Every door calls :func:`decide`.

The verdict is a pure function of the objects, the policy in force, the statements and the clock; so the same
change gets the same verdict wherever it is judged.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gatekeeper.approvals.coverage import Coverage
from gatekeeper.context import Context as Context
from gatekeeper.errors import TooLarge
from gatekeeper.force import first_protected, policy_in_force
from gatekeeper.git.objects import Objects
from gatekeeper.model import Change, Commit, Finding, Hit, Outcome, Requirement, Scanned, Verdict, strictest
from gatekeeper.policy.effective import Effective
from gatekeeper.policy.presets import RULES
from gatekeeper.policy.schema import Policy, larger
from gatekeeper.rules.inspection import UNREAD, Inspected, Job, inspect, inspect_carried, inspect_unmade
from gatekeeper.rules.registry import change_rules_for, not_checked
from gatekeeper.rules.rule import ProtectedPath, RuleSettings
from gatekeeper.rules.view import WholeChange

PINNED = "self.policy"
"""What landing the first policy takes; whoever pinned it has approved that."""


def decide(change: Change, context: Context) -> Verdict:
    """The verdict on ``change``. Raises CannotDecide, which blocks, where there can be none."""
    force = policy_in_force(context.objects, change)
    inspected = []
    for one in inspect(context.objects, _job(force, context, change.commits)):
        inspected.append(one)
        context.progress(len(inspected), len(change.commits))
    carried = tuple(inspect_carried(context.objects, change, _job(force, context, ())))
    return _verdict(change, force, inspected, context, carried)


def decide_unmade(commit: Commit, target: str | None, context: Context) -> Verdict:
    """The verdict on a commit that is not made yet (the index, a patch), as if it were to land on ``target``.

    None stands for the first protected branch.
    """
    objects = context.objects
    zero = objects.repository.zero
    base = commit.parents[0] if commit.parents else zero
    change = Change(target, base, zero, (zero,), commit.tree, unmade=True)
    force = policy_in_force(objects, change)
    if target is None:
        change = change._replace(target=first_protected(objects, force))
    inspected = [inspect_unmade(objects, commit, _job(force, context, ()))]
    return _verdict(change, force, inspected, context)


def _job(force: Effective, context: Context, commits: tuple[str, ...]) -> Job:
    policy, repository = force.policy, context.objects.repository
    settings = RuleSettings(
        repository=force.repository,
        protected_paths=tuple(ProtectedPath(path.name, path.match, path.why) for path in policy.paths),
        signers_path=policy.signers_path.encode(),
        dependencies_hosts=policy.dependencies.hosts,
        dependencies_cooldown=policy.dependencies.cooldown,
        secrets_allow=policy.secrets_allow,
        is_hook=context.is_hook,
        online=context.online and not context.is_hook,
        now=context.now,
    )
    return Job(dict(repository.environ), repository.git_dir, commits, _enabled(policy), settings, context.deadline)


def _enabled(policy: Policy) -> tuple[str, ...]:
    """Every rule and open family that the policy does not switch off."""
    named = (*(info.name for info in RULES), *policy.levels)
    return tuple(name for name in dict.fromkeys(named) if policy.level_of(name) != "off")


def _verdict(
    change: Change,
    force: Effective,
    inspected: Sequence[Inspected],
    context: Context,
    carried: Sequence[Inspected] = (),
) -> Verdict:
    job = _job(force, context, ())
    paths = frozenset(path for one in (*inspected, *carried) for path in one.paths)
    protected = change.target is None or force.is_protected(change.target)
    objects = context.objects
    whole = WholeChange(
        objects, change, job.settings, protected, paths, lambda: _policy_objection(change, force, objects)
    )
    of_commits = _findings(((one.commit, hit) for one in inspected for hit in one.hits), force, change.creates)
    rules = change_rules_for(job.enabled)
    of_merges = ((one.commit, hit) for one in carried for hit in one.hits)
    of_whole = ((change.head, hit) for rule in rules for hit in rule.inspect_change(whole))
    of_change = _findings((*of_merges, *of_whole), force, change.creates)
    coverage = _coverage(change, of_commits, of_change, force, context)
    scanned = Scanned()
    for one in inspected:
        scanned = scanned.plus(one.scanned)
    notices = [*force.notices, *_notices(change, protected, coverage)]
    return Verdict(
        outcome=_outcome(coverage, protected),
        repository=force.repository,
        change=change,
        policy=force.id,
        findings=coverage.findings,
        required=coverage.required,
        present=coverage.present,
        missing=coverage.missing,
        ignored=coverage.ignored,
        vetoes=coverage.vetoes,
        sole=coverage.sole,
        scanned=scanned,
        not_checked=not_checked(job.enabled, paths, job.settings),
        notices=tuple(notices),
    )


def _finding(commit: str, hit: Hit, force: Effective, first: bool) -> Finding | None:
    """A hit with the level that the policy gives it; None where its rule is off.

    ``first``: the ref is created. With the pinned policy that is the import of a project into an empty repository, and
    there is nobody yet who could have approved it; what is denied stays denied (docs/adr/0015).
    """
    policy = force.policy
    setting = policy.level_of(hit.rule)
    if setting == "off":
        if hit.rule == UNREAD and hit.escalate:
            raise TooLarge(hit.message, f"keep it out of git, or give the rule {UNREAD} a level")
        return None
    level = strictest(setting, *([hit.escalate] if hit.escalate else []))
    message = hit.message
    if level == "deny" and hit.inline_allow is not None and hit.rule.startswith("secrets."):
        if any(layer.kind == "managed" and layer.policy.level_of(hit.rule) == "deny" for layer in force.layers):
            message += " (an inline allow does not count against a managed policy)"
        else:
            level, message = "approval", f"{message} (allowed inline: {hit.inline_allow})"
    if force.is_pinned and level == "approval" and (first or hit.rule == PINNED):
        level, message = "warn", f"{message} (the pinned first push)"
    approvers = (policy.approvers_of(hit.rule) or policy.approval.require) if level == "approval" else ()
    return Finding(hit.rule, level, commit, hit.path, hit.line, message, hit.fingerprint, approvers)


def _findings(hits: Iterable[tuple[str, Hit]], force: Effective, first: bool) -> tuple[Finding, ...]:
    return tuple(finding for commit, hit in hits if (finding := _finding(commit, hit, force, first)) is not None)


def _coverage(
    change: Change, of_commits: tuple[Finding, ...], of_change: tuple[Finding, ...], force: Effective, context: Context
) -> Coverage:
    """What people have said of the change. Nothing is read where nobody is asked."""
    findings = (*of_commits, *of_change)
    asked = [finding for finding in findings if finding.level == "approval"]
    if not asked:
        return Coverage(findings)
    if change.unmade:
        required = tuple(Requirement(*pair) for pair in larger(*(finding.approvers for finding in asked)))
        return Coverage(findings, required, missing=required)
    from gatekeeper.hearing import hear  # loaded where somebody is asked, which most commits do without

    return hear(change, of_commits, of_change, force, context)


def _outcome(coverage: Coverage, protected: bool) -> Outcome:
    if coverage.vetoes or any(finding.level == "deny" for finding in coverage.findings):
        return "denied"
    uncovered = any(finding.level == "approval" and not finding.covered for finding in coverage.findings)
    return "needs-approval" if uncovered and protected else "allowed"


def _notices(change: Change, protected: bool, coverage: Coverage) -> Iterable[str]:
    if change.deletes:
        return
    if not change.commits:
        yield "there is nothing new to inspect: the target has all of it"
    if change.result_tree is None:
        yield "it does not merge cleanly with its target: rebase or merge the target first"
    if not protected and any(finding.level == "approval" and not finding.covered for finding in coverage.findings):
        yield f"{change.target} is not protected, so approval is asked for when this is to land on a ref that is"


def _policy_objection(change: Change, force: Effective, objects: Objects) -> str | None:
    """Why the policy of the proposed tree may not land."""
    tree = change.result_tree or objects.commit(change.head).tree
    return force.objection(lambda path: objects.blob_at(tree, path.encode("utf-8", "surrogateescape")))
