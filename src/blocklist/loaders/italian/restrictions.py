"""RESTRICTIONS: words after names by which a block is for some users, a part, a way of access.

*L'accesso al sito a.example ai concorrenti*, *da parte della convenuta*, *dalla rete aziendale*,
*con credenziali altrui*, *nella sezione forum*. Whom and from where is a closed set; other limits
are listed.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred
from .predicates import ENUMERATED, GAP
from .qualifiers import qualifies

_WHOM = (
    r"(?:(?:a|ad|al|allo|ai|agli|alla|alle|dal|dalla|dallo|dalle|dai|dagli|da)\s|all'|dall')"
    r"(?!\s*(?:decorrere|far\s|partire|cura|opera|mezzo|carico|spese|norma|seguito|titolo|livello|termini|sensi|quest|pena|fini|data|decorr|notific|comunicaz"
    r"|ricezion|present|momento|tutt[ie]\s+i\s+(?:sotto|nomi|domini|futur)|sito\b|siti\b|ess[oaie]\b|tutela\b|protezione\b|oggi|bloccare|inibire|oscurare))"
)
_LIMITS = deferred(
    rf"{ENUMERATED}(?:{GAP}(?P<whom>{_WHOM})|,?{GAP}(?P<agent>da\s+parte\s+d)|{GAP}(?:con|mediante|tramite|attraverso|via|per|in|nell[ae]|nei?l?)\s+(?:\w+\s+){{0,2}}?(?:l')?"
    r"(?:credenzial|password|account\b|privileg|(?i:vpn|app|ftp|ssh|api)\b|scop[oi]\b|finalità|uso\b|usi\b|modalità\s+(?:ammin|scritt|anonim|test)|orario|scrittura|upload"
    r"|sezion|sole?\s+(?:pagin|part|sezion)|parte\b|area\b|aree\b|forum\b|chat\b|pagin[ae]\s+(?!di\s+blocco))"
    rf"|,?{GAP}(?:(?:solo|soltanto|solamente|unicamente|esclusivamente)\s+(?:per|in|con|nell|nei|nel|a\s|ai\s|alla)|limitatamente\s+(?:al|alla|ai|alle|agli|all')"
    r"(?!\s*(?:utent|client|abbonat|utenz|operator|fornitor|territorio|siti|domini|nomi|sito|dominio))|quanto\s+(?:al|alla|ai|alle)\s+sol|finalizzat|oltre\s+(?:le|i|gli)\s+(?:\w+\s+)?(?:or[ea]|access)))"
)
# *A a.example e b.example, quest'ultimo limitatamente al sottodominio*: of the one right before.
_OF_LAST = deferred(
    r"[\s\"»”)]*,?\s*(?:quest'\s?ultim\w|l'ultim[oa]|il\s+(?:primo|secondo|terzo|solo\s+secondo))\s+(?:però\s+|peraltro\s+)?"
    r"(?:limitat|sol[oa]\b|soltanto|solamente|unicamente|esclusivamente|per\s+(?:la|il|le|i)\s+sol|quanto\s+a|con\s+esclusivo)",
    re.IGNORECASE,
)
_REACH = 400
LIMITED = "the words after it limit the block to some users, or to a part"
"""Why such a name is no target."""


def limits(plain: str, end: int) -> str:
    """Return why words after the name at ``end``, or its enumeration, limit a block; or ``""``."""
    if _OF_LAST.match(plain, end, end + _REACH):
        return LIMITED
    found = _LIMITS.match(plain, end, end + _REACH)
    if found is None:
        return ""
    kind = found.lastgroup
    return "" if kind and qualifies(plain, found.start(kind), end + _REACH) else LIMITED
