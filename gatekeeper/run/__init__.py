# SPDX-License-Identifier: Apache-2.0
"""Agents in throwaway worktrees: sandbox, shadow git directory, supervision, collecting, the record. Linux only."""
