"""TITLES: the name in words that a list gives to a site before its domain: *Furto A (furto-a.it)*.

The words are taken for the site's own title only if they are in its domain too; else they may say
whose site it is, or which one it imitates.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred

_TITLE = deferred(
    r"[\"«“]?[A-Z0-9][^\s,;:()]{0,40}(?:\s[A-Z0-9][^\s,;:()]{0,40}){0,4}\s*(?:[,:(–-]|[,:–-]\s*\()\s*\Z"
)
# *Al sito denominato Furto Shop (furto-a.it)*: nothing but its title stands behind the noun.
_OF_SITE = deferred(
    r"\b(?:sit[oi]|portal[ei]|piattaform[ae]|negozi[o]?|emporio|forum)(?:\s+(?:web|internet|online))?"
    r"(?:\s+(?:denominat|chiamat|intitolat|dett|not[oi]\s+com)\w)?"
    r"(?P<title>(?:\s+(?-i:[A-Z0-9])[\w'&+-]*){1,5}\s*)(?=[(–-]\s*\Z)",
    re.IGNORECASE,
)
# *Ai servizi erogati tramite i siti*: who is kept from them is kept from the sites.
_SERVICES = deferred(
    r"\bserviz(?:io|i)(?:\s+(?:IPTV|web|online|illecit\w|abusiv\w|televisiv\w|di\s+(?:streaming|gioco|scommesse))){0,2}\s+"
    r"(?:erogat|offert|accessibil|fornit|prestat|res|disponibil|fruibil|raggiungibil|veicolat|diffus)\w\s+"
    r"(?:tramite|attraverso|mediante|dai|dal|dagli|dalle|dalla|sui|sul|sulle|sulla)(?=\s+(?:(?:i|il|gli|le|la)\s+)?(?:seguent\w\s+)?"
    r"(?:sit[oi]|domini\w?|portal[ei]|piattaform[ae]|nom[ei])\b)",
    re.IGNORECASE,
)
_NO_LETTER = deferred(r"[\W_]+")
_REACH, _LEAST = 160, 4


def without_title(before: str, host: str) -> str:
    """Return the words before a name with its site's title blanked out, of the same length."""
    if "serviz" in before.lower():  # nearly no name has it before
        before = _SERVICES.sub(lambda found: " " * len(found[0]), before)
    title_of = _OF_SITE.search(before, max(0, len(before) - _REACH))
    if title_of is not None and "\n" not in before[title_of.start("title") :].strip(" \t"):
        title_at, end = title_of.span("title")
        return before[:title_at] + " " * (end - title_at) + before[end:]
    found = _TITLE.search(before, max(0, len(before) - _REACH))
    if found is None or "\n" in found[0].strip():
        return before
    title = _NO_LETTER.sub("", found[0]).lower()
    labels = _NO_LETTER.sub("", host.removeprefix("www.").rpartition(".")[0]).lower()
    if min(len(title), len(labels)) < _LEAST or not (title in labels or labels in title):
        return before
    return before[: found.start()] + " " * len(found[0])
