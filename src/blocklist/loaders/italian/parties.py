"""PARTIES: the firms that an order names, and whom of them it addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .candidates import words
from .deferredpattern import deferred

_FORM = (
    r"(?:S\.?p\.?A\b\.?|S\.?r\.?l\b\.?(?:\s?s\b\.?)?|(?-i:S\.a\.s|S\.n\.c|SNC|SAS)\b\.?|S\.?c\.?\s?a\s?r\.?l\b\.?"
    r"|(?-i:S\.c\.p\.a)\b\.?|Inc\b\.?|Ltd\b\.?|L\.?L\.?C\b\.?|L\.?L\.?P\b\.?|Limited\b|(?-i:Unlimited\s+Company)\b"
    r"|GmbH\b(?:\s&\sCo\.?\sKG)?|(?-i:mbH|AG|SE|KG|UG|N\.?V|S\.?A|SA|SL|AB|ASA|AS|A/S|ApS|Oyj?|OÜ|UAB|Kft|Zrt|EOOD|OOD)\b\.?"
    r"|(?-i:S\.L|S\.à\s?r\.l|Sàrl|SARL|sp\.\s?z\s?o\.o|d\.o\.o|s\.r\.o)\b\.?|B\.?V\b\.?|Corp\b\.?|plc\b"
    r"|(?-i:Stiftung|Foundation|Corporation|Company|Verein|Pty\s+Ltd|Group|Holding|Trust)\b"
    r"|(?-i:Società\s+(?:[Cc]ooperativa|[Cc]onsortile|per\s+[Aa]zioni))\b|(?:soc\.\s?coop)\b\.?)"
)
_WORD = r"(?-i:[A-Z0-9À-Ü])[\w&'’.-]{0,40}"
_GAP = r"(?:[ \t]{1,3}|[ \t]{0,3}\n[ \t]{0,3})"
_INNER = (
    rf"(?:(?-i:di|del|della|dei|delle|e|ed|and|of|the|per|&|de|la|in|-|van|von|für)|dell'){_GAP}"
)
_PARTY = deferred(
    rf"((?:\b{_WORD}{_GAP}(?:{_INNER})?){{0,7}}\b{_WORD}),?{_GAP}({_FORM})(?![\w'])", re.IGNORECASE
)
# One that begins with its kind: Fondazione Rete Libera.
_KIND_FIRST = deferred(
    rf"\b((?:Fondazione|Associazione|Consorzio|Cooperativa|Società\s+Cooperativa)(?:{_GAP}(?:{_INNER})?{_WORD}){{1,6}})"
)
# Two firms of which the first has a form in letters that a name may also hold: Delta AG e Epsilon.
_JOINED = deferred(rf"((?<=\w ){_FORM}) (?:e|ed) (?=\w)", re.IGNORECASE)
_NOT_A_NAME = words(
    "a ad ai al alla alle agli contro convenuta convenute di e ed i il inibisce la "
    "le lo gli ordina "
    "resistente resistenti ricorrente ricorrenti attrice attore dispone ingiunge "
    "condanna intima impone "
    "vieta dichiara accoglie rigetta tra per nei confronti parte società ditta "
    "impresa ritenuto visto "
    "vista sentita sentito letto letti considerato del della giudice tribunale corte "
    "che nonché fissa "
    "decreta dell'"
)
_AGAINST = deferred(r"\b(?:contro|nei\s+confronti\s+d(?:i|el|ella|elle|ei))\b", re.IGNORECASE)
_BOTH = deferred(r"\btra\b(.{3,300}?)\be\b", re.IGNORECASE | re.DOTALL)
_ROLE = deferred(
    r"\b(?:resistent[ei]|convenut[aoei]|reclamat[aei]|appellat[aei]|intimat[aei]|resistenza"
    r"|parte\s+chiamata|terz[aeio]\s+chiamat[aeio])\b",
    re.IGNORECASE,
)
_APPELLANT = deferred(r"\b(?:reclamant[ei]|appellant[ei]|opponent[ei])\b", re.IGNORECASE)
_PROPOSED = deferred(r"\b(?:propost[oa]|promoss[oa])\s+da\b", re.IGNORECASE)
_ADDRESSED = deferred(
    r"\b(?:ordina(?:to|ndo)?|ordinare|ordine(?:\s+rivolto)?|inibi(?:sce|to)|dispone\s+che|ingiunge|ingiunto|vieta"
    r"|intima|impone|condanna|fatto\s+obbligo|mand[ao])\s+(?:altresì\s+)?"
    r"(?:a(?:i|gli|lle|lla|l|d)?\s|all'|che\s)(.{1,600}?)"
    r"(?=,?\s(?:di\s\w+(?:[aei]re|rre|rsi)\b|entro\b|quale\b|in\squalità"
    r"|blocchino|inibiscano|disabilitino|impediscano|provvedano|adottino)"
    r"|,\s(?:l'|la\s|in\spersona|con\ssede|senza\b|immediatamente\b)|[:;]|$)",
    re.IGNORECASE | re.DOTALL,
)
# Providers as a class: nobody is named, and all of them are meant.
_CLASS = deferred(
    r"\b(?:(?:fornitori|prestatori|gestori|operatori)(?:\s+(?:di|dei|della|delle|del)\s?|\s+dell')\s?"
    r"(?:\w+[ ']){0,3}?(?:serviz\w+|access\w+|connettività|connession\w+"
    r"|telecomunicazion\w+|comunicazion\w+"
    r"|ret[ei]|internet|hosting|DNS)[^,;:.]{0,100}"
    r"|internet\s+service\s+provider(?:s)?\b[^,;:.]{0,60}|\bISP\b[^,;:.]{0,40}|\bprovider\b[^,;:.]{0,60})",
    re.IGNORECASE,
)
_CLASS_END = deferred(
    r"\s+(?:di|ad|a)\s+\w+(?:[aei]re|rre|rsi)\b|\s+(?:entro|affinché|che|mediante|per|l')\b"
    r"|\s+(?:provved|blocch|inibi|disabilit|imped|adott|di\s+seguito)",
    re.IGNORECASE,
)


def companies(text: str) -> list[str]:
    """Return the firms that the text names, by their legal form."""
    found = [(m.start(), f"{m[1]} {m[2]}") for m in _PARTY.finditer(text)]
    found += [(m.start(), m[1]) for m in _KIND_FIRST.finditer(text)]
    names = []
    for _, said in sorted(found):
        for name in _JOINED.sub(r"\1\n", " ".join(said.split())).split("\n"):
            parts = name.split()
            while parts and parts[0].casefold() in _NOT_A_NAME:
                del parts[0]
            if len(parts) > 1:
                names.append(" ".join(parts))
    return names


def own_labels(firms: Sequence[str]) -> frozenset[str]:
    """Return the labels under which a party's own site may stand: ``sony``, ``sonymusic``."""
    labels = set()
    for company in firms:
        parts = [re.sub(r"[^a-z0-9]", "", word.lower()) for word in company.split()[:-1]]
        labels |= {"".join(parts[:i]) for i in range(1, len(parts) + 1)}
        labels |= {word for word in parts if len(word) > 4}
    return frozenset(label for label in labels if len(label) > 2)


def addressees(heading: str, clauses: Sequence[str], preambles: Sequence[str]) -> tuple[str, ...]:
    """Return the firms that the clauses address, else those sued, else the class of providers.

    Args:
        heading: of the order, for the parties.
        clauses: what each clause that orders says.
        preambles: of those that block, what stands before the words that block.
    """
    spans = [found[1] for clause in clauses for found in _ADDRESSED.finditer(clause)]
    named = [firm for text in (*preambles, *spans) for firm in companies(text)]
    addressed = [*spans, *preambles]
    if not named and any(_ROLE.search(span) for span in addressed):
        named = _sued(heading)
    if not named and any(_APPELLANT.search(span) for span in addressed):
        proposed = _PROPOSED.search(heading)
        named = companies(heading[proposed.end() :])[:1] if proposed else []
    if not named:
        named = [said for text in addressed for said in _classes(text)][:1]
    return tuple(dict.fromkeys(named))


def _sued(heading: str) -> list[str]:
    """Return the firms behind *contro*, or the second of *tra … e …*."""
    against = None
    for against in _AGAINST.finditer(heading):
        firms = companies(heading[against.end() :])
        if firms:
            return firms
    both = _BOTH.search(heading)
    first = companies(both[1]) if both else []
    return companies(heading[both.end() :]) if both and first and against is None else []


def _classes(text: str) -> list[str]:
    classes = []
    for found in _CLASS.finditer(text):
        end = _CLASS_END.search(found[0], len(found[0].split()[0]))
        said = found[0][: end.start()] if end else found[0]
        classes.append(" ".join(said.split()))
    return classes
