# SPDX-License-Identifier: Apache-2.0
"""Every kind and every detector there is."""

from __future__ import annotations

from gatekeeper.rules.secrets import commands, files, keys, sql
from gatekeeper.rules.secrets.armor import PrivateKeyDetector
from gatekeeper.rules.secrets.assignment import AssignmentDetector
from gatekeeper.rules.secrets.detector import Detector, KindDetector
from gatekeeper.rules.secrets.families import (
    ai,
    chat,
    cloud,
    code_hosts,
    identity,
    money,
    monitoring,
    packages,
    social,
    stores,
    work,
)
from gatekeeper.rules.secrets.headers import AuthorizationDetector
from gatekeeper.rules.secrets.kinds import Kind
from gatekeeper.rules.secrets.kubernetes import SecretManifestDetector
from gatekeeper.rules.secrets.urls import UrlDetector

_FAMILIES = (ai, chat, cloud, code_hosts, identity, money, monitoring, packages, social, stores, work)
KINDS: tuple[Kind, ...] = tuple(kind for family in _FAMILIES for kind in family.KINDS)


def detectors() -> tuple[Detector, ...]:
    return (
        PrivateKeyDetector(),
        keys.PuttyKeyDetector(),
        keys.JsonWebKeyDetector(),
        keys.XmlKeyDetector(),
        keys.BareKeyDetector(),
        *(KindDetector(kind) for kind in KINDS),
        UrlDetector(),
        files.OracleUrlDetector(),
        SecretManifestDetector(),
        files.NetrcDetector(),
        files.PgpassDetector(),
        files.PasswordHashDetector(),
        sql.DumpDetector(),
        sql.StatementDetector(),
        AuthorizationDetector(),
        commands.CommandDetector(),
        commands.UserOptionDetector(),
        commands.PipedPasswordDetector(),
        AssignmentDetector(),
    )
