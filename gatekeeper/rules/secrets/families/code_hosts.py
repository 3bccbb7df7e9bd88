# SPDX-License-Identifier: Apache-2.0
"""Where code lives: GitHub, GitLab, Bitbucket and the like."""

from __future__ import annotations

from gatekeeper.rules.secrets.checksums import github, gitlab
from gatekeeper.rules.secrets.kinds import named, token
from gatekeeper.rules.secrets.recipe import any64, base62, digits, hex_any, hexa, lower, one_of, url64, word

_GITHUB = "docs.github.com: About authentication to GitHub, token formats"
_GITLAB = "docs.gitlab.com: Security, token overview, token prefixes"
_BITBUCKET = "support.atlassian.com: Bitbucket, access tokens and OAuth consumers"

KINDS = (
    token("github-pat", "ghp_", base62(36), source=_GITHUB, check=github),
    token("github-oauth", "gho_", base62(36), source=_GITHUB, check=github),
    token("github-app-user-token", "ghu_", base62(36), source=_GITHUB, check=github),
    token("github-app-installation-token", "ghs_", base62(36), source=_GITHUB, check=github),
    token(
        "github-app-installation-jwt",
        "ghs_",
        digits(1, 12),
        "_eyJ",
        url64(16, 400),
        ".",
        url64(16, 1200),
        ".",
        url64(16, 700),
        source=_GITHUB,
    ),
    token("github-refresh-token", "ghr_", base62(36, 76), source=_GITHUB),
    token("github-fine-grained-pat", "github_pat_", word(82), source=_GITHUB),
    token("gitlab-pat", "glpat-", url64(20), source=_GITLAB),
    token("gitlab-pat-routable", "glpat-", url64(27, 300), ".", lower(9), source=_GITLAB, check=gitlab),
    token("gitlab-pat-routable-versioned", "glpat-", url64(27, 300), ".01.", lower(9), source=_GITLAB, check=gitlab),
    token("gitlab-oauth-app-secret", "gloas-", any64(64), source=_GITLAB),
    token("gitlab-deploy-token", "gldt-", url64(20), source=_GITLAB),
    token("gitlab-runner-token", "glrt-", url64(20), source=_GITLAB),
    token(
        "gitlab-runner-token-routable",
        one_of("glrt-", "glrtr-"),
        url64(27, 300),
        ".",
        lower(9),
        source=_GITLAB,
        check=gitlab,
    ),
    token("gitlab-runner-token-typed", one_of("glrt-t1_", "glrt-t2_", "glrt-t3_"), url64(20), source=_GITLAB),
    token("gitlab-runner-registration-token", "GR1348941", url64(20), source=_GITLAB),
    token("gitlab-trigger-token", "glptt-", hexa(40), source=_GITLAB),
    token("gitlab-feed-token", "glft-", url64(20), source=_GITLAB),
    token("gitlab-incoming-mail-token", "glimt-", lower(25), source=_GITLAB),
    token("gitlab-agent-token", "glagent-", url64(50), source=_GITLAB),
    token("gitlab-job-token", "glcbt-", digits(1, 5), "_", url64(20), source=_GITLAB),
    token("gitlab-job-token-alnum", "glcbt-", base62(1, 5), "_", url64(20), source=_GITLAB),
    token("gitlab-scim-token", "glsoat-", url64(20), source=_GITLAB),
    token("gitlab-feature-flags-token", "glffct-", url64(20), source=_GITLAB),
    token("gitlab-session-cookie", "_gitlab_session=", lower(32), source=_GITLAB),
    token("gitlab-workspace-token", "glwt-", url64(20), source=_GITLAB),
    token("bitbucket-app-password", "ATBB", base62(32), source=_BITBUCKET, floor=3.5),
    token("bitbucket-access-token", "ATCTT3xFfG", any64(160, 240), source=_BITBUCKET),
    named("bitbucket-client-id", "bitbucket", base62(32), source=_BITBUCKET),
    named("bitbucket-client-secret", "bitbucket", any64(64), source=_BITBUCKET),
    token(
        "azure-devops-pat",
        base62(76),
        "AZDO",
        base62(4),
        anchors=("AZDO",),
        back=76,
        source="learn.microsoft.com: Azure DevOps, use personal access tokens, format",
    ),
    named(
        "azure-devops-legacy-pat",
        "azdo azuredevops azure_devops azure-devops vsts vss_nuget system_accesstoken",
        lower(52),
        source="learn.microsoft.com: Azure DevOps, personal access tokens",
    ),
    token(
        "sourcegraph-access-token",
        one_of("sgp_"),
        hex_any(16),
        "_",
        hex_any(40),
        source="sourcegraph.com/docs: access tokens",
    ),
    token("sourcegraph-local-token", "sgp_local_", hex_any(40), source="sourcegraph.com/docs: access tokens"),
    token("sourcegraph-token", "sgp_", hex_any(40), source="sourcegraph.com/docs: access tokens"),
    named("sourcegraph-legacy-token", "sourcegraph", hex_any(40), source="sourcegraph.com/docs: access tokens"),
    named("gitea-access-token", "gitea forgejo codeberg", hexa(40), source="docs.gitea.com: API usage, authentication"),
    token("phabricator-conduit-token", one_of("api-", "cli-"), lower(28), source="secure.phabricator.com: Conduit"),
    named("gerrit-http-password", "gerrit", any64(42, 44), source="gerrit-review.googlesource.com: HTTP passwords"),
)
