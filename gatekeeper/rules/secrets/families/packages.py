# SPDX-License-Identifier: Apache-2.0
"""Package registries and container registries."""

from __future__ import annotations

from gatekeeper.rules.secrets.checksums import github
from gatekeeper.rules.secrets.kinds import named, token
from gatekeeper.rules.secrets.recipe import base62, hexa, lower, one_of, url64

KINDS = (
    token("npm-access-token", "npm_", base62(36), source="npm documentation: About access tokens", check=github),
    token("pypi-upload-token", "pypi-AgEIcHlwaS5vcmc", url64(50, 1000), source="Python package index help: API tokens"),
    token(
        "pypi-test-upload-token",
        "pypi-AgENdGVzdC5weXBpLm9yZw",
        url64(50, 1000),
        source="Python package index help: API tokens",
    ),
    token("rubygems-api-key", "rubygems_", hexa(48), source="RubyGems guides: API key scopes"),
    token("nuget-api-key", "oy2", lower(43), source="learn.microsoft.com: NuGet, scoped API keys", floor=3.5),
    token("cargo-registry-token", "cio", base62(32), source="doc.rust-lang.org/cargo: publishing", floor=4.0),
    token("clojars-deploy-token", "CLOJARS_", lower(60), source="Clojars wiki: deploy tokens"),
    token(
        "packagist-token",
        one_of("packagist_ort_", "packagist_ack_", "packagist_uut_", "packagist_out_", "packagist_act_"),
        hexa(40, 90),
        source="Private Packagist documentation: tokens",
    ),
    token("docker-pat", "dckr_pat_", url64(27), source="docs.docker.com: Personal access tokens"),
    token(
        "docker-organization-token", "dckr_oat_", url64(27, 40), source="docs.docker.com: Organization access tokens"
    ),
    token("artifactory-api-key", "AKCp", base62(69), source="jfrog.com/help: API key", floor=4.0),
    token("artifactory-reference-token", "cmVmdGtu", base62(56), source="jfrog.com/help: reference tokens", floor=4.0),
    token("artifactory-identity-token", "cmVmdGtuO", base62(55), source="jfrog.com/help: identity tokens", floor=4.0),
    named("jfrog-api-key", "jfrog artifactory bintray xray", lower(73), source="jfrog.com/help: API key"),
    named("jfrog-identity-token", "jfrog artifactory bintray xray", lower(64), source="jfrog.com/help: identity token"),
    named("cloudsmith-api-key", "cloudsmith", hexa(40), source="docs.cloudsmith.com: API key"),
    named("hex-api-key", "hex_api hexpm", hexa(32), source="hex.pm/docs: publish"),
    named("gemfury-token", "gemfury fury_auth fury_token", base62(20, 24), source="gemfury.com/help: tokens"),
    named("libraries-io-api-key", "libraries_io librariesio", hexa(32), source="libraries.io/api"),
    token("deno-deploy-token", one_of("ddp_", "ddw_"), base62(36), source="docs.deno.com: deploy"),
    token("jsr-token", one_of("jsrp_", "jsrd_"), base62(36, 48), source="jsr.io/docs: API"),
    named("quay-robot-token", "quay", base62(64), source="docs.quay.io: robot accounts"),
    named("expo-access-token", "expo", url64(40), source="docs.expo.dev: programmatic access"),
)
