# SPDX-License-Identifier: Apache-2.0
"""Monitoring, logs, analytics and feature flags."""

from __future__ import annotations

from gatekeeper.rules.secrets.kinds import named, token
from gatekeeper.rules.secrets.recipe import any64, base62, base64, hex_any, hexa, lower, one_of, upper, url64, uuid

_NEW_RELIC = "docs.newrelic.com: API keys"
_SENTRY = "docs.sentry.io: auth tokens"
_GRAFANA = "grafana.com/docs: service account and access policy tokens"
_DYNATRACE = "docs.dynatrace.com: access tokens, token format"

KINDS = (
    named(
        "datadog-access-token",
        "datadog ddog dd_api dd_app dd-api-key dd-application-key",
        lower(40),
        source="docs.datadoghq.com: API and application keys",
    ),
    named(
        "datadog-api-key",
        "datadog ddog dd_api dd-api-key",
        hexa(32),
        source="docs.datadoghq.com: API and application keys",
    ),
    token("datadog-app-key", "ddapp_", base62(34), source="docs.datadoghq.com: application keys"),
    token("datadog-pat", "ddpat_", base62(20, 60), source="docs.datadoghq.com: personal access tokens"),
    token("new-relic-user-key", "NRAK-", base62(27), source=_NEW_RELIC),
    token("new-relic-browser-key", "NRJS-", hexa(19), source=_NEW_RELIC),
    token("new-relic-insert-key", "NRII-", any64(32), source=_NEW_RELIC),
    token("new-relic-query-key", "NRIQ-", any64(32), source=_NEW_RELIC),
    token("new-relic-rest-key", "NRRA-", hexa(42), source=_NEW_RELIC),
    token("new-relic-mobile-token", "NRMA-", any64(20, 60), source=_NEW_RELIC),
    token("new-relic-license-key", hexa(36), "NRAL", anchors=("NRAL",), back=36, source=_NEW_RELIC),
    named("new-relic-user-id", "newrelic new-relic new_relic", base62(64), source=_NEW_RELIC),
    named("sentry-access-token", "sentry", hexa(64), source=_SENTRY),
    token("sentry-organization-token", "sntrys_eyJ", any64(80, 400), source=_SENTRY),
    token("sentry-user-token", "sntryu_", hexa(64), source=_SENTRY),
    token("sentry-integration-token", one_of("sntryi_", "sntrya_"), hexa(64), source=_SENTRY),
    token("sentry-legacy-dsn", "://", hexa(32), ":", hexa(32), "@", source=_SENTRY),
    token("grafana-api-key", "eyJrIjoi", base64(70, 400), source=_GRAFANA),
    token("grafana-cloud-token", "glc_", base64(32, 400), source=_GRAFANA, floor=3.5),
    token("grafana-service-account-token", "glsa_", base62(32), "_", hex_any(8), source=_GRAFANA),
    token(
        "dynatrace-api-token",
        one_of("dt0c01.", "dt0s01.", "dt0s02.", "dt0s08.", "dt0s16."),
        upper(24),
        ".",
        upper(64),
        source=_DYNATRACE,
    ),
    token("dynatrace-token-lower", one_of("dt0c01."), base62(24), ".", base62(64), source=_DYNATRACE),
    named(
        "honeycomb-api-key", "honeycomb x-honeycomb-team", base62(22), source="docs.honeycomb.io: API keys", floor=3.6
    ),
    named("honeycomb-classic-key", "honeycomb x-honeycomb-team", hexa(32), source="docs.honeycomb.io: API keys"),
    named("splunk-hec-token", "splunk hec_token", *uuid(), source="docs.splunk.com: HTTP event collector"),
    named(
        "splunk-observability-token",
        "signalfx sfx_ splunk_access",
        url64(22),
        source="docs.splunk.com: access tokens",
        floor=3.6,
    ),
    named("sumologic-access-key", "sumologic sumo_logic sumo", base62(64), source="help.sumologic.com: access keys"),
    named("logdna-ingestion-key", "logdna mezmo", hexa(32), source="docs.mezmo.com"),
    named("loggly-token", "loggly", *uuid(), source="documentation.solarwinds.com/loggly"),
    named("logzio-token", "logzio logz_io logz.io", base62(32), source="docs.logz.io", floor=3.8),
    named("rollbar-access-token", "rollbar", hexa(32), source="docs.rollbar.com: access tokens"),
    named("bugsnag-api-key", "bugsnag", hexa(32), source="docs.bugsnag.com"),
    named("airbrake-project-key", "airbrake", hexa(32), source="docs.airbrake.io"),
    named("raygun-api-key", "raygun", base64(22), "==", source="raygun.com/documentation", floor=3.6),
    named("honeybadger-api-key", "honeybadger", one_of("hbp_"), base62(32, 40), source="docs.honeybadger.io"),
    named(
        "pagerduty-api-key",
        "pagerduty pager_duty pd_api",
        one_of("u+", "y_"),
        url64(18),
        source="support.pagerduty.com: API access keys",
    ),
    named(
        "pagerduty-token", "pagerduty pager_duty", url64(20), source="support.pagerduty.com: API access keys", floor=3.4
    ),
    named(
        "pagerduty-routing-key",
        "pagerduty routing_key integration_key",
        hexa(32),
        source="support.pagerduty.com: Events API",
    ),
    named("opsgenie-api-key", "opsgenie", *uuid(), source="docs.opsgenie.com: API key management"),
    named("statuspage-api-key", "statuspage", *uuid(), source="developer.statuspage.io"),
    token("posthog-personal-key", "phx_", base62(43, 48), source="posthog.com/docs: personal API keys"),
    token("posthog-project-key", "phc_", base62(43), source="posthog.com/docs: project API key"),
    named("amplitude-secret-key", "amplitude", hexa(32), source="amplitude.com/docs"),
    named("mixpanel-secret", "mixpanel", hexa(32), source="docs.mixpanel.com"),
    named("segment-write-key", "segment", base62(32), source="segment.com/docs", floor=3.9),
    token("segment-public-token", "sgp_", base62(64), source="segment.com/docs: public API tokens"),
    token("axiom-token", one_of("xaat-", "xapt-"), *uuid(), source="axiom.co/docs: tokens"),
    named(
        "better-stack-token",
        "betterstack betteruptime logtail better_stack",
        base62(24),
        source="betterstack.com/docs",
        floor=3.6,
    ),
    token("checkly-api-key", "cu_", hexa(32), source="checklyhq.com/docs"),
    named("pingdom-api-token", "pingdom", url64(63), source="docs.pingdom.com"),
    named("coralogix-api-key", "coralogix", one_of("cxtp_", "cxup_"), base62(30), source="coralogix.com/docs"),
    token("coralogix-key", one_of("cxtp_", "cxup_"), base62(30), source="coralogix.com/docs"),
    named("lightstep-access-token", "lightstep servicenow_cloud_obs", any64(60, 100), source="docs.lightstep.com"),
    named("instana-api-token", "instana", url64(22), source="ibm.com/docs/instana", floor=3.6),
    named(
        "launchdarkly-access-token",
        "launchdarkly launch_darkly",
        any64(40),
        source="launchdarkly.com/docs: API access tokens",
    ),
    token("launchdarkly-api-key", one_of("api-", "sdk-", "mob-"), *uuid(), source="launchdarkly.com/docs: keys"),
    named("split-api-key", "splitio split_io split_api", lower(36, 52), source="help.split.io"),
    token("statsig-secret-key", one_of("secret-", "console-"), base62(40, 50), source="docs.statsig.com", floor=4.0),
    token("configcat-sdk-key", "configcat-sdk-1/", url64(22), "/", url64(22), source="configcat.com/docs"),
    token("flagsmith-server-key", "ser.", base62(22), source="docs.flagsmith.com"),
    named("optimizely-access-token", "optimizely", "2:", url64(40, 60), source="docs.developers.optimizely.com"),
    token("sonar-token", one_of("squ_", "sqp_", "sqa_"), base62(40), source="docs.sonarsource.com: tokens"),
    named("codecov-access-token", "codecov", hexa(32), source="docs.codecov.com: tokens"),
    named("codecov-upload-token", "codecov", *uuid(), source="docs.codecov.com: tokens"),
    named("codeclimate-reporter-id", "codeclimate cc_test_reporter", hexa(64), source="docs.codeclimate.com"),
    named("coveralls-repo-token", "coveralls", base62(33, 37), source="docs.coveralls.io", floor=3.8),
    named("codacy-project-token", "codacy", hexa(32), source="docs.codacy.com: tokens"),
    named("snyk-api-token", "snyk", *uuid(), source="docs.snyk.io: authentication"),
    token(
        "snyk-access-token",
        one_of("snyk_uat.", "snyk_sat."),
        hexa(8),
        ".",
        any64(60, 700),
        source="docs.snyk.io: authentication",
    ),
    named("semgrep-token", "semgrep", hexa(64), source="semgrep.dev/docs"),
    named("detectify-api-key", "detectify", hexa(32), source="developer.detectify.com"),
    named("wakatime-api-key", "wakatime", one_of("waka_"), *uuid(), source="wakatime.com/developers"),
    named("appdynamics-client-secret", "appdynamics", *uuid(), source="docs.appdynamics.com"),
    token(
        "honeycomb-ingest-key",
        one_of("hcaik_", "hcalk_", "hcxik_", "hcxlk_", "hcbik_"),
        lower(58),
        source="docs.honeycomb.io: API keys",
    ),
    named("datadog-rum-token", "datadog dd_client dd_rum", "pub", hexa(32), source="docs.datadoghq.com: client tokens"),
    named("sonar-legacy-token", "sonar sonarqube sonarcloud", base62(40), source="docs.sonarsource.com: tokens"),
    named(
        "sumologic-access-id", "sumologic sumo", "su", base62(12), source="help.sumologic.com: access keys", floor=2.8
    ),
)
