# SPDX-License-Identifier: Apache-2.0
"""The signers file: OpenSSH's format (ssh-keygen(1), ALLOWED SIGNERS), so that git and ssh-keygen read the same file.

Narrower than OpenSSH in what it accepts, because a line here decides who may approve: each line names one person, one
key and the namespaces, all in full. A time without a Z is UTC (ssh-keygen: the machine's own zone).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from gatekeeper.errors import PolicyInvalid, SignatureInvalid
from gatekeeper.signing import keys
from gatekeeper.signing.times import parse_compact, rfc3339

MAX_BYTES, MAX_LINE = 1024 * 1024, 16 * 1024
_OPTIONS = ("cert-authority", "namespaces", "valid-after", "valid-before")


class Signer(NamedTuple):
    """One line of the file."""

    principals: tuple[str, ...]
    """Always one: a key stands for one person."""
    namespaces: tuple[str, ...]
    key: bytes
    """The public key blob."""
    key_type: str
    valid_after: int | None
    """Seconds since the epoch; the first second in which the key counts."""
    valid_before: int | None
    """Seconds since the epoch; the last second in which the key counts."""
    line: int
    cert_authority: bool
    """Such a line never matches: certificates are not accepted."""


class Signers:
    """A signers file that is free of errors."""

    __slots__ = ("_by_key", "lines", "source")

    def __init__(self, lines: tuple[Signer, ...], source: str) -> None:
        self.lines, self.source = lines, source
        self._by_key: dict[bytes, list[Signer]] = {}
        for signer in lines:
            self._by_key.setdefault(signer.key, []).append(signer)

    @classmethod
    def parse(cls, text: bytes, source: str) -> Signers:
        """Read a whole file; ``source`` names it in errors. Raises :class:`PolicyInvalid` at the first bad line."""
        if len(text) > MAX_BYTES:
            raise PolicyInvalid(source, None, f"file of {len(text)} bytes; accepted are {MAX_BYTES}")
        lines: list[Signer] = []
        owner: dict[bytes, Signer] = {}
        spelled: dict[str, Signer] = {}
        for number, raw in enumerate(text.split(b"\n"), 1):
            try:
                signer = _parse_line(raw.decode(), number)
            except UnicodeDecodeError:
                raise PolicyInvalid(source, number, "line is not UTF-8") from None
            except SignatureInvalid as reason:
                raise PolicyInvalid(source, number, str(reason)) from None
            if signer is None:
                continue
            name = signer.principals[0]
            first = owner.setdefault(signer.key, signer)
            if first.principals != signer.principals:
                raise PolicyInvalid(
                    source,
                    number,
                    f"this key is listed for {name!r}, and in line {first.line} for {first.principals[0]!r}: "
                    "one key stands for one person",
                )
            first = spelled.setdefault(name.casefold(), signer)
            if first.principals != signer.principals:
                message = f"{name!r} is spelled {first.principals[0]!r} in line {first.line}: one person, one spelling"
                raise PolicyInvalid(source, number, message)
            lines.append(signer)
        return cls(tuple(lines), source)

    def principal(self, key: bytes, namespace: str, at: int) -> str:
        """Who signs with the key blob ``key`` under ``namespace``, by the clock ``at`` (seconds since the epoch).

        Raises :class:`SignatureInvalid`: unknown key, certificate authority, another namespace, not valid (yet).
        """
        plain = [signer for signer in self._by_key.get(key, ()) if not signer.cert_authority]
        if not plain:
            why = " other than as a certificate authority" if key in self._by_key else ""
            raise SignatureInvalid(f"key {keys.fingerprint(key)} is not listed in {self.source}{why}")
        name = plain[0].principals[0]
        named = [signer for signer in plain if namespace in signer.namespaces]
        if not named:
            raise SignatureInvalid(f"the key of {name} is not listed for the namespace {namespace}")
        reasons = [_out_of_time(signer, at) for signer in named]
        if "" not in reasons:
            raise SignatureInvalid(f"the key of {name} {reasons[-1]}")
        return name

    def principals(self) -> tuple[str, ...]:
        """Everybody who is listed, each once, in the order of the file."""
        return tuple(dict.fromkeys(signer.principals[0] for signer in self.lines))

    def has_principal(self, principal: str) -> bool:
        """Whether ``principal`` is listed, with a key that counts now or not."""
        return any(principal in signer.principals for signer in self.lines)

    def signer_of_principal(self, principal: str) -> tuple[Signer, ...]:
        """The lines of ``principal``, in the order of the file."""
        return tuple(signer for signer in self.lines if principal in signer.principals)


def _out_of_time(signer: Signer, at: int) -> str:
    if signer.valid_after is not None and at < signer.valid_after:
        return f"is not valid before {rfc3339(signer.valid_after)}"
    if signer.valid_before is not None and at > signer.valid_before:
        return f"expired at {rfc3339(signer.valid_before)}"
    return ""


def _parse_line(text: str, number: int) -> Signer | None:
    """One line without its LF; None for a blank one or a comment. Raises :class:`SignatureInvalid` with the error."""
    text = text.removesuffix("\r").strip(" \t")
    if not text or text.startswith("#"):
        return None
    if len(text) > MAX_LINE:
        raise SignatureInvalid(f"line of {len(text)} characters; accepted are {MAX_LINE}")
    if not text.replace("\t", " ").isprintable():
        raise SignatureInvalid("line holds characters that cannot be seen")
    found = re.fullmatch(r'(?:"([^"]*)"|([^\s"]+))[ \t]+(.*)', text)
    if not found:
        raise SignatureInvalid('line is not: PRINCIPAL namespaces="..." KEYTYPE KEY')
    principal, rest = _principal(found[1] if found[1] is not None else found[2]), found[3]
    if rest.split(None, 1)[0] in keys.KEY_TYPES:
        raise SignatureInvalid('line names no namespaces; write namespaces="git,gatekeeper-approval" before the key')
    split = re.fullmatch(r'((?:[^\s"]|"[^"]*")+)[ \t]+(.*)', rest)
    if not split:
        raise SignatureInvalid("line has no key after its options")
    options = _options(split[1])
    key = keys.parse_line(split[2])
    return Signer(
        principals=(principal,),
        namespaces=_namespaces(options),
        key=key.blob,
        key_type=key.key_type,
        line=number,
        cert_authority="cert-authority" in options,
        **_validity(options),
    )


def _principal(field: str) -> str:
    if re.search("[*?!]", field):
        raise SignatureInvalid(f"principal {field!r} is a pattern; name each person")
    if "," in field:
        raise SignatureInvalid(f"{field!r} are several principals for one key: one key stands for one person")
    if not field or field != field.strip():
        raise SignatureInvalid(f"principal {field!r} is empty or has blanks at its ends")
    return field


def _options(field: str) -> dict[str, str | None]:
    """Options by lower-case name; None as the value of one that takes none."""
    options: dict[str, str | None] = {}
    at = 0
    while at <= len(field):
        found = re.compile(r'([^=",]*)(?:="([^"\\]*)")?').match(field, at)
        assert found  # it matches the empty string as well
        name, value, at = found[1].lower(), found[2], found.end() + 1
        if name not in _OPTIONS:
            raise SignatureInvalid(f"unknown option {name!r}{_nearest(name)}")
        takes_none = name == "cert-authority"
        if field[at - 1 : at] not in ("", ",") or (value is None) != takes_none:
            raise SignatureInvalid(f"write {name} alone" if takes_none else f'write {name}="..." with double quotes')
        if name in options:
            raise SignatureInvalid(f"option {name} is there twice")
        options[name] = value
    return options


def _nearest(word: str) -> str:
    from difflib import get_close_matches

    close = get_close_matches(word, (*_OPTIONS, *keys.KEY_TYPES), 1)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(_OPTIONS)}"


def _namespaces(options: dict[str, str | None]) -> tuple[str, ...]:
    names = (options.get("namespaces") or "").split(",")
    if names == [""]:
        raise SignatureInvalid('line names no namespaces; write namespaces="git,gatekeeper-approval" before the key')
    for name in names:
        if not re.fullmatch(r"[!-~]+", name) or re.search("[*?!]", name):
            raise SignatureInvalid(f"namespace {name!r} is empty or a pattern; name each in full")
    return tuple(names)


def _validity(options: dict[str, str | None]) -> dict[str, int | None]:
    times: dict[str, int | None] = {}
    for option in ("valid-after", "valid-before"):
        text = options.get(option)
        times[option.replace("-", "_")] = moment = None if text is None else parse_compact(text)
        if text is not None and moment is None:
            raise SignatureInvalid(f"{option} {text!r} is not a time of the form YYYYMMDD[HHMM[SS]]Z")
    after, before = times["valid_after"], times["valid_before"]
    if after is not None and before is not None and before <= after:
        raise SignatureInvalid("valid-before is not later than valid-after")
    return times
