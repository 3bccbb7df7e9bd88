# SPDX-License-Identifier: Apache-2.0
"""Which files change databases and infrastructure when they run."""

from __future__ import annotations

from typing import Literal

from gatekeeper.policy.match import fold
from gatekeeper.rules import filetypes
from gatekeeper.rules.filetypes import words

Kind = Literal["sql", "migration", "infrastructure", "script"]

_SQL = words("cql ddl hql pgsql plsql psql sql tsql")
_MIGRATIONS = words("alembic changelog changelogs flyway liquibase migrate migration migrations schema_migrations")
_MIGRATING = words("cs ex exs go java js kt mjs php py rb rs ts xml yaml yml json")
_TERRAFORM = words("bicep hcl tf tfvars tofu")
_INFRASTRUCTURE = words(
    "argocd aws azure charts cloudformation cluster clusters deploy deployment deployments flux gcp gitops helm "
    "helmfile iac iam infra infrastructure k8s kubernetes kustomize manifests openshift ops opentofu policies pulumi "
    "rbac terraform terragrunt"
)
_DECLARED = words("json template yaml yml")
_SCRIPTS = words("bash bat cmd mk ps1 sh zsh")
_SCRIPT_NAMES = words("justfile makefile taskfile.yml")
_ASIDE = words(
    "__fixtures__ __tests__ benchmark benchmarks demo demos doc docs e2e example examples fixtures integration-tests "
    "playground sample samples spec test testdata tests testing vendor node_modules third_party"
)
"""Folders whose databases are made to be thrown away."""


def kind_of(path: bytes) -> Kind | None:
    """What a path is to data and infrastructure, by its folded spelling; None for any other file."""
    path = fold(path)
    parts = path.split(b"/")
    name = parts.pop()
    kind = filetypes.extension(name)
    if kind in _SQL:
        return None if _aside(parts, name) else "sql"
    if kind in _TERRAFORM or name.endswith(b".tf.json"):
        return None if _aside(parts, name) else "infrastructure"
    if kind in _MIGRATING and not _MIGRATIONS.isdisjoint(parts):
        return None if _aside(parts, name) else "migration"
    if not parts:
        return None
    if kind in _SCRIPTS or name in _SCRIPT_NAMES:
        return "script" if _is_infrastructure(parts, name) else None
    if parts[0] == b".github" and parts[1:] == [b"workflows"]:
        return "script"
    return "infrastructure" if kind in _DECLARED and _is_infrastructure(parts, name) else None


def _is_infrastructure(parts: list[bytes], name: bytes) -> bool:
    return not _INFRASTRUCTURE.isdisjoint(parts) and not _aside(parts, name)


def _aside(parts: list[bytes], name: bytes) -> bool:
    return not _ASIDE.isdisjoint(parts) or name.startswith((b"test_", b"seed", b"example"))
