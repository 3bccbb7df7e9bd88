# SPDX-License-Identifier: Apache-2.0
"""The statements, calls and settings that destroy data or grant everything, by kind of file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

from gatekeeper.rules.data.places import Kind

DESTROYS, GRANTS, UNPROTECTED = "destroys data", "grants everything", "takes a protection away"

_NAME = r"""(?:if\s+exists\s+)?[\w.\"`\[\]]{1,120}"""
_SQL = (
    (DESTROYS, rf"\bdrop\s+(?:table|database|schema|column|tablespace|keyspace|partition|collection)\s+{_NAME}"),
    (
        DESTROYS,
        r"\balter\s+table\s+[^;()]{1,200}?\bdrop\s+(?!constraint|index|key|foreign|primary|default|not|check)\w+",
    ),
    (DESTROYS, rf"\btruncate\s+(?:table\s+)?{_NAME}"),
    (DESTROYS, r"\bdelete\s+from\s+[\w.\"`\[\]]{1,120}\s*(?:;|\Z)"),
    (GRANTS, r"\bgrant\s+all\b[^;]{0,200}"),
    (GRANTS, r"\bgrant\s+[\w, ]{1,100}\s+on\s+[^;]{1,120}?\s+to\s+public\b"),
    (UNPROTECTED, r"\bdisable\s+row\s+level\s+security\b|\bdrop\s+policy\s+\S{1,120}"),
)
_CALLS = (
    (DESTROYS, r"\b(?:op\.)?drop_(?:table|column|join_table|schema)\s*\(?[^\n]{0,120}"),
    (DESTROYS, r"\bremove_(?:columns?|reference|belongs_to)\s*\(?\s*:[^\n]{0,120}"),
    (DESTROYS, r"\bmigrations\.(?:DeleteModel|RemoveField)\s*\([^)]{0,200}"),
    (
        DESTROYS,
        r"\b(?:drop|remove)(?:Table|Column|Columns|TableIfExists|Schema|Database|Collection|IfExists)\s*\([^\n]{0,120}",
    ),
    (
        DESTROYS,
        r"\b(?:DropTable|DropColumn|DropSchema|DropCollection)\s*\([^\n]{0,120}|\bSchema::drop\w*\([^\n]{0,120}",
    ),
    (DESTROYS, r"<\s*drop(?:Table|Column|All\w+)\b[^>]{0,200}|\bdrop(?:Table|Column)\s*:"),
    (DESTROYS, r"\bdrop(?:_if_exists)?[ (]+table\(:?\w+|^\s*remove\s*\(?:\w+"),
    (DESTROYS, r"\.(?:deleteMany|remove)\(\s*\{\s*\}\s*\)|\.(?:truncate|flushall|flushdb)\s*\("),
)
_SETTINGS = (
    (UNPROTECTED, r"\b(?:force_destroy|skip_final_snapshot|force_delete)\"?\s*[=:]\s*\"?true"),
    (UNPROTECTED, r"\b(?:prevent_destroy|purge_protection_enabled|enable_deletion_protection)\"?\s*[=:]\s*\"?false"),
    (UNPROTECTED, r"\b(?:deletion_?protection|termination_?protection|delete_protection)\w*\"?\s*[=:]\s*\"?false"),
    (UNPROTECTED, r"\b(?:DeletionPolicy|UpdateReplacePolicy|(?:persistentVolume)?[rR]eclaimPolicy)\"?:\s*\"?Delete\b"),
    (GRANTS, r"\b(?:not_?)?actions?\"?\s*[=:]\s*\[?\s*[\"']\*[\"']"),
    (GRANTS, r"\b(?:principals?|AWS|identifiers)\"?\s*[=:]\s*\[?\s*[\"']\*[\"']"),
    (GRANTS, r"\b(?:verbs|apigroups|resources)\s*:\s*\[\s*[\"']?\*[\"']?\s*\]|^\s*-\s*[\"']\*[\"']\s*$"),
    (GRANTS, r"\bAdministratorAccess\b|\broles/(?:owner|editor)\b|\bname:\s*cluster-admin\b|\ballAuthenticatedUsers\b"),
    (GRANTS, r"[\"']allUsers[\"']"),
)
_COMMANDS = (
    (DESTROYS, r"\b(?:terraform|tofu|terragrunt|pulumi|cdk|sst)\s+(?:-\S+\s+)*(?:run-all\s+)?destroy\b[^\n]{0,80}"),
    (
        DESTROYS,
        r"\bkubectl\s+(?:-\S+\s+)*delete\s+(?:ns|namespaces?|pvc?|crds?|persistentvolume\w*|--all)\b[^\n]{0,80}",
    ),
    (
        DESTROYS,
        r"\baws\s+(?:s3\s+rb|s3\s+rm\b[^\n]{0,120}--recursive|(?:rds|dynamodb|ec2|efs|kms)\s+delete-)[^\n]{0,80}",
    ),
    (DESTROYS, r"\b(?:gcloud|az)\s+[^\n|;&]{1,80}?\bdelete\b[^\n]{0,80}|\bdropdb\b[^\n]{0,80}|\b(?i:flushall)\b"),
    (DESTROYS, r"\brm\s+-\w*[rR]\w*\s+(?:--no-preserve-root\s+)?/(?:\s|\*|$)|\bmkfs(?:\.\w+)?\s+/dev/"),
    (GRANTS, r"--role[= ]roles/(?:owner|editor)\b|\bclusterrolebinding\b[^\n]{0,80}cluster-admin|--member=allUsers"),
)
_PATTERNS: Mapping[Kind, Sequence[tuple[str, str]]] = {
    "sql": _SQL,
    "migration": (*_SQL, *_CALLS),
    "infrastructure": (*_SETTINGS, *_COMMANDS),
    "script": _COMMANDS,
}
NEEDLES: Mapping[Kind, tuple[bytes, ...]] = {
    "sql": (b"drop", b"truncate", b"delete", b"grant", b"disable"),
    "migration": (b"drop", b"truncate", b"delete", b"grant", b"remove", b"flush", b"disable"),
    "infrastructure": (
        b"destroy", b"skip_final", b"protection", b"force_delete", b"delet", b"policy", b"*", b"administratoraccess",
        b"roles/", b"cluster-admin", b"users",
    ),
    "script": (b"destroy", b"delete", b"dropdb", b"flushall", b"s3 r", b"rm -", b"mkfs", b"roles/", b"cluster-admin"),
}  # fmt: skip
"""In lower case; a text without any of them holds none of the patterns."""


@cache
def compiled(kind: Kind) -> tuple[tuple[str, re.Pattern[str]], ...]:
    """(what it does, pattern) for one kind of file."""
    flags = re.IGNORECASE | re.MULTILINE
    return tuple((what, re.compile(pattern, flags)) for what, pattern in _PATTERNS[kind])


@cache
def directions() -> re.Pattern[str]:
    """Where the way up or the way down of a migration begins; group 1 for down."""
    down = r"downgrade|down|revert|rollback|safe_?down|undo|backwards?|reverse"
    up = r"upgrade|up|change|safe_?up|forwards?"
    return re.compile(
        rf"(?im)^[^\n#/]{{0,120}}?(?:\bdef\s+|\bfunction\s+|\bfunc\s+|\bvoid\s+|\basync\s+|\bexports\.|\bpublic\s+|^\s*)"
        rf"(?:({down})|(?:{up}))\b\s*(?:\(|=|:|do\b|$)"
        rf"|^\s*--\s*(?:\+\s*(?:goose|migrate)\s+|migrate:\s*|//@\s*)(?:(down|undo)|up)\b|^\s*--\s*(rollback)\b"
    )
