"""RELATIVE DUTIES: *i siti, verso i quali gli operatori devono impedire il traffico:* and a list.

The sites stand before the words that bind, as what a relative clause is about. A list behind the
colon that ends the sentence names them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from .conditions import condition

_WHO = (
    r"(?:(?:tutti|tutte|codest[eio]|codesti\s+spettabili|quest[ei]|i|gli|le|la|il|l'|spett\.?le)\s*){1,3}"
    r"(?:predett\w\s+|suddett\w\s+)?(?:fornitor[ei]|prestator[ei]|provider|isp|operator[ei]|società|gestor[ei]|destinatari)"
    r"(?:\s+(?:di|del|della|dei|delle)\s+[\w\s]{3,60}?|\s+in\s+indirizzo)?"
)
_REFERS = (
    r"(?:(?:verso|per|contro)\s+(?:i|le)\s+quali|(?:ai|alle|dei|delle)\s+quali"
    r"|nei\s+(?:confronti|riguardi)\s+(?:dei|delle)\s+quali|nei\s+cui\s+(?:confronti|riguardi)"
    r"|(?:a|di|da|verso|per)\s+cui|(?:il|al)\s+cui\s+accesso|cui|(?P<object>che))"
)
_BINDS = (
    r"(?:(?:è|sono|sarà|saranno|restano|resta)\s+(?:pertanto\s+|quindi\s+)?(?:tenut|obbligat)[oaie]\s+ad?"
    r"|dovr(?:à|anno)|dev(?:e|ono)|vorr(?:à|anno)|provveder(?:à|anno)\s+ad?"
    r"|(?=(?:inibiranno|impediranno|bloccheranno|disabiliteranno|oscureranno|precluderanno)\b)"
    r"|(?:applicher|attuer|adotter|eseguir)(?:à|anno))"
)
_DUTY = re.compile(
    r"(?P<noun>\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|indirizzi|URL|risorse|piattaforme|voci|pagine)\b)"
    rf"(?P<said>(?:(?!\n[ \t]*\n)[^.;:]){{0,200}}?)[\s,]{_REFERS}\s+{_WHO}[\s,]+{_BINDS}"
    r"(?=\s+(?P<does>(?:(?!\n[ \t]*\n)[^.;:]){3,400}):)",
    re.IGNORECASE,
)
_BLOCKS = re.compile(
    r"(?:\w+mente\s+)?(?:(?:inib|imped|blocc|oscur|disabilit|preclu|interdi|filtr|neg)\w*r(?:e|ne|vi|li|le)?\b"
    r"|(?:gli|ogni)\s+strument\w\s+di\s+(?:filtraggio|blocco|inibizione|oscuramento)|(?:il|i)\s+(?:blocco|filtri|filtro)\b"
    r"|l'\s?(?:inibizione|oscuramento)\b|inibiranno|impediranno|bloccheranno|disabiliteranno|oscureranno|precluderanno"
    r"|(?:rendere|mantenere)\s+(?:inaccessibil|irraggiungibil|non\s))",
    re.IGNORECASE,
)
# *I siti che i fornitori dovranno oscurare entro due giorni:* no other object may follow.
_BLOCKS_THEM = re.compile(
    r"(?:\w+mente\s+)?(?:bloccare|oscurare|inibire|disabilitare|filtrare|rendere\s+(?:inaccessibili|irraggiungibili|non\s+(?:più\s+)?(?:raggiungibili|accessibili)))"
    r"(?:\s+(?:\w+mente|entro|dal\s+territorio|dall'\s?italia|sul\s+territorio|nel\s+territorio|ai\s+(?:propri\s+)?(?:utenti|clienti)|agli\s+utenti|con|mediante|tramite|a\s+partire)\b(?:(?!\b\w+(?:[aei]re|rre)\b|\b(?:il|lo|la|i|gli|le)\s(?!\d|ore\b)|\bl').)*|\s*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_UNFIT = re.compile(
    r"\b(?:non|né|se|qualora|ove|laddove|quando|secondo|rigett\w+|respin\w+|chied\w+|chiest\w+|richie\w+|domand\w+|istanz\w+"
    r"|propon\w+|propost\w+|sostien\w+|afferm\w+|valut\w+|potr\w+|potrebb\w+|eventual\w+|revoc\w+|annull\w+|sospen\w+|sospes\w+"
    r"|cess\w+|ripristin\w+|rimoss\w+|rimuov\w+|cancell\w+|elimin\w+|depenn\w+|ritenut\w+|consider\w+|minor\w+)\b",
    re.IGNORECASE,
)
_NOT_ALLOWED = re.compile(
    r"\b(?:non\s+(?:\w+mente\s+)?autorizzat|prov?vist\w+\s+di\s+autorizzazion|priv[oi]\s+(?:di|della)\s+\w+)\w*",
    re.IGNORECASE,
)
# Words that lead from the sites that are meant to others.
_AWAY = re.compile(
    r"\b(?:imit|clon|copi[aeo]|riprodu|confond|omonim|ospit|host|estrane|simul|simil|richiam|già\b|autorizzat|legittim"
    r"|lecit|ufficial|genuin|original|titolar|esclus|eccett|salv|tranne|quell[ie]\b|tutela|dannegg|vittim|offes)\w*",
    re.IGNORECASE,
)
_SENTENCE_START = re.compile(r"[;:]|[\w)»”\"]{2}\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n")
_REACH = 400


def relative_duties(plain: str, start: int, end: int) -> Iterator[int]:
    """Yield where the words begin that block, behind *i siti cui i fornitori dovranno*."""
    for found in _DUTY.finditer(plain, start, end):
        before = plain[max(start, found.start() - _REACH) : found.start()]
        sentence = _NOT_ALLOWED.sub(" ", _SENTENCE_START.split(before)[-1] + found[0])
        said = _NOT_ALLOWED.sub(" ", found["said"])
        does = found["does"]
        if (_BLOCKS if not found["object"] else _BLOCKS_THEM).match(does) is None:
            continue
        if _UNFIT.search(sentence) or _UNFIT.search(_NOT_ALLOWED.sub(" ", does)):
            continue
        if _AWAY.search(said) or condition(sentence, does):
            continue
        yield found.start("does")
