# SPDX-License-Identifier: Apache-2.0
"""First kinds of the other families."""

from __future__ import annotations

from gatekeeper.rules.secrets.checksums import github
from gatekeeper.rules.secrets.kinds import token
from gatekeeper.rules.secrets.recipe import base62, digits, hexa, letters, one_of, url64

KINDS = (
    token("npm-access-token", "npm_", base62(36), source="https://docs.npmjs.com/about-access-tokens", check=github),
    token("pypi-upload-token", "pypi-AgEIcHlwaS5vcmc", url64(50, 1000), source="https://pypi.org/help/#apitoken"),
    token(
        "slack-bot-token",
        "xoxb-",
        digits(10, 13),
        "-",
        digits(10, 13),
        "-",
        base62(24),
        source="https://api.slack.com/authentication/token-types",
    ),
    token(
        "stripe-secret-key",
        one_of("sk_live_", "sk_test_", "rk_live_", "rk_test_"),
        base62(16, 120),
        source="https://docs.stripe.com/keys",
    ),
    token("sendgrid-api-key", "SG.", url64(22), ".", url64(43), source="https://www.twilio.com/docs/sendgrid"),
    token("openai-project-key", "sk-proj-", url64(40, 200), source="https://platform.openai.com/docs"),
    token("anthropic-api-key", "sk-ant-api03-", url64(93), "AA", source="https://docs.anthropic.com"),
    token("huggingface-access-token", "hf_", letters(34), source="https://huggingface.co/docs/hub/security-tokens"),
    token(
        "shopify-access-token", one_of("shpat_", "shpca_", "shppa_", "shpss_"), hexa(32), source="https://shopify.dev"
    ),
)
