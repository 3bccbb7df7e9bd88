# SPDX-License-Identifier: Apache-2.0
"""Payments, shops, banks, markets and shipping."""

from __future__ import annotations

from gatekeeper.rules.secrets.kinds import named, token
from gatekeeper.rules.secrets.recipe import any64, base62, base64, hexa, lower, one_of, upper, url64, uuid, word

_STRIPE = "docs.stripe.com: API keys"
_SHOPIFY = "shopify.dev: access tokens"
_SQUARE = "developer.squareup.com: access tokens"
_FLUTTERWAVE = "developer.flutterwave.com: authentication"

KINDS = (
    token("stripe-secret-key", one_of("sk_live_", "sk_test_", "sk_prod_"), base62(10, 128), source=_STRIPE),
    token("stripe-restricted-key", one_of("rk_live_", "rk_test_", "rk_prod_"), base62(10, 128), source=_STRIPE),
    token("stripe-webhook-secret", "whsec_", base64(32, 64), source=_STRIPE),
    token("stripe-organization-key", one_of("sk_org_live_", "sk_org_test_"), base62(20, 128), source=_STRIPE),
    token("shopify-access-token", "shpat_", base62(32, 38), source=_SHOPIFY),
    token("shopify-custom-app-token", "shpca_", base62(32, 38), source=_SHOPIFY),
    token("shopify-private-app-password", "shppa_", base62(32, 38), source=_SHOPIFY),
    token("shopify-shared-secret", "shpss_", base62(32, 38), source=_SHOPIFY),
    token("shopify-partner-token", "prtapi_", hexa(32), source=_SHOPIFY),
    token("shopify-theme-password", "shptka_", hexa(32), source=_SHOPIFY),
    token("square-access-token", one_of("EAAA", "sq0atp-"), url64(22, 60), source=_SQUARE, floor=4.0),
    token("square-oauth-secret", "sq0csp-", url64(43), source=_SQUARE),
    token("square-application-id", "sq0idp-", url64(22), source=_SQUARE),
    token(
        "braintree-access-token",
        "access_token$",
        one_of("production$", "sandbox$"),
        lower(16),
        "$",
        hexa(32),
        source="developer.paypal.com/braintree",
    ),
    named("paypal-client-secret", "paypal", "E", url64(79), source="developer.paypal.com: credentials", floor=4.2),
    named("braintree-private-key", "braintree", hexa(32), source="developer.paypal.com/braintree"),
    token("adyen-api-key", "AQE", any64(80, 180), source="docs.adyen.com: API credentials", floor=4.5),
    named("plaid-client-id", "plaid", lower(24), source="plaid.com/docs"),
    named("plaid-secret-key", "plaid", lower(30), source="plaid.com/docs"),
    token(
        "plaid-access-token",
        one_of("access-sandbox-", "access-development-", "access-production-"),
        *uuid(),
        source="plaid.com/docs",
    ),
    token("razorpay-key-id", one_of("rzp_live_", "rzp_test_"), base62(14), source="razorpay.com/docs"),
    token("flutterwave-public-key", one_of("FLWPUBK_TEST-", "FLWPUBK-"), hexa(32), "-X", source=_FLUTTERWAVE),
    token("flutterwave-secret-key", one_of("FLWSECK_TEST-", "FLWSECK-"), hexa(32), "-X", source=_FLUTTERWAVE),
    token(
        "flutterwave-encryption-key", one_of("FLWSECK_TEST"), one_of("-", "_"), hexa(12), source=_FLUTTERWAVE, floor=2.5
    ),
    token("paystack-secret-key", one_of("sk_live_", "sk_test_"), hexa(40), source="paystack.com/docs: API keys"),
    named("coinbase-access-token", "coinbase", url64(64), source="docs.cdp.coinbase.com", floor=3.8),
    named("kraken-private-key", "kraken", any64(80, 90), source="docs.kraken.com/api", floor=4.2),
    named("kucoin-access-token", "kucoin", hexa(24), source="kucoin.com/docs"),
    named("kucoin-secret-key", "kucoin", *uuid(), source="kucoin.com/docs"),
    named("bittrex-access-key", "bittrex", lower(32), source="bittrex.github.io/api"),
    named("binance-api-secret", "binance", base62(64), source="developers.binance.com", floor=4.2),
    named("bitfinex-api-secret", "bitfinex", base62(43), source="docs.bitfinex.com", floor=4.0),
    named("bitmex-api-secret", "bitmex", url64(48), source="bitmex.com/app/apiKeys", floor=4.0),
    named("freemius-secret-key", "freemius", "sk_", any64(29, 40), source="freemius.com/help", floor=4.0),
    token("checkout-secret-key", one_of("sk_sbox_", "sk_"), lower(26), source="checkout.com/docs", floor=4.0),
    token(
        "paddle-api-key",
        one_of("pdl_live_apikey_", "pdl_sdbx_apikey_"),
        lower(26),
        "_",
        base62(22),
        "_",
        base62(3),
        source="developer.paddle.com",
    ),
    token("duffel-access-token", one_of("duffel_test_", "duffel_live_"), any64(43), source="duffel.com/docs"),
    token("easypost-api-token", "EZAK", base62(54), source="docs.easypost.com"),
    token("easypost-test-api-token", "EZTK", base62(54), source="docs.easypost.com"),
    token("shippo-api-token", one_of("shippo_live_", "shippo_test_"), hexa(40), source="docs.goshippo.com"),
    named("lob-api-key", "lob", one_of("live_", "test_"), hexa(35), source="docs.lob.com: API keys"),
    named("lob-publishable-key", "lob", one_of("live_pub_", "test_pub_"), hexa(31), source="docs.lob.com: API keys"),
    named("recurly-private-key", "recurly", hexa(32), source="recurly.com/developers"),
    named("dwolla-secret", "dwolla", base62(50), source="developers.dwolla.com", floor=4.2),
    named("squarespace-access-token", "squarespace", *uuid(), source="developers.squarespace.com"),
    named("etsy-access-token", "etsy", lower(24), source="developers.etsy.com"),
    named("finicity-api-token", "finicity", hexa(32), source="developer.mastercard.com/open-banking-us"),
    named("finicity-client-secret", "finicity", lower(20), source="developer.mastercard.com/open-banking-us"),
    named("finnhub-access-token", "finnhub", lower(20), source="finnhub.io/docs"),
    named(
        "alphavantage-api-key",
        "alphavantage alpha_vantage",
        upper(16),
        source="alphavantage.co/documentation",
        floor=3.0,
    ),
    named("polygon-io-api-key", "polygon_io polygonio polygon_api", word(32), source="polygon.io/docs", floor=4.0),
    named("tiingo-api-token", "tiingo", hexa(40), source="tiingo.com/documentation"),
    named(
        "iexcloud-api-token", "iexcloud iex_cloud iex_token", one_of("sk_", "Tsk_"), hexa(32), source="iexcloud.io/docs"
    ),
    named("quandl-api-key", "quandl nasdaq_data", base62(20), source="docs.data.nasdaq.com", floor=3.5),
    token("coingecko-api-key", "CG-", base62(24), source="docs.coingecko.com", floor=3.5),
    named("etherscan-api-key", "etherscan bscscan polygonscan", upper(34), source="docs.etherscan.io"),
    named("infura-project-secret", "infura", hexa(32), source="docs.metamask.io/services"),
    named("alchemy-api-key", "alchemy", url64(32), source="docs.alchemy.com", floor=4.0),
    token("klarna-api-key", one_of("klarna_live_api_", "klarna_test_api_"), any64(60, 200), source="docs.klarna.com"),
    named("yoco-secret-key", "yoco", one_of("sk_live_", "sk_test_"), hexa(20), source="developer.yoco.com"),
    named("taxjar-api-token", "taxjar", hexa(32), source="developers.taxjar.com"),
    named("avalara-license-key", "avalara avatax", hexa(16), source="developer.avalara.com", floor=3.0),
    named("mollie-api-key", "mollie", one_of("live_", "test_"), base62(30), source="docs.mollie.com: authentication"),
    named(
        "gocardless-api-token", "gocardless", one_of("live_", "sandbox_"), any64(40), source="developer.gocardless.com"
    ),
)
