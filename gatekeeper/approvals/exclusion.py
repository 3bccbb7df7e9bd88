# SPDX-License-Identifier: Apache-2.0
"""Who had a hand in a change, and so may not approve it. Compared by principal.

A signature says who it was. An e-mail address proves nothing, so it may only make things stricter: whoever
has the author's address as principal counts as the author, too.
"""

from __future__ import annotations

from gatekeeper.approvals.case import Case
from gatekeeper.model import Finding, Ident


class Exclusion:
    """Of one case. Commits are looked at once."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._hands: dict[str, dict[str, str]] = {}

    def reason(self, principal: str, finding: Finding) -> str | None:
        """Why ``principal`` may not approve ``finding``, fit to follow "ignored:"; None where it may.

        Where the finding's rule names its approvers, pusher and operator stay out whatever the policy says.
        """
        name = principal.casefold()
        for commit in self._case.concerned(finding):
            found = self._of_commit(commit).get(name)
            # Whoever makes a clean merge writes none of what lands.
            if found is not None and not self._case.facts.adds_nothing(self._case.facts.commit(commit)):
                return found
        named, exclude = bool(self._case.policy.approvers_of(finding.rule)), self._case.policy.approval.exclude
        if (named or "pusher" in exclude) and (self._case.pusher or "").casefold() == name:
            return "approver pushed the change"
        if (named or "operator" in exclude) and name in (one.casefold() for one in self._case.operators):
            return "approver started the agent's run"
        return None

    def _of_commit(self, oid: str) -> dict[str, str]:
        """Reason by case-folded principal or address."""
        if oid not in self._hands:
            commit, signer = self._case.facts.commit(oid), self._case.facts.signer(oid)
            hands: dict[str, str] = {}
            for party, ident in (("committer", commit.committer), ("author", commit.author)):
                if party in self._case.policy.approval.exclude:
                    names = [_address(ident), *([signer.principal.casefold()] if signer else [])]
                    hands.update(dict.fromkeys(names, f"approver is the commit's {party}"))
            self._hands[oid] = hands
        return self._hands[oid]


def _address(ident: Ident) -> str:
    return ident.email.decode("utf-8", "surrogateescape").strip().casefold()
