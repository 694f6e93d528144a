"""INTRODUCTIONS: words before a verb that orders which make its sentence one of another act.

*Revoca l'ordinanza del seguente tenore: ordina …*, *propone alle parti: ordina …*, *circola una
falsa nota: si ordina …*. What introduces so ends with a colon, and does not itself lead to an
order, as *in riforma dell'ordinanza, per l'effetto:* does.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred

_HEADING = deferred(
    r"(?:\A|\n)[^\w\n]{0,20}(?:P\s?\.?\s?Q\s?\.?\s?M\s?\.?|PER\s+QUESTI\s+MOTIVI)[^\w\n]{0,9}\Z",
    re.IGNORECASE,
)
_MARK = deferred(r"(?<=\s)\(?\w{1,2}[.)]\Z")
_SIGNS = ' \t\n"«“>–—•*·-'
_SENTENCE_START = deferred(r";|(?<=[\w)»”\"]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_OF_ANOTHER = deferred(
    r"\b(?:revoc|annull|annullament|inefficac|tenore|trascriv|riport(?:a|ano|o|iamo)\b|propon|propost|conciliaz|invit|discut|discuss|chied|chiest|rigett|respin|istanz|conclusion|memori"
    r"|priv[ao]\s+di|rispost|circol|chiariment|esempi|ipotes|bozz|testo\b|disponev|recitav|stabiliv|ordinav|ricord|corregg|corrett|correzion|errore|rimette|sospend|null[aoi]\b|cancella|rettific|riserv|rinunci|togli|clausol|scriv|modell|version|fals|apocrif|richiest|sedicent|diffus)\w*|\bnon\s+(?:più|sia)\b"
    r"|\b(?:all'esito|dove\s+è\s+scritto|in\s+luogo\s+d|con\s+(?:cui|la\s+quale|il\s+quale)|nota\s+(?:n\.|del)|per\s+la\s+(?:ricorrente|resistente|difesa)|si\s+allega)",
    re.IGNORECASE,
)
_LEADS = deferred(
    r"(?:risulta\s+(?:pertanto|quindi|dunque)\s+(?:del\s+seguente\s+tenore|il\s+seguente)|per\s+l'effetto|conseguent\w+|pertanto|quindi|perciò|(?:così|come\s+segue|quanto\s+segue)|(?:così\s+)?(?:provvede|dispone|decide|ordina|determina|delibera|decreta|statuisce|ingiunge)"
    r"(?:\s+(?:che|di|quanto\s+segue|come\s+segue|(?:a|ai|agli|alle|alla|al)\s[^:]{1,120}))?)[\s,]*:\Z",
    re.IGNORECASE,
)
_SET_ASIDE = deferred(
    r"\bogni\s+(?:diversa|altra|contraria|ulteriore)\s+[^:;.]{0,60}?\bdisattes\w+|\b(?:in\s+\w+\s+)?riforma\s+dell\w+\s+\w+(?=:)",
    re.IGNORECASE,
)
_CONFIRMS = deferred(r"\b(?:conferma|ribadisce)\b", re.IGNORECASE)
_NO_ORDER = deferred(
    r"\b(?:rigett|respin|revoc|annull|sospen|sospes|inefficac|chied|chiest|richiest|domand|istanz)\w*",
    re.IGNORECASE,
)
# *Dispone correggersi l'ordinanza nel senso che il capo primo debba leggersi:*.
_READS_NOW = deferred(
    r"\A(?!.*\b(?:scritto|invece|anziché|luogo|propost\w|chiest\w|domand\w|memori\w|citazion\w|ricorso|petitum|svolgiment\w|narrativ\w|massima|epigrafe|altr[oa])\b)\W*(?:\w{1,2}[.)]\s+)?(?:(?:dispone|ordina)\s+(?:(?:corregger|rettificar)si|la\s+(?:correzione|rettifica)"
    r"|che\s+(?=[^,;:]{0,80}?\bsia\s+corrett)|che\s+[^,;:]{0,60}?\b(?:sia|venga)\s+(?:corrett|rettificat)[oa])|corregge|rettifica)\b"
    r".*"
    r"\b(?:cap[oi]|punt[oi]|dispositivo|period[oi]|articolo|comma|alinea)\b[^:]{0,60}\b(?:debba(?:no)?|dev[eo]\w*|va|vada|sia|è|si)\s+(?:ora\s+|così\s+)?(?:corrett[oa]\s+e\s+(?:si\s+)?)?"
    r"(?:legg|lett|intes|intender|riformulat|formulat|sostituit)\w*(?:\s+(?:come\s+segue|nel\s+modo\s+seguente|così|nei\s+termini\s+seguenti|dal\s+seguente))?\s*:\Z",
    re.IGNORECASE,
)
# *«ordina …» in luogo di «ordina …»*: the second is what stood there before.
_INSTEAD = deferred(
    r"\b(?:in\s+luogo\s+d(?:i|ell[ae])|anziché|invece\s+(?:di|che)|al\s+posto\s+d(?:i|el\w*)|e\s+non(?:\s+più)?|in\s+sostituzione\s+d(?:i|el\w*))(?:\s+\w+){0,2}\s*:?\Z",
    re.IGNORECASE,
)
_ASKED = deferred(r"\bci\s+(?:ha|hanno)\s+(?:chiesto|invitat|pregat)\w*", re.IGNORECASE)
_REACH = 600
_SHOWN = 90


def stands_instead(plain: str, at: int) -> str:
    """Return the words before ``at`` by which what follows stood there before, or ``""``."""
    found = _INSTEAD.search(_unmarked(plain[max(0, at - _SHOWN) : at]))
    return found[0] if found else ""


def introduced_as_another(plain: str, at: int) -> str:
    """Return the words before ``at`` by which what follows is another act's, or ``""``."""
    above = _unmarked(plain[max(0, at - _REACH) : at])
    if above[-1:] not in (":", "o", "i", ".", "M", "I"):
        return ""
    above = _unmarked(_HEADING.sub("", above))
    if not above.endswith((":", "scritto", "leggasi")):
        return ""
    said = " ".join(_SENTENCE_START.split(above)[-1].split())
    told = _SET_ASIDE.sub(" ", said)
    if told.rstrip().endswith(" :") or _OF_ANOTHER.search(told) is None:
        return ""
    if _CONFIRMS.search(told) and not _NO_ORDER.search(told):
        return ""
    if _READS_NOW.search(told) and not _NO_ORDER.search(told):
        return ""
    if _ASKED.search(told) is None and above.endswith(":") and _LEADS.search(said):
        return ""
    return said if len(said) <= _SHOWN else "… " + said[-_SHOWN:].partition(" ")[2]


def _unmarked(above: str) -> str:
    """Return words without the number, bullet or quotation mark that begins what follows."""
    above = above.rstrip(_SIGNS)
    return _MARK.sub("", above).rstrip(_SIGNS)
