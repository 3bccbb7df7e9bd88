# SPDX-License-Identifier: Apache-2.0
"""The grammar around a credential: what may stand before it, and how a value is given to a name.

Every repetition is bounded, and no two that stand beside each other can take the same character, so
that one attempt at one place costs a bounded number of steps.
"""

from __future__ import annotations

from gatekeeper.rules.secrets.kinds import Kind, last_charset
from gatekeeper.rules.secrets.recipe import Run, expression

BEFORE = r"(?:(?<![0-9A-Za-z_])|(?<=\\[nrtfb])|(?<=%[0-9A-Fa-f]{2})|(?<=\\u[0-9a-f]{4})|(?<=\x1b\[[0-9]m))"
"""A credential does not begin inside a word; the letter of an escape is none of it."""

QUOTE = r"(?:\\{0,3}[\"'`]|&quot;|&#3[49];|%22|%27)"

_NAMED_VALUE = rf"{QUOTE}?(?:default_?)?value{QUOTE}?[ \t]{{0,4}}[:=]"
NEXT_LINE = rf"{QUOTE}?[ \t]{{0,4}},?[ \t]{{0,4}}\r?\n[ \t]{{0,60}}(?:-[ \t]{{1,4}})?{_NAMED_VALUE}"
"""``name: X`` with ``value: Y`` on the line below."""
_OTHER = rf"[\w:-]{{1,20}}={QUOTE}[^\"'<>\r\n]{{0,40}}{QUOTE}[ \t]{{1,4}}"
ATTRIBUTE = rf"{QUOTE}[ \t]{{1,4}}(?:{_OTHER})?(?:value|content|default)[ \t]?="
"""``name="X" value="Y"``."""
TYPED = r"(?:[ \t]{0,4}:[ \t]{0,4}|[ \t]{1,4}(?:[Aa]s[ \t]{1,4})?)[A-Za-z_&*][\w.<>\[\]*?|&']{0,40}[ \t]{0,4}="
"""``name: type =`` and ``name type =``."""
OPERATOR = r"(?::{0,3}=|:{1,3}|=>|={1,3}|[?+.]=|<-|->|,|>|\|\|[:=]?|\()"

GIVES = rf"(?:{NEXT_LINE}|{ATTRIBUTE}|{TYPED}|(?:\\?{QUOTE}|\]|\)|\}}){{0,4}}[ \t]{{0,20}}{OPERATOR})"
"""From the end of a name to just after the operator that gives it a value."""
_WRAP = r"(?:[A-Za-z]{1,12}\.)?(?:[A-Za-z_]{0,12}[ \t]{0,2}[(\[{][ \t]{0,4}|[bBrRuUfFL@$]{1,2}(?=[\"']))?"
LINE_BREAK = r"(?:[|>][-+]?)?[ \t]{0,4}\r?\n[ \t]{1,40}"
OPENS = rf"[ \t]{{0,20}}(?:{LINE_BREAK})?{_WRAP}{QUOTE}{{0,3}}"
"""From there to the value: blanks, a call or bracket around it, a string prefix, quotes."""

CREDENTIAL = r"(?i:key|token|secret|pass|pwd|auth|cred|api|access|pat|bearer|client|login|licen[sc]e|hook|dsn|sid|sign)"
"""What the name of a credential holds besides the provider's."""


def pattern(kind: Kind) -> str:
    """The regular expression (group ``v`` is the credential) to be matched where ``kind`` has an anchor.

    For a token at the place where the credential may begin; for a named one at the anchor.
    """
    value = f"(?P<v>{expression(kind.recipe)})(?![{last_charset(kind.recipe)}])"
    if kind.shape == "token":
        bare = isinstance(kind.recipe[0], Run) or kind.anchors[0].isalnum()
        value = f"{BEFORE}(?<![+/]){value}" if bare else f"{BEFORE}{value}"
        return f"(?s:.){{0,{kind.back}}}?{value}" if kind.back else value
    name = r"[\w.\-/]{0,80}+(?:[ \t][\w.\-]{1,20}){0,3}?"
    gives = f"(?:{GIVES}|[ \t]{{1,4}})" if kind.loose else GIVES
    return rf"{name}{gives}{OPENS}(?<![{last_charset(kind.recipe)}]){value}"
