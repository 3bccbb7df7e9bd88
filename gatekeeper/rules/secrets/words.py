# SPDX-License-Identifier: Apache-2.0
"""How surprising a string is to somebody who expects words, names and counting: few bits for
``getUserName2``, many for what a generator drew.
"""

from __future__ import annotations

_WORDS = (
    b"Y@B?AABEEBIICACE@K@>AEFFJMK",
    b"@KC@ANJDPDQJ=B>PCO=@<FIMKHO",
    b"<=GFH=ILM>FO<GK@KIBBI?OPSDP",
    b">=IFL>LK=CR@AHM:KQCF>ENRPJR",
    b"7@HJD9JMQ=QQGKL@LOECLELPPIS",
    b":DJA?HGIPIRPBE=MFK;=AMHKDKQ",
    b";>HGE@?MP:QO@KK=KQBDEBRQPHR",
    b"7CKIL:MFD?SPDKDBKS@BIDNNOOP",
    b":;KJH9NPO>SOGHJ=IQBIADONSJR",
    b"BDF@BBECQQTMAB9>FQC?>QFTKTF",
    b";<GIG:LKJDPLFHJ=EHJ=G@GIPIJ",
    b"7AKLI9LFJ>RNDLHCKLI@ECMKQLP",
    b";>LID:LNP<SM>KM=KTNDDCLQQCR",
    b"<:EKH9OMR=SNGDN?>SNDIEPRQHU",
    b":@LA?>F=OBRIIMGBLTO?<GHQRMQ",
    b"?HF@BNGGQIPHAA:DBS<BBAFDNOQ",
    b"<=LHJ<LMGAVN?MO=BU<D@DPROGU",
    b":EMHFFLIIHNKALKLMDJGI5MJLGM",
    b":>MGE9KGQ>UIIFF>KTEAAFINVFR",
    b"7EODJ<NMD@VKHKNDCOMA;DPMUIO",
    b"9>PGL:LQA<USHLL@IW?BDFRMNEP",
    b"BDADG@EFSBSP?A;LBU>==QNSLQO",
    b"=;FGJ6LNM<OPIHMALKJHKKOROKO",
    b":<KIH<MGB<RNGMA?IR@AIKQHIOO",
    b"8AE@E?EKI@ONGGKK=OJF<FLNFIP",
    b"4EJFGEJKNGPLEFCE>SK@CMOJMOO",
    b":>KHH8KJI@NOFGKCINHCFBKGFFF",
)
"""Bits, in quarters from ``0`` (code 48) on, that a letter costs after another: rows are the one before, columns
the one that comes, in the order start or end of a word, a to z. Counted over the distinct words, each by the
square root of how often it stands, in the histories of a dozen public repositories."""

_DIGIT, _AFTER_LETTER, _NEW_WORD, _SEPARATOR, _SYMBOL = 3.3, 1.5, 1.0, 1.0, 5.0
_STEP = 1.0
"""What a character costs that only counts on from the one before it: ``bcd``, ``567``."""
_AGAIN = 1.5


def words_of(text: str) -> list[str]:
    """The words of ``text``, which blanks separate: a vocabulary that reads as prose."""
    return text.split()


def surprise(value: bytes) -> float:
    """Bits that ``value`` costs under a model of words in any case, separators and digits; 0 for an empty one."""
    total = 0.0
    before = 0
    for byte in value:
        total += min(_cost(before, byte), _habit(before, byte))
        before = byte
    return total


def _habit(before: int, byte: int) -> float:
    if byte == before:
        return _AGAIN
    return _STEP if abs(byte - before) == 1 and _is_word(byte) else 99.0


def _cost(before: int, byte: int) -> float:
    letter = _letter(byte)
    if letter:
        last = _letter(before)
        if last and not (byte < 97 <= before):
            return _bits(last, letter)
        return _bits(last, 0) + _bits(0, letter) + _NEW_WORD if last else _bits(0, letter) + (before != 0)
    ending = _bits(_letter(before), 0) if _letter(before) else 0.0
    if 48 <= byte <= 57:
        return _DIGIT if 48 <= before <= 57 else ending + _DIGIT + _AFTER_LETTER
    return ending + (_SEPARATOR if byte in b"_-./: \\" else _SYMBOL)


def _letter(byte: int) -> int:
    """1 to 26 for a letter of either case, else 0."""
    low = byte | 32
    return low - 96 if 97 <= low <= 122 else 0


def _is_word(byte: int) -> bool:
    return 48 <= byte <= 57 or bool(_letter(byte))


def _bits(before: int, after: int) -> float:
    return (_WORDS[before][after] - 48) / 4
