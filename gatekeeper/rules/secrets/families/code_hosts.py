# SPDX-License-Identifier: Apache-2.0
"""Where code lives: GitHub, GitLab, Bitbucket and the like."""

from __future__ import annotations

from gatekeeper.rules.secrets.checksums import github, gitlab
from gatekeeper.rules.secrets.kinds import token
from gatekeeper.rules.secrets.recipe import base62, digits, hexa, lower, url64, word

_GITHUB = (
    "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/about-authentication-to-github"
)
_GITLAB = "https://docs.gitlab.com/security/tokens/#token-prefixes"

KINDS = (
    token("github-pat", "ghp_", base62(36), source=_GITHUB, check=github),
    token("github-oauth", "gho_", base62(36), source=_GITHUB, check=github),
    token("github-app-user-token", "ghu_", base62(36), source=_GITHUB, check=github),
    token("github-app-installation-token", "ghs_", base62(36), source=_GITHUB, check=github),
    token("github-refresh-token", "ghr_", base62(36, 76), source=_GITHUB),
    token("github-fine-grained-pat", "github_pat_", word(82), source=_GITHUB),
    token("gitlab-pat", "glpat-", url64(20), source=_GITLAB),
    token("gitlab-pat-routable", "glpat-", url64(27, 300), ".", lower(9), source=_GITLAB, check=gitlab),
    token("gitlab-deploy-token", "gldt-", url64(20), source=_GITLAB),
    token("gitlab-runner-token", "glrt-", url64(20), source=_GITLAB),
    token("gitlab-trigger-token", "glptt-", hexa(40), source=_GITLAB),
    token("gitlab-feed-token", "glft-", url64(20), source=_GITLAB),
    token("gitlab-job-token", "glcbt-", digits(1, 5), "_", url64(20), source=_GITLAB),
)
