# SPDX-License-Identifier: Apache-2.0
"""62. A note rewritten: its signature no longer fits, and the log still holds what it said."""

from __future__ import annotations

import base64
import json

import pytest

from gatekeeper.audit.logs import Problem
from gatekeeper.git import notes
from gatekeeper.git.recordrefs import AUDIT
from tests.records import Recorder
from tests.repo import RepoBuilder


def tampered(line: bytes) -> bytes:
    """The same envelope with the word of another pusher in it."""
    envelope = json.loads(line)
    payload = base64.b64decode(envelope["payload"]).replace(b'"pusher":"alice"', b'"pusher":"bob99"')
    envelope["payload"] = base64.b64encode(payload).decode()
    return json.dumps(envelope, sort_keys=True, separators=(",", ":")).encode()


@pytest.fixture
def recorder(repo: RepoBuilder) -> Recorder:
    repo.commit()
    recorder = Recorder(repo)
    recorder.begin()
    return recorder


def test_a_rewritten_note_is_named_with_both_things_wrong(recorder: Recorder) -> None:
    head = recorder.land()
    line = (notes.note(recorder.store, AUDIT, head) or b"").rstrip(b"\n")
    recorder.repo.git("notes", "--ref", AUDIT, "add", "-f", "-F", "-", head, stdin=tampered(line))
    first, second = recorder.verify().problems
    assert first == Problem(
        f"the note on {head}",
        "was rewritten: 1 record that the log holds is not in it",
        "restore the note from the log: gatekeeper audit verify --repair",
    )
    assert second.what == "holds a line that does not count: signature does not fit the content"


def test_a_line_slipped_in_beside_the_true_one_is_named(recorder: Recorder) -> None:
    head = recorder.land()
    for slipped, reason in (
        (b"looks fine to me", "holds a line that does not count: "),
        (
            tampered((notes.note(recorder.store, AUDIT, head) or b"").rstrip(b"\n")),
            "holds a line that does not count: ",
        ),
    ):
        recorder.repo.git("notes", "--ref", AUDIT, "append", "-F", "-", head, stdin=slipped)
        (problem,) = recorder.verify().problems
        assert problem.place == f"the note on {head}"
        assert problem.what.startswith(reason)
        recorder.repo.git("update-ref", AUDIT, f"{AUDIT}~1")
