# SPDX-License-Identifier: Apache-2.0
"""A new direct dependency is named with its line; a move, a bump or a workspace member is not one."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from gatekeeper.model import Hit
from gatekeeper.rules.deps import rules
from tests.views import MemoryCommit

Files = Mapping[str | bytes, tuple[str | bytes | None, str | bytes | None]]


def hits(files: Files, rule: str = "deps.new-direct") -> list[Hit]:
    view = MemoryCommit(files)
    return [hit for family in rules() for hit in family.inspect(view) if hit.rule == rule]


def said(files: Files) -> list[tuple[int | None, str]]:
    return [(hit.line, hit.message) for hit in hits(files)]


PYPROJECT = """\
[build-system]
requires = ["setuptools>=77"]

[project]
name = "pay"
dependencies = [
    "attrs>=23",
    "left_pad",
]

[project.optional-dependencies]
fast = ["Speedy.Thing[all]>=1; python_version > '3.8'"]

[dependency-groups]
dev = ["pytest", {include-group = "lint"}]
lint = ["ruff==0.6"]

[tool.poetry.dependencies]
python = "^3.11"
poet = "^1"

[tool.poetry.group.docs.dependencies]
scribe = {version = "*", optional = true}

[tool.pdm.dev-dependencies]
test = ["pdm-thing", "-e file:///${PROJECT_ROOT}/sub#egg=sub"]

[tool.uv]
dev-dependencies = ["uv-thing"]
"""


def test_each_table_of_pyproject_is_read() -> None:
    assert said({"pyproject.toml": (None, PYPROJECT)}) == [
        (7, "new dependency 'attrs'"),
        (8, "new dependency 'left_pad'"),
        (12, "new dependency 'Speedy.Thing'"),
        (15, "new dependency 'pytest'"),
        (16, "new dependency 'ruff'"),
        (2, "new dependency 'setuptools'"),
        (20, "new dependency 'poet'"),
        (23, "new dependency 'scribe'"),
        (26, "new dependency 'pdm-thing'"),
        (29, "new dependency 'uv-thing'"),
    ]


def test_only_what_was_not_there_before() -> None:
    old = PYPROJECT.replace('    "left_pad",\n', "")
    assert said({"pyproject.toml": (old, PYPROJECT)}) == [(8, "new dependency 'left_pad'")]
    assert said({"pyproject.toml": (PYPROJECT, PYPROJECT.replace("attrs>=23", "Attrs>=24"))}) == []


REQUIREMENTS = """\
# what we need
attrs==23.1.0 \\
    --hash=sha256:aa11 \\
    --hash=sha256:bb22
left-pad  # not ours
-e git+https://git.example.org/team/thing.git@v1#egg=thing
other @ https://files.example.org/other-1.0-py3-none-any.whl
./local
-r more.txt
--index-url https://registry.example.org/simple
"""


@pytest.mark.parametrize(
    "path",
    ["requirements.txt", "requirements-dev.txt", "dev-requirements.in", "requirements/base.txt", "sub/requirements.txt",
     "constraints.txt", "Requirements.TXT", "requirements.txt.", "test_requirements.txt"],
)  # fmt: skip
def test_requirements_files_by_their_usual_names(path: str) -> None:
    assert said({path: (None, REQUIREMENTS)}) == [
        (2, "new dependency 'attrs'"),
        (5, "new dependency 'left-pad'"),
        (6, "new dependency 'thing'"),
        (7, "new dependency 'other'"),
    ]


def test_a_form_feed_ends_a_comment_as_it_does_for_pip() -> None:
    assert said({"requirements.txt": ("a\n", "a\n# fine\x0cevil-package\n")}) == [(2, "new dependency 'evil-package'")]


PACKAGE = """\
{
  "name": "pay",
  "dependencies": {
    "left-pad": "^1.3.0",
    "short": "npm:@scope/real@^2"
  },
  "devDependencies": {"tool": "1", "mine": "workspace:*"},
  "peerDependencies": {"peer": "*"}
}
"""


def test_package_json() -> None:
    assert said({"package.json": (None, PACKAGE)}) == [
        (4, "new dependency 'left-pad'"),
        (5, "new dependency '@scope/real'"),
        (7, "new dependency 'tool'"),
        (8, "new dependency 'peer'"),
    ]
    assert (
        said({"package.json": ('{"dependencies": {"left-pad": "1"}}', PACKAGE)})[0][1] == "new dependency '@scope/real'"
    )


def test_an_alias_over_a_known_name_is_new() -> None:
    old, new = '{"dependencies": {"a": "1"}}', '{"dependencies": {"a": "npm:b@1"}}'
    assert said({"package.json": (old, new)}) == [(1, "new dependency 'b'")]


def test_moving_between_manifests_is_not_new() -> None:
    assert (
        said({"requirements.txt": ("attrs\n", None), "pyproject.toml": (None, '[project]\ndependencies=["attrs"]')})
        == []
    )


def test_the_fingerprint_survives_moved_lines_but_not_another_range() -> None:
    first = hits({"requirements.txt": ("", "left-pad==1\n")})[0]
    moved = hits({"requirements.txt": ("attrs\n", "attrs\n\n\nleft-pad==1\n")})[0]
    other = hits({"requirements.txt": ("", "left-pad==2\n")})[0]
    assert first.fingerprint == moved.fingerprint != other.fingerprint


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("package.json", b'{"dependencies": {'),
        ("package.json", b'["left-pad"]'),
        ("package.json", b'{"dependencies": {"a": 1}}'),
        ("package.json", b"[" * 100_000),
        ("pyproject.toml", b"[project\n"),
        ("pyproject.toml", b'[project]\ndependencies = ["not a requirement!"]\n'),
        ("requirements.txt", b"what is this\n"),
        ("requirements.txt", b"--no-such-option\n"),
        ("requirements.txt", b"\xff\xfe\xff"),
    ],
)
def test_what_cannot_be_read_is_opaque(path: str, content: bytes) -> None:
    found = hits({path: (None, content)}, "deps.opaque")
    assert [(hit.path, hit.message.split(":")[0]) for hit in found] == [
        (path.encode(), "the dependency file cannot be read")
    ]


def test_other_files_cost_a_look_at_their_names() -> None:
    assert said({"src/app.py": (None, "import left_pad\n"), "README.txt": (None, "left-pad")}) == []
