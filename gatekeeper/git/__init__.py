# SPDX-License-Identifier: Apache-2.0
"""The only place that touches git: plumbing processes, libgit2, notes, refs, clean environments."""
