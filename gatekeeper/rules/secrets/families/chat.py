# SPDX-License-Identifier: Apache-2.0
"""Chat, calls, messages and mail."""

from __future__ import annotations

from gatekeeper.rules.secrets.kinds import named, token
from gatekeeper.rules.secrets.recipe import (
    any64,
    base62,
    base64,
    digits,
    hex_any,
    hexa,
    lower,
    of,
    one_of,
    upper,
    url64,
    uuid,
)

_SLACK = "docs.slack.dev: token types"
_DISCORD = "discord.com/developers/docs"
_TWILIO = "twilio.com/docs: API keys"
_MAIL64 = of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ=_-.", 66)

KINDS = (
    token("slack-bot-token", "xoxb-", digits(10, 13), "-", digits(10, 13), "-", base62(17, 34), source=_SLACK),
    token("slack-legacy-bot-token", "xoxb-", digits(8, 14), "-", base62(18, 26), source=_SLACK),
    token(
        "slack-user-token",
        one_of("xoxp-", "xoxe-"),
        digits(9, 13),
        "-",
        digits(9, 13),
        "-",
        digits(9, 13),
        "-",
        base62(28, 34),
        source=_SLACK,
    ),
    token(
        "slack-legacy-user-token",
        one_of("xoxs-", "xoxo-", "xoxp-"),
        digits(5, 13),
        "-",
        digits(5, 13),
        "-",
        digits(5, 13),
        "-",
        hexa(6, 64),
        source=_SLACK,
    ),
    token(
        "slack-app-token", "xapp-", digits(1), "-", upper(9, 13), "-", digits(10, 14), "-", lower(40, 72), source=_SLACK
    ),
    token(
        "slack-config-access-token", one_of("xoxe.xoxp-", "xoxe.xoxb-"), digits(1), "-", base62(140, 180), source=_SLACK
    ),
    token("slack-config-refresh-token", "xoxe-", digits(1), "-", base62(140, 150), source=_SLACK),
    token("slack-workspace-token", one_of("xoxa-", "xoxr-"), base62(8, 48), source=_SLACK),
    token("slack-workspace-token-2", one_of("xoxa-", "xoxr-"), digits(1), "-", base62(8, 48), source=_SLACK),
    token(
        "slack-browser-token",
        "xoxc-",
        digits(10, 13),
        "-",
        digits(10, 13),
        "-",
        digits(10, 13),
        "-",
        hexa(64),
        source=_SLACK,
    ),
    token("slack-browser-cookie", "xoxd-", any64(40, 300), source=_SLACK),
    token(
        "slack-webhook-url",
        "hooks.slack.com/",
        one_of("services/", "workflows/", "triggers/"),
        of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/+", 42, 58),
        source=_SLACK,
    ),
    token(
        "discord-webhook-url",
        one_of("discord.com/api/webhooks/", "discordapp.com/api/webhooks/"),
        digits(17, 20),
        "/",
        url64(60, 72),
        source=_DISCORD,
    ),
    named("discord-client-secret", "discord", url64(32), source=_DISCORD),
    named("discord-api-token", "discord", hexa(64), source=_DISCORD),
    named("discord-client-id", "discord", digits(18), source=_DISCORD),
    named("telegram-api-hash", "telegram tg_api api_hash", hexa(32), source="core.telegram.org/api/obtaining_api_id"),
    token(
        "teams-webhook-url",
        ".webhook.office.com/webhookb2/",
        *uuid(),
        "@",
        *uuid(),
        "/IncomingWebhook/",
        hexa(32),
        "/",
        *uuid(),
        source="learn.microsoft.com: incoming webhooks",
    ),
    token(
        "google-chat-webhook",
        "chat.googleapis.com/v1/spaces/",
        url64(8, 20),
        "/messages?key=",
        url64(39),
        "&token=",
        any64(40, 60),
        source="developers.google.com/workspace/chat",
    ),
    named(
        "mattermost-access-token", "mattermost", lower(26), source="developers.mattermost.com: personal access tokens"
    ),
    named("zulip-api-key", "zulip", base62(32), source="zulip.com/api: API keys", floor=3.8),
    named("gitter-access-token", "gitter", any64(40), source="developer.gitter.im"),
    named(
        "line-channel-token",
        "line_channel linebot line_bot channel_access",
        base64(170, 176),
        source="developers.line.biz",
    ),
    named(
        "line-channel-secret", "line_channel linebot line_bot channel_secret", hexa(32), source="developers.line.biz"
    ),
    token("twilio-api-key", "SK", hexa(32), source=_TWILIO),
    token("twilio-account-sid", "AC", hexa(32), source=_TWILIO, floor=3.2),
    named("twilio-auth-token", "twilio", hexa(32), source=_TWILIO),
    named("vonage-api-secret", "vonage nexmo", base62(16), source="developer.vonage.com", floor=3.2),
    named(
        "messagebird-api-token", "messagebird message_bird message-bird", lower(25), source="developers.messagebird.com"
    ),
    named(
        "messagebird-client-id", "messagebird message_bird message-bird", *uuid(), source="developers.messagebird.com"
    ),
    named("plivo-auth-token", "plivo", base62(40), source="plivo.com/docs", floor=4.0),
    named("telnyx-api-key", "telnyx", "KEY", base62(32, 60), source="developers.telnyx.com"),
    named("clicksend-api-key", "clicksend", *uuid(), source="developers.clicksend.com"),
    named("sendbird-access-id", "sendbird", *uuid(), source="sendbird.com/docs"),
    named("sendbird-access-token", "sendbird", hexa(40), source="sendbird.com/docs"),
    named("pusher-secret", "pusher", hexa(20), source="pusher.com/docs"),
    named("intercom-api-key", "intercom", any64(60), source="developers.intercom.com"),
    named("zoom-client-secret", "zoom", base62(32), source="developers.zoom.us", floor=4.0),
    named("webex-bot-token", "webex cisco_spark", url64(64), "_", url64(4), "_", *uuid(), source="developer.webex.com"),
    token("sendgrid-api-key", "SG.", _MAIL64, source="twilio.com/docs/sendgrid: API keys"),
    token("mailgun-private-key", one_of("key-"), hexa(32), source="documentation.mailgun.com: API keys"),
    named(
        "mailgun-signing-key",
        "mailgun",
        hexa(32),
        "-",
        hexa(8),
        "-",
        hexa(8),
        source="documentation.mailgun.com: API keys",
    ),
    named("mailgun-public-key", "mailgun", "pubkey-", hexa(32), source="documentation.mailgun.com: API keys"),
    token(
        "mailchimp-api-key",
        hexa(32),
        "-us",
        digits(1, 2),
        anchors=("-us",),
        back=32,
        source="mailchimp.com/developer: API keys",
    ),
    token("mandrill-api-key", "md-", url64(22), source="mailchimp.com/developer/transactional"),
    named("mandrill-legacy-key", "mandrill", url64(22), source="mailchimp.com/developer/transactional", floor=3.6),
    named("postmark-server-token", "postmark", *uuid(), source="postmarkapp.com/developer"),
    named("sparkpost-api-key", "sparkpost", hexa(40), source="developers.sparkpost.com"),
    token("brevo-api-key", "xkeysib-", hexa(64), "-", base62(16), source="developers.brevo.com"),
    token("brevo-smtp-key", "xsmtpsib-", hexa(64), "-", base62(16), source="developers.brevo.com"),
    token("resend-api-key", "re_", base62(8), "_", base62(24), source="resend.com/docs: API keys"),
    token("mailersend-api-token", "mlsn.", hexa(64), source="developers.mailersend.com"),
    named("mailjet-secret-key", "mailjet", hexa(32), source="dev.mailjet.com"),
    named("klaviyo-private-key", "klaviyo", "pk_", hexa(34), source="developers.klaviyo.com"),
    token("klaviyo-key", "pk_", hexa(34), source="developers.klaviyo.com"),
    named("customerio-api-key", "customerio customer_io", hexa(32), source="docs.customer.io"),
    named("convertkit-api-secret", "convertkit", url64(43), source="developers.kit.com"),
    named("elastic-email-key", "elasticemail elastic_email", hex_any(96), source="elasticemail.com/developers"),
    named("omnisend-api-key", "omnisend", hexa(24), "-", base62(32, 50), source="api-docs.omnisend.com"),
    token("courier-api-key", one_of("pk_prod_", "pk_test_"), upper(28), source="courier.com/docs"),
    named("iterable-api-key", "iterable", hexa(32), source="api.iterable.com"),
    token(
        "whatsapp-business-token", "EAAG", base62(100, 300), source="developers.facebook.com/docs/whatsapp", floor=4.0
    ),
    named(
        "discord-bot-token",
        "discord bot_token bottoken",
        url64(24, 28),
        ".",
        url64(6),
        ".",
        url64(27, 38),
        source=_DISCORD,
    ),
    named("beamer-api-key", "beamer", "b_", any64(44), source="getbeamer.com: API"),
    token(
        "telegram-bot-token",
        digits(8, 10),
        ":AA",
        url64(33),
        anchors=(":AA",),
        back=10,
        source="core.telegram.org/bots/api",
    ),
    named("telegram-bot-token-short", "telegram", digits(5, 16), ":A", url64(34), source="core.telegram.org/bots/api"),
)
