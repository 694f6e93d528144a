"""ALIAS FORMS: how a label is folded, so that another spelling of the same name is seen.

Three forms, each without more than the one before: ``whole`` has lower case, look-alike letters as
ASCII, no hyphens; ``unnumbered`` has no digits at its ends; ``bare`` no words that are put before
or behind a name to make a new one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from .engine import libraries
from .render import unicode_name

DIGITS = "0123456789"
LEAST_CORE = 4
"""Letters of a core at least."""
LEAST_CONTAINED = 6
"""Letters of a core that is looked for inside of other labels, and that words are taken off of."""

# Letters of other scripts that look like ASCII, and are no such letter with an accent.
_LOOKS = str.maketrans(
    dict(
        zip(
            "абвгԁеһіјӏкмнорԛѕтуԝхѵαβγεικνορτυχωıłøđħŧ",
            "abbrdehijlkmhopqstywxvabyeiknoptuxwilodht",
            strict=True,
        )
    )
    | {"ß": "ss", "æ": "ae", "œ": "oe"}
)
_LEET = str.maketrans("01345780", "oleastbo")
_AFFIXES = (
    "the", "my", "get", "new", "old", "www", "web", "site", "net", "app", "vip", "live", "plus",
    "pro", "top", "best", "free", "play", "watch", "tv", "hd", "online", "official", "ufficiale",
    "oficial", "unblock", "unblocked", "proxy", "mirror", "alt", "home", "world", "club", "zone",
    "stream", "streams", "streaming", "movie", "movies", "film", "films", "video", "videos",
    "music", "download", "bet", "casino", "eng", "english", "ita", "italia", "italiano", "italy",
    "espana", "france", "india", "brasil", "asia", "europe",
)  # fmt: skip
_WORDS = "|".join(sorted(_AFFIXES, key=len, reverse=True))
_FIRST = re.compile(rf"(?:{_WORDS})(?=.{{{LEAST_CONTAINED}}})")
_LAST = re.compile(rf"(?<=.{{{LEAST_CONTAINED}}})(?:{_WORDS})\Z")
_ONLY_WORD = re.compile(rf"\d*(?:{_WORDS})?\d*")


def folded(labels: Any) -> tuple[Any, Any]:
    """Return the forms ``whole`` and ``unnumbered`` of a column of labels in lower case.

    A form of which nothing would be left is the one before it.
    """
    _, pa = libraries("reading query logs")
    import pyarrow.compute as pc

    odd = pc.or_(pc.starts_with(labels, "xn--"), pc.invert(pc.string_is_ascii(labels)))
    if odd.true_count:
        plain = pa.array(list(map(ascii_like, labels.filter(odd).to_pylist())), pa.string())
        labels = pc.replace_with_mask(labels, odd, plain)
    joined = pc.replace_substring(pc.replace_substring(labels, "-", ""), "_", "")
    whole = _unless_empty(pc, joined, labels)
    return whole, _unless_empty(pc, pc.ascii_trim(whole, DIGITS), whole)


def _unless_empty(pc: Any, form: Any, before: Any) -> Any:
    return pc.if_else(pc.equal(form, ""), before, form)


def ascii_like(label: str) -> str:
    """Return a label with the ASCII letters that those of other scripts look like.

    >>> ascii_like("xn--brnd-moa"), ascii_like("bränd")
    ('brand', 'brand')
    """
    apart = unicodedata.normalize("NFKD", unicode_name(label).lower()).translate(_LOOKS)
    return "".join(c for c in apart if c.isalnum() or c in "-_") or label


def bare(unnumbered: str) -> str:
    """Return a form without the words at both ends; at least six letters are left.

    >>> bare("mybrandxonline"), bare("brandxtv"), bare("newtower")
    ('brandx', 'brandx', 'newtower')
    """
    while unnumbered.startswith(_AFFIXES) or unnumbered.endswith(_AFFIXES):
        shorter = _LAST.sub("", _FIRST.sub("", unnumbered, count=1))
        shorter = shorter.strip(DIGITS) or shorter
        if shorter == unnumbered:
            break
        unnumbered = shorter
    return unnumbered


def is_only_word(form: str) -> bool:
    """Whether a form is one such word, with or without digits, so that it is no site's name."""
    return _ONLY_WORD.fullmatch(form) is not None


def unleet(form: str) -> str:
    """Return a form with the letters that digits stand for.

    >>> unleet("br4ndx")
    'brandx'
    """
    return form.translate(_LEET)


def is_one_letter_off(one: str, other: str) -> bool:
    """Whether a letter was put in, left out or replaced, or two were exchanged."""
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1 or one == other:
        return False
    at = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one))
    if len(one) < len(other):
        return one[at:] == other[at + 1 :]
    swapped = other[at + 1 : at + 2] + other[at : at + 1] + other[at + 2 :]
    return one[at + 1 :] == other[at + 1 :] or one[at:] == swapped


def without_one(form: str) -> set[str]:
    """Return a form and all forms of it with one letter less."""
    return {form, *(form[:at] + form[at + 1 :] for at in range(len(form)))}
