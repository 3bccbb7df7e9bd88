# SPDX-License-Identifier: Apache-2.0
"""What a name promises about its value: a password, a secret, a token, a key, or none of these."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from gatekeeper.rules.secrets.words import words_of

Sort = Literal["password", "secret", "token", "key"]

ANCHORS = (
    b"pass",
    b"pw",
    b"psk",
    b"secret",
    b"token",
    b"key",
    b"auth",
    b"cred",
    b"salt",
    b"kennwort",
    b"senha",
    b"mdp",
    b"clave",
)
"""One of them stands in every name that promises a credential; any case."""

_PASSWORD = frozenset(
    words_of(
        "password passwd passwrd passphrase passcode passwort pass pwd pword passwords pw psw psswd userpass kennwort "
        "senha mdp contrasena motdepasse clave passkey dbpass dbpassword dbpasswd dbpwd userpassword adminpassword "
        "rootpassword requirepass masterauth sshpass pgpassword mypass mypassword smtppass rootpass adminpass "
        "bindpw rootpw psk presharedkey storepass keypass"
    )
)
_SECRET = frozenset(
    words_of(
        "secret secrets secretkey clientsecret appsecret apisecret consumersecret jwtsecret salt credential credentials"
    )
)
_TOKEN = frozenset(
    words_of(
        "token tokens accesstoken authtoken apitoken bearer bearertoken authorization auth oauth usertoken bottoken"
    )
)
_KEY = frozenset(
    words_of("apikey apikeys accesskey authkey appkey privatekey secretkey masterkey signingkey encryptionkey cryptkey")
)
_KEY_BEFORE = frozenset(
    words_of(
        "api access auth app application account admin private secret master signing sign encryption encrypt "
        "encrypted crypto cipher aes des hmac jwt session service server client consumer subscription license licence "
        "activation storage shared deploy deployment integration write admin webhook hash salt cookie security rsa "
        "ssh gpg ssl tls db database user customer developer partner merchant tenant org project root super maps map "
        "translate translation search push fcm gcm server bot sdk rest http aws azure gcp google github gitlab stripe "
        "twilio sendgrid mailgun openai anthropic sentry algolia datadog"
    )
)
_NOT_LAST = frozenset(
    words_of(
        "url uri path file filename dir directory name id ids length len size field fields type types header headers "
        "prefix suffix policy regex pattern hint label placeholder error errors message messages msg count limit "
        "expiry expires expiration expire ttl timeout algorithm algo class endpoint env var variable ref reference "
        "arn required enabled disabled valid invalid min max strength input box text title description desc help info "
        "page view form rule rules validator validation provider manager service store storage reset change changed "
        "confirm confirmation update updated format encoding column table index map list set count template version "
        "scope scopes scheme realm mode method methods status state flow callback handler middleware guard group user "
        "username domain host hostname port issuer audience date time at on by for in is usage alias source kind "
        "option options config configuration settings bundle"
    )
)
_NEVER = frozenset(
    words_of("public pub primary foreign partition sort cache idempotency authenticity csrf xsrf tokenizer composite")
)


_DIGESTS = frozenset(words_of("sha sha1 sha256 sha512 fingerprint thumbprint digest checksum etag of recv"))
_TAIL = frozenset(words_of("value val string str default plain raw data base text clear enc literal"))


@cache
def _segments() -> re.Pattern[bytes]:
    return re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def sort_of(name: bytes) -> Sort | None:
    """What ``name`` (letters, digits, ``_``, ``-``, ``.``) promises, judged by its last words; None for nothing."""
    words = [word.decode().lower() for word in _segments().findall(name[-80:])]
    while words and (words[-1].isdigit() or words[-1] in _TAIL):
        words.pop()
    if (
        not words
        or words[-1] in _NOT_LAST
        or not _NEVER.isdisjoint(words[-3:])
        or not _DIGESTS.isdisjoint(words)
        or words[0][:4] in ("csrf", "xsrf")
    ):
        return None
    last, pair = words[-1], "".join(words[-2:])
    if last in _PASSWORD or pair in _PASSWORD or last.endswith(("password", "passwd", "passphrase")):
        return "password"
    if last in _SECRET or pair in _SECRET or last.endswith("secret"):
        return "secret"
    if pair in _KEY or last in _KEY or (last in ("key", "keys") and len(words) > 1 and words[-2] in _KEY_BEFORE):
        return "key"
    if last in _TOKEN or pair in _TOKEN or last.endswith("token"):
        return "token"
    if last == "key" and len(words) <= 2:
        return "key"
    return None
