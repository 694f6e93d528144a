"""PREDICATES: whether the words after names say something of them, so that they are no object.

*Il sito a.example resta libero* and *il blocco di a.example e b.example è sospeso* order nothing.
"""

from __future__ import annotations

from .deferredpattern import deferred

_SAYS = (
    r"(?:è|sono|era|erano|fu|sarà|saranno|resta|restano|resterà|rimane|rimangono|rimarrà|permane|permangono|cessa|cessano|cesserà"
    r"|viene|vengono|verrà|va|vanno|deve|devono|dovrà|dovranno|può|possono|potrà|potranno|ha|hanno|aveva|risulta|risultano|continua"
    r"|continuano|torna|tornano|decade|decadono|perde|perdono|prosegue|costituisce|appartiene|spetta|pende|pertiene"
    r"|si(?=\s+\w+(?:[aeo]|ono|rà|ranno)\b)|non(?=\s+(?:è|sono|era|va|vanno|deve|devono|può|possono|viene|vengono|risulta|ha|hanno|si|sia|costituisce|appartiene|rientra|rientrano)\b))"
)
GAP = r"(?:[\x20\t]+|[\x20\t]*\n[\x20\t]*)"
"""Blanks, with the end of a line among them or not."""
ENUMERATED = r"(?:\s*(?:,|\be\b|\bed\b|\bnonché\b)\s*(?:\w+\s+){0,3}?[\w-]+\.\w[\w./-]*){0,12}"
"""More names of the same enumeration, behind one of them."""
_WHOLE = (
    r"(?:nel\s+(?:suo|loro)\s+complesso|nell[ae]\s+(?:sua|loro)\s+interezza|per\s+intero|in\s+toto)"
)
_PREDICATE = deferred(rf"{ENUMERATED}[\x20\t]?\)?(?:{GAP}{_WHOLE},?)?{GAP}{_SAYS}(?=[\s.,;])")
_REACH = 300


def says_of(plain: str, end: int) -> bool:
    """Whether a verb follows the name that ends at ``end``, or the enumeration that it is in."""
    return _PREDICATE.match(plain, end, end + _REACH) is not None
