"""FUTURE NAMES: what an order says of names that are not known yet."""

from __future__ import annotations

import re

from .deferredpattern import deferred
from .sitewords import only_links

_NAME = (
    r"(?:nom[ei]\s+(?:a|di)\s+dominio|nom[ei]\b|domin[io]\b|alias|\bsit[oi]\b|indirizz|URL|mirror|redirect"
    r"|portal[ei]|top[ -]level|\bTLD|estension[ei]|piattaform[ae]|clon[ei]\b)"
)
_NOUN = deferred(_NAME, re.IGNORECASE)
_LATER = (
    r"(?:venga|vengano|venisse|venissero|verrà|verranno|dovesse|dovessero|sia|siano|sarà|saranno|fosse"
    r"|fossero|risult\w+|possa|possano)"
)
_FUTURE = deferred(
    rf"\bfutur[oiae]\b|\b{_NAME}\b[^.;:]{{0,80}}?\bche\s+(?:saranno|verranno|dovessero|venissero)\b"
    r"|\b(?:qualsiasi|qualunque|ogni|tutti\s+gli|eventuali|gli)\s+"
    r"(?:(?:altr[oiae]|ulterior[ei]|divers[oiae]|eventual[ei]|nuov[oiae]|success\w+|e|o)\s+|(?=alias|mirror|redirect|reindirizz))"
    rf"{{1,3}}(?:sito\s+)?(?:{_NAME})"
    rf"|\b(?:anche\s+)?(?:ove|qualora|laddove|nel\s+caso\s+in\s+cui|se)\b[^.;:]{{0,60}}?\b{_LATER}\b"
    r"|\b(?:successivamente|in\s+futuro|di\s+volta\s+in\s+volta|di\s+prossima)\s+\w+"
    r"|\b(?:nuov[oiae]|ulterior[ei]|eventual[ei])\s+(?:nom[ei]|domin|alias|mirror|indirizz|estension)"
    r"|\b(?:indipendentemente|a\s+prescindere)\s+da\w*\b",
    re.IGNORECASE,
)
_OPENING = deferred(
    r"[,;:(]\s*(?=(?:nonché|anche|e|ed|oltre|ivi|compres|inclus|ove|qualora|ai|agli|a|ad|gli|i|con|indipendent)\b)"
    r"|(?<=\s)(?=(?:nonché|oltre\s+(?:a|che)|ivi\s+compres|anche\s+(?:ove|se|qualora|ai|agli|a|ad|i|gli|con)|e\s+(?:a|ai|ad|di|per|da)?\s?"
    r"(?:ogni|qualsiasi|qualunque|tutti|eventual|futur|gli|gli\s+eventual|agli|degli|dei|i)\b)\b)"
    r"|(?<=\s)(?<!nonché\s)(?<!\be\s)(?<!\bed\s)(?<!anche\s)(?=(?:ai|agli|degli|dei|i|gli|a|ad|di|per)\s+(?:futuri|eventuali|qualsiasi|qualunque|ogni|nuovi|ulteriori|alias|relativi)\b)",
    re.IGNORECASE,
)
_SENTENCE = deferred(r";|(?<=[\w)\"»”]{2})\.(?=\s|\Z)|\n[ \t]*\n|:\s*\n")
_REFUSED = deferred(r"\b(?:rigett|respin|inammissibil|esclus[aoie]\b|nega\b)\w*", re.IGNORECASE)
_BACK, _LONGEST = 400, 2000


def dynamic(clause: str) -> str:
    """Return what a clause says of names that are not known yet: whole, on one line."""
    start = 0
    for end in [*(m.start() for m in _SENTENCE.finditer(clause)), len(clause)]:
        said = _in_sentence(clause[start:end])
        if said:
            return said
        start = end + 1
    return ""


def _in_sentence(sentence: str) -> str:
    if not _NOUN.search(sentence) or _REFUSED.search(sentence):
        return ""
    for found in _FUTURE.finditer(sentence):
        first = max(0, found.start() - _BACK)
        begins = found.start()
        openings = [o.end() for o in _OPENING.finditer(sentence, first) if o.end() <= begins]
        if openings:
            begins = openings.pop()
        # *Nonché agli alias e ai nomi futuri*: what is joined with links alone belongs to it.
        while openings and only_links(sentence[openings[-1] : begins]):
            begins = openings.pop()
        if begins == found.start():
            begins = _phrase(sentence, found.start())
        said = sentence[begins : begins + _LONGEST]
        if _NOUN.search(said):
            if begins + _LONGEST < len(sentence):
                said = said.rsplit(None, 1)[0] + " …"
            return " ".join(said.split()).strip(" .,(")
    return ""


def _phrase(sentence: str, at: int) -> int:
    """Return where the phrase begins that holds a position: behind the last comma or colon."""
    before = sentence[max(0, at - _BACK) : at]
    cut = max((m.end() for m in re.finditer(r"[,:(]\s", before)), default=0)
    return at - len(before) + cut
