# SPDX-License-Identifier: Apache-2.0
"""approve, reject and revoke from the command line: what is asked, written, answered and refused."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from gatekeeper.git.recordrefs import APPROVALS
from tests.cli import NOW
from tests.repo import AGENT, RepoBuilder
from tests.shop import ALICE, BOB, CAROL, NAMESPACES, ROOT, Shop
from tests.signers import SoftKey, key


@pytest.fixture
def shop(repo: RepoBuilder) -> Shop:
    return Shop(repo)


def test_an_approval_lets_the_change_through(shop: Shop) -> None:
    head = shop.agent()
    assert shop.verdict() == "needs-approval"
    answer = shop.approve(ALICE, "--reason", "read it", "--json")
    assert answer.code == 0, answer.err
    document = answer.json()
    assert document == {
        "schema": "gatekeeper.approve/1",
        "id": document["id"],
        "approver": ALICE,
        "target": "refs/heads/main",
        "head": head,
        "expires": "2023-11-23T02:00:00Z",
        "satisfies": [{"team": "maintainers", "count": 1}],
        "missing": [],
        "verdict": "allowed",
    }
    assert shop.verdict() == "allowed"
    assert "run.sh" in answer.err  # what is approved is shown, beside the one object on stdout


def test_the_statement_says_what_was_approved_and_shown(shop: Shop) -> None:
    head = shop.agent()
    shop.approve(ALICE, "--reason", "read it")
    from base64 import b64decode

    (line,) = shop.noted()
    statement = json.loads(b64decode(json.loads(line)["payload"]))
    predicate = statement["predicate"]
    assert statement["subject"] == [{"digest": {"gitCommit": head}}]
    assert (predicate["base"], predicate["commits"]) == (shop.base, [head])
    assert predicate["resultTree"] == shop.repo.git("rev-parse", "HEAD^{tree}")
    assert predicate["displayed"]["summary"] == "1 commit, 1 file version, 1 finding; not asked (--yes)"
    assert len(predicate["displayed"]["sha256"]) == 64
    assert (predicate["reason"], predicate["notBefore"]) == ("read it", "2023-11-16T02:00:00Z")
    assert len(predicate["nonce"]) == 32


def test_text_says_who_until_when_and_what_is_missing(repo: RepoBuilder) -> None:
    shop = Shop(repo, require=2)
    head = shop.agent()
    answer = shop.approve(ALICE)
    assert answer.code == 0
    assert "approved by alice@example.org until 2023-11-23T02:00:00Z, for refs/heads/main\n" in answer.out
    assert f"noted on {head} in {APPROVALS}\n" in answer.out
    assert "satisfies: 1 of maintainers\nmissing: 1 of maintainers\nverdict with it: needs-approval\n" in answer.out
    assert shop.approve(BOB, "--json").json()["verdict"] == "allowed"


def test_the_next_step_shares_the_approval(shop: Shop) -> None:
    shop.repo.git("remote", "add", "origin", "/nowhere")
    shop.agent()
    assert shop.approve(ALICE).out.endswith(f"next: git push origin {APPROVALS}\n")


def test_where_there_is_no_remote_the_next_step_is_to_merge(shop: Shop) -> None:
    shop.agent()
    answer = shop.approve(ALICE)
    assert answer.out.endswith("verdict with it: allowed\nnext: gatekeeper merge agent/fix --into refs/heads/main\n")
    assert "next: gatekeeper approve" not in answer.out


def test_whoever_approves_a_named_path_is_told_not_to_push_it(shop: Shop) -> None:
    shop.agent("ledger/a")
    assert "note: paths.ledger: the rule names who approves, so somebody else must push it" in shop.approve(CAROL).err


def test_a_commit_stands_for_everything_up_to_it(shop: Shop) -> None:
    shop.agent()
    head = shop.agent("ledger/a")
    answer = shop.run("approve", head, "--key", key(CAROL).path, "--yes", "--offline", "--json")
    assert answer.json()["satisfies"] == [{"team": "security", "count": 1}], answer.err
    assert answer.json()["verdict"] == "needs-approval"


def test_a_shorter_life_is_kept_and_a_longer_one_is_cut(shop: Shop) -> None:
    shop.agent()
    assert shop.approve(ALICE, "--expires", "12h", "--json").json()["expires"] == "2023-11-16T14:00:00Z"
    answer = shop.approve(BOB, "--expires", "30d", "--json")
    assert answer.json()["expires"] == "2023-11-23T02:00:00Z"
    assert "note: the policy ends every approval after 168 hours\n" in answer.err


def test_an_approval_expires(shop: Shop) -> None:
    shop.agent()
    shop.approve(ALICE, "--expires", "12h")
    assert shop.verdict(NOW + 12 * 3600 - 1) == "allowed"
    assert shop.verdict(NOW + 12 * 3600) == "needs-approval"


def test_nothing_is_written_that_could_not_count(shop: Shop) -> None:
    shop.agent()
    answer = shop.approve(CAROL)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"gatekeeper: an approval by {CAROL} would not count: approver is in no team that is asked\n"
    assert shop.noted() == []


def test_nor_by_an_agent(shop: Shop) -> None:
    shop.agent()
    answer = shop.approve(AGENT[1])
    assert answer.code == 1
    assert f"the key of {AGENT[1]} is not listed for the namespace gatekeeper-approval" in answer.err
    assert shop.noted() == []


def test_nor_by_the_author(shop: Shop) -> None:
    (shop.repo.path / "run.sh").chmod(0o755)
    shop.repo.commit({"run.sh": "echo\n"}, "work", ("Alice", ALICE))
    answer = shop.approve(ALICE, "--json")
    assert answer.code == 1
    assert answer.json()["refused"] == (
        "an approval by alice@example.org would not count: approver is the commit's author"
    )
    assert answer.json()["id"] is None
    assert shop.noted() == []


def test_nor_by_a_key_that_nobody_listed(shop: Shop) -> None:
    shop.agent()
    answer = shop.approve("mallory")
    assert answer.code == 1
    assert "is not listed in" in answer.err
    assert shop.noted() == []


def test_nor_by_an_expired_key(repo: RepoBuilder) -> None:
    shop = Shop(repo)
    signers = (
        f'{ALICE} valid-before="20200101Z",{NAMESPACES} {key(ALICE).public}\n{BOB} {NAMESPACES} {key(BOB).public}\n'
    )
    repo.git("checkout", "-q", "main")
    repo.commit({".gatekeeper/allowed_signers": signers + f"{CAROL} {NAMESPACES} {key(CAROL).public}\n"}, "x", ROOT)
    repo.branch("agent/fix", "main")
    shop.agent()
    answer = shop.approve(ALICE)
    assert answer.code == 1
    assert "the key of alice@example.org expired at 2020-01-01T00:00:00Z" in answer.err


def test_nor_by_a_key_that_cannot_prove_presence(repo: RepoBuilder) -> None:
    shop = Shop(repo, presence="touch")
    shop.agent("ledger/a")
    answer = shop.approve(CAROL)
    assert answer.code == 1
    assert "a hardware key is asked for (presence: touch), and ssh-ed25519 is none" in answer.err
    assert shop.noted() == []


def test_a_public_hardware_key_is_refused_only_when_it_cannot_sign(repo: RepoBuilder) -> None:
    shop = Shop(repo, presence="touch")
    hardware = SoftKey("carol's hardware key", application="ssh:")
    path = repo.path.parent / "hardware.pub"
    path.write_text(hardware.public)
    repo.git("checkout", "-q", "main")
    lines = "".join(f"{name} {NAMESPACES} {key(name).public}\n" for name in (ALICE, BOB))
    repo.commit({".gatekeeper/allowed_signers": lines + f"{CAROL} {NAMESPACES} {hardware.public}\n"}, "x", ROOT)
    repo.branch("agent/fix", "main")
    shop.agent("ledger/a")
    answer = shop.run("approve", "agent/fix", "--key", str(path), "--yes", "--offline")
    assert answer.code == 4  # there is no such device here
    assert "ssh-keygen could not sign" in answer.err
    assert shop.noted() == []


def test_a_denied_change_is_not_approved(shop: Shop) -> None:
    shop.repo.commit({"a.py": "x = '\u202e'\n"}, "work", AGENT)
    answer = shop.approve(ALICE)
    assert answer.code == 1
    assert answer.err.startswith("gatekeeper: unicode.bidi denies this change, and no approval lifts that: ")
    assert "next: gatekeeper explain unicode.bidi" in answer.err


def test_a_change_that_conflicts_is_not_approved(shop: Shop) -> None:
    shop.agent()
    shop.repo.commit({"run.sh": "side\n"}, "work", AGENT)
    shop.repo.git("checkout", "-q", "main")
    shop.repo.commit({"run.sh": "main\n"}, "x", ROOT)
    answer = shop.approve(ALICE)
    assert answer.code == 1
    assert "it does not merge cleanly with refs/heads/main" in answer.err


def test_a_change_that_needs_nobody_is_not_approved(shop: Shop) -> None:
    shop.repo.commit({"README": "x\n"}, "work", AGENT)
    answer = shop.approve(ALICE)
    assert (answer.code, answer.err) == (1, "gatekeeper: nothing in this change needs approval\n")


def test_a_base_that_no_target_has_is_not_approved(shop: Shop) -> None:
    first = shop.agent()
    shop.agent("ledger/a")
    answer = shop.run("approve", f"{first}..agent/fix", "--key", key(CAROL).path, "--yes", "--offline")
    assert answer.code == 1
    assert f"refs/heads/main is not at {first}" in answer.err


def test_a_remote_that_is_further_on_is_said(shop: Shop) -> None:
    shop.repo.git("update-ref", "refs/remotes/origin/main", shop.agent())
    shop.agent("ledger/a")
    answer = shop.approve(ALICE)
    assert answer.code == 0
    assert "note: refs/remotes/origin/main is at " in answer.err


def test_a_change_that_is_there_already_is_a_usage_error(shop: Shop) -> None:
    answer = shop.approve(ALICE)
    assert answer.code == 2
    assert "agent/fix brings nothing new to refs/heads/main" in answer.err


def test_without_a_terminal_and_without_yes_it_is_a_usage_error(shop: Shop) -> None:
    shop.agent()
    answer = shop.run("approve", "agent/fix", "--key", key(ALICE).path)
    assert answer.code == 2
    assert "there is no terminal" in answer.err


@pytest.mark.parametrize("words", [("--expires", "soon"), ("--expires", "0d"), ("--reason", "x" * 5000)])
def test_odd_options_are_usage_errors(shop: Shop, words: tuple[str, str]) -> None:
    shop.agent()
    assert shop.approve(ALICE, *words).code == 2
    assert shop.noted() == []


def test_no_key_is_a_usage_error_and_configuration_names_one(shop: Shop) -> None:
    shop.agent()
    answer = shop.run("approve", "agent/fix", "--yes", "--offline")
    assert answer.code == 2
    assert "git config gatekeeper.key" in answer.err
    shop.repo.git("config", "gpg.format", "ssh")
    shop.repo.git("config", "user.signingKey", key(ALICE).path)
    assert shop.run("approve", "agent/fix", "--yes", "--offline", "--json").json()["approver"] == ALICE
    shop.repo.git("config", "gatekeeper.key", key(BOB).path + ".pub")
    assert shop.run("approve", "agent/fix", "--yes", "--offline", "--json").json()["approver"] == BOB


class Terminal(io.BytesIO):
    def isatty(self) -> bool:
        return True


class Screen(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("typed", "code"), [(b"y\n", 0), (b"yes\n", 0), (b"\n", 1), (b"n\n", 1), (b"", 1)])
def test_at_a_terminal_it_asks(shop: Shop, typed: bytes, code: int) -> None:
    import os

    from gatekeeper.__main__ import dispatch
    from gatekeeper.commands.boundary import guarded
    from gatekeeper.commands.invocation import Invocation

    shop.agent()
    words = ["approve", "agent/fix", "--key", key(ALICE).path, "--offline", "--repo", str(shop.repo.path)]
    out, err = io.StringIO(), Screen()
    call = Invocation(dict(os.environ), ".", Terminal(typed), out, err, lambda: NOW)
    assert guarded(lambda: dispatch(words, call), words, call) == code
    assert "Sign this approval as alice@example.org with SHA256:" in err.getvalue()
    assert "run.sh" in out.getvalue()
    assert len(shop.noted()) == (code == 0)


def test_a_rejection_denies_until_its_signer_revokes_it(shop: Shop) -> None:
    head = shop.agent()
    shop.approve(ALICE)
    answer = shop.run("reject", "agent/fix", "--key", key(BOB).path, "--reason", "no", "--json")
    assert answer.code == 0, answer.err
    document = answer.json()
    assert document == {
        "schema": "gatekeeper.reject/1",
        "id": document["id"],
        "approver": BOB,
        "target": "refs/heads/main",
        "head": head,
        "verdict": "denied",
    }
    assert shop.verdict() == "denied"
    rejection = str(document["id"])
    refused = shop.run("revoke", rejection, "--key", key(ALICE).path, "--json")
    assert refused.code == 1
    assert refused.json()["refused"] == (f"{BOB} signed it, and only {BOB} can withdraw it; this key is {ALICE}'s")
    assert shop.verdict() == "denied"
    done = shop.run("revoke", rejection[:12], "--key", key(BOB).path, "--json").json()
    assert (done["schema"], done["revokes"], done["approver"]) == ("gatekeeper.revoke/1", rejection, BOB)
    assert shop.verdict() == "allowed"


def test_a_rejection_follows_a_rebase(shop: Shop) -> None:
    shop.agent()
    shop.run("reject", "agent/fix", "--key", key(BOB).path)
    shop.repo.git("checkout", "-q", "main")
    shop.repo.commit({"other": "x\n"}, "x", ROOT)
    shop.repo.git("rebase", "-q", "main", "agent/fix")
    shop.approve(ALICE)
    assert shop.verdict() == "denied"


def test_a_rejection_by_somebody_who_is_not_asked_is_not_written(shop: Shop) -> None:
    shop.agent()
    answer = shop.run("reject", "agent/fix", "--key", key(CAROL).path)
    assert answer.code == 1
    assert "would not count: the signer is in no team that is asked" in answer.err
    assert shop.noted() == []


def test_a_revoked_approval_does_not_come_back(shop: Shop) -> None:
    shop.agent()
    said = str(shop.approve(ALICE, "--json").json()["id"])
    (line,) = shop.noted()
    assert shop.run("revoke", said, "--key", key(ALICE).path).out.startswith("revoked by alice@example.org: ")
    assert shop.verdict() == "needs-approval"
    shop.repo.git("notes", "--ref", APPROVALS, "append", "-F", "-", "agent/fix", stdin=line)
    assert shop.verdict() == "needs-approval"
    assert shop.approve(ALICE, "--json").json()["verdict"] == "allowed"


def test_revoking_what_is_not_there_is_a_usage_error(shop: Shop) -> None:
    shop.agent()
    shop.approve(ALICE)
    assert shop.run("revoke", "0" * 64, "--key", key(ALICE).path).code == 2
    assert shop.run("revoke", "nothing", "--key", key(ALICE).path).code == 2


def test_a_revocation_cannot_be_revoked(shop: Shop) -> None:
    shop.agent()
    said = str(shop.approve(ALICE, "--json").json()["id"])
    revocation = str(shop.run("revoke", said, "--key", key(ALICE).path, "--json").json()["id"])
    answer = shop.run("revoke", revocation, "--key", key(ALICE).path)
    assert answer.code == 1
    assert "a revocation cannot be withdrawn" in answer.err


def test_an_approval_can_be_checked_by_hand(shop: Shop, tmp_path: Path) -> None:
    import subprocess
    from base64 import b64decode

    from gatekeeper.signing import dsse, sshsig

    shop.agent()
    shop.approve(ALICE)
    envelope = dsse.parse(shop.noted()[0])
    (tmp_path / "signature").write_bytes(sshsig.armor(envelope.sig))
    (tmp_path / "signers").write_bytes(shop.repo.run("cat-file", "blob", "main:.gatekeeper/allowed_signers").stdout)
    words = ["ssh-keygen", "-Y", "verify", "-f", str(tmp_path / "signers"), "-I", ALICE, "-n", "gatekeeper-approval"]
    message = dsse.pae(envelope.payload_type, envelope.payload)
    done = subprocess.run([*words, "-s", str(tmp_path / "signature")], input=message, capture_output=True, check=False)
    assert done.returncode == 0
    assert b64decode(json.loads(envelope.line)["payload"]) == envelope.payload
