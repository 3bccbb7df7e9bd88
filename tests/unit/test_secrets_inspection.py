# SPDX-License-Identifier: Apache-2.0
"""Secrets: where a commit and a change are looked at, what is new, and what a finding says."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping

import pytest

from gatekeeper.model import MODE_LINK, Change, Commit, Hit, Ident
from gatekeeper.rules.rule import CommitView, RuleSettings
from gatekeeper.rules.secrets import Secrets, SecretsInNames
from tests.unit.secret_values import chosen, pem, routable_token
from tests.views import ALICE, MemoryChange, MemoryCommit, Sides, commit

TOKEN = routable_token()
RULE = "secrets.gitlab-pat-routable"


def hits(
    files: Mapping[str | bytes, Sides],
    settings: RuleSettings | None = None,
    made: Commit | None = None,
    rest: Mapping[str | bytes, bytes | str] | None = None,
) -> list[Hit]:
    view: CommitView = MemoryCommit(files, rest, settings, made)
    found = list(Secrets().inspect(view))
    for hit in found:
        shown = repr(hit)
        assert TOKEN not in shown
        assert chosen() not in shown
    return found


def test_an_added_line_is_found_with_its_place() -> None:
    (hit,) = hits({"a.py": ("a = 1\nb = 2\n", f"a = 1\nb = 2\nc = '{TOKEN}'\n")})
    assert (hit.rule, hit.path, hit.line) == (RULE, b"a.py", 3)
    assert hit.message == "a credential in added text: gitlab-pat-routable, 32 to 63 characters"
    assert len(hit.fingerprint) == 20


def test_what_the_base_has_is_not_new() -> None:
    line = f"c = '{TOKEN}'\n"
    assert not hits({"a.py": (line, line + "d = 1\n")})
    assert not hits({"a.py": (line + "x\n" * 9, "x\n" * 9 + line)}), "moved within the file"
    assert not hits({"a.py": (line, line.replace("c =", "token ="))}), "the name changed, the value stayed"
    assert not hits({"a.py": (line, None)}), "removed"
    assert hits({"a.py": (line, line + f"d = '{routable_token(seed=2)}'\n")})


def test_a_rename_is_silent_and_a_move_is_told_apart() -> None:
    line = f"c = '{TOKEN}'\n"
    assert not hits({"a.py": (line, None), "b.py": (None, line)})
    (hit,) = hits({"a.py": (line, "c = None\n"), "b.py": ("x = 1\n", "x = 1\n" + line)})
    assert (hit.rule, hit.path) == ("secrets.moved", b"b.py")
    (copy,) = hits({"b.py": (None, line)}, rest={"a.py": line})
    assert copy.rule == RULE


def test_a_fingerprint_survives_moves_and_differs_by_repository() -> None:
    (here,) = hits({"a.py": (None, f"\n\nc = '{TOKEN}'\n")})
    (there,) = hits({"lib/b.js": (None, f"const c = `{TOKEN}`;\n")})
    (other,) = hits({"a.py": (None, f"c = '{TOKEN}'\n")}, RuleSettings(repository="example.org/other"))
    assert here.fingerprint == there.fingerprint != other.fingerprint


def test_the_policy_allows_by_fingerprint() -> None:
    (hit,) = hits({"a.py": (None, f"c = '{TOKEN}'\n")})
    allowing = RuleSettings(repository="example.org/test", secrets_allow=(hit.fingerprint,))
    assert not hits({"a.py": (None, f"c = '{TOKEN}'\n")}, allowing)


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        (f"# gatekeeper:allow {RULE} key of the public demo", "key of the public demo"),
        (f"/* gatekeeper:allow {RULE} revoked */", "revoked"),
        (f"<!-- gatekeeper:allow {RULE} revoked -->", "revoked"),
        (f"# gatekeeper:allow {RULE}", None),
        (f"# gatekeeper:allow {RULE}   ", None),
        ("# gatekeeper:allow secrets.* demo", None),
        ("# gatekeeper:allow secrets.github-pat demo", None),
    ],
)
def test_an_inline_allow_names_one_rule_and_a_reason(comment: str, reason: str | None) -> None:
    (hit,) = hits({"a.py": (None, f"c = '{TOKEN}'  {comment}\n")})
    assert hit.inline_allow == reason


def test_a_reason_does_not_give_the_value_away() -> None:
    both = hits({"a.py": (None, f"c = '{TOKEN}'  # gatekeeper:allow {RULE} it is {TOKEN}\n")})
    assert {hit.inline_allow for hit in both} == {"it is ***"}


def test_an_inline_allow_on_another_line_says_nothing() -> None:
    (hit,) = hits({"a.py": (None, f"# gatekeeper:allow {RULE} demo\nc = '{TOKEN}'\n")})
    assert hit.inline_allow is None


def test_messages_names_paths_and_links() -> None:
    (message,) = hits({}, made=commit(f"fix\n\nuse {TOKEN}\n"))
    assert (message.path, message.line) == (None, 3)
    assert "commit message" in message.message
    (author,) = hits({}, made=commit(author=Ident(TOKEN.encode(), b"a@example.org", 0, b"+0000")))
    assert (author.path, author.line) == (None, None)
    assert "author or committer" in author.message
    (committer,) = hits({}, made=commit(committer=ALICE._replace(email=TOKEN.encode())))
    assert committer.rule == RULE
    (path,) = hits({f"keys/{TOKEN}.txt": (None, "x\n"), "other.txt": (None, "y\n")})
    assert path.path is None
    assert "(keys/***.txt)" in path.message
    (link,) = hits({"link": (None, f"/srv/{TOKEN}", MODE_LINK, MODE_LINK)})
    assert "target of a symlink" in link.message
    (module,) = hits({".gitmodules": (None, f'[submodule "x"]\n\turl = https://oauth2:{TOKEN}@git.corp/x\n')})
    assert module.path == b".gitmodules"


def test_names_of_refs_and_tags() -> None:
    def judged(target: str, tag: bytes | None) -> list[Hit]:
        change = Change(target, "1" * 40, "2" * 40, (), None, tag="3" * 40 if tag else None)
        return list(SecretsInNames().inspect_change(MemoryChange(change=change, tag=tag)))

    (ref,) = judged(f"refs/heads/{TOKEN}", None)
    assert ref.message.startswith("a credential in the name of the ref")
    (tag,) = judged("refs/tags/v1", f"object x\ntag v1\ntagger a <a@b> 0 +0000\n\n{TOKEN}\n".encode())
    assert TOKEN not in tag.message
    assert not judged("refs/heads/main", None)


def test_only_the_changed_part_of_a_key_is_enough() -> None:
    old = pem(seed=1)
    lines = old.splitlines(keepends=True)
    new = "".join([*lines[:4], pem(seed=2).splitlines(keepends=True)[4], *lines[5:]])
    (hit,) = hits({"server.key": (old, new)})
    assert (hit.rule, hit.line) == ("secrets.private-key", 1)


def test_a_new_value_in_an_old_manifest() -> None:
    head = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: x\n" + "#\n" * 50 + "data:\n  a: b2xk\n"
    (hit,) = hits({"k8s.yaml": (head, head + "  db: RmFsY29uODI3MQ==\n")})
    assert hit.rule == "secrets.kubernetes-secret"


def test_a_new_value_under_an_old_name() -> None:
    old = "env:\n  - name: DB_PASSWORD\n    value: none\n"
    (hit,) = hits({"k8s.yaml": (old, old.replace("none", chosen()))})
    assert hit.line == 3


def test_distant_changes_of_a_large_file() -> None:
    old = "".join(f"line {number}\n" for number in range(2000))
    new = f"first\n{old}c = '{TOKEN}'\n"
    (hit,) = hits({"big.txt": (old, new)})
    assert hit.line == 2002


def zipped(content: bytes) -> bytes:
    with io.BytesIO() as out:
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("inner/a.txt", content)
        return out.getvalue()


def tarred(content: bytes) -> bytes:
    with io.BytesIO() as out:
        with tarfile.open(fileobj=out, mode="w:gz") as archive:
            entry = tarfile.TarInfo("a.txt")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
        return out.getvalue()


SAID = f"c = '{TOKEN}'\n".encode()


@pytest.mark.parametrize(
    "content",
    [
        ("\ufeff" + SAID.decode()).encode("utf-16-le"),
        ("\ufeff" + SAID.decode()).encode("utf-16-be"),
        SAID.decode().encode("utf-16-le"),
        SAID.decode().encode("utf-16-be"),
        b"\xef\xbb\xbf" + SAID,
        b"#\0\n" + SAID,
        b"\xe9\xff\n" + SAID,
        b"\0" * 4000 + SAID + bytes(range(256)) * 20,
        zipped(SAID),
        gzip.compress(SAID),
        tarred(SAID),
        zipped(zipped(SAID)),
        b"PK\x03\x04\n" + SAID,
        "wide".encode("utf-16-le") * 200 + b"\n" + SAID,
    ],
    ids=[
        "utf16le",
        "utf16be",
        "wide-le",
        "wide-be",
        "bom",
        "nul",
        "latin1",
        "binary",
        "zip",
        "gzip",
        "tar.gz",
        "zip-in-zip",
        "no zip",
        "half wide",
    ],
)
def test_no_encoding_hides_it(content: bytes) -> None:
    (hit,) = hits({"file": (None, content)})
    assert hit.rule == RULE
    assert not hits({"file": (content, content + b"")})


def test_what_an_archive_had_before_is_not_new() -> None:
    other = routable_token(seed=2).encode()
    (hit,) = hits({"a.zip": (zipped(SAID), zipped(SAID + b"d = '" + other + b"'\n"))})
    assert "inside zip" in hit.message


def test_chance_words_in_a_binary_mean_nothing() -> None:
    noise = bytes(range(256)) * 40
    assert not hits({"app.bin": (None, noise + f"password={chosen()}\n".encode() + noise)})
