# SPDX-License-Identifier: Apache-2.0
"""69. A secret in a record: only its fingerprint."""

from __future__ import annotations

import base64
import json

from gatekeeper.git import chain, notes
from gatekeeper.git.recordrefs import AUDIT
from gatekeeper.model import Finding
from tests.records import MAIN, Recorder
from tests.repo import RepoBuilder


def test_neither_log_nor_notes_hold_what_a_finding_quotes(repo: RepoBuilder) -> None:
    secret = "-".join(["a", "value", "nobody", "should", "see"])
    repo.commit()
    recorder = Recorder(repo)
    base = recorder.tip(MAIN) or ""
    head = repo.commit({"settings.py": "x = 1\n"})
    finding = Finding("secrets.generic", "warn", head, b"settings.py", 1, f"holds {secret!r}", "0123456789abcdef0123")
    recorder.record(recorder.draft(recorder.verdict(MAIN, base, head, (finding,))))
    line = notes.note(recorder.store, AUDIT, head) or b""
    payload = base64.b64decode(json.loads(line)["payload"])
    assert b"0123456789abcdef0123" in payload
    assert b"settings.py" in payload
    (entry,) = chain.walk(recorder.store, recorder.tip(recorder.gate.log))
    for text in (payload, line, entry.commit.raw, *chain.lines_of(recorder.store, entry)):
        assert secret.encode() not in text
