"""BLOCKWORDS: the words that say block, as patterns; ``frames`` sees what they take as an object.

*Strong* ones say so of any site: *oscurare, rendere irraggiungibile*. *Weak* ones are said of much
else, and block only with access, connection or resolution as their object: *impedire, sospendere*.
"""

from __future__ import annotations

_USERS = (
    r"(?:(?:ai|agli|alla|alle|a|al)\s+(?:(?:propri\w?|loro|suoi|rispettiv\w|tutti|tutta|gli|i)\s+){0,3}"
    r"(?:utent[ei]|client[ei]|clientela|utenza|abbonat[oi]|chiunque|consumatori)(?:\s+(?:italian\w|finali|nazionali))?\s+)?"
)
_ACCESSING = (
    r"(?:access|acced|apri|raggiung|visit|visualizz|consult|navig|colleg|connett|fru(?:ire|"
    r"isc|it)|usufru)"
)
_UNREACHED = (
    r"(?:raggiungibil|accessibil|fruibil|visibil|consultabil|disponibil|navigabil|visitabil"
    r"|visualizzabil|risolvibil|risolubil|utilizzabil|operativ|funzionant)"
)
_UNREACHABLE = (
    rf"(?:inaccessibil|irraggiungibil|indisponibil|inattiv|infruibil|invisibil|inoperativ|inutilizzabil"
    rf"|non\s+(?:più\s+|altrimenti\s+|ulteriormente\s+)?{_UNREACHED})"
)
_DENIED = (
    r"(?:(?:l'|ogni\s+|qualsiasi\s+|il\s+|qualunque\s+)\s?(?:accesso|collegamento)"
    r"|(?:la\s+|ogni\s+|qualsiasi\s+)(?:risoluzione|raggiungibilità|connessione|navigazione|visione|fruizione|visualizzazione"
    r"|consultazione)|da(?:lla|i)\s+(?:risoluzione|navigazione|siti\s+raggiungibili))"
)
_REFUSED = (
    r"(?:(?:il|ogni|qualsiasi|qualsivoglia|lo|la|le|l')\s*(?:(?:forma|possibilità)\s+di\s+)?(?:traffico|collegamento|raggiungimento|transito|instradamento"
    r"|connession[ei]|richieste|visita|comunicazion[ei](?=\s+(?:con|verso|da\s+e))|scambio\s+di\s+dati|accesso))"
)
DENIES = (
    r"(?:(?:neg(?:are|hi|hino|ando)|viet(?:are|i|ino|ando)|esclud\w+)[\s,]+(?:\w+mente\s+)?"
    rf"{_USERS}{_DENIED}|(?:neg(?:are|hi|hino|ando)|viet(?:are|i|ino|ando))\s+{_USERS}{_REFUSED})"
)
"""Verbs that block only with access as their object."""
_REQUESTS = (
    r"(?:tutte\s+|tutto\s+|ogni\s+)?(?:(?:le\s+)?richiest[ae]|(?:il\s+)?traffico|le\s+query|(?:le\s+)?connession[ei]"
    r"|i\s+tentativi|gli\s+utenti)"
)
_TO_PAGE = (
    r"(?:(?:a|ad|alla|su|sulla|verso|verso\s+la)\s+(?:(?:un|una|propria|apposita|specifica)(?:'|\s)\s?){0,2}"
    r"(?:pagina|landing\s+page|schermata|indirizzo)\s(?:(?!\b(?:sit[oi]|domini\w?|portal[ei])\b)[\w'’-]+\s+){0,6}?)?"
)
DIVERTS = (
    rf"(?:dirott|reindirizz|ridirig|ridirezion)\w+\s+{_TO_PAGE}(?={_REQUESTS}\s+"
    r"(?:(?:degli|dei|provenienti\s+dagli|provenienti\s+dai)\s+(?:\w+\s+){1,4}?)?(?:dirett|destinat|rivolt|relativ|inerent"
    r"|indirizzat|che\s+(?:tentino|tentano|cerchino|cercano|intendano)\s+di|di\s+(?:access|risoluz|conness|collegament|navigaz)))"
)
"""Requests to sites may be diverted; traffic that is diverted to a site is not blocked."""
IMPOSSIBLE = r"(?:rend\w+|res[oaie])\s+(?:\w+mente\s+)?(?:impossibil|impraticabil)\w+"
"""It blocks with access as its object."""
_ENDS = (
    r"(?:rimuov|elimin|togli|toglier)\w*\s+(?:l'\s?accessibilità|la\s+(?:raggiungibilità|visibilità|fruibilità|accessibilità))|"
    r"(?:po(?:rre|nga|ngano|nendo)\s+(?:immediat\w+\s+)?(?:fine|termine)|far\s+venir\s+meno)\s+"
    r"(?:(?:al|alla|alle|la|il|a\s+ogni|a\s+qualsiasi|a\s+qualsivoglia)\s+|all'\s?|l'\s?)(?:(?:possibilità|forma)\s+di\s+)?"
    r"(?:accesso|accessibilità|raggiungibilità|risoluzione|visibilità|fruizione|fruibilità|navigazione|accedere|raggiungere"
    r"|connession[ei]|collegamento|visione|visualizzazione|visita|consultazione|traffico|richieste|raggiungimento|transito|instradamento"
    r"|comunicazion[ei](?=\s+(?:con|verso)))"
)
_ON_DNS = (
    r"(?:dai|dalle|dal|dai\s+propri|nei)\s+(?:(?:propri|rispettivi|relativi)\s+)?"
    r"(?:(?:server|sistemi|servizi|resolver|DNS|tabelle|di|risoluzione|ricorsivi|autoritativi|nomi)\s+){1,5}"
)
_RECORDS = (
    r"(?:(?:la|ogni|i|le|gli|tutte\s+le|tutti\s+i|qualsiasi)\s+)(?:record|risoluzion[ei]|corrispondenz[ae]|voc[ei]|indirizz[oi]"
    r"|associazion[ei])(?:\s+DNS)?"
)
_UNRECORDS = (
    r"(?:rimuov|elimin|cancell|espun|depenn)\w+\s+"
    rf"(?:{_ON_DNS}{_RECORDS}|(?:i|ogni|tutti\s+i)\s+record\s+DNS|la\s+risoluzione(?:\s+DNS)?)"
    r"(?=\s+(?:relativ\w|corrispondent\w|riferit\w|inerent\w|d(?:i|ei|egli|el|elle|ella)|per|riguardant\w)\b)"
)
_ON_LIST = (
    r"(?:(?:nel|nei|nella|nelle|negli|nell'|alla|alle|al|ai|all'|agli|tra|fra|in|sulla|a)\s*)(?:(?:i|il|le|la|gli|propri\w?|relativ\w"
    r"|rispettiv\w|apposit\w|lor[o]|su[ao])\s+){0,3}"
    r"(?:(?:blacklist|black[ -]list|blocklist|block[ -]list|filtri)\b(?:\s+DNS)?"
    r"|(?:list[ae]|elenc[oh]\w?|filtr[oi]|sistem[ai])\s+(?:DNS\s+)?(?:di|dei|degli|delle)\s+(?:blocco|filtraggio|inibizione|oscuramento"
    r"|(?:siti|domini|nomi(?:\s+a\s+dominio)?|indirizzi|risorse)\s+(?:web\s+|internet\s+)?(?:da\s+)?(?:blocc|inibi|oscura|filtra|interdett)\w+)"
    r"|(?:siti|domini|quelli|nomi\s+a\s+dominio)\s+(?:(?:da\s+)?(?:blocc|inibi|oscura|filtra|interdett)\w+|da\s+non\s+risolvere)"
    r"|(?:elenco|lista)\s+(?:dei|di)\s+(?:siti|domini|quelli|nomi(?:\s+a\s+dominio)?)\s+da\s+non\s+risolvere)"
)
ENTERS = r"(?:inser\w+|inclu[ds]\w+|aggiung\w+|immett\w+|iscriv\w+|ricomprend\w+)"
"""Verbs that put a site on a list."""
ON_LIST = _ON_LIST
"""A list of what is blocked."""
_CANNOT = (
    rf"non\s+poss(?:a|ano)\s+(?:\w+\s+){{0,2}}?{_ACCESSING}\w+"
    rf"|non\s+(?:più\s+)?{_ACCESSING}(?:a|ano|ino|i)\b"
    r"|non\s+si\s+(?:colleghino|connettano|possa(?:no)?\s+(?:più\s+)?(?:accedere|raggiungere|navigare|visitare))"
    rf"|(?:nessun|alcun)\w*\s+(?:\w+\s+){{0,3}}?possa\s+(?:più\s+)?{_ACCESSING}\w+"
    r"|(?:nessun\w?\s+(?:utent|client|abbonat|consumator|navigator|visitator)\w*|nessuno\s+dei\s+(?:propri\s+|suoi\s+)?(?:utenti|clienti|abbonati))\s+(?:raggiung|visit|visualizz|consult)(?:a|i)\b"
    rf"|non\s+(?:sia|risulti)\s+(?:più\s+)?(?:possibile|consentito|permesso)\s+{_USERS}(?:l'accesso|la\s+navigazione|{_ACCESSING}(?:ere|are|ire|arsi|ersi|ervi))"
)
_OFF_DNS = (
    rf"(?:esclud|espung|rimuov|elimin|cancell)\w+\s+{_ON_DNS}"
    r"(?=(?:i|il|gli|l')\s?(?:(?:seguent|predett|suddett)\w\s+)?(?:nom[ei]|domini\w?|sit[oi])\b)"
)
STRONG = (
    r"(?:(?:manten|tener|mantien|teng)\w*\s+(?:\w+mente\s+)?(?:chius|preclus|inibit|bloccat|interdett|impedit|oscurat|disabilitat|sbarrat)[oaie]"
    r"|(?:assoggett|sottopo)\w+\s+(?:a|ad)\s+(?:blocco|oscuramento|inibizione|filtraggio)(?:\s+DNS)?|"
    r"(?:inib|disabilit|disattiv|blocc|oscur|preclu|filtr|interd|sbarr)\w*|sequestr\w*(?!\s+(?:probatori|conservativ|giudiziari))"
    rf"|(?:rend\w+|ten(?:ere|gano)|manten\w+|mantien\w+|resi|rese|reso|resa)\s+(?:\w+mente\s+)?{_USERS}{_UNREACHABLE}\w*"
    rf"|non\s+(?:sia|siano|risulti|risultino|venga|vengano)\s+(?:più\s+)?(?:\w+mente\s+)?(?:{_UNREACHED}|raggiunt|visitat|visualizzat|risolt)\w+"
    r"|non\s+poss(?:a|ano)\s+(?:più\s+)?(?:\w+mente\s+)?essere\s+(?:più\s+)?(?:\w+mente\s+)?(?:raggiunt|visitat|visualizzat|consultat|risolt|fruit|apert)\w"
    rf"|{ENTERS}\s+{_ON_LIST}|{_UNRECORDS}|{_OFF_DNS})"
)
"""Words that say block with any site as their object."""
WEAK = (
    r"(?:imped\w+|cess(?:are|azione|ando|ino|i)\b|(?:sm|dism)ett(?:ere|endo|ano|a)\b|interromp\w+|interruzione|sospen\w+"
    r"|(?:tronc|arrest|ferm|rifiut|scart|scherm)(?:are|ino|hino|ando)\b|troncamento|chiu(?:dere|dano|dendo|sura)\b|respin(?:gere|gano|gendo)\b|tagliare\b|spegn(?:ere|ano|a|endo)\b"
    rf"|{DIVERTS}|{IMPOSSIBLE}|{DENIES}|{_ENDS}|{_CANNOT}"
    r"|non\s+(?:consent|forn|permett|prest|risolv|instrad|veicol|inoltr|trasport)\w+"
    r"|non\s+d(?:are|ia|iano)\s+(?:più\s+)?(?:accesso|(?:corso|seguito|risposta)"
    r"(?=\s+alle\s+(?:richieste|query|interrogazioni)\b(?!\s+(?:\w+\s+)?(?:di|per)\s+(?:(?:il|la|l')\s?)?(?:blocc|inibi|oscura|sequestr|interdi|disabili))))"
    r"|(?:rispond|restitui)\w+\s+(?:con\s+)?(?:NXDOMAIN|(?:un\s+)?esito\s+negativo|(?:una\s+)?risposta\s+negativa)(?=\s+(?:alle|a\s+tutte\s+le|a\s+ogni)\s+(?:interrogazion[ei]|richiest[ae]|query)\b"
    r"(?!\s+(?:\w+\s+)?(?:di|per)\s+(?:(?:il|la|l')\s?)?(?:blocc|inibi|oscura|sequestr|interdi|disabili)))"
    r"|evit(?:are|ino|i)\b)"
)
"""Words that say block with access as their object."""
