# SPDX-License-Identifier: Apache-2.0
"""Secrets: private keys in every armor, and what only looks like one."""

from __future__ import annotations

import base64
import json
from random import Random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from gatekeeper.rules.secrets import Match, scan
from tests.unit.secret_values import drawn, pem

KEY = ec.generate_private_key(ec.SECP256R1())
RSA = rsa.generate_private_key(65537, 2048)


def rules(text: str, path: bytes | None = None) -> set[str]:
    return {match.rule for match in scan(text.encode(), path)}


def only(text: str) -> Match:
    (match,) = scan(text.encode())
    return match


@pytest.mark.parametrize("label", ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"])
def test_pem(label: str) -> None:
    assert rules(pem(label)) == {"secrets.private-key"}


def test_real_keys_in_all_their_formats() -> None:
    for key in (KEY, RSA):
        for form in (PrivateFormat.PKCS8, PrivateFormat.TraditionalOpenSSL):
            assert rules(key.private_bytes(Encoding.PEM, form, NoEncryption()).decode()) == {"secrets.private-key"}
            der = base64.b64encode(key.private_bytes(Encoding.DER, form, NoEncryption())).decode()
            assert rules(f'"{der}"') == {"secrets.private-key-der"}
        locked = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"x" * 8))
        assert rules(locked.decode()) == {"secrets.private-key"}
        ssh = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()).decode()
        assert rules(ssh) == {"secrets.ssh-private-key"}
        assert rules("".join(ssh.splitlines()[1:-1])) == {"secrets.ssh-private-key"}


def test_public_keys_are_none() -> None:
    for key in (KEY, RSA):
        public = key.public_key()
        for encoding, form in (
            (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
            (Encoding.OpenSSH, PublicFormat.OpenSSH),
        ):
            assert not rules(public.public_bytes(encoding, form).decode())
        der = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        assert not rules(base64.b64encode(der).decode())


@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: text,
        lambda text: "".join(f"    {line}\n" for line in text.splitlines()),
        lambda text: "".join(f"# {line}\n" for line in text.splitlines()),
        lambda text: "key = " + json.dumps(text),
        lambda text: 'key = "' + json.dumps(text)[1:-1].replace("\\n", "\\\\n") + '"',
        lambda text: " +\n".join(f'  "{line}\\n"' for line in text.splitlines()),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", " "),
        lambda text: text.replace(
            "-----BEGIN PRIVATE KEY-----\n", "-----BEGIN PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"
        ),
    ],
    ids=["plain", "indented", "commented", "json", "json in json", "concatenated", "crlf", "one line", "headers"],
)
def test_the_same_key_however_it_is_written_has_the_same_value(wrap: object) -> None:
    assert callable(wrap)
    plain = only(pem())
    found = only(wrap(pem()))
    assert found.rule == "secrets.private-key"
    assert found.value == plain.value


def test_a_key_without_its_end_is_one() -> None:
    assert rules(pem().split("-----END")[0]) == {"secrets.private-key"}


@pytest.mark.parametrize(
    "text",
    [
        "-----BEGIN PRIVATE KEY-----\nanything\n-----END PRIVATE KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY----------END OPENSSH PRIVATE KEY-----",
        "starts with -----BEGIN RSA PRIVATE KEY----- and then come the lines that you have copied from the console",
        'if "-----BEGIN PRIVATE KEY-----" in text: raise ValueError("a private key")',
        "-----BEGIN CERTIFICATE-----\n" + "MIIB" * 40 + "\n-----END CERTIFICATE-----",
    ],
)
def test_words_about_keys_are_none(text: str) -> None:
    assert not rules(text)


def test_other_armors() -> None:
    body = base64.b64encode(Random(1).randbytes(96)).decode()
    ppk = f"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 1\n{body[:64]}\n"
    assert rules(f"{ppk}Private-Lines: 2\n{body[:64]}\n{body[64:]}\nPrivate-MAC: 00\n") == {"secrets.putty-private-key"}
    jwk = {"kty": "EC", "crv": "P-256", "x": drawn(43, 1), "y": drawn(43, 2)}
    assert not rules(json.dumps(jwk))
    assert rules(json.dumps({**jwk, "d": drawn(43, 3)}, indent=1)) == {"secrets.jwk-private-key"}
    assert rules(json.dumps({"k": drawn(43, 4), "kty": "oct"})) == {"secrets.jwk-private-key"}
    xml = f"<RSAKeyValue><Modulus>{drawn(172, 5)}</Modulus><Exponent>AQAB</Exponent>"
    assert not rules(f"{xml}</RSAKeyValue>")
    assert rules(f"{xml}<D>{drawn(172, 6)}</D></RSAKeyValue>") == {"secrets.xml-private-key"}
    assert rules(pem("PGP PRIVATE KEY BLOCK")) == {"secrets.pgp-private-key"}
