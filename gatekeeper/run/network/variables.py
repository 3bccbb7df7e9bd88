# SPDX-License-Identifier: Apache-2.0
"""What programs in a sandbox must be told, to find the proxy, the receiver and certificates."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

from gatekeeper.run.interface import Mount
from gatekeeper.run.network.service import PORT
from gatekeeper.run.telemetry import otlp

PROXY = f"http://127.0.0.1:{PORT}"
DIRECT = "localhost,127.0.0.1,::1"
"""What is inside: an agent's own servers, the receiver, and what the policy names on this machine's loopback."""
CERTIFICATES = (
    *("SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT"),
    *("GIT_SSL_CAINFO", "GIT_SSL_CAPATH", "AWS_CA_BUNDLE", "CARGO_HTTP_CAINFO", "NIX_SSL_CERT_FILE", "DENO_CERT"),
    *("NPM_CONFIG_CAFILE", "BUNDLE_SSL_CA_CERT", "HTTPLIB2_CA_CERTS", "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH"),
)
"""Variables that name a file or folder of certificates to trust: a company's, often."""
LARGEST_BUNDLE = 8 << 20


def variables(environ: Mapping[str, str]) -> Mapping[str, str]:
    """For the agent; ``environ`` is the operator's."""
    receiver = f"http://127.0.0.1:{otlp.PORT}"
    said = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"), PROXY)
    said |= {"NO_PROXY": DIRECT, "no_proxy": DIRECT, "NODE_USE_ENV_PROXY": "1"}
    said |= {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver,
        "OTEL_EXPORTER_OTLP_PROTOCOL": "http/json",
        "OTEL_LOGS_EXPORTER": "otlp",
        "OTEL_METRICS_EXPORTER": "otlp",
        "CLAUDE_CODE_ENABLE_TELEMETRY": "1",
        "GEMINI_TELEMETRY_ENABLED": "true",
        "GEMINI_TELEMETRY_TARGET": "local",
        "GEMINI_TELEMETRY_OTLP_ENDPOINT": receiver,
        "GEMINI_TELEMETRY_OTLP_PROTOCOL": "http",
        "GEMINI_TELEMETRY_LOG_PROMPTS": "false",
    }
    return said | {name: environ[name] for name in CERTIFICATES if _is_bundle(environ.get(name, ""))}


def certificates(environ: Mapping[str, str]) -> Sequence[Mount]:
    """Files of certificates that lie where a sandbox shows nothing."""
    named = dict.fromkeys(environ[name] for name in CERTIFICATES if _is_bundle(environ.get(name, "")))
    return [Mount(os.path.realpath(path), path) for path in named if not path.startswith(("/usr/", "/etc/"))]


def _is_bundle(path: str) -> bool:
    """Certificates and nothing else: a variable must not bring a private key in, or a whole folder of a home."""
    if os.path.isdir(path):
        return path.startswith(("/usr/", "/etc/ssl/", "/etc/pki/"))
    try:
        if not path.startswith("/") or os.path.getsize(path) > LARGEST_BUNDLE:
            return False
        with open(path, "rb") as file:
            content = file.read()
    except OSError:
        return False
    return b"-----BEGIN CERTIFICATE-----" in content and b"PRIVATE KEY-----" not in content
