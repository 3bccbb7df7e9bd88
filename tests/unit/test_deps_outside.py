# SPDX-License-Identifier: Apache-2.0
"""Indexes over HTTP, and advisories: what they say, and what is said when they cannot be asked."""

from __future__ import annotations

import io
import json
import sqlite3
import threading
import zipfile
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import pytest

from gatekeeper.commands import osv as command
from gatekeeper.commands.invocation import Invocation
from gatekeeper.commands.main import Parser
from gatekeeper.errors import CannotDecide, UsageError
from gatekeeper.model import Hit
from gatekeeper.rules.deps import not_checked, rules
from gatekeeper.rules.deps.outside import configured, osv, osv_import, places, severity
from gatekeeper.rules.deps.outside.asking import AskIndexes
from gatekeeper.rules.rule import RuleSettings
from tests.locks import BASE, Package, package_lock
from tests.views import MemoryChange, MemoryCommit, MemoryDiff, Sides

NOW = 1_700_000_000
PYPI = "application/vnd.pypi.simple.v1+json"


class Answering(BaseHTTPRequestHandler):
    answers: ClassVar[Mapping[str, tuple[int, str, str]]] = {}
    asked: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        status, kind, body = self.answers.get(self.path, (404, "text/plain", "no"))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        return


@pytest.fixture
def index() -> Iterator[tuple[str, dict[str, tuple[int, str, str]], list[str]]]:
    """``(base URL, answers by path, paths that were asked)`` of an index on this machine."""
    answers: dict[str, tuple[int, str, str]] = {}
    asked: list[str] = []
    handler = type("Handler", (Answering,), {"answers": answers, "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answers, asked
    server.shutdown()
    thread.join()
    server.server_close()


def simple(*files: tuple[str, bool, str]) -> tuple[int, str, str]:
    rows = [{"filename": name, "yanked": yanked, "upload-time": at} for name, yanked, at in files]
    return 200, PYPI, json.dumps({"files": rows})


def ask(
    files: dict[str | bytes, Sides], environ: Mapping[str, str], online: bool = True
) -> tuple[list[Hit], AskIndexes]:
    settings = RuleSettings(online=online, now=NOW, dependencies_cooldown=7 * 86_400)
    rule = AskIndexes(environ)
    return list(rule.inspect_change(MemoryChange(MemoryDiff(files, None, settings)))), rule


def test_what_the_index_of_pip_says(
    index: tuple[str, dict[str, tuple[int, str, str]], list[str]], tmp_path: Path
) -> None:
    url, answers, asked = index
    answers["/simple/old-pad/"] = simple(("old_pad-1.0.tar.gz", False, "2020-01-01T00:00:00Z"))
    answers["/simple/young/"] = simple(("young-2.0-py3-none-any.whl", False, "2023-11-14T20:00:00.5Z"))
    answers["/simple/gone/"] = simple(("gone-1.0.tar.gz", True, "2020-01-01T00:00:00Z"))
    answers["/simple/other/"] = simple(("other-1.0.tar.gz", False, "2020-01-01T00:00:00Z"))
    environ = {"PIP_INDEX_URL": f"{url}/simple", "HOME": str(tmp_path)}
    text = "old_pad==1.0.0\nyoung==2.0\ngone==1.0\nother==3.0\nmade-up==1\nunpinned-made-up\n"
    hits, rule = ask({"requirements.txt": (None, text)}, environ)
    assert sorted({(hit.rule, hit.line, hit.message) for hit in hits}) == [
        ("deps.cooldown", 2, "'young' 2.0 was published 2 hours ago, the policy waits 7 days"),
        ("deps.unknown-name", 5, "no configured index has the new package 'made-up'"),
        ("deps.unknown-name", 6, "no configured index has the new package 'unpinned-made-up'"),
        ("deps.unlisted", 4, "the index does not list 'other' 3.0"),
        ("deps.yanked", 3, "'gone' 1.0 is yanked"),
    ]
    assert rule.unanswered == ()
    assert len(asked) == len(set(asked)) == 6
    ask({"requirements.txt": (None, text)}, environ)
    assert len(asked) == 6, "answers are kept for a while"


def test_what_the_registry_of_npm_says(
    index: tuple[str, dict[str, tuple[int, str, str]], list[str]], tmp_path: Path
) -> None:
    url, answers, asked = index
    document = {"versions": {"1.0.0": {}}, "time": {"1.0.0": "2020-01-01T00:00:00.000Z"}}
    answers["/@team%2Fkit"] = 200, "application/json", json.dumps(document)
    (tmp_path / ".npmrc").write_text(f"registry={url}/\n//127.0.0.1/:_authToken=x\n")
    lock = [Package("@team/kit", "1.0.0"), Package("made-up", "1.0.0")]
    manifest = (None, '{"dependencies": {"@team/kit": "^1", "made-up": "1"}}')
    files: dict[str | bytes, Sides] = {
        "package.json": manifest,
        "package-lock.json": (None, package_lock(lock).replace("https://registry.example.org", url)),
    }
    hits, rule = ask(files, {"HOME": str(tmp_path)})
    assert {(hit.rule, hit.path) for hit in hits} == {
        ("deps.unknown-name", b"package.json"),
        ("deps.unknown-name", b"package-lock.json"),
    }
    assert set(asked) == {"/@team%2Fkit", "/made-up"}
    assert rule.unanswered == ()


def test_silence_is_said(index: tuple[str, dict[str, tuple[int, str, str]], list[str]], tmp_path: Path) -> None:
    url, answers, asked = index
    answers["/simple/a/"] = 503, "text/plain", "later"
    environ = {"PIP_INDEX_URL": f"{url}/simple", "HOME": str(tmp_path)}
    hits, rule = ask({"requirements.txt": (None, "a==1\nb==1\nc==1\n")}, environ)
    assert hits == []
    assert asked == ["/simple/a/"], "an index that is silent is not asked again"
    assert {(one.rule, one.reason) for one in rule.unanswered} == {
        (rule, f"{url} answered with status 503")
        for rule in ("deps.unknown-name", "deps.unlisted", "deps.yanked", "deps.cooldown")
    }
    closed = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "HOME": str(tmp_path)}
    _, rule = ask({"requirements.txt": (None, "z==1\n")}, closed)
    assert {one.reason for one in rule.unanswered} == {"http://127.0.0.1:9 does not answer (ConnectionError)"}


def test_a_package_of_an_index_that_is_not_configured_is_not_looked_up(
    index: tuple[str, dict[str, tuple[int, str, str]], list[str]], tmp_path: Path
) -> None:
    url, _, asked = index
    (tmp_path / ".npmrc").write_text(f"registry={url}/\n")
    hits, rule = ask({"package-lock.json": (None, package_lock(BASE[:1]))}, {"HOME": str(tmp_path)})
    assert (hits, asked) == ([], [])
    assert {one.reason for one in rule.unanswered} == {"'web-kit' is of an index that is not configured here"}


def test_a_directory_can_be_an_index(tmp_path: Path) -> None:
    page = tmp_path / "simple" / "a" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text('<a href="x">a-1.0.tar.gz</a><a data-yanked="" href="y">a-2.0-py3-none-any.whl</a>')
    environ = {"PIP_INDEX_URL": f"file://{tmp_path}/simple", "HOME": str(tmp_path)}
    hits, rule = ask({"requirements.txt": (None, "a==1\nb==1\n")}, environ)
    assert [(hit.rule, hit.line) for hit in hits] == [("deps.unknown-name", 2)]
    hits, _ = ask({"requirements.txt": (None, "a==2\n")}, environ)
    assert [hit.rule for hit in hits] == ["deps.yanked"]
    assert rule.unanswered == ()


def test_nothing_is_asked_offline_or_in_hooks(tmp_path: Path) -> None:
    hits, rule = ask(
        {"requirements.txt": (None, "a==1\n")}, {"PIP_INDEX_URL": "http://127.0.0.1:9/simple"}, online=False
    )
    assert (hits, rule.unanswered) == ([], ())
    paths = [b"requirements.txt", b"src/a.py"]
    index_rules = ["deps.unknown-name", "deps.unlisted", "deps.yanked", "deps.cooldown"]
    offline = not_checked(paths, RuleSettings())
    assert [one.rule for one in offline if one.reason == "no network"] == index_rules
    hook = not_checked(paths, RuleSettings(is_hook=True))
    assert [one.rule for one in hook if one.reason == "git hooks ask no index"] == index_rules
    assert [one.rule for one in not_checked(paths, RuleSettings(online=True))] == ["deps.malicious", "deps.vulnerable"]
    assert not_checked([b"src/a.py", b"README.md"], RuleSettings()) == ()


def test_the_configured_indexes(tmp_path: Path) -> None:
    folder = tmp_path / ".config" / "pip"
    folder.mkdir(parents=True)
    (folder / "pip.conf").write_text(
        "[global]\nindex-url = https://registry.example.org/simple\n"
        "[install]\nextra-index-url =\n  https://a.example.org\n  https://b.example.org\n"
    )
    (tmp_path / ".npmrc").write_text(
        "registry = https://registry.example.org/npm/\n@team:registry=https://team.example.org\n_auth=x\n"
    )
    found = configured.read({"HOME": str(tmp_path), "PATH": ""}, ("pypi", "npm"))
    assert found.pypi == ("https://registry.example.org/simple", "https://a.example.org", "https://b.example.org")
    assert found.npm == "https://registry.example.org/npm/"
    assert found.npm_scopes == {"@team": "https://team.example.org"}
    assert configured.read({"HOME": "/nowhere", "PATH": "/nowhere"}, ("pypi", "npm")) == configured.Indexes((), "", {})


# Advisories


def advisory(oid: str, package: str, ecosystem: str = "PyPI", **more: object) -> dict[str, object]:
    row = {"package": {"ecosystem": ecosystem, "name": package}, **more}
    return {"id": oid, "summary": f"about {package}", "affected": [row], "database_specific": {"severity": "HIGH"}}


def archive(path: Path, *documents: object) -> Path:
    with zipfile.ZipFile(path, "w") as members:
        for number, document in enumerate(documents):
            members.writestr(f"{number}.json", document if isinstance(document, str) else json.dumps(document))
    return path


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "share"))
    path = places.advisories({"XDG_DATA_HOME": str(tmp_path / "share")})
    assert path is not None
    low = advisory("LOW-1", "mild", ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}])
    low["database_specific"] = {"severity": "LOW"}
    file = archive(
        tmp_path / "all.zip",
        advisory("MAL-1", "Bad_Pad", ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]),
        advisory("MAL-2", "taken-over", versions=["2.0"]),
        advisory("X-1", "holey", ranges=[{"type": "ECOSYSTEM", "events": [{"introduced": "1.2"}, {"fixed": "1.10"}]}]),
        advisory(
            "X-2",
            "side-note",
            "npm",
            ranges=[{"type": "SEMVER", "events": [{"introduced": "0"}, {"last_affected": "2.6.9"}]}],
        ),
        low,
        advisory("X-3", "elsewhere", "Debian:12", versions=["1"]),
        {**advisory("X-4", "mild", versions=["1.0"]), "withdrawn": "2024-01-01T00:00:00Z"},
        "not json",
        "[" * 100_000,
    )
    done = osv_import.load(str(file), path, NOW)
    assert done == (5, 5, 3)
    return path


def found(text: str) -> list[tuple[str, int | None, str]]:
    view = MemoryCommit({"requirements.txt": (None, text)})
    hits = [hit for family in rules() for hit in family.inspect(view)]
    return [(hit.rule, hit.line, hit.message) for hit in hits if hit.rule in ("deps.malicious", "deps.vulnerable")]


def test_known_bad_versions_are_named(database: str) -> None:
    text = "bad.pad\nother==1.0\ntaken_over==2.0\nholey==1.9\nmild==1.0\n"
    assert found(text) == [
        ("deps.malicious", 1, "'bad.pad': MAL-1, about Bad_Pad"),
        ("deps.malicious", 3, "'taken_over' 2.0: MAL-2, about taken-over"),
        ("deps.vulnerable", 4, "'holey' 1.9: X-1, about holey"),
    ]
    assert found("holey==1.10\n") == []
    assert found("taken-over==1.0\n") == []
    assert found("holey==1.1\n") == []
    assert found("taken-over==2.0\n")[0][0] == "deps.malicious"


def test_a_lock_is_matched_too(database: str) -> None:
    old = package_lock([package for package in BASE if package.name != "side-note"])
    view = MemoryCommit({"package-lock.json": (old, package_lock(BASE))})
    hits = [hit for family in rules() for hit in family.inspect(view) if hit.rule == "deps.vulnerable"]
    assert [hit.message for hit in hits] == ["'side-note' 2.6.9: X-2, about side-note"]


def test_importing_again_replaces(database: str, tmp_path: Path) -> None:
    osv_import.load(str(archive(tmp_path / "b.zip", {**advisory("MAL-1", "bad-pad"), "withdrawn": "x"})), database, NOW)
    assert found("bad-pad\n") == []
    assert osv.status(database) == (4, NOW)
    assert [one.rule for one in not_checked([b"package.json"], RuleSettings(online=True))] == []


def test_what_is_no_archive_and_what_is_damaged(database: str, tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"not a zip")
    for name in ("x.zip", "missing.zip"):
        with pytest.raises(UsageError, match="no ZIP archive"):
            osv_import.load(str(tmp_path / name), database, NOW)
    Path(database).write_bytes(b"damaged" * 1000)
    with pytest.raises(CannotDecide, match="cannot be read"):
        found("a==1\n")


@pytest.mark.parametrize(
    ("vector", "score"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1),
        ("CVSS:3.0/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N", 1.8),
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0.0),
        ("CVSS:4.0/AV:N/AC:L", None),
        ("CVSS:3.1/AV:N", None),
        ("", None),
    ],
)
def test_severity_by_vector(vector: str, score: float | None) -> None:
    assert severity.base_score(vector) == score
    rows = {"severity": [{"type": "CVSS_V3", "score": vector}]}
    assert severity.is_high(rows) is (score is None or score >= 7)


def test_the_verb(tmp_path: Path) -> None:
    def call(*words: str) -> tuple[int, str]:
        parser = Parser(prog="gatekeeper osv")
        command.configure(parser)
        args = parser.parse_args(list(words))
        args.json = "--json" in words
        out = io.StringIO()
        environ = {"XDG_DATA_HOME": str(tmp_path / "share")}
        return command.run(
            args, Invocation(environ, str(tmp_path), io.BytesIO(), out, io.StringIO(), lambda: NOW)
        ), out.getvalue()

    archive(tmp_path / "all.zip", advisory("MAL-1", "bad-pad", versions=["1"]), "x")
    assert "there is no database" in call("status")[1]
    code, text = call("import", "all.zip")
    assert code == 0
    assert text.startswith("1 advisories for 1 packages are in ")
    assert "1 files were left out" in text
    assert "the last import 0 days ago" in call("status")[1]


def test_answers_keep_no_credentials(
    index: tuple[str, dict[str, tuple[int, str, str]], list[str]], tmp_path: Path
) -> None:
    url, answers, _ = index
    answers["/simple/a/"] = simple(("a-1.tar.gz", False, "2020-01-01T00:00:00Z"))
    word = "".join(["hun", "ter2"])
    environ = {"PIP_INDEX_URL": url.replace("//", f"//me:{word}@") + "/simple", "HOME": str(tmp_path)}
    ask({"requirements.txt": (None, "a==1\n")}, environ)
    kept = places.answers(environ)
    assert kept is not None
    rows = sqlite3.connect(kept).execute("SELECT url FROM answer").fetchall()
    assert rows == [(f"{url}/simple/a/",)]
