# SPDX-License-Identifier: Apache-2.0
"""Which characters hide, which uses of them a writing system needs, and the UTF-8 to look for.

Patterns are compiled when first needed: ordinary commits are ASCII and need none.
"""

from __future__ import annotations

import re
from functools import cache

DIRECTION_MARKS = dict.fromkeys((0x200E, 0x200F, 0x061C))
"""A table for ``str.translate`` that drops LRM, RLM and ALM."""

_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_EMOJI = "\u00a9\u00ae\u203c-\u2bff\u3030-\u3299\U0001f000-\U0001faff"
_JOINING = "\u0600-\u061b\u061d-\u08ff\u0900-\u109f\u1780-\u17b3\u17b6-\u180a\u1810-\u18af\u1900-\u1cff"
_JOINING += "\ua800-\uaaff\uabc0-\uabff\ufb50-\ufdff\ufe70-\ufefc\U00010a00-\U00011fff"
_UNSPACED = "\u0e00-\u109f\u1780-\u17ff\u1950-\u1aaf"
_IDEOGRAPHS = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_JAMO = "\u1100-\u115e\u1161-\u11ff\ua960-\ua97f\ud7b0-\ud7ff"


@cache
def hidden_characters() -> re.Pattern[str]:
    return re.compile(f"[{_HIDDEN}]")


@cache
def needed(code: bool) -> re.Pattern[str]:
    """Uses of hidden characters that a writing system or an emoji needs."""
    flags = "|".join("".join(chr(0xE0000 + ord(letter)) for letter in name) for name in ("gbeng", "gbsct", "gbwls"))
    parts = [
        f"\U0001f3f4(?:{flags})\U000e007f",  # the three subdivision flags recommended for interchange
        f"(?<=[{_EMOJI}\ufe0f\u20e3\U000e007f])\u200d(?=[{_EMOJI}])",
        f"(?<=[^\0-\u0fff{_HIDDEN}])[\ufe00-\ufe0f]",
        "(?<=[\u00a9\u00ae])[\ufe0e\ufe0f]",
        "(?<=[0-9#*])\ufe0f(?=\u20e3)",
        f"(?<=[{_IDEOGRAPHS}])[\U000e0100-\U000e01ef]",
        f"(?<=[{_JOINING}])[\u200c\u200d]|[\u200c\u200d](?=[{_JOINING}])",
        f"(?<=[{_UNSPACED}])\u200b|\u200b(?=[{_UNSPACED}])",
        "(?<=[\u1800-\u18af])[\u180b-\u180f]",
        "(?<=[\u1780-\u17ff])[\u17b4\u17b5]",
        f"(?<=[{_JAMO}])[\u115f\u1160]|[\u115f\u1160](?=[{_JAMO}])",
        "(?<=[\u2801-\u28ff])\u2800+|(?<!\u2800)\u2800++(?=[\u2801-\u28ff])",
    ]
    if not code:
        parts.append(r"(?<=[^\W\d_])" + "\u00ad" + r"(?=[^\W\d_])")
    return re.compile("|".join(parts))


@cache
def right_to_left() -> re.Pattern[str]:
    return re.compile(
        "[\u0590-\u061b\u061d-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
    )


@cache
def smuggled() -> re.Pattern[str]:
    return re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")


@cache
def zero_width_run() -> re.Pattern[str]:
    return re.compile("[\u200b-\u200d\u2060-\u2064\ufeff]{8,}")


@cache
def words() -> re.Pattern[str]:
    """Words, without the letter of an escape before them (``\\nА``)."""
    return re.compile(r"(?:\\[a-z](?=\w))?(\w+)")


@cache
def hidden_bytes() -> re.Pattern[bytes]:
    """The UTF-8 of every hidden character."""
    return re.compile(
        rb"\xe2\x80[\x8b-\x8f\xa8-\xae]|\xe2\x81[\xa0-\xaf]|\xe2\xa0\x80|\xef\xb8[\x80-\x8f]|\xef\xbb\xbf|\xef\xbe\xa0"
        rb"|\xef\xbf[\xb9-\xbb]|\xf3\xa0[\x80-\xbf][\x80-\xbf]|\xc2\xad|\xcd\x8f|\xd8\x9c|\xe1\x85[\x9f\xa0]"
        rb"|\xe1\x9e[\xb4\xb5]|\xe1\xa0[\x8b-\x8f]|\xe3\x85\xa4|\xf0\x9b\xb2[\xa0-\xa3]|\xf0\x9d\x85[\xb3-\xba]"
    )


_FOREIGN = (
    rb"(?:[\xcd-\xd6][\x80-\xbf]|\xe1[\x8e\x8f][\x80-\xbf]|\xea\x93[\x80-\xbf]"
    rb"|\xef(?:\xbc[\xa1-\xba]|\xbd[\x81-\x9a])|\xf0\x9d[\x90-\x9f][\x80-\xbf])"
)


@cache
def foreign_bytes() -> re.Pattern[bytes]:
    """The UTF-8 of the blocks that hold lookalikes."""
    return re.compile(_FOREIGN)


@cache
def mixed_bytes() -> re.Pattern[bytes]:
    """Such a letter beside an ASCII letter, digit or underscore."""
    return re.compile(rb"[A-Za-z0-9_]" + _FOREIGN + rb"|" + _FOREIGN + rb"[A-Za-z0-9_]")
