# SPDX-License-Identifier: Apache-2.0
"""Whom a server's environment names as the one who pushes. Recorded as said; it never proves anything."""

from __future__ import annotations

from collections.abc import Mapping

VARIABLES = ("GITHUB_USER_LOGIN", "GL_USERNAME", "GITEA_PUSHER_NAME", "GL_USER", "REMOTE_USER")
"""GitHub Enterprise Server, GitLab, Gitea and Forgejo, gitolite, git over HTTP, in this order."""


def pusher(environ: Mapping[str, str]) -> str | None:
    """The name, or None where the host gives none (plain ssh, a local push)."""
    return next((environ[name] for name in VARIABLES if environ.get(name)), None)
