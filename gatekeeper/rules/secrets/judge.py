# SPDX-License-Identifier: Apache-2.0
"""Is this value one that somebody uses, or one that somebody wrote to show where a value goes?"""

from __future__ import annotations

import re
from functools import cache
from math import log2

_STAND_INS = (
    rb"x{4}|X{4}|\*{3}|\.{3}|#{4}|_{6}|-{6}|0{8}|(.)\1{7}"
    rb"|(?i:example|your[-_. ]?|placeholder|changeme|change[-_]me|replace[-_]?(?:me|with)|redacted|dummy|insert[-_])"
)


@cache
def _stand_in() -> re.Pattern[bytes]:
    return re.compile(_STAND_INS)


def entropy(value: bytes) -> float:
    """Shannon entropy of the bytes of ``value``, in bits a byte; 0 for an empty one."""
    size = len(value)
    counts = [value.count(byte) for byte in set(value)]
    return -sum(count / size * log2(count / size) for count in counts)


def stands_in(value: bytes) -> bool:
    """True where a value with a provider's own mark was written to be replaced: ``ghp_xxxx``, ``sk-your-key``."""
    return _stand_in().search(value) is not None
