# SPDX-License-Identifier: Apache-2.0
"""Two habits of shell scripts in CI: running what was just downloaded, and not failing when a command does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Literal, NamedTuple

Habit = Literal["download", "swallowed"]
_LONGEST = 4000
"""Characters of a line that are read."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_HARMLESS = _words(
    "[ [[ adb brew cat chmod chown cp date df diskutil dmesg du echo export find free hdiutil head hostname id "
    "ifconfig ip jobs journalctl kill killall launchctl ls lsof mkdir mount mv netstat pgrep pkill printenv printf "
    "ps pwd read rm rmdir security sleep ss stat sysctl systemctl tail tee test touch tree type ulimit umount uname "
    "unset wait wc which xcrun"
)
"""Commands whose failure says nothing about the code: they look around, clean up or prepare."""
_HARMLESS_PAIRS = _words(
    "docker:compose docker:container docker:exec docker:image docker:images docker:inspect docker:kill docker:logs "
    "docker:network docker:ps docker:pull docker:rm docker:rmi docker:stop docker:system docker:volume gh:api gh:issue "
    "gh:label gh:pr gh:release gh:run "
    "git:branch git:config git:describe git:diff git:fetch git:log git:ls-remote git:remote git:show git:stash "
    "git:status git:tag git:worktree helm:uninstall kind:delete kubectl:delete kubectl:describe kubectl:get "
    "kubectl:logs minikube:delete"
)
_CHECKS = _words(
    "bundle cargo clippy composer dotnet eslint go gradle gradlew jest just make mocha mvn mvnw mypy nox npm npx php "
    "phpunit pnpm poetry prettier pyright pytest python python3 rake rspec ruff rubocop tox tsc uv vitest yarn"
)
"""Commands that build, test and check, so that their status counts even where the output is kept."""
_BEFORE = _words("! sudo time timeout nohup command exec env then do else if while until { (")
"""Words that stand before the command itself."""


class Found(NamedTuple):
    habit: Habit
    key: str
    """What tells two of them apart: the place downloaded from, or the command."""
    offset: int
    """Lines after the first of the script."""
    text: str


def habits(script: str) -> Iterator[Found]:
    """Every place of ``script`` with one of the habits, in order. Linear in the script."""
    if not any(mark in script for mark in ("|", "<(", "$(", "`", "--exit-zero", "set +e")):
        return
    for offset, line in _logical_lines(script):
        if line.lstrip().startswith("#"):
            continue
        where = _downloaded(line)
        if where is not None:
            yield Found("download", where, offset, line.strip())
        for command in _swallowed(line):
            yield Found("swallowed", command, offset, line.strip())
    if "set +e" in script and "$?" not in script and "PIPESTATUS" not in script:
        yield Found("swallowed", "set +e", script.count("\n", 0, script.index("set +e")), "set +e")


def _logical_lines(script: str) -> Iterator[tuple[int, str]]:
    """Lines with what a backslash, or a pipe at an end or a beginning, continues."""
    pieces: list[str] = []
    start = 0
    lines = script.split("\n")
    for number, line in enumerate(lines):
        if not pieces:
            start = number
        stripped = line.rstrip()
        goes_on = stripped.endswith(("\\", "|", "`")) and number - start < 50
        following = lines[number + 1].lstrip() if number + 1 < len(lines) else ""
        pieces.append(stripped[:-1] if stripped.endswith(("\\", "`")) and goes_on else stripped)
        if goes_on or (following.startswith("|") and number - start < 50):
            continue
        yield start, " ".join(pieces)[:_LONGEST]
        pieces = []
    if pieces:
        yield start, " ".join(pieces)[:_LONGEST]


def _downloaded(line: str) -> str | None:
    """Where a line downloads from what it hands to an interpreter; None where it does not."""
    for found in _interpreted().finditer(line):
        before = line[: found.start()]
        source = line[found.end() : found.end() + 200] if found["open"] or found["dot"] else before
        if _fetches().search(source):
            url = _url().search(source)
            return url[1].lower() if url else "somewhere"
    return None


def _swallowed(line: str) -> Iterator[str]:
    if "||" not in line and "--exit-zero" not in line:
        return
    for found in _or_true().finditer(line):
        command = _command(line[: found.start()])
        if command is not None:
            yield command
    if "--exit-zero" in line:
        yield _command(line) or "--exit-zero"


def _command(before: str) -> str | None:
    """The name of the last command in ``before``, with its verb; None for one whose failure says nothing."""
    last = _separator().split(before)[-1]
    inside = before.count("$(") > before.count(")")
    captured = _capture().search(last)
    names = [word.strip("\"'()") for word in (last[captured.end() :] if captured else last).split("|")[0].split()]
    while names and (names[0] in _BEFORE or names[0][:1].isdigit() or re.match(r"\w+=", names[0])):
        names.pop(0)
    if not names:
        return None
    name = names[0].rpartition("/")[2]
    if (captured or inside) and name not in _CHECKS:
        return None  # the output is what counts there, not the status
    verb = next((word for word in names[1:] if not word.startswith(("-", "$", '"'))), "")
    if name in _HARMLESS or f"{name}:{verb}" in _HARMLESS_PAIRS:
        return None
    return f"{name} {verb}".strip()


@cache
def _interpreted() -> re.Pattern[str]:
    """An interpreter that reads a pipe, or is given the output of a command (``open``)."""
    shells = r"(?:(?:ba|da|z|k|a|c|fi)?sh|pwsh|powershell)(?![\w.-]|\s++-\w*c\b)"
    languages = r"(?:python[\d.]*|perl|ruby|node|php|iex|invoke-expression)(?![\w.-]|\s++-\w*[cemnpr]\b)"
    return re.compile(
        rf"(?i)\|\s*+(?:sudo\s++(?:-\S++\s++)*+)?(?:env\s++)?(?:\w++=\S*+\s++)*+(?:/[\w/]*+/)?(?:{shells}|{languages})"
        r"|\b(?P<open>(?:(?:(?:ba|da|z|k)?sh|python[\d.]*+|perl|ruby|node)\s++(?:-\w++\s++)*+|(?:eval|source|iex)\s++)"
        r"""["']?(?:<\(|\$\(|`|\())|(?P<dot>(?<=\s)\.\s++<\()"""
    )


@cache
def _fetches() -> re.Pattern[str]:
    return re.compile(r"(?i)\b(?:curl|wget|fetch|aria2c|iwr|irm|invoke-webrequest|invoke-restmethod|downloadstring)\b")


@cache
def _url() -> re.Pattern[str]:
    return re.compile(r"""(?i)\bhttps?://([^\s"'|)]{1,200})""")


@cache
def _or_true() -> re.Pattern[str]:
    return re.compile(r"\|\|\s*+(?:true|:|/bin/true|exit 0|echo\b[^|;&]*+|Write-Host\b[^|;&]*+)\s*+(?=$|[;&)}|#])")


@cache
def _separator() -> re.Pattern[str]:
    return re.compile(r"&&|\|\||;|(?<!\S)[({](?=\s)|(?<!\S)(?:then|do|else)(?=\s)")


@cache
def _capture() -> re.Pattern[str]:
    return re.compile(r"\$\(|`")
