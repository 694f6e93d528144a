"""ENTRY LABELS: what stands before a site in its line and says no more than whose entry it is.

*Provv. nr. 61    a.example*, *- determina n. 298/25/DDA: b.example*: the act that orders it.
*FQDN (4)* with a line of dashes below it heads a part of a list. Labels are blanked out, so that
clauses are not cut there, and such a heading gets a colon; positions stay.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred

_ACT = (
    r"(?:provv(?:edimento|\.)|determin(?:a|azione)|delibera|decreto|ordinanza|ordine|prot(?:ocollo|\.)?"
    r"|proc(?:edimento|\.)|istanza|ticket|pratica|rif(?:erimento|\.)?|segnalazione|fascicolo)"
)
_NUMBER = r"(?:n(?:r|°|º|\.)?\.?[ \t]{0,3})?\d[\w/.-]{0,30}"
_LABEL = deferred(
    r"^(?P<lead>[ \t]*(?:[-–—•*·▪][ \t]+|\(?\w{1,2}[.)][ \t]+)?)"
    rf"(?P<label>{_ACT}[ \t]{{0,3}}{_NUMBER}(?:[ \t]+del[ \t]+\d[\d/.]{{5,9}})?"
    r"(?:[ \t]*[:–-])?[ \t]+)"
    r"(?=(?:sito[ \t]+)?(?:h(?:tt|xx)ps?:?\S{2,6})?[\w-]+(?:\.|\[\.\])[\w-]{2,})",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING = deferred(
    r"^(?P<lead>[ \t]*)(?P<title>(?:FQDN|hostname|domini|nomi\s(?:a|di)\sdominio|siti|URL"
    r"|(?:indirizzi\s)?IP(?:v[46])?))(?P<count>[ \t]{0,3}\(\d{1,5}\))?[ \t]*:?[ \t]*\n"
    r"(?P<rule>[ \t]*[-=_]{3,})(?=[ \t]*$)",
    re.IGNORECASE | re.MULTILINE,
)
# What brackets behind such a heading may say: *(3)*, *(blocco DNS)*; any other words may lift it.
_BRACKETED = (
    r"(?:n\.|\d{1,5}|sit[oi]|domini|nomi|URL|FQDN|total[ei]|integral[ei]|inter[oi]|da|inibire"
    r"|oscurare|bloccare|blocco|oscuramento|inibizione|DNS|a|livello|d[ei]|del|l'|dell'|accesso"
    r"|all'|sottodomini|con|i|relativi|e)"
)
_NO_MORE = (
    r"(?:il\s+sequestro|la\s+misura|l'ordine)\s+(?:colpisce|riguarda|concerne)\s+(?:le\s+sole|i\s+soli)\s+\w+"
    r"(?:,?\s+e\s+non\s+(?:il|l'intero)\s+(?:portale|sito)(?:\s+che\s+(?:le|li)\s+ospita)?)?"
)
# *B) siti interi*; *A) singoli annunci* only where each line below names a page.
_PART = deferred(
    r"^(?P<lead>[ \t]*)(?:[A-Z]|\d|[IVX]{1,4})[.)][ \t]+"
    r"(?:(?P<pages>(?:singol[ie]|sol[ei])[ \t]+"
    r"(?:annunci|inserzioni|pagine|articoli|post|URL|contenuti))"
    r"|siti[ \t]+interi|interi[ \t]+siti"
    r"|(?:interi[ \t]+)?(?:domini|nomi[ \t]a[ \t]dominio|FQDN|portali))"
    rf"(?:[ \t]*\((?:(?:{_BRACKETED}[ \t]*){{1,12}}|{_NO_MORE})\))?[ \t]*:?[ \t]*\n"
    r"(?(pages)(?=(?:[ \t]*(?:[-•*][ \t]+)?h\S{2,4}ps?\S{1,3}//[^\s/]{3,200}/[^\s/]\S*[ \t]*"
    r"(?:\n|\Z))+(?:[ \t]*\n|\Z)))",
    re.IGNORECASE | re.MULTILINE,
)


def without_labels(plain: str) -> str:
    """Return a text of the same length without labels, and with a colon behind such headings."""
    plain = _LABEL.sub(lambda found: found["lead"] + " " * len(found["label"]), plain)
    return _PART.sub(_named, _HEADING.sub(_with_colon, plain))


def _with_colon(found: re.Match[str]) -> str:
    heading, _, _ = found[0].partition("\n")
    title = found["lead"] + found["title"]
    if len(title) == len(heading):
        return found[0]
    return f"{title}:".ljust(len(heading)) + "\n" + " " * len(found["rule"])


def _named(found: re.Match[str]) -> str:
    title = f"{found['lead']}{'URL' if found['pages'] else 'siti'}:"
    return title.ljust(len(found[0]) - 1) + "\n"
