# SPDX-License-Identifier: Apache-2.0
"""What a policy file says, and what is said about one that is wrong: place, reason, nearest word."""

from __future__ import annotations

import pytest

from gatekeeper.errors import PolicyInvalid
from gatekeeper.policy import parse, schema
from gatekeeper.policy.document import from_document, to_document
from gatekeeper.policy.schema import Approval, Commands, Dependencies, Limits, Network, PathRule, Run
from gatekeeper.policy.starter import starter
from tests.policies import ALICE, BOB, SMALL, joined, policy

FULL = """\
version: 1
serial: 3
repository: example.org/payments
extends: balanced
protect: [refs/heads/main, refs/heads/release/*, refs/tags/v*]

signers: .gatekeeper/allowed_signers
teams:
  maintainers: [alice@example.org, bob@example.org]
  security: [carol@example.org]
agents: [claude@agents.example.org]
gates: [server@gates.example.org]

levels:
  secrets.*: deny
  ci.unpinned-action: warn
paths:
  - name: ledger
    match: ["payments/ledger/**", "!payments/ledger/docs/**"]
    level: approval
    approvers: {security: 1, maintainers: 1}
    presence: touch
    why: money moves here
dependencies: {hosts: [registry.example.org], cooldown: 7d}
secrets: {allow: [0123456789abcdef0123]}

approval:
  require: {maintainers: 1}
  policy_changes: {maintainers: 2}
  presence: none
  exclude: [author, committer]
  expires: 7d
  carry: trivial-rebase
humans: counts
break_glass: {teams: {security: 1}}

run:
  isolation: preferred
  network: {allow: ["api.example.org:443", "*.models.example.org:443"], deny: [], ask: false}
  commands: {ask: ["git push", "terraform destroy"], deny: ["gatekeeper approve"]}
  limits: {wall: 2h, memory: 4GiB, processes: 512, file_size: 2GiB}
  read: [~/.cache/pip]
  env: [LANG, TERM]
"""


def problems(text: str, kind: parse.Kind = parse.REPOSITORY) -> list[str]:
    return [str(problem) for problem in parse.check(text.encode(), "policy.yaml", kind).problems]


def test_the_whole_file() -> None:
    said = parse.parse(FULL.encode(), "policy.yaml")
    assert said.serial == 3
    assert said.repository == "example.org/payments"
    assert said.protect == ("refs/heads/main", "refs/heads/release/*", "refs/tags/v*")
    assert said.teams == {"maintainers": (ALICE, BOB), "security": ("carol@example.org",)}
    assert said.levels == {"secrets.*": "deny", "ci.unpinned-action": "warn"}
    assert said.paths == (
        PathRule(
            "ledger",
            ("payments/ledger/**", "!payments/ledger/docs/**"),
            "approval",
            (("maintainers", 1), ("security", 1)),
            "touch",
            "money moves here",
        ),
    )
    assert said.dependencies == Dependencies(("registry.example.org",), 7 * 86400)
    assert said.secrets_allow == ("0123456789abcdef0123",)
    assert said.approval == Approval((("maintainers", 1),), (("maintainers", 2),))
    assert said.break_glass == (("security", 1),)
    assert said.run == Run(
        network=Network(("api.example.org:443", "*.models.example.org:443")),
        commands=Commands(("git push", "terraform destroy"), ("gatekeeper approve",)),
        limits=Limits(7200, 4 << 30, 512, 2 << 30),
        read=("~/.cache/pip",),
    )
    assert from_document(to_document(said)) == said


def test_defaults() -> None:
    said = policy()
    assert said.preset == "balanced"
    assert said.signers_path == ".gatekeeper/allowed_signers"
    assert said.approval == Approval((("maintainers", 1),), (("maintainers", 2),))
    assert said.humans == "counts"
    assert said.break_glass is None
    assert said.run == Run()
    assert "approval.expires" not in said.stated
    assert "teams.maintainers" in said.stated


def test_yaml_1_1_words_stay_words() -> None:
    assert policy("levels: {ci.touched: off}").level_of("ci.touched") == "off"
    assert policy("repository: no").repository == "no"
    assert policy("run: {network: {ask: true}}").run.network.ask is True
    assert problems(joined("run: {network: {ask: yes}}")) == [
        "policy.yaml:9: run.network.ask cannot be 'yes'; known are true, false"
    ]


@pytest.mark.parametrize(
    ("team", "changes"),
    [
        ("[a@x.org]", (("core", 1),)),
        ("[a@x.org, b@x.org]", (("core", 2),)),
        ("[a@x.org, b@x.org, c@x.org]", (("core", 2),)),
    ],
)
def test_policy_changes_take_two_people_where_there_are_two(team: str, changes: schema.Counts) -> None:
    said = policy(f"teams: {{core: {team}}}")
    assert said.approval.require == (("core", 1),)
    assert said.approval.policy_changes == changes


def test_without_teams_nobody_can_approve() -> None:
    assert policy("teams: {}").approval.require == (("maintainers", 1),)


def test_a_path_without_a_level_takes_its_family_s() -> None:
    paths = "paths: [{name: a, match: [a/**]}]\n"
    assert policy(paths).paths[0].level == "approval"
    assert policy(paths + "levels: {paths.*: deny}").paths[0].level == "deny"
    assert policy(paths + "levels: {paths.*: deny}").level_of("paths.a") == "deny"


WRONG = [
    ("version: 2", 9, "version is a whole number from 1 to 1, not '2'"),
    ("version: '1'", 9, "version is a whole number from 1 to 1, not '1'"),
    ("serial: 0", 9, "serial is a whole number from 1 to 1000000000, not '0'"),
    ("serial: 1.5", 9, "not '1.5'"),
    ("serial: 0x10", 9, "not '0x10'"),
    ("serial: ~", 9, "serial has no value"),
    ("serial: [1]", 9, "serial is one word or line, not a list"),
    ("protct: []", 9, "unknown key 'protct'; did you mean 'protect'?"),
    ("serial: 1\nserial: 2", 10, "duplicate key 'serial'; the first is in line 9"),
    ("extends: blanced", 9, "extends cannot be 'blanced'; did you mean 'balanced'?"),
    ("extends: none", 9, "extends cannot be 'none'"),
    ("repository: two words", 9, "repository is one name without spaces"),
    ("repository: root:abc", 9, "'root:' is what a repository without a name is called"),
    ("protect: []", 9, "protect names no ref, so nothing would be protected"),
    ("protect: refs/heads/main", 9, "protect is a list, such as [one, two], not a word"),
    ("protect: [main]", 9, "'main' in protect: write the whole name, such as refs/heads/main"),
    ("protect: ['refs/heads/a b']", 9, "no ref can have this name"),
    ("protect: ['!refs/heads/a']", 9, "what is protected is not taken back"),
    ("protect: [refs/heads/main, refs/heads/main]", 9, "'refs/heads/main' stands twice in protect"),
    ("signers: keys/allowed_signers", 9, "signers is a file under .gatekeeper/"),
    ("signers: .gatekeeper/../keys", 9, "signers is a file under .gatekeeper/"),
    ("teams:\n  maintainers: []", 10, "teams.maintainers has no members"),
    ("teams: {m: ['*@example.org']}", 9, "'*@example.org' in teams.m is a pattern; name each principal in full"),
    ("teams: {m: [a b]}", 9, "is no principal"),
    ("teams: {m: [älice@example.org]}", 9, "is no principal: visible ASCII"),
    ("teams: {m/n: [a@x.org]}", 9, "'m/n' is no name for a team"),
    ("teams: {m: [a@x.org], M: [b@x.org]}", 9, "the teams 'M' and 'm' differ in case alone"),
    ("teams: {m: [a@x.org, A@x.org]}", 9, "'A@x.org' and 'a@x.org' (line 9) differ in case alone"),
    ("teams: {m: [a@x.org, a@x.org]}", 9, "'a@x.org' stands twice in teams.m"),
    (
        "teams: {m: [claude@agents.example.org]}",
        9,
        "is both an agent (line 7) and in a team: agents and gates never approve",
    ),
    ("teams: {m: [server@gates.example.org]}", 9, "is both a gate (line 8) and in a team"),
    ("agents: [server@gates.example.org]", 8, "is both an agent (line 9) and a gate: one principal, one role"),
    ("teams: {a: [a@x.org], b: [b@x.org]}", 9, "several teams, and approval.require does not say which"),
    ("levels: {deps.new-dirct: warn}", 9, "unknown rule 'deps.new-dirct'; did you mean 'deps.new-direct'?"),
    ("levels: {dep.*: warn}", 9, "unknown family 'dep.*'; did you mean 'deps.*'?"),
    ("levels: {'*': warn}", 9, "unknown family '*'"),
    ("levels: {secrets.: warn}", 9, "unknown rule 'secrets.'"),
    (
        "levels: {ci.touched: loud}",
        9,
        "the level of 'ci.touched' cannot be 'loud'; known are off, warn, approval, deny",
    ),
    ("levels: {self.policy: warn}", 9, "a change of the policy itself needs approval at least"),
    ("levels: {self.*: off}", 9, "a change of the policy itself needs approval at least"),
    ("levels: {paths.a: warn}", 9, "the level of a protected path stands beside its patterns"),
    ("levels: {paths.*: off}", 9, "not by the level off"),
    ("paths: [{name: a}]", 9, "the key 'match' of this path is missing"),
    ("paths: [{match: [a]}]", 9, "the key 'name' of this path is missing"),
    ("paths: [{name: a, match: []}]", 9, "match has no patterns"),
    ("paths: [{name: a, match: ['!a']}]", 9, "every pattern takes back"),
    ("paths: [{name: a, match: [src/**.py]}]", 9, "'src/**.py': '**' stands alone between slashes"),
    ("paths: [{name: a, match: ['a[b']}]", 9, "'[' without its ']'"),
    ("paths: [{name: a, match: [./a]}]", 9, "'.' is no name inside a repository"),
    ("paths: [{name: a, match: ['#a']}]", 9, "is a comment to git"),
    ("paths: [{name: a, match: ['a ']}]", 9, "git drops trailing spaces"),
    ("paths: [{name: a, match: [a]}, {name: a, match: [b]}]", 9, "two paths are called 'a'"),
    ("paths: [{name: a b, match: [a]}]", 9, "'a b' is no name for a path"),
    ("paths: [{name: a, match: [a], level: off}]", 9, "the level of 'a' cannot be 'off'"),
    ("paths: [{name: a, match: [a], mtach: [b]}]", 9, "unknown key 'mtach' in paths; did you mean 'match'?"),
    (
        "paths: [{name: a, match: [a], approvers: {maintainer: 1}}]",
        9,
        "unknown team 'maintainer' in approvers; did you mean 'maintainers'?",
    ),
    ("paths: [{name: a, match: [a], presence: touched}]", 9, "presence cannot be 'touched'; did you mean 'touch'?"),
    (
        "approval: {require: {maintainers: 0}}",
        9,
        "approval.require.maintainers is a whole number from 1 to 100, not '0'",
    ),
    ("approval: {require: {maintainers: -1}}", 9, "not '-1'"),
    (
        "approval: {require: {maintainers: 3}}",
        9,
        "approval.require asks for 3 people of 'maintainers', which has 2 people",
    ),
    ("approval: {require: {}}", 9, "approval.require names no team, so nobody could approve"),
    ("approval: {expires: 7}", 9, "approval.expires is a time such as 7d, 2h, 30m or 45s, not '7'"),
    ("approval: {expires: 0d}", 9, "approval.expires cannot be 0d: too little"),
    ("approval: {expires: 99999d}", 9, "approval.expires cannot be 99999d: too much"),
    ("approval: {carry: rebase}", 9, "approval.carry cannot be 'rebase'; did you mean 'trivial-rebase'?"),
    ("approval: {exclude: [auther]}", 9, "cannot be 'auther'; did you mean 'author'?"),
    ("humans: count", 9, "humans cannot be 'count'; did you mean 'counts'?"),
    ("break_glass: {}", 9, "break_glass names its teams"),
    ("break_glass: {teams: {nobody: 1}}", 9, "unknown team 'nobody' in break_glass.teams; known are maintainers"),
    ("secrets: {allow: [abc]}", 9, "secrets.allow lists fingerprints"),
    ("dependencies: {hosts: ['https://user:pw@x.org']}", 9, "is no host"),
    ("run: {isolation: on}", 9, "run.isolation cannot be 'on'; known are required, preferred"),
    ("run: {network: {allow: [api.example.org]}}", 9, "name the port too, such as api.example.org:443"),
    ("run: {network: {allow: ['*:443']}}", 9, "write a host in lower case and its port"),
    ("run: {network: {allow: ['a.org:99999']}}", 9, "write a host in lower case and its port"),
    ("run: {limits: {memory: 4GB}}", 9, "run.limits.memory is a size such as 4GiB or 512MiB, not '4GB'"),
    ("run: {limits: {processes: 0}}", 9, "run.limits.processes is a whole number from 1"),
    ("run: {read: [cache]}", 9, "write a whole path"),
    ("run: {read: [/]}", 9, "everything is too much"),
    ("run: {env: [SSH_AUTH_SOCK]}", 9, "this variable reaches a person's keys"),
    ("run: {env: ['A=B']}", 9, "write the name of a variable"),
    ("run: {}\n\n\nhumans: [same]", 12, "humans is one word or line, not a list"),
]


@pytest.mark.parametrize(("text", "line", "words"), WRONG, ids=[text for text, _, _ in WRONG])
def test_an_error_has_its_line_and_the_nearest_word(text: str, line: int, words: str) -> None:
    found = problems(joined(text))
    assert any(said.startswith(f"policy.yaml:{line}: ") and words in said for said in found), found


@pytest.mark.parametrize("key", ["version", "serial"])
def test_what_must_be_there(key: str) -> None:
    text = "".join(line for line in SMALL.splitlines(keepends=True) if not line.startswith(key))
    assert problems(text) == [f"policy.yaml:1: the key '{key}' is missing"]


def test_requirements_that_no_two_people_can_meet() -> None:
    teams = "teams: {one: [a@x.org], two: [a@x.org]}\napproval: {require: {one: 1, two: 1}}"
    assert problems(joined(teams))[0].endswith(
        "approval.require needs 2 people, all different, and the teams do not have them"
    )
    assert problems(joined(teams.replace("two: [a@x.org]", "two: [a@x.org, b@x.org]"))) == []


def test_all_errors_are_said_and_the_first_is_raised() -> None:
    text = joined("humans: maybe\nextends: loud\n")
    assert len(problems(text)) == 2
    with pytest.raises(PolicyInvalid, match=r"^policy.yaml:9: humans cannot be 'maybe'; .* \(and 1 more\)$"):
        parse.parse(text.encode(), "policy.yaml")


def test_a_wrong_file_is_not_quoted() -> None:
    assert problems("-----BEGIN " + "PRIVATE KEY-----") == [
        "policy.yaml:1: a policy is a table of 'key: value' lines, not a word"
    ]


@pytest.mark.parametrize("key", ["serial: 1", "repository: a"])
def test_a_managed_policy_has_no_serial_and_no_name(key: str) -> None:
    assert "unknown key" in problems(f"version: 1\n{key}\n", parse.MANAGED)[0]


def test_a_managed_policy_may_be_almost_empty() -> None:
    said = parse.parse(b"version: 1\n", "policy.yaml", parse.MANAGED)
    assert said.preset == "none"
    assert said.level_of("secrets.any") == "off"


@pytest.mark.parametrize("name", ["example.org/payments", "it's: odd #1", "null", "- x", "a,b", "*x", "{x}"])
@pytest.mark.parametrize("teams", [{}, {"core": ["a@x.org"]}, {"core": ["a@x.org", "b@x.org"], "sec": ["c@x.org"]}])
def test_the_starter_parses(name: str, teams: dict[str, list[str]]) -> None:
    text = starter(name, ["refs/heads/main", "refs/tags/v*"], teams, ["bot@agents.x.org"], ["gate@x.org"])
    checked = parse.check(text.encode(), "policy.yaml")
    if " " in name:
        assert [problem.message[:10] for problem in checked.problems] == ["repository"]
        return
    assert checked.policy is not None, checked.problems
    assert checked.policy.repository == name
    assert checked.policy.teams == {team: tuple(members) for team, members in teams.items()}
    assert checked.policy.protect == ("refs/heads/main", "refs/tags/v*")
