"""NON-RESOLVERS: whether an order goes only to those who run no resolver, as a registrar.

A hosting provider, a search engine, the owner of the site, a school can disable a site or hide it
for themselves; nobody who gives access is bound by that. A company that is not known to be one of
them counts as one who gives access, and so does anybody named beside such a one.
"""

from __future__ import annotations

import re

from .deferredpattern import deferred

_KINDS = (
    r"(?:il|la|lo)\s+(?:ministero|curatore|piattaforma|guardia\s+di\s+finanza|custode|amministratore)(?=\s+ne\b)"
    r"|hosting|housing|in\s+qualità\s+di\s+(?:mero\s+)?host\b|data\s?cent(?:er|re)"
    r"|(?:che|il\s+quale|la\s+quale)\s+(?:gestisc|ospit|amministr|detien|possied)\w+\s+(?:il|i|lo)\s+(?:\w+\s+)?(?:sit|domin|portal|server|contenut)\w*|registr(?:ar|ant|y|i|o)s?\b|registro\s+\.?\w+|motor[ei]\s+di\s+ricerca|search\s+engine|social(?:\s+(?:network|media))?\b|app\s*store|negoz\w+\s+(?:di|digital\w+)(?:\s+applicazion\w+)?|store\s+di\s+app\w*"
    r"|(?:prestator\w+\s+(?:di|dei)\s+)?(?:serviz\w+\s+di\s+)?pagament\w*|circuit\w+\s+di\s+pagamento|istitut\w+\s+di\s+(?:credito|moneta)|banc(?:a|he)\b(?!\s+dati)|inserzionist\w+|pubblicitari\w*|pubblicità|advertis\w+"
    r"|(?:titolar|proprietari|intestatari|gestor|amministrator|assegnatari)\w*\s+(?:del|dei|degli|delle|di\s+tali|di\s+detti)\s+(?:predett\w\s+|suddett\w\s+|medesim\w\s+)?(?:sit|domin|nom|portal|piattaform)\w*"
    r"|(?:il|i|al|ai|del|dei)\s+titolar[ei](?=\s*(?:\Z|,|ne\b|di\s+(?:inib|bloc|osc|dis|ren)))|scuol\w*|scolastic\w*|universit\w*|bibliotec\w*|dator\w+\s+di\s+lavoro|amministrator\w*\s+di\s+sistema|operator\w+\s+(?:del\s+gioco|della\s+sanità|sanitar\w+|pubblicitar\w+)"
    r"|(?:gli|agli)\s+interessati|(?:imputat|indagat)[oaie]\b|(?:società|ditta)\s+proprietari\w+|soc[io]\b|condomin[io]\b|rivenditor\w+|webmaster|cloud\b|browser\w*|antivirus|amministrator\w*\s+di\s+condomini\w|internet\s+(?:point|caf\w+)|alberg\w+|agenzi\w\s+di\s+pubblicità|content\s+delivery|CDN\b|editor[ei]\b|piattaform\w+\s+social"
)
_KIND = deferred(rf"\b(?:{_KINDS})\b(?!\s+(?:(?:web|internet)\s+)?§)", re.IGNORECASE)
_BRAND = deferred(
    r"\b(?:Google|Alphabet|Meta(?:\s+Platforms)?|Facebook|Instagram|WhatsApp|Apple|PayPal|Visa|Mastercard|Stripe|GoDaddy|Namecheap|Hetzner|OVH|Amazon|TikTok|Telegram|YouTube|Twitter|Bing|Yahoo|Microsoft|Shopify|Wix|Nexi|Booking|Airbnb|eBay|Alibaba|AliExpress|Temu|Shein|Satispay)\b",
    re.IGNORECASE,
)
_GIVES_ACCESS = deferred(
    r"\b(?:access[oi]\s+(?:alla\s+rete|a\s+internet|ad\s+internet|alle\s+reti)|accesso\b(?=\s*[,.)]|\s+(?:che|operant|attiv|ed?\b))|connettivit|gestor\w+\s+di\s+(?:altre\s+)?ret[ei]\b(?!\s+pubblicit)|connession|internet\s+(?:service\s+)?provider|service\s+provider|ISP\b|mere\s+conduit|telecom|telefon|fibra\b|ret[ei]\s+telematic|ret[ei]\s+di\s+comunicazion|comunicazion\w+\s+elettronic"
    r"|operator\w+(?!\s+(?:del|della|pubblicitar|sanitar))|carrier\b|DNS\b|resolver|risoluzion|VPN\b|semplice\s+trasporto|(?<!\bhosting\s)provider(?!\s+(?:di\s+)?(?:hosting|cloud|pagament)))",
    re.IGNORECASE,
)
_ACCESS = deferred(
    r"\b(?:fornitor|prestator)\w+(?!\s+(?:di\s+|del\s+)?(?:serviz\w+\s+(?:di\s+|della\s+)?)?(?:hosting|housing|pagament|cloud|memorizz|ricerca|pubblicit|content))",
    re.IGNORECASE,
)
_COMPANY = deferred(
    r"\bS\.?\s?p\.?\s?A\b|\bS\.?\s?r\.?\s?l\b|\bS\.?\s?a\.?\s?s\b|\b(?:Spa|Srl|Ltd|Limited|Inc|LLC|GmbH|B\.?V)\b",
)
_FIRM = deferred(
    r"(?:\b[A-Z][\w&'-]*\s+){1,5}(?=S\.?\s?p\.?\s?A\b|S\.?\s?r\.?\s?l\b|s\.\s?[pr]\.\s?[al]\b|Spa\b|Srl\b|Ltd\b|GmbH\b)"
)
_PARTS = deferred(
    r"[\s,]+(?:e|ed|nonché|oltre\s+che|o)\s+(?=(?:a|ad|al|ai|agli|alla|alle|all'|i|gli|le|il|la)\b)|;|,\s+(?=(?:a|ad|al|ai|agli|alla|alle|nonché)\s|all')",
    re.IGNORECASE,
)
# What an operator is here: *l'operatore Casa S.r.l., in qualità di host*.
_HOSTS = deferred(
    r"\bin\s+qualità\s+di\s+(?:mero\s+)?host(?:ing)?\b|,\s*host(?:ing)?\s+provider\b|\(\s*host(?:ing)?\s+provider\s*\)",
    re.IGNORECASE,
)
# Where it is blocked: in results, in payments, on some computers, on the owner's servers.
_ELSEWHERE = deferred(
    r"\b(?:nei|dai|dal|dalla|dalle|sui|sugli|nelle|nella|sul|in|presso(?:\s+(?:il|i|la|lo))?)\s+(?:\w+\s+){0,2}?(?:registro\b|registri\b|registrar\b|hosting\b|risultat\w+\s+di\s+ricerca|risultat\w+|motor\w+\s+di\s+ricerca|sistem\w+\s+di\s+pagamento|circuit\w+\s+di\s+pagamento|raccolta\s+pubblicitaria|inserzion\w+"
    r"|app\s+store|social\s+network|postazion\w+|computer|ret[ei]\s+(?:intern\w|aziendal\w|local\w)|scuole|bibliotec\w+|negoz\w+\s+di\s+app\w*)\b|\bospitat[ie]\s+(?:sui|presso)\s+(?:i\s+)?(?:propri|suoi)\b|\bdi\s+(?:sua|propria|loro)\s+(?:titolarità|proprietà|gestione)\b",
    re.IGNORECASE,
)


def binds_no_resolver(addressed: str) -> str:
    """Return who, of the addressees before the words that block, runs no resolver if all are so.

    Args:
        addressed: the words between the verb that orders and those that block, with the subject;
            a § stands for each name of a site.
    """
    first = ""
    for part in _PARTS.split(addressed):
        none = _BRAND.search(part) or _KIND.search(_FIRM.sub(" ", part))
        if _HOSTS.search(part):
            first = first or "hosting"
            continue
        if _GIVES_ACCESS.search(part) or (_ACCESS.search(part) and not none):
            return ""
        if none is None and _COMPANY.search(part):
            return ""
        first = first or (none[0] if none else "")
    return first


def blocks_elsewhere(said: str) -> str:
    """Return the words by which a block is not one of access: *nei risultati di ricerca*."""
    found = _ELSEWHERE.search(said)
    return found[0] if found else ""
