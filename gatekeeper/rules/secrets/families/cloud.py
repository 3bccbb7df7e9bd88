# SPDX-License-Identifier: Apache-2.0
"""Cloud providers."""

from __future__ import annotations

from gatekeeper.rules.secrets.kinds import token
from gatekeeper.rules.secrets.recipe import base32, hexa, one_of, url64

KINDS = (
    token(
        "aws-access-key-id",
        one_of("AKIA", "ASIA", "ABIA", "ACCA"),
        base32(16),
        source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids",
    ),
    token(
        "google-api-key", "AIza", url64(35), source="https://cloud.google.com/docs/authentication/api-keys", floor=3.5
    ),
    token(
        "digitalocean-pat",
        one_of("dop_v1_", "doo_v1_", "dor_v1_"),
        hexa(64),
        source="https://docs.digitalocean.com/reference/api/create-personal-access-token/",
    ),
)
