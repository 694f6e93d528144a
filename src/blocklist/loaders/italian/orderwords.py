"""ORDERWORDS: the verbs by which a clause orders, forbids, condemns or confirms, as patterns."""

from __future__ import annotations

_CONFIRMED = (
    r"(?:(?:l|all)'(?:ordine|obbligo|inibi\w+|oscuramento|interdizione)|(?:il|al)\s+(?:blocco|(?:decreto\s+di\s+)?sequestro)|al?la\s+disabilitazione"
    r"|la\s+misura(?:\s+(?:cautelare|inibitoria|reale))?\s+(?:del|della|di|dell')\s?(?:inibi|oscur|blocc|disabil|interdi|sequestro\s+prev)\w+"
    r"|(?:ha|aveva|(?:è|era)\s+stat[oa])\s+(?:ordinat|dispost|ingiunt|impost|prescritt|inibit|interdett|oscurat|bloccat|disabilitat|preclus)[oa]"
    r"|(?:si|cui|che|quale)\s+(?:[\w\s]{0,30}\s)?(?:ordin|dispon|ingiung|impon|prescriv)\w+)\b"
)
_MORE = r"(?:[^.;:]|\.(?=\S)|(?<=\b[nN])\.|(?<=\.\w)\.){0,140}?"
# What another act ordered is told of here, and stands there.
_BY_ANOTHER = (
    r"(?:[^.;]|\.(?=\S)){0,200}?\b(?:altr[aoie]|divers[aoie]|separat[aoie]|distint[aoie])\s+(?:e\s+\w+\s+)?"
    r"(?:ordinanz[ae]|decret[oi]|provvediment[oi]|sentenz[ae]|determin[ae]|deliber[ae]|att[oi]|procediment[oi]|giudizi\w?)\b"
)
CONFIRMS = (
    rf"(?:(?:conferma|ribadisce)(?=\s+che\s(?:(?!\b(?:non|né|se)\b)[^,;:]){{1,80}}?\b(?:è|"
    rf"sono|resta)\s+(?:tenut|obbligat)[oaie]\s+ad?\b)|(?:conferma(?:ndol[oa]|ndo)?|estende|ribadisce|(?:(?:man)?tiene|dichiara|resta|restando(?:\s+(?:pertanto|quindi|dunque|così))?)\s+ferm[oa])(?=,?\s{_MORE}\b{_CONFIRMED})(?!{_BY_ANOTHER})|convalida(?=\s+il\s+sequestro\s))"
)
FORBIDS = r"inibisce|inibendo|interdice|vieta|vietando|(?:fa|facendo)\s+divieto|è\s+fatto\s+divieto"
BOUND = r"(?:tenut|obbligat)[aoie]"
CONDEMNS = (
    rf"condanna|obbliga|onera|grava(?=\s[^;:]{{1,120}}?\sdell'obbligo\s+di\s)"
    rf"|dichiara\s+(?:(?!non\b)\w+\s+)?{BOUND}(?:\s+e\s+(?:per\s+l'effetto\s+)?condanna)?"
    rf"|dichiara(?=\s+(?:che\s+)?(?:(?!\b(?:non|né|se|mai)\b)[^,;:]){{1,80}}?\b{BOUND}\s+ad?\b)"
)
# What binds only where a sentence begins; elsewhere it may tell what was done.
STATED_FORBIDS = (
    r"(?:è|viene)\s+(?:\w+mente\s+)?(?:inibit|interdett|vietat|preclus|impedit)[oa]"
    r"(?=,?\s+(?:(?:da|dal|dall'|dalla|sul|nel|su|per|in)\b[^,;:]{0,60},\s+)?(?:a\b(?!\s+(?:cura|carico)\b)|ai\b|agli\b|alla\b|alle\b|all'|l'|la\s|ogni\s|di\s))"
)
STATED_BLOCKS = (
    r"(?:sono|vengono|è|viene)\s+(?:\w+mente\s+)?(?:oscurat|bloccat|disabilitat|inibit|sequestrat|interdett)[oaie]"
    r"(?=(?:,[^;:]{3,120}?)?,?\s+(?:(?:alla|all'|dalla)\s?\w+\s+)?(?:i|il|gli|la|le|tutti)\s)"
)
STATED_BINDS = (
    r"(?:(?:si\s+)?(?:provved|proced)(?:a|ano)|si\s+(?:provvede|"
    r"procede))(?:\s+dunque)?(?:\s+(?:altresì|quindi|pertanto|\w+mente))?"
)
STATED = rf"{STATED_FORBIDS}|{STATED_BLOCKS}|{STATED_BINDS}"
ORDERS = (
    r"ordina(?:no)?|ordino|ordinando|dispongo|dispone|dispongono|disponendo|(?:ingiung|impong|prescriv)ono|(?:intim|decret|comand)ano|ingiunge|intima|impone|prescrive|sequestra|decreta"
    r"|(?:fa|è\s+fatto)\s+(?:ordine|obbligo|carico)"
    r"|(?:è|viene|sono|vengono)\s+(?:(?:altresì|inoltre|quindi|pertanto|dunque|infine|parimenti)\s+)?(?:ordinat[oaie]|dispost[oaie]|ingiunt[oa]|impost[oa]|prescritt[oa]|intimat[oa])"
    r"|rest(?:a|ano)\s+(?:\w+mente\s+)?(?:impost|ordinat|prescritt|ingiunt|intimat)[oaie]|pone(?=\s+sotto\s+sequestro)|stabilisce(?=\s+(?:che|l'obbligo)\s)|sottopone(?=\s+a\s+sequestro\s)"
    r"|(?:delibera|determina|decide)(?=,?\s+(?:[^;:]{0,120},\s+)?di\s+(?:ordinare|disporre|imporre|ingiungere|intimare|prescrivere)\b)"
    r"|adotta(?=\s[^;:]{0,160}?\b(?:la\s+misura|il\s+provvedimento|l'ordine)\s+d)"
    r"|pone(?=\s+(?:a\s+carico|in\s+capo)\s[^;:]{0,160}?\sl'obbligo\s+di\s)|statuisce|comanda"
    r"|estende(?=\s+(?:gli\s+effetti|l'efficacia)\s+d)"
    r"|(?:sono|vengono)\s+(?:\w+mente\s+)?(?:emanat|impartit|adottat|dat)[ea]\s+disposizioni(?=\s+(?:affinché|perché|per)\s)"
    r"|emette(?=\s+(?:(?:\w+\s+)?decreto\s+di|il)\s+sequestro)"
    r"|(?:mantiene|tiene|conserva)\s+(?:ferm[oa]|in\s+vita|in\s+essere|in\s+vigore)(?=\s+l'(?:obbligo|ordine)\b)"
    r"|(?:rest|riman)(?:a|ano|e|gono)\s+(?:ferm[oaie]|in\s+essere|in\s+vigore|efficac[ei])(?=\s+(?:il\s+(?:sequestro|blocco)|l'(?:inibi|oscura))"
    # Not what another act had ordered before.
    r"(?!(?:[^.;]|\.(?=\w)){0,200}?\b(?:dispost|ordinat|adottat|comunicat|impartit|attuat)[oaie]\s+(?:con|dal|dalla|dall'|da|in\s+data|il)\b))"
    r"|(?:mantenendo|tenendo)(?:\s+ferm[oa])?(?=\s+(?:il\s+(?:sequestro|blocco)|l'(?:inibi|oscura)))"
    r"|(?:mantiene|tiene)(?=\s+(?:ferm[oa]\s+)?(?:il\s+(?:sequestro|blocco)|l'(?:inibi|oscura)))"
    r"|applica(?=\s+(?:la\s+misura|il\s+sequestro)\b)"
    r"|(?:impartisce|emette|rivolge|pronuncia|dà)(?=\s[^;:]{0,160}?(?<!dell')\b(?:l')?ordine\s+di\s)"
    rf"|{CONDEMNS}|{CONFIRMS}|{FORBIDS}"
)
"""Verbs by which a clause orders or forbids something."""
