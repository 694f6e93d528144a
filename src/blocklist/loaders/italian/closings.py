"""CLOSINGS: where the operative part of an order ends: its signature, its annexes, a quotation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from . import numbers
from .candidates import Text
from .deferredpattern import deferred
from .transcripts import transcript

_DATE_LINE = (
    r"[A-ZÀ-Ü][\w' ]{2,30},?\s"
    r"(?:(?:lì|li|il|addì|del)\s|l'|nella\scamera\sdi\sconsiglio\sdel(?:\s|l'))?"
    rf"(?i:{numbers.DATE})[ \t]*\.?[ \t]*$"
)
_SIGNATURE = deferred(
    r"^[ \t]*(?:(?i:cos(?:ì|i')\s+deciso|si\s+(?:comunichi|notifichi)|depositat[oa]\b|f\.to\b)"
    r"|(?:Il|La|I|IL|LA)\s(?i:giudice|presidente|g\.?i\.?p|pubblico\sministero|cancelliere"
    r"|procuratore|consigliere|commissari|direttor|segretari)\w*[^,:;\n]{0,60}$"
    rf"|{_DATE_LINE})",
    re.MULTILINE,
)
_ORDER_VERB = deferred(
    r"\b(?:ordina|dispon|inibi|viet|ingiung|sequestr|decreta|sbarr|oscur|prescri|comanda)\w*",
    re.IGNORECASE,
)
ANNEX = deferred(
    r"^[^\w\n]*(?:(?:(?:allegato|all\.)\s?(?:sub\s)?[\"«]?|(?:annesso|elenco|appendice|tabella|prospetto|quadro|lista)\s[\"«]?"
    r"(?=(?-i:[A-Z0-9]{1,2})[\"»]?[^\S\n]*(?:[-–—:.(]|$)))((?-i:[A-Z0-9]){0,2})\b"
    r"|elenco\b|appendice\b|tabella\b|prospetto\b|lista\b"
    r"|(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali)\s(?:web\s|internet\s)?"
    r"(?:da\s|oggetto\s|di\s+cui|inibi|oscur|destinatari)[^\n.]{0,60}$)[^\n]{0,100}$",
    re.IGNORECASE | re.MULTILINE,
)
"""The heading of a list behind the signature."""
# *Ai siti di cui alla* and below it *tabella seguente:*: the line goes on.
_UNENDED = deferred(
    r"\b(?:il|lo|la|i|gli|le|un|una|di|a|ad|al|alla|del|della|nel|nella|dal|dalla|su|sul|sulla|in|con"
    r"|seguente|sottostante|predett[oa]|suddett[oa])[ \t]*\n\Z"
    r"|\b(?:l|all|dell|nell|dall|sull)'[ \t]*\n\Z",
    re.IGNORECASE,
)
_SHORT = 40


def annex_headings(plain: str, at: int) -> Iterator[re.Match[str]]:
    """Yield the headings of lists from ``at`` on; a line that ends a sentence above is none."""
    for found in ANNEX.finditer(plain, at):
        if _UNENDED.search(plain[max(0, found.start() - _SHORT) : found.start()]) is None:
            yield found


def operative_end(text: Text, start: int, *, ordered: bool) -> int:
    """Return where the signature begins: after the first verb, since judges also open the part.

    What a letter quotes ends with the quotation.
    """
    quoted, end = transcript(text.plain)
    if quoted == start:
        return end
    verb = None if ordered else _ORDER_VERB.search(text.plain, start)
    if verb is None and not ordered:
        return len(text.plain)
    after = verb.end() if verb else start
    found = _SIGNATURE.search(text.plain, after)
    found = found or next(annex_headings(text.plain, text.line_end(after)), None)
    return found.start() if found else len(text.plain)
