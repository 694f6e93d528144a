"""ISSUERS: which court or authority a text in prose is of."""

from __future__ import annotations

import re

from .deferredpattern import deferred

_PLACE = (
    r"(?P<{}>(?:L'\s?|LA\s+)?(?-i:[A-Z])[\w']{{2,20}}"
    r"(?:[ ](?:NELL'EMILIA|(?!SEZ|UFF|IN\b|PRIMA|GIUD|ORDIN|DECR|SENT)(?-i:[A-Z])[\w']{{2,20}}))?)"
)
_ORDINARY = r"(?:ORDINARIO\s+|CIVILE\s+E\s+PENALE\s+|CIVILE\s+|PENALE\s+)?"
_COURT = deferred(
    r"\b(?:PROCURA(?:\s+(?:GENERALE|DISTRETTUALE|EUROPEA))?(?:\s+DELLA\s+REPUBBLICA)?[\s,–-]{1,9}(?:DIREZIONE\s+DISTRETTUALE"
    rf"\s+ANTIMAFIA\s+)?(?:PRESSO\s+)?(?:(?:IL\s+|LA\s+)?(?:TRIBUNALE|CORTE\s+D(?:'|I\s)\s?APPELLO)\s+)?{_ORDINARY}DI\s+{_PLACE.format('procura')}"
    rf"|CORTE\s+D(?:'|I\s)\s?APPELLO\s+DI\s+{_PLACE.format('appello')}"
    rf"|TRIBUNALE\s+{_ORDINARY}DI\s+{_PLACE.format('tribunale')}"
    r"|TRIBUNALE\s+DELLA\s+(?P<article>SPEZIA)\b|TRIBUNALE\s+DELL'\s?(?P<elided>AQUILA)\b)",
    re.IGNORECASE,
)
_COURT_NAMES = {
    "procura": "Procura della Repubblica di {}",
    "appello": "Corte d'appello di {}",
    "tribunale": "Tribunale di {}",
    "article": "Tribunale di La {}",
    "elided": "Tribunale di L'{}",
}
_OTHERS = {
    "agcm": (
        "Autorità garante della concorrenza e del mercato",
        r"(?:L')?AUTORIT(?:À|A')\s+GARANTE\s+DELLA\s+CONCORRENZA|\bA\.?G\.?C\.?M\b",
    ),
    "agcom": ("agcom", r"(?:L')?AUTORIT(?:À|A')\s+PER\s+LE\s+GARANZIE\s+NELLE|\bAGCOM\b"),
    "consob": ("consob", r"(?:LA\s+)?COMMISSIONE\s+NAZIONALE\s+PER\s+LE\s+SOCIET|\bCONSOB\b"),
    "ivass": ("ivass", r"(?:L')?ISTITUTO\s+PER\s+LA\s+VIGILANZA\s+SULLE\s+ASSICURAZIONI|\bIVASS\b"),
    "adm": ("adm", r"(?:L')?AGENZIA\s+DELLE\s+DOGANE|\bADM\b"),
    "garante": (
        "Garante per la protezione dei dati personali",
        r"(?:IL\s+)?GARANTE\s+PER\s+LA\s+(?:PROTEZIONE\s+DEI\s+DATI|PRIVACY)|(?:IL\s+)?GARANTE\s+PRIVACY",
    ),
    "ministero": (
        "Ministero {}",
        r"MINISTERO\s+(?P<of>(?:DELL[AEO']?|DEI|DEL|DEGLI)\s?[^\n,.;:(]{3,60})",
    ),
    "banca": ("Banca d'Italia", r"(?:LA\s+)?BANCA\s+D'ITALIA"),
    "stato": ("Consiglio di Stato", r"(?:IL\s+)?CONSIGLIO\s+DI\s+STATO"),
    "tar": (
        "Tribunale amministrativo regionale",
        r"(?:IL\s+)?TRIBUNALE\s+AMMINISTRATIVO\s+REGIONALE|T\.A\.R\.",
    ),
    "cassazione": (
        "Corte suprema di cassazione",
        r"(?:LA\s+)?(?:CORTE\s+SUPREMA|SUPREMA\s+CORTE)\s+DI\s+CASSAZIONE",
    ),
    "pace": ("Giudice di pace", r"(?:UFFICIO\s+DEL\s+|IL\s+)?GIUDICE\s+DI\s+PACE"),
    "questura": ("Questura", r"(?:LA\s+)?QUESTURA\s+DI"),
    "polizia": (
        "Polizia di Stato",
        r"POLIZIA\s+(?:DI\s+STATO|POSTALE)|(?:COMPARTIMENTO|SERVIZIO|SEZIONE|CENTRO\s+OPERATIVO)[^\n]{0,40}\bPOLIZIA\s+POSTALE",
    ),
    "finanza": ("Guardia di Finanza", r"(?:COMANDO\s+[^\n]{0,30})?GUARDIA\s+DI\s+FINANZA"),
    "aifa": ("Agenzia italiana del farmaco", r"AGENZIA\s+ITALIANA\s+DEL\s+FARMACO|\bAIFA\b"),
    "acn": (
        "Agenzia per la cybersicurezza nazionale",
        r"AGENZIA\s+PER\s+LA\s+CYBERSICUREZZA",
    ),
    "cncpo": (
        "cncpo",
        r"CENTRO\s+NAZIONALE\s+PER\s+IL\s+CONTRASTO\s+(?:DELLA|ALLA)\s+PEDO|C\.?N\.?C\.?P\.?O\b",
    ),
    "covip": ("Covip", r"COVIP\b|COMMISSIONE\s+DI\s+VIGILANZA\s+SUI\s+FONDI\s+PENSIONE"),
    "carabinieri": (
        "Arma dei Carabinieri",
        r"(?:COMANDO|LEGIONE|ARMA\s+DEI)\s+(?:[^\n]{0,30}\s)?CARABINIERI",
    ),
    "comune": ("Comune", r"COMUNE\s+DI\s+(?=[A-Z])"),
    "regione": ("Regione", r"REGIONE\s+(?=[A-Z])"),
    "prefettura": ("Prefettura", r"(?:LA\s+)?PREFETTURA"),
}  # fmt: skip
# Whose domain a mail comes from, and which authority that is.
_DOMAINS = {
    "agcm": "agcm",
    "agcom": "agcom",
    "piracyshield": "agcom",
    "piracy-shield": "agcom",
    "piattaforma-antipirateria": "agcom",
    "consob": "consob",
    "ivass": "ivass",
    "adm": "adm",
    "agenziadogane": "adm",
    "garanteprivacy": "garante",
    "gpdp": "garante",
    "gdf": "finanza",
    "carabinieri": "carabinieri",
    "poliziadistato": "polizia",
}
_SENDER = (
    r"^[^\w\n]*(?:Da|From|Mittente)[ \t]*:[^\n@]{0,120}@(?:[\w-]+\.){0,4}?"
    rf"(?P<sender>{'|'.join(_DOMAINS)})(?:\.gov)?\.[a-z]{{2,8}}\b(?![.-]\w)"
)
_OTHER = deferred(
    r"^[^\w\n]*(?:"
    + "|".join(f"(?P<{key}>{words})" for key, (_, words) in _OTHERS.items())
    + rf")|{_SENDER}",
    re.IGNORECASE | re.MULTILINE,
)
_CNCPO = deferred(rf"^[^\w\n]*(?:{_OTHERS['cncpo'][1]})", re.IGNORECASE | re.MULTILINE)
_MISREAD = deferred(r"(?<=[A-ZÀ-Ü])[l1|](?=[A-ZÀ-Ü])|(?<=\bD)[l1|](?=\s+[A-ZÀ-Ü][A-ZÀ-Ül1|]{2})")
_ZERO = deferred(r"(?<=[A-ZÀ-Ü])0(?=[A-ZÀ-Ü])")
_LED = deferred(
    r"^[^\w\n]*(?:(?:IL|LA|UFFICIO)\s+)?(?:PROCURA|TRIBUNALE|CORTE)\b", re.IGNORECASE | re.MULTILINE
)
ACTS = frozenset(
    {
        "agcm", "agcom", "consob", "ivass", "adm", "garante", "ministero", "banca", "tar",
        "questura", "prefettura", "polizia", "finanza", "aifa", "acn", "cncpo",
        "covip",
        "carabinieri", "comune", "regione",
    }
)  # fmt: skip
"""Those whose acts no other format reads."""


def in_capitals(text: str) -> str:
    """Return a text with I and O between capitals that recognition read as l and 0: *TRlBUNALE*."""
    return _ZERO.sub("O", _MISREAD.sub("I", text))


def issuer(heading: str) -> str:
    """Return who issued a text: key or name of an authority, or a court in one spelling.

    The one whose line comes first; else the first court named in a sentence; empty if there is
    neither.
    """
    heading = in_capitals(heading)
    court, other = _COURT.search(heading), _OTHER.search(heading)
    if court is None and _CNCPO.search(heading):
        return "cncpo"  # a part of the ministry and of the police, which stand above it
    led = _LED.search(heading)
    if other and (not court or other.start() < (led.start() if led else court.start())):
        return _named(other)
    if court is None:
        return ""
    kind = court.lastgroup or ""
    name = _COURT_NAMES[kind].format(" ".join(court[kind].split()).title())
    return name.replace("Nell'", "nell'")


def acting(heading: str) -> int:
    """Return where an authority other than a court heads a text with a line, or -1."""
    found = _OTHER.search(heading)
    return found.start() if found and found.lastgroup and _key(found) in ACTS else -1


def acting_as(heading: str) -> str:
    """Return the key of that authority, or an empty string."""
    found = _OTHER.search(heading)
    return _key(found) if found and found.lastgroup else ""


def _key(found: re.Match[str]) -> str:
    if found["sender"]:
        return _DOMAINS[found["sender"].lower()]
    return next(key for key in _OTHERS if found[key])


def _named(found: re.Match[str]) -> str:
    name = _OTHERS[_key(found)][0]
    said = " ".join((found["of"] or "").split()).title()
    for word in ("Dell'", "Della", "Delle", "Dello", "Dell", "Dei", "Del", "Degli", "E", "Di"):
        said = " ".join(part.lower() if part == word else part for part in said.split(" "))
    return name.format(said.replace("Dell'", "dell'")).strip()
