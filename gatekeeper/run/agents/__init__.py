# SPDX-License-Identifier: Apache-2.0
"""Agents that ask before they use a tool: their formats, the rules for commands, the settings that make them ask."""
