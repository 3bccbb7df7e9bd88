# SPDX-License-Identifier: Apache-2.0
"""Is this value one that somebody uses, or one that somebody wrote to show where a value goes?"""

from __future__ import annotations

import re
from functools import cache
from math import log2
from typing import TYPE_CHECKING

from gatekeeper.rules.secrets.words import surprise, words_of

if TYPE_CHECKING:
    from gatekeeper.rules.secrets.names import Sort


@cache
def _stand_in() -> re.Pattern[bytes]:
    return re.compile(
        rb"[xX]{4}|\*{3}|\.{3}|#{4}|_{6}|-{6}|0{8}|([^0-9])\1{7}"
        rb"|(?i:example|your[-_. ]?|placeholder|change[-_]?me|replace[-_]?(?:me|with)|redacted|dummy|insert[-_])"
    )


@cache
def _template() -> re.Pattern[bytes]:
    """Marks of a template or a variable, which nobody draws by chance."""
    return re.compile(
        rb"[$#%@]\{|\{\{|\}\}|<%|%>|\$\(\w|%\(\w+\)|\{[A-Za-z_]\w{0,40}\}|\$[A-Za-z_]\w*\Z|<[A-Za-z][^>]*>\Z|\[[A-Za-z][^\]]*\]\Z"
        rb"|__\w+__\Z|\A![A-Za-z]+\Z|\{[^{}]*\}\Z|(?i:getenv|process\.env|os\.environ|\bsecrets\.|vault[:/]|ssm:|arn:|enc\[|file:|data:)|://"
    )


@cache
def _reference() -> re.Pattern[bytes]:
    """Marks of an expression, a path, a pattern or a sum: a short value with one of these is no credential."""
    return re.compile(
        rb"\$\(|%\(|\$\[|%[sdrvq]\b|\$[A-Z_]{3}|%\w+%\Z|\w\(|\)\Z|(?i:\benv[.\[:]|environ|\blambda\b)"
        rb"|(?:\.{0,2}|~)/[\w.-]+(?:/|\Z)|[A-Za-z]:\\|\\[wdsSWD]|\.\*|\(\?|\[\^|\^.*\$\Z|::|->|=>|==.|&&|\|\||!="
        rb"|\A[=:,;|&]|\A[A-Za-z_][\w.-]*=(?!=?\Z)|\A\.?\$"
        rb"|\A\$(?:[0-9][a-z]?|argon2\w*|scrypt|pbkdf2|apr1|y)\$|\A\{[A-Z0-9-]{3,12}\}|\Apbkdf2_|\Asha(?:256|512|1)\$"
    )


@cache
def _ordinary() -> re.Pattern[bytes]:
    """Values with a form of their own that is no credential's."""
    return re.compile(
        rb"(?i)[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+\Z|#?[0-9a-f]{6}\Z|v?\d+(?:\.\d+)+\S{0,12}\Z|\d{4}-\d\d-\d\d|[\w-]+/[\w.+-]+\Z(?<!=)"
        rb"|[a-z_][\w-]*(?:\.[a-z_][\w-]*){1,6}\Z|--?[a-z]|\d+(?:px|em|ms|s|m|h|d|kb|mb|gb)?\Z|0x[0-9a-f]{1,8}\Z"
    )


_STOP = frozenset(
    words_of(
        "a an the my your our some any this that new old current confirm confirmed repeat repeated again enter "
        "entered insert type here with for of to in on is as by and or not no yes password passwords passwd "
        "passphrase pass pwd passcode secret secrets token tokens key keys api apikey auth oauth authorization "
        "access refresh private public user users username name login signin logon email mail mypassword "
        "newpassword oldpassword example sample test tests testing tester dummy fake mock foo bar baz qux value val "
        "string str text default none null nil true false undefined unknown empty required optional hidden visible "
        "changeme change changed me replace replaced todo fixme tbd redacted removed masked placeholder client app "
        "application server service db database mysql postgres postgresql mongo mongodb redis admin administrator "
        "root guest demo anonymous bearer basic digest credential credentials id uuid number int integer bool "
        "boolean object array list json xml html http https ssl tls rsa aes des md5 sha hmac bcrypt scrypt argon "
        "utf base hex hash hashed salt plain encrypted generated random session cookie header field input form file "
        "path url uri host port config env variable var param parameter arg argument option settings set get put "
        "post delete add remove update reset forgot forgotten remember show hide toggle valid invalid wrong "
        "incorrect correct bad good weak strong minimum maximum min max length must match matches mismatch missing "
        "expired error failed success ok xxx abc lorem ipsum something whatever anything nothing one two three "
        "first second store storage data local production staging dev development prod code otp pin master super "
        "superuser secure security long short very real goes will be can should internal external remote manual "
        "manually auto automatic automatically dynamic static global inherit plaintext cleartext ldap kerberos "
        "kafka rabbitmq elastic elasticsearch vault keyring keychain prompt stdin interactive never always disabled "
        "enabled expected actual unset blank provided managed called used using requested given textbox visibility "
        "eye icon button label title message tooltip hint help info details description primary secondary submit "
        "cancel close open save send sent link click page screen view modal dialog component react vue angular "
        "widget element model schema table column row query mutation resolver controller factory provider handler "
        "helper util utils manager module package library plugin extension middleware filter rule policy role "
        "permission scope group team org organization tenant account customer member profile preferences dashboard "
        "home index main parent child next previous back forward start stop end begin finish done complete pending "
        "active inactive locked unlocked revoked created deleted updated verified unverified matching same "
        "different similar common medium chars characters digits letters numbers symbols uppercase lowercase "
        "special alphanumeric contain contains include includes least most more less than between only cannot could "
        "would shall may might have has had does did been being were was are its their them they you yours mine "
        "ours jwt openid saml oidc sso mfa totp hotp sms whatsapp google facebook twitter github gitlab bitbucket "
        "azure amazon aws gcp docker kubernetes helm terraform ansible jenkins travis circle npm yarn pip maven "
        "gradle java python ruby php node golang rust swift kotlin windows linux macos android ios chrome firefox "
        "safari browser desktop mobile web site website domain address phone last full nick nickname birth date "
        "time timestamp year month day hour minute timeout interval retry retries limit source target origin "
        "destination output stream buffer bytes binary encoding decoding encode decode decrypt encrypt cipher "
        "signature signed unsigned signing verify verification validate validation validator check checked checking "
        "checker checksum nonce iv entropy regex regexp pattern format template mapping binding property properties "
        "attribute attributes prop props state context reducer action dispatch event listener callback promise "
        "async await function method class interface types typed instance constructor prototype import export "
        "require constant const final override abstract protected passthrough inline block bold italic normal "
        "center left right top bottom width height color background border kube cluster namespace pod ingress "
        "secretname secretkey existing existingsecret lookup ternary tpl nindent toyaml quote squote sslmode prefer "
        "disable allow"
    )
)


@cache
def _segments() -> re.Pattern[bytes]:
    return re.compile(rb"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


def entropy(value: bytes) -> float:
    """Shannon entropy of the bytes of ``value``, in bits a byte; 0 for an empty one."""
    size = len(value)
    counts = [value.count(byte) for byte in set(value)]
    return -sum(count / size * log2(count / size) for count in counts)


def stands_in(value: bytes) -> bool:
    """True where a value with a provider's own mark was written to be replaced: ``ghp_xxxx``, ``sk-your-key``."""
    return _stand_in().search(value) is not None


def refers(value: bytes) -> bool:
    """True where ``value`` is no value but names where one comes from."""
    if _template().search(value):
        return True
    return _reference().search(value) is not None and not (len(value) >= 30 and surprise(value) >= 5.3 * len(value))


def plausible(value: bytes, sort: Sort) -> bool:
    """True where ``value``, given to a name of that ``sort``, can be a credential in use."""
    if len(value) < (4 if sort == "password" else 8) or refers(value) or stands_in(value) or _ordinary().match(value):
        return False
    if sort == "password":
        return chosen(value)
    if everyday(value):
        return False
    return drawn(value, sort)


def everyday(value: bytes) -> bool:
    """True for words that name or stand for a credential rather than being one: ``my-secret``, ``newPassword``."""
    plain = unquoted(value)
    words = _words(plain)
    common = all(word.decode() in _STOP or (len(word) == 1 and len(words) < 3) for word in words)
    return common and not _mixed(plain, words)


def unquoted(value: bytes) -> bytes:
    """``value`` without percent-encoding (RFC 3986, section 2.1)."""
    if b"%" not in value:
        return value
    return _percent().sub(lambda found: bytes([int(found[1], 16)]), value)


@cache
def _percent() -> re.Pattern[bytes]:
    return re.compile(rb"%([0-9A-Fa-f]{2})")


def _words(value: bytes) -> list[bytes]:
    return [word.lower() for word in _segments().findall(value)]


def _mixed(value: bytes, words: list[bytes]) -> bool:
    """True for letters and digits so mixed that single letters are what is left of words."""
    return sum(map(len, words)) * 3 < len(value) * 2 and len(value) > 5


def chosen(value: bytes) -> bool:
    """True where a person may have chosen ``value`` as a password."""
    if b" " in value.strip() or not value.isascii():
        return False
    letters = sum(map(len, _words(value)))
    digits = sum(48 <= byte <= 57 for byte in value)
    special = sum(byte in b"!@#$%^&*?+=~" for byte in value.rstrip(b"!?:.,;"))
    if digits and letters:
        return not (_counted(value) or _rules().search(value))
    if everyday(value):
        return False
    if special and letters >= 3:
        return True
    if digits and not letters:
        return False
    return len(value) >= 8 and surprise(value) >= 5.0 * len(value)


def is_plain_word(value: bytes) -> bool:
    """True for one word that is no part of the language of programs and forms: ``sunshine``."""
    return 6 <= len(value) <= 24 and _one_word().match(value) is not None and not everyday(value)


@cache
def _one_word() -> re.Pattern[bytes]:
    return re.compile(rb"(?:[A-Z]?[a-z]+|[A-Z]+)\Z")


@cache
def _rules() -> re.Pattern[bytes]:
    """Validation rules: ``required|min:8``."""
    return re.compile(rb"(?i)required|\|(?:min|max|string|confirmed)|\b(?:min|max|length|size):\d")


def _counted(value: bytes) -> bool:
    """True for words of everyday use with a number: ``utf8``, ``test123``, ``my-password-1``."""
    bare = value.rstrip(b"0123456789").rstrip(b"-_.")
    if not bare or bare.translate(None, _WORDLIKE):
        return False
    words = _words(bare)
    return all(word.decode() in (_EVERYDAY if len(words) == 1 else _STOP) for word in words)


_WORDLIKE = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_."
_EVERYDAY = _STOP - frozenset(
    words_of("password passwd passphrase pass pwd secret admin administrator root changeme welcome master super")
)


def drawn(value: bytes, sort: Sort) -> bool:
    """True where a generator may have drawn ``value``, given to a name of that ``sort``."""
    if _uuid().match(value):
        return sort in ("secret", "token") and entropy(value) > 3.2
    least, rate = (45.0, 4.9) if sort == "secret" else (60.0, 5.0)
    return _opaque(value, least, rate)


def opaque(value: bytes) -> bool:
    """True where ``value`` is no word or name: enough for a place that holds nothing but credentials."""
    return bool(_uuid().match(value)) or _opaque(value, 36.0, 3.9)


def _opaque(value: bytes, least: float, rate: float) -> bool:
    size = len(value)
    if b" " in value or not value.isascii() or value.isdigit():
        return False
    bits = surprise(value)
    if _hex().match(value):
        return size >= 16 and len(set(value.lower())) >= 7 and bits >= 2.8 * size
    if not any(48 <= byte <= 57 for byte in value):
        least, rate = least * 1.5, max(rate + 0.3, 5.0)
    return bits >= least and bits >= rate * size


@cache
def _uuid() -> re.Pattern[bytes]:
    return re.compile(rb"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


@cache
def _hex() -> re.Pattern[bytes]:
    return re.compile(rb"[0-9a-fA-F]+\Z")
