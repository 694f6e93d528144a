"""UTS46: the mapping of Unicode text to the code points of domain names, for orders and queries."""

from __future__ import annotations

from functools import lru_cache

from ..errors import InvalidNameError

IDNA_DOTS = str.maketrans("\u3002\uff0e\uff61", "...")
"""The full stops of other scripts, to be translated before a name is split into labels."""

_MANY = 253


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
