"""UTS46: the mapping of Unicode text to the code points of domain names, for orders and queries."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from ..errors import InvalidNameError

IDNA_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
"""The full stops of other scripts, to be translated before a name is split into labels."""

_MANY = 253
_ASCII_END = 0x80
NOT_SIMPLE = 1
"""What ``simple_point`` returns where a code point is not simple."""
SIMPLE_POINTS = bytearray(4 * 0x40000)
"""What each code point is mapped to, as ``u32`` of this machine: ``simple_point`` fills it, as it
is asked; 0 says that it was not. No code point beyond is simple."""
# Of marks and what joins, the neighbours matter; white space and what is no character nobody sees.
# Dashes and quotes are refused or taken off where targets are read.
_NOT_SIMPLE_CATEGORIES = frozenset({"Pd", "Pi", "Pf", "Ps", "Cn", "Co", "Cs", "Cc", "Cf"})
_RIGHT_TO_LEFT = frozenset({"R", "AL", "AN", ""})
_NOT_SIMPLE = frozenset("ßςẞ\u2212")
_JAMO = (range(0x1100, 0x1200), range(0xA960, 0xA980), range(0xD7B0, 0xD800))


def map_label(label: str) -> str:
    """Map one label as UTS 46 §4 says: it may vanish, or come to hold dots.

    Raises:
        InvalidNameError: a code point is not allowed.
    """
    if len(label) > _MANY:  # idna refuses long text
        label = drop_ignored(label)
    import idna  # at the first non-ASCII name: its tables cost 10 ms

    try:
        return idna.uts46_remap(label, std3_rules=False)
    except idna.IDNAError as error:
        raise InvalidNameError(label, str(error), label=label) from error


def simple_point(point: int) -> int:
    """Return the one code point to which a simple one is mapped, else ``NOT_SIMPLE``.

    Simple is what UTS 46 maps, in whatever label, to one code point that is not ASCII and stays as
    it is; that composes with no other, and that no rule of IDNA about directions, joiners and marks
    looks at. So a label of simple code points and ASCII is mapped one by one, and is sound. The
    data is that of the ``idna`` that is installed.
    """
    character = chr(point)
    try:
        to = map_label(character)
        whole = len(to) == 1 and ord(to) >= _ASCII_END and map_label(to) == to
    except InvalidNameError:
        return NOT_SIMPLE
    return ord(to) if whole and _is_apart(character) and _is_apart(to) else NOT_SIMPLE


def _is_apart(character: str) -> bool:
    category = unicodedata.category(character)
    return not (
        category in _NOT_SIMPLE_CATEGORIES
        or category[0] in "MZ"
        or character in _NOT_SIMPLE
        or unicodedata.combining(character)
        or unicodedata.bidirectional(character) in _RIGHT_TO_LEFT
        or any(ord(character) in jamo for jamo in _JAMO)
    )


def map_each(text: str) -> str:
    """Map each code point by itself, without composing any; one that is not allowed stays.

    Takes time linear in the length of the text, of which composing makes no promise.
    """
    return text.translate({ord(c): _mapped(c) for c in set(text) if not c.isascii()})


def drop_ignored(text: str) -> str:
    """Leave out the code points that UTS 46 ignores, such as soft hyphens."""
    return text.translate({ord(c): "" for c in set(text) if not c.isascii() and not _mapped(c)})


@lru_cache(4096)
def _mapped(character: str) -> str:
    try:
        return map_label(character)
    except InvalidNameError:
        return character
