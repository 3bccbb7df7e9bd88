# SPDX-License-Identifier: Apache-2.0
"""A push as a hostile client sends it: any commands, whatever git would refuse to send."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence

from tests.cli import Result
from tests.served import Served


def push(served: Served, commands: Sequence[tuple[str, str, str]], heads: Sequence[str]) -> Result:
    """Send ``commands`` (old, new, ref) with what ``heads`` reach beyond the server's main; git's report is ``out``.

    Format: git's gitprotocol-pack(5).
    """
    wanted = "".join([*(f"{head}\n" for head in heads), "^refs/remotes/origin/main\n"]).encode()
    pack = served.clone.run("pack-objects", "--revs", "--stdout", "-q", stdin=wanted).stdout
    lines = [f"{old} {new} {ref}".encode() for old, new, ref in commands]
    lines[0] += b"\0report-status"
    request = b"".join(b"%04x%b" % (len(line) + 4, line) for line in lines) + b"0000" + pack
    done = subprocess.run(
        ["git", "receive-pack", str(served.server.path)], input=request, capture_output=True, check=False
    )
    return Result(done.returncode, done.stdout.rpartition(b"agent=")[2].decode(), done.stderr.decode())
