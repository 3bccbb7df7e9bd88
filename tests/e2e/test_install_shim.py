# SPDX-License-Identifier: Apache-2.0
"""The hook file itself, run by sh: what it starts, how it chains, what it says when it cannot."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from gatekeeper.commands.shim import LOCAL, READS_STDIN, SAVED, SERVER, Installation, is_shim, render, this_installation
from gatekeeper.start import start

PROBE = """
import json, os, sys
seen = {"argv": sys.argv[1:], "isolated": sys.flags.isolated, "no_site": sys.flags.no_site, "here": os.getcwd()}
seen["stdin"] = sys.stdin.read() if not sys.stdin.isatty() else ""
print(json.dumps(seen))
sys.exit(int(os.environ.get("PROBE_STATUS", "0")))
"""


class Shim:
    """A hook file in a folder of its own, over a start file that tells what it was given."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        (folder / "it's a place").mkdir()
        self.start = folder / "it's a place" / "start.py"
        self.start.write_text(PROBE)
        self.installation = Installation(sys.executable, str(self.start), ("/opt/one folder", "/two"))
        self.path = folder / name
        self.write(self.path, render(name, self.installation))

    @staticmethod
    def write(path: Path, content: bytes | str) -> None:
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        path.chmod(0o755)

    def before(self, script: str) -> None:
        self.write(self.folder / (self.name + SAVED), "#!/bin/sh\n" + script)

    def run(self, *words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.path), *words],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder,
            env={**os.environ, **env},
        )


@pytest.fixture
def shim(tmp_path: Path, request: pytest.FixtureRequest) -> Shim:
    return Shim(tmp_path, getattr(request, "param", "pre-push"))


def test_it_starts_the_recorded_python_isolated(shim: Shim) -> None:
    done = shim.run("origin", "a url with 'quotes' $HOME", stdin="refs\n", PYTHONPATH="/evil", PYTHONSTARTUP="/evil")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "argv": ["/opt/one folder:/two", "pre-push", "origin", "a url with 'quotes' $HOME"],
        "isolated": 1,
        "no_site": 1,
        "here": str(shim.folder),
        "stdin": "refs\n",
    }


@pytest.mark.parametrize("shim", [*LOCAL, *SERVER], indirect=True)
def test_the_exit_code_is_the_gates(shim: Shim) -> None:
    assert shim.run(PROBE_STATUS="3").returncode == 3
    shim.before("exit 0")
    assert shim.run(PROBE_STATUS="3").returncode == 3


@pytest.mark.parametrize("shim", READS_STDIN, indirect=True)
def test_both_hooks_get_the_same_input_and_arguments(shim: Shim) -> None:
    shim.before('cat > seen; printf "%s|" "$@" > words')
    lines = "a b refs/heads/x\n\nc d \\n %s refs/heads/y\n\n"
    done = shim.run("one", "two words", stdin=lines)
    assert json.loads(done.stdout)["stdin"] == lines
    assert json.loads(done.stdout)["argv"][2:] == ["one", "two words"]
    assert (shim.folder / "seen").read_text() == lines
    assert (shim.folder / "words").read_text() == "one|two words|"


@pytest.mark.parametrize("shim", ["pre-push"], indirect=True)
def test_a_hook_that_ignores_its_input_does_no_harm(shim: Shim) -> None:
    shim.before("exit 0")
    lines = "x" * 300_000 + "\n"
    assert json.loads(shim.run(stdin=lines).stdout)["stdin"] == lines


@pytest.mark.parametrize("shim", ["pre-commit", "commit-msg", "pre-push", "pre-receive"], indirect=True)
def test_what_was_there_before_runs_first_and_can_refuse(shim: Shim) -> None:
    shim.before("echo refused by the old hook >&2; exit 7")
    done = shim.run(stdin="x\n")
    assert (done.returncode, done.stdout, done.stderr) == (7, "", "refused by the old hook\n")


@pytest.mark.parametrize("shim", ["post-receive"], indirect=True)
def test_after_a_push_the_record_comes_first_and_both_run(shim: Shim) -> None:
    shim.before("echo deployed; exit 5")
    done = shim.run(stdin="x\n", PROBE_STATUS="1")
    assert done.stdout.splitlines()[1:] == ["deployed"]
    assert json.loads(done.stdout.splitlines()[0])["stdin"] == "x\n"
    assert done.returncode == 5
    assert shim.run(PROBE_STATUS="4").returncode == 5


@pytest.mark.parametrize("shim", ["pre-commit"], indirect=True)
def test_a_hook_that_was_not_executable_stays_asleep(shim: Shim) -> None:
    shim.before("exit 7")
    (shim.folder / ("pre-commit" + SAVED)).chmod(0o644)
    assert shim.run().returncode == 0


@pytest.mark.parametrize(
    ("shim", "repair"), [("pre-commit", "--no-verify"), ("pre-receive", "--server")], indirect=["shim"]
)
def test_a_vanished_installation_blocks_and_says_what_to_do(shim: Shim, repair: str) -> None:
    shim.start.unlink()
    done = shim.run()
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"gatekeeper: {shim.name} cannot run, so nothing was decided: {shim.start} is gone\n")
    assert repair in done.stderr
    shim.write(shim.path, render(shim.name, Installation("/no/such python", str(shim.start), ())))
    assert shim.run().returncode == 4


def test_shims_are_known_by_their_mark() -> None:
    for name in (*LOCAL, *SERVER):
        assert is_shim(render(name, this_installation()))
    for other in (b"", b"#!/bin/sh", b"#!/bin/sh\nexec gatekeeper hook pre-commit\n"):
        assert not is_shim(other)


def test_shims_are_plain_posix_sh(tmp_path: Path) -> None:
    for name in (*LOCAL, *SERVER):
        (tmp_path / name).write_bytes(render(name, this_installation()))
        subprocess.run(["sh", "-n", str(tmp_path / name)], check=True)
        assert b"[[" not in render(name, this_installation())


def test_this_installation_holds_what_a_hook_needs() -> None:
    python, started, folders = this_installation()
    assert os.path.isabs(python)
    code = "import sys; sys.path += sys.argv[1].split(':'); import cryptography, yaml, pygit2, unidiff, requests"
    subprocess.run([python, "-I", "-S", "-c", code, ":".join(folders)], check=True)
    assert os.path.isfile(started)


def test_a_damaged_installation_is_code_4(tmp_path: Path) -> None:
    alone = tmp_path / "gatekeeper" / "start.py"
    alone.parent.mkdir()
    alone.write_bytes(Path(this_installation().start).read_bytes())
    words = [sys.executable, "-I", "-S", str(alone), "/nowhere", "pre-commit"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 4
    assert done.stderr.startswith("gatekeeper: its installation is damaged, so nothing was decided: ")


def test_a_hook_never_imports_from_where_it_runs(tmp_path: Path) -> None:
    for name in ("re.py", "json.py", "subprocess.py", "yaml.py", "gatekeeper.py", "sitecustomize.py"):
        (tmp_path / name).write_text("import sys; sys.exit('hijacked')")
    python, started, folders = this_installation()
    words = [python, "-I", "-S", started, ":".join(folders), "no-such-hook"]
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONHOME": ""}
    done = subprocess.run(words, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
    assert "hijacked" not in done.stderr + done.stdout
    assert done.returncode in (2, 4)


def test_start_hands_its_words_to_the_one_way_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    assert start(["/one:/two", "no-such-hook"]) in (2, 4)
    assert sys.path[-2:] == ["/one", "/two"]
