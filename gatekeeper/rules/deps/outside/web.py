# SPDX-License-Identifier: Apache-2.0
"""Indexes over HTTP: the simple API (PEP 503, 691, 700) and npm's registry, with a time-out and a cache."""

from __future__ import annotations

import calendar
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from gatekeeper.rules.deps.formats import pypi
from gatekeeper.rules.deps.formats.sources import host_of, shown_host
from gatekeeper.rules.deps.outside.answers import Answers
from gatekeeper.rules.deps.outside.configured import Indexes
from gatekeeper.rules.deps.outside.index import Release, Silent

if TYPE_CHECKING:
    import requests

TIMEOUT = 5.0
"""Seconds to connect, and between two pieces of an answer."""
LARGEST = 64 * 1024 * 1024
"""Bytes of an answer that are read."""
_SIMPLE = "application/vnd.pypi.simple.v1+json, text/html;q=0.2"
_ANCHOR = re.compile(r"<a\s([^>]*)>([^<]*)</a>", re.IGNORECASE)


class WebIndex:
    """Asks the configured indexes. An ``Index``."""

    def __init__(self, indexes: Indexes, answers: Answers, session: requests.Session | None = None) -> None:
        self._indexes, self._answers, self._session = indexes, answers, session

    def serves(self, ecosystem: str, host: str | None) -> bool:
        if ecosystem == "pypi":
            bases = self._indexes.pypi
        elif ecosystem == "npm":
            bases = tuple(url for url in (self._indexes.npm, *self._indexes.npm_scopes.values()) if url)
        else:
            return False
        return bool(bases) and (host is None or host in {host_of(base) for base in bases})

    def releases(self, ecosystem: str, name: str) -> Mapping[str, Release] | None:
        bases = self._indexes.pypi if ecosystem == "pypi" else (self._npm_base(name),)
        read = _simple if ecosystem == "pypi" else _registry
        found: dict[str, Release] = {}
        known = False
        for base in bases:
            path = f"{name}/" if ecosystem == "pypi" else name.replace("/", "%2F")
            answer = self._get(f"{base.rstrip('/')}/{path}", _SIMPLE if ecosystem == "pypi" else "application/json")
            if answer is not None:
                known = True
                found = {**dict(read(name, *answer)), **found}
        return found if known else None

    def _npm_base(self, name: str) -> str:
        return self._indexes.npm_scopes.get(name.partition("/")[0], self._indexes.npm)

    def _get(self, url: str, accept: str) -> tuple[str, str] | None:
        """``(content type, body)``; None for a name that the index does not have. Raises Silent."""
        kept = self._answers.get(url)
        if kept is not None:
            return kept if kept[0] else None
        answer = self._fetch(url, accept)
        self._answers.put(url, answer or ("", ""))
        return answer

    def _fetch(self, url: str, accept: str) -> tuple[str, str] | None:
        import requests

        where = shown_host(host_of(url) or "the index")
        if url.startswith("file://"):
            return _local(url[7:])
        if not url.startswith(("http://", "https://")):
            raise Silent(f"{where} is not asked over HTTP")
        if self._session is None:
            self._session = requests.Session()
        try:
            with self._session.get(url, headers={"Accept": accept}, timeout=TIMEOUT, stream=True) as response:
                if response.status_code in (404, 410):
                    return None
                if response.status_code != 200:
                    raise Silent(f"{where} answered with status {response.status_code}")
                body = b""
                for piece in response.iter_content(1 << 16):
                    body += piece
                    if len(body) > LARGEST:
                        raise Silent(f"{where} answered with more than {LARGEST >> 20} MiB")
                return response.headers.get("Content-Type", "application/json"), body.decode("utf-8", "replace")
        except requests.RequestException as error:
            raise Silent(f"{where} does not answer ({type(error).__name__})") from error


def _local(folder: str) -> tuple[str, str] | None:
    """The page of a package in an index that is a directory. Raises Silent where it cannot be read."""
    try:
        with open(os.path.join(folder, "index.html"), encoding="utf-8", errors="replace") as file:
            return "text/html", file.read(LARGEST)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise Silent(f"the index in {folder} cannot be read ({type(error).__name__})") from error


def _simple(name: str, kind: str, body: str) -> Iterator[tuple[str, Release]]:
    """Releases by the files of a simple page. A release is yanked when all of its files are."""
    rows = _simple_json(body) if "json" in kind else _simple_html(body)
    yanked: dict[str, bool] = {}
    published: dict[str, int] = {}
    for file, is_yanked, at in rows:
        version = pypi.carried(file)[1]
        if not version:
            continue
        yanked[version] = yanked.get(version, True) and is_yanked
        if at is not None:
            published[version] = min(at, published.get(version, at))
    for version, is_yanked in yanked.items():
        yield version, Release(version, published.get(version), is_yanked)


def _simple_json(body: str) -> Iterator[tuple[str, bool, int | None]]:
    document = _document(body)
    files = document.get("files")
    for file in files if isinstance(files, list) else ():
        if isinstance(file, dict) and isinstance(file.get("filename"), str):
            yield file["filename"], bool(file.get("yanked")), _seconds(file.get("upload-time"))


def _simple_html(body: str) -> Iterator[tuple[str, bool, int | None]]:
    for attributes, text in _ANCHOR.findall(body):
        yield text.strip(), "data-yanked" in attributes, None


def _registry(name: str, kind: str, body: str) -> Iterator[tuple[str, Release]]:
    """Releases of a package document; npm takes versions back by removing them, so none is yanked."""
    document = _document(body)
    times = document.get("time")
    versions = document.get("versions")
    for version in versions if isinstance(versions, dict) else ():
        at = times.get(version) if isinstance(times, dict) else None
        yield version, Release(version, _seconds(at))


def _document(body: str) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Silent("the index answered with something that is not JSON") from error
    if not isinstance(document, dict):
        raise Silent("the index answered with something that is no package")
    return document


def _seconds(text: object) -> int | None:
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)", text) if isinstance(text, str) else None
    if found is None:
        return None
    try:
        return calendar.timegm(time.strptime(found[1], "%Y-%m-%dT%H:%M:%S"))
    except ValueError:
        return None
