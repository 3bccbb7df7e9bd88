# SPDX-License-Identifier: Apache-2.0
"""What each rule costs, and how often it fires, over a repository's own history.

``python -m tests.bench.bench_rules REPOSITORY [COMMITS]``. Times are of this thread's CPU; reading is not counted.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter

from gatekeeper.errors import CannotDecide
from gatekeeper.git.changes import CommitChange, new_commits, read_commits
from gatekeeper.git.objects import Objects
from gatekeeper.git.repository import open_repository
from gatekeeper.policy.presets import RULES
from gatekeeper.rules.registry import rules_for
from gatekeeper.rules.rule import ProtectedPath, Rule, RuleSettings
from gatekeeper.rules.view import CommitDiff

SETTINGS = RuleSettings(
    repository="example.org/bench",
    protected_paths=(ProtectedPath("ledger", ("payments/ledger/**", "!payments/ledger/docs/**")),),
    is_hook=True,
)


class Tally:
    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self.rules = rules
        self.cost: Counter[str] = Counter()
        self.fired: Counter[str] = Counter()
        self.each: list[float] = []
        self.unread = 0

    def add(self, objects: Objects, change: CommitChange) -> None:
        view = CommitDiff(objects, change, SETTINGS)
        try:
            for file in view.files:
                view.region(file)
        except CannotDecide:
            self.unread += 1
            return
        names: set[str] = set()
        total = 0.0
        for rule in self.rules:
            start = time.thread_time()
            names |= {hit.rule for hit in rule.inspect(view)}
            spent = time.thread_time() - start
            self.cost[rule.names[0]] += int(spent * 1e9)
            total += spent
        self.fired.update(names)
        self.each.append(total)

    def show(self) -> None:
        each = sorted(self.each)
        count = len(each)
        print(f"{count:,} commits, {self.unread} left out for a missing object")
        points = [("median", 0.5), ("90 %", 0.9), ("99 %", 0.99)]
        shown = ", ".join(f"{name} {each[int(count * share)] * 1e6:,.0f}" for name, share in points)
        print(f"all rules, microseconds a commit: mean {sum(each) / count * 1e6:,.0f}, {shown}")
        for name, spent in self.cost.most_common():
            print(f"  {name:24} {spent / count / 1e3:9.1f}")
        print("fires on, percent of commits:")
        for name, times in self.fired.most_common():
            print(f"  {name:24} {100 * times / count:9.2f}")


def main(path: str, limit: int) -> None:
    with Objects(open_repository(path, os.environ)) as objects:
        head = objects.repository.resolve("HEAD")
        if head is None:
            raise SystemExit("no commits")
        tally = Tally(rules_for([info.name for info in RULES]))
        for change in read_commits(objects, new_commits(objects, head, ())[-limit:]):
            tally.add(objects, change)
        tally.show()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else sys.maxsize)
