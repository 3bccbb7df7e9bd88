# SPDX-License-Identifier: Apache-2.0
"""What one kind of credential is: a recipe, where to begin to look for it, and what speaks against it.

``token`` is for formats that give themselves away by a prefix, ``named`` for those that only the
provider's name beside them tells apart. Both are plain data: patterns are built and compiled when
an anchor is first met.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from gatekeeper.rules.secrets.recipe import Choice, Part, Recipe, Run

Shape = Literal["token", "named"]


class Kind(NamedTuple):
    """One kind of credential of one provider."""

    name: str
    """``<provider>-<kind>``: the rule is ``secrets.<name>``."""
    shape: Shape
    anchors: tuple[str, ...]
    """Literals of which one stands in every occurrence; for ``named`` in either case."""
    recipe: Recipe
    """The credential itself."""
    source: str
    """Where the provider publishes the format."""
    floor: float
    """Shannon entropy in bits a character below which a value is taken for an invented one; 0: the mark decides."""
    check: Callable[[bytes], bool] | None
    """True where the value's own checksum or structure is right; None where it has none."""
    back: int
    """For ``token``: how many bytes before the anchor the credential begins."""
    loose: bool
    """For ``named``: the name needs no word like *key*, and a blank is operator enough: the value's form decides."""
    shy: bool
    """True for what is invented so often that it counts for nothing in tests, examples and documentation."""


def token(
    name: str,
    *recipe: Part,
    source: str,
    anchors: tuple[str, ...] = (),
    floor: float = 3.0,
    check: Callable[[bytes], bool] | None = None,
    back: int = 0,
    shy: bool = False,
) -> Kind:
    """A credential that a literal in it gives away, by default the one it begins with.

    Where the literal is further on, ``anchors`` says which and ``back`` how far the beginning may be.
    """
    if not anchors:
        first = recipe[0]
        anchors = first.words if isinstance(first, Choice) else (first,) if isinstance(first, str) else ()
    return Kind(name, "token", anchors, recipe, source, floor, check, back, False, shy)


def named(
    name: str,
    words: str,
    *recipe: Part,
    source: str,
    floor: float = 3.0,
    check: Callable[[bytes], bool] | None = None,
    loose: bool = False,
) -> Kind:
    """A credential without a mark of its own, assigned to a name that holds one of ``words`` (space separated)."""
    return Kind(name, "named", tuple(words.split()), recipe, source, floor, check, 0, loose, False)


def last_charset(recipe: Recipe) -> str:
    """The alphabet a credential ends with, as a character class; what may not follow it."""
    last = recipe[-1]
    return last.charset if isinstance(last, Run) else "0-9a-zA-Z"
