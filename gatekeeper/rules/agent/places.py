# SPDX-License-Identifier: Apache-2.0
"""Where agents and editors look for what they run and for what they are told.

The names are those that the tools' own documentation gives. A folder of an agent is read as a whole: prose in
it is instructions, anything else is settings or a program, so a file kind that a tool gains tomorrow is not missed.
"""

from __future__ import annotations

from typing import Literal

from gatekeeper.policy.match import fold
from gatekeeper.rules import filetypes
from gatekeeper.rules.filetypes import words

Kind = Literal["agent", "editor", "editor settings", "container", "instructions"]
"""``agent``, ``editor``, ``container``: makes that tool run code. ``editor settings``: may, by its keys."""

AGENTS = words(
    ".agent .agents .aider .amazonq .augment .claude .claude-plugin .cline .clinerules .codeium .codex .continue "
    ".copilot .crush .cursor .cursor-plugin .devin .factory .gemini .goose .iflow .jules .junie .kilocode .kiro "
    ".openhands .opencode .pi .qodo .qoder .qwen .roo .rovodev .tabnine .trae .vibe .warp .windsurf"
)
"""Folders that belong to one agent each, anywhere in the tree."""

_INSTRUCTIONS = words(
    ".clinerules .cursorrules .goosehints .kilocoderules .openhands_instructions .roorules .rules .windsurfrules "
    "agent.md agents.local.md agents.md agents.override.md claude.local.md claude.md codex.md copilot-instructions.md "
    "crush.md gemini.md junie.md llm.md qwen.md replit.md skill.md warp.md"
)
_AGENT_FILES = words(
    ".aider.conf.yaml .aider.conf.yml .crush.json .mcp.json claude_desktop_config.json crush.json "
    "gemini-extension.json mcp.json mcp_config.json opencode.json opencode.jsonc copilot-setup-steps.yaml "
    "copilot-setup-steps.yml"
)
_EDITOR_FILES = words(
    ".dir-locals-2.el .dir-locals.el .exrc .gitpod.dockerfile .gitpod.yaml .gitpod.yml .lvimrc .nvim.lua .nvimrc "
    ".replit .vimrc"
)
_EDITOR_ENDINGS = (b".code-workspace", b".sublime-project", b".run.xml")
_VSCODE = words("launch.json mcp.json tasks.json")
_JETBRAINS = words("customtools.xml externaltools.xml startup.xml watchertasks.xml")
_GITHUB = words("agents chatmodes copilot hooks instructions prompts skills")
"""Folders of ``.github`` that Copilot reads."""
_PROSE = words("adoc markdown md mdc mdx rst txt")
_IGNORED = words("gitignore gitkeep keep")


def kind_of(path: bytes) -> Kind | None:
    """What a path is to agents and editors, by its folded spelling; None for any other file."""
    path = fold(path)
    name = path.rpartition(b"/")[2]
    if name in _INSTRUCTIONS:
        return "instructions"
    if name in _AGENT_FILES:
        return "agent"
    if name in _EDITOR_FILES or name.endswith(_EDITOR_ENDINGS):
        return "editor"
    if path.startswith(b".") or b"/." in path:
        return _below_a_dot(path.split(b"/"))
    return None


def _below_a_dot(parts: list[bytes]) -> Kind | None:
    name = parts.pop()
    if name == b".devcontainer.json":
        return "container"
    for at, part in enumerate(parts):
        below = parts[at + 1 :]
        if part in AGENTS:
            return _of_agent(name)
        if part == b".devcontainer":
            return "container" if filetypes.extension(name) not in _PROSE else None
        if part == b".vscode" and not below:
            return _of_vscode(name)
        if part == b".zed" and name in (b"settings.json", b"tasks.json", b"debug.json"):
            return "editor"
        if part == b".idea" and (below[:1] == [b"runconfigurations"] or name in _JETBRAINS):
            return "editor"
        if part == b".idx" and name == b"dev.nix":
            return "container"
        if part == b".codesandbox" and name in (b"tasks.json", b"dockerfile"):
            return "container"
        if part == b".github" and below[:1] and below[0] in _GITHUB:
            return _of_agent(name)
    return None


def _of_vscode(name: bytes) -> Kind | None:
    if name in _VSCODE or filetypes.is_code(name):
        return "editor"
    return "editor settings" if name == b"settings.json" else None


def _of_agent(name: bytes) -> Kind | None:
    kind = filetypes.extension(name)
    if kind in _PROSE:
        return "instructions"
    if filetypes.is_media_by_name(name) or name.lstrip(b".") in _IGNORED or name.endswith(b"ignore"):
        return None
    return "agent"
