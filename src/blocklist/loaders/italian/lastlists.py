"""LAST LISTS: the list right above a sentence that means it: *i due siti da ultimo indicati*.

A reminder lists what is still reachable, and then demands that it be blocked. The list is read only
if its entries stand alone in their lines, as many as the sentence says, and the words that announce
it say that they are reachable though they had to be blocked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .candidates import Candidate, Text
from .clauses import Clause
from .cues import EXCEPT, SENTENCE_END
from .deferredpattern import deferred
from .numbers import cardinal
from .sitewords import only_links

_MEANT = deferred(
    r"\b(?:(?P<count>\w+)\s+)?(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi)(?:\s+(?:web|internet))?\s+"
    r"(?:da\s+ultimo\s+(?:indicat|elencat|menzionat|citat|riportat|nominat)i|(?:appena|or\s+ora)\s+(?:indicat|elencat|menzionat|citat)i)\b",
    re.IGNORECASE,
)
_STILL = deferred(
    r"\b(?:rispond|raggiungibil|accessibil|visibil|fruibil|consultabil|attiv[ie]|operativ|funzionant)\w*\b[^.;]{0,80}:\s*\Z"
    r"|\b(?:non\s+(?:(?:risultano|sono|sono\s+stati)\s+)?(?:ancora\s+)?(?:inibit|bloccat|oscurat)i)\b[^.;]{0,80}:\s*\Z",
    re.IGNORECASE,
)
_DUE = deferred(
    r"\b(?:da\s+(?:inibire|bloccare|oscurare)|mancat\w\s+(?:inibizione|oscuramento|blocco|esecuzione|ottemperanza)"
    r"|correttamente\s+(?:inibit|bloccat|oscurat)\w)\b",
    re.IGNORECASE,
)
_UNFIT = deferred(
    r"\b(?:legittim|lecit|autorizzat|regolar|revoc|dissequestr|sblocc|riattiv|ripristin|riammess)\w*",
    re.IGNORECASE,
)
_REACH = 600


def last_listed(text: Text, clause: Clause, names: Sequence[Candidate]) -> list[Candidate] | None:
    """Return the entries that a clause means by those named last; ``None`` if it means none.

    Args:
        text: the document.
        clause: the clause; its first sentence counts.
        names: those of the document.
    """
    said = SENTENCE_END.split(clause.text)[0]
    meant = _MEANT.search(said)
    if meant is None or EXCEPT.search(said):
        return None
    entries: list[Candidate] = []
    for name in reversed([name for name in names if name.end <= clause.start]):
        alone = only_links(text.plain[text.line_start(name.start) : name.start]) and not text.plain[
            name.end : text.line_end(name.start)
        ].strip(" .,;")
        after = text.plain[name.end : entries[-1].start if entries else name.end]
        if not alone or name.trait or (entries and after.strip(" \n.,;-•*0123456789)")):
            break
        entries.append(name)
    entries.reverse()
    if not entries or cardinal(meant["count"] or "") not in (None, len(entries)):
        return []
    above = text.plain[max(0, entries[0].start - _REACH) : text.line_start(entries[0].start)]
    above = SENTENCE_END.split(above)[-1]
    fits = _STILL.search(above) and _DUE.search(text.plain[: entries[0].start])
    return entries if fits and not _UNFIT.search(above) else []
