# SPDX-License-Identifier: Apache-2.0
"""A command of ours in a run's cell: checking out, committing what was left, packing. What it says is not trusted."""

from __future__ import annotations

import os
import select
import time
from collections.abc import Callable
from typing import NamedTuple

from gatekeeper.errors import CannotDecide
from gatekeeper.run.cell import Cell, Job
from gatekeeper.run.launch import SandboxFailed, Streams

MOST = 1 << 20
"""Bytes of output that are kept; with more the command is ended."""


class Served(NamedTuple):
    status: int | None
    """As a shell says it; None where it ended without a word."""
    stdout: bytes
    stderr: bytes


def serve(
    cell: Cell, job: Job, disk: str, told: Callable[[int], None], seconds: float, stdout: int | None = None
) -> Served:
    """Run ``job`` to its end with nothing to read; its output, or none where it goes to the descriptor ``stdout``.

    Raises CannotDecide where it takes longer than ``seconds``, uses too much, or says too much.
    """
    out, out_end = os.pipe()
    err, err_end = os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        running = cell.start(job, Streams(nothing, out_end if stdout is None else stdout, err_end), told)
    except BaseException as error:
        _close(out_end, err_end, nothing)
        if isinstance(error, SandboxFailed):
            error.said = _read_all(err)
        _close(out, err)
        raise
    _close(out_end, err_end, nothing)
    try:
        guard = cell.guard(running, disk)
        running.release()
        said = _listen({out: b"", err: b""}, guard.wait, guard.over, time.monotonic() + seconds)
        return Served(running.wait(), said[out], said[err])
    finally:
        running.close()
        _close(out, err)


def _close(*descriptors: int) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _read_all(descriptor: int) -> bytes:
    said = b""
    while len(said) < MOST and (chunk := os.read(descriptor, 1 << 16)):
        said += chunk
    return said


def _listen(
    said: dict[int, bytes], wait: Callable[[], float], over: Callable[[], str | None], deadline: float
) -> dict[int, bytes]:
    """Read the descriptors ``said`` to their ends."""
    poller = select.poll()
    for descriptor in said:
        poller.register(descriptor, select.POLLIN)
    left = len(said)
    while left:
        ready = poller.poll(int(max(0.0, min(wait(), deadline - time.monotonic())) * 1000) + 1)
        for descriptor, _ in ready:
            chunk = os.read(descriptor, 1 << 16)
            said[descriptor] += chunk
            if not chunk:
                poller.unregister(descriptor)
                left -= 1
        if len(max(said.values(), key=len)) > MOST:
            raise CannotDecide("git says too much in the run's sandbox", "look at the worktree: run again with --keep")
        if time.monotonic() > deadline:
            raise CannotDecide("git takes too long in the run's sandbox", "run again; a smaller change may help")
        reason = over() if wait() <= 0 else None
        if reason is not None:
            raise CannotDecide(f"git was stopped in the run's sandbox: {reason}", "raise run.limits in the policy")
    return said
