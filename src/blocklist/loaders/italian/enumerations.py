"""ENUMERATIONS: whether nothing but a list stands between two names."""

from __future__ import annotations

import re

from .candidates import Candidate, Text
from .clauses import ASIDE, MARKER
from .cues import BLANK_LINE, NO_WORDS, OPEN, REMARK, in_columns
from .deferredpattern import deferred
from .dehyphenation import FURNITURE
from .descriptions import titles_site
from .sitewords import in_short, only_links

REACH = 400
"""How far a name may stand from what it belongs to."""
_OPEN = deferred(rf"{OPEN}:", re.IGNORECASE)
# A heading inside a list, as *Altri siti*.
_OTHERS = deferred(r"\n[ \t]*[^\w\n]*altr[oaie]\b[^\n]*\n", re.IGNORECASE)
_NUMERAL = deferred(
    r"(?m)^[ \t]*\(?(?:[ivx]{1,5}|[IVX]{1,5}|[a-z]{1,2}|\d{1,3}[ ]?)[.)\]]{1,2}(?=\s)"
)
_BULLET = deferred(r"[ \t]*[^\w()/.@]{0,6}|[ \t]*(?:[eo¢°]|n\.?\s?\d{1,3})[ \t]+")
# What leads the first of them, or the last.
_LED_BY = deferred(
    r"[^\n:]{0,60}\b(?:siti|domini|nomi\s+a\s+dominio|portali|indirizzi)"
    r"(?:\s+(?:web|internet))?\s*:[ \t]*",
    re.IGNORECASE,
)
_ADDED_BY = deferred(r"[ \t]*(?:ed?|nonché|oltre\s+a|e\s+a)[ \t]+", re.IGNORECASE)
NOT = deferred(r"non\b|nessun|alcun", re.IGNORECASE)
"""How a word that blocks begins if it denies access; then *né* adds a site."""
_NOR = deferred(r"(?<=[\s,])né(?=\s)", re.IGNORECASE)
_NO_VERB = deferred(
    r"[\"»”)]*(?:\s*,?\s*né\s+(?:\w+\s+){0,4}?[\w-]+\.\w[\w./-]*){0,12}\s*(?:[.,;:]|\Z|(?:ed?|entro|mediante|tramite|dal|dall'|da\s+parte|per|nel|sul)\b)",
    re.IGNORECASE,
)
_INDENT, _ITEM_LINES = 6, 5
_ALONE = deferred(r"[\s.,;:»\"]*(?:\([^()\n]{0,80}\)[\s.,;]*)?")
_ONE_BLANK = deferred(r"[^\n]*\n[ \t]*\n[^\n]*")

# A PDF may set each number in a line of its own.
_NUMBER_BETWEEN = deferred(r"[\s.,;]*\n[ \t]*\n?[ \t]*\(?\d{1,3}[.)]?[ \t]*\n[ \t]*\n?[ \t]*")


def with_nor(gap: str, plain: str, end: int) -> str:
    """Return what stands before a name that ends at ``end``, with *e* for *né*.

    Where a verb follows, *né* begins a clause: *non risolvere a.example né b.example andrà …*.
    """
    return gap if ":" in gap or not _NO_VERB.match(plain, end) else _NOR.sub(" e ", gap)


def marker_of(text: Text, name: Candidate) -> str:
    """Say how the line of a name is numbered: ``-``, ``1``, ``a``; ``""`` if it is not."""
    return _kind(MARKER.match(text.plain, text.line_start(name.start), name.start))


def _kind(found: re.Match[str] | None) -> str:
    if found is None:
        return ""
    # Recognition reads one bullet in several ways.
    bullet = "•" if found[1] in ("¢", "·") else found[1]
    return bullet or ("1" if found[2] else "a")


def _item_marker(text: Text, name: Candidate) -> str:
    """Say how the item that holds a name is numbered; it may have begun some lines above."""
    at = text.line_start(name.start)
    for _ in range(_ITEM_LINES):
        found = MARKER.match(text.plain, at, name.start)
        if found or not text.plain[at : at + 1].isspace() or at == 0:
            break
        at = text.line_start(at - 1)
    return _kind(MARKER.match(text.plain, at, name.start))


def leads_line(text: Text, name: Candidate) -> bool:
    """Whether only a bullet, a number or words such as *il sito* stand before it in its line."""
    start = text.line_start(name.start)
    return name.start - start <= REACH and only_links(text.plain[start : name.start])


def is_joined(text: Text, last: Candidate, name: Candidate, gap: str, *, in_list: bool) -> bool:
    """Whether nothing but a list stands between two names.

    Args:
        text: the document.
        last: the name before.
        name: the name.
        gap: what stands between them.
        in_list: whether a colon announced a list.
    """
    if len(gap) > REACH or _OPEN.search(gap):
        return False
    if (
        BLANK_LINE.search(gap)
        and not FURNITURE.search(gap)
        and not text.turns_page(gap)
        and not marker_of(text, last)
        and not _spaced(text, last, name, gap)
    ):
        return False
    gap = in_short(text.without_furniture(gap))
    if not NO_WORDS.fullmatch(gap):
        gap = REMARK.sub("", gap)
    elif "\n" not in gap:
        return True
    marker = marker_of(text, name)
    led = marker_of(text, last) or (in_list and _item_marker(text, last) == marker and marker)
    same = led == marker
    if last.line != name.line:
        if led and not same and not re.search(r"^\s*[,(]|\bed?\b|\bnonché\b", gap):
            return False
        unnumbered = _NUMERAL.sub(" ", gap)
        stops = re.search(r"(?<!\bn)\.(?:\s|$)", unnumbered, re.IGNORECASE) or re.search(
            r"\n[ \t]*\n[ \t]*\n", gap
        )
        if stops and not (led and same):
            return False
        gap = unnumbered
    elif re.search(r"\.\s", gap):
        return False
    if _OTHERS.search(gap):
        return False
    if only_links(gap):
        return True
    if not in_list or last.line == name.line:
        return False
    # A table, or an entry with a remark after the name, on the line of the last name alone.
    remark, _, rest = gap.partition("\n")
    columns = in_columns(text, remark, name)
    aside = ASIDE.search(remark)
    if aside or not ((led and same) or columns):
        return False
    titled = led and same and "\n" not in rest.lstrip() and titles_site(rest)
    return only_links(rest) or bool(titled)


def goes_back(
    text: Text, target: Candidate, last: Candidate, name: Candidate, *, listed: bool
) -> bool:
    """Whether the bullet of a name goes back from exceptions to the list of a target.

    Args:
        text: the document.
        target: the last target.
        last: the last exception.
        name: the name.
        listed: whether the exceptions are a list; only another kind of bullet leaves it.
    """
    marker = marker_of(text, name)
    if not marker or last.line == name.line:
        return False
    if marker_of(text, target) != marker or not leads_line(text, name):
        return False
    if listed and marker_of(text, last) == marker:
        return False
    gap = text.plain[target.end : name.start]
    return len(gap) <= REACH and not ASIDE.search(gap)


def _spaced(text: Text, last: Candidate, name: Candidate, gap: str) -> bool:
    """Whether both stand alone in their lines, with one blank line before each of them."""
    if not (_ONE_BLANK.fullmatch(gap) or _NUMBER_BETWEEN.fullmatch(gap)):
        return False
    added = False
    for one in (last, name):
        begin, end = text.line_start(one.start), text.line_end(one.start)
        lead = text.plain[begin : one.start]
        added = one is name and _ADDED_BY.fullmatch(lead) is not None
        led = added or (one is last and _LED_BY.fullmatch(lead))
        if not (led or _BULLET.fullmatch(lead)):
            return False
        # Far from the margin only a column is a list; a signature stands there, too.
        if one is name and not added and len(lead) > _INDENT and lead.isspace():
            column = last.start - text.line_start(last.start)
            if column != len(lead):
                return False
        if not _ALONE.fullmatch(text.plain[one.end : end]):
            return False
    above = text.plain[max(0, text.line_start(last.start) - REACH) : text.line_start(last.start)]
    web = [one.text.lower().startswith("www.") for one in (last, name)]
    apart = re.search(r"\n[ \t]*(?:\d{1,3}[.)]?[ \t]*)?\n[ \t]*\Z", above)
    return apart is not None and (added or web != [False, True])
