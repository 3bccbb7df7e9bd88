# SPDX-License-Identifier: Apache-2.0
"""Letters of other scripts that can be mistaken for a Latin one (facts of Unicode UTS #39, confusables).

Each pair of strings runs in step: what is written, what a reader takes it for. Letters that no reader
mistakes (Δ, μ, π, ж) are not here, so that formulas and other languages stay silent.
"""

from __future__ import annotations

_CYRILLIC = (
    "асԁеҽһіїјӏорԛгѕԝѡхуѵүАВЬСԌЕЅНІЇЈКМОРТԜХУҮӀѴЗ",
    "acdeehiijlopqrswwxyvyABbCGESHIIJKMOPTWXYYIV3",
)
_GREEK = ("αγιίνορϱσυΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϲϳͿϜ", "ayiivoppouABEZHIKMNOPTYXCcjJF")
_ARMENIAN = ("ազհոռսօքցգՕՍՏ", "wqhnnuofgqOUS")
_CHEROKEE = ("ᎠᎡᎢᎥᎩᎪᎫᎬᎳᎷᎻᎽᏀᏂᏃᏎᏏᏔᏕᏙᏚᏞᏟᏒᏢᏦᏧᏴ", "DRTiYAJEWMHYGhZ4bWSVSLCRPKdB")
_LISU = ("ꓐꓑꓒꓓꓔꓖꓗꓙꓚꓜꓝꓟꓠꓡꓢꓣꓦꓧꓪꓫꓬꓮꓰꓲꓳꓴ", "BPdDTGKJCZFMNLSRVHWXYAEIOU")


def _table(*pairs: tuple[str, str]) -> dict[str, str]:
    return {written: read for sources, targets in pairs for written, read in zip(sources, targets, strict=True)}


GREEK = _table(_GREEK)
"""Greek letters need more of a Latin word around them, for science names its quantities in Greek."""

TWINS = frozenset("ονΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϲϳͿ")
"""The Greek letters that differ from a Latin one in hardly any font."""

OTHERS = _table(_CYRILLIC, _ARMENIAN, _CHEROKEE, _LISU)
"""Cyrillic and the rest."""
