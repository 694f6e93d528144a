"""CONTEXT: the words around a name that say it is not what the clause blocks."""

from __future__ import annotations

import re

from .candidates import Candidate, Text, words
from .clauses import ANCHOR, BLOCKS, MARKER
from .deferredpattern import deferred
from .dehyphenation import FURNITURE
from .sitewords import LINKS, NOUNS, WORD, last_match, only_links

_OPEN_TO = (
    r"(?:access\w+|raggiungibilità|fruizione|fruibilità|risoluzione|visibilità|disponibilità"
    r"|operatività|funzionamento|navigazione)"
)
EXCEPT = deferred(
    r"\b(?:ad\s+|con\s+|fatta\s+)?(?:eccezione|esclusione)\b|\besclus[oiae]\b"
    r"|\bnon\s+(?:compres|inclus)[oaie]\b|\bfatt[oaie]\s+salv[oaie]\b|\bsalvo\b|\beccetto\b|\btranne\b|\beccettuat[oiae]\b"
    rf"|\b(?:ferm[oaie]|impregiudicat[oaie]|salv[aie])(?:\s+rest\w+)?\s+(?:il\s|la\s|l')\s?(?:(?:piena|libera|regolare|normale|totale)\s+)?{_OPEN_TO}"
    # *Senza che la misura possa toccare il dominio principale*.
    r"|\bsenza\s+(?:che\s+(?:la\s+misura|il\s+blocco|l'(?:ordine|inibizione|inibitoria)|ciò)\s+(?:possa\s+)?)?"
    r"(?:tocc(?:are|hi)|coinvolg(?:ere|a)|interess(?:are|i)|colpi(?:re|sca)|riguard(?:are|i)|compromett(?:ere|a))\b"
    r"|\b(?:ferm[oaie]\s+rest\w+|impregiudicat[oaie]|salv[aie]\s+rest\w+|senza\s+pregiudi\w+)\b"
    r"|\b(?:rest|riman|mantenen|lascian)\w+\s+(?:\w+\s+){0,2}?"
    r"(?:accessibil|raggiungibil|fruibil|visibil|attiv|liber)\w*",
    re.IGNORECASE,
)
PLACE = words("su sul sulla sui sulle sugli sull nel nella nei nelle dal dalla dai dalle presso")
NO_WORDS = deferred(r"[\s,;«»\"]{1,20}")
BLANK_LINE = deferred(r"(?<![,\s])[ \t]*\n[ \t]*\n")
# A remark in parentheses, or the title of a site in quotes: neither ends an enumeration.
REMARK = deferred(r"\([^()]{0,400}\)|(?<=[\s(])[\"«“]\w[^\"»”\n]{0,60}[\"»”]")
# After pages, a site as a whole: *alle pagine … e al sito*.
SITE_AGAIN = deferred(
    r"(?:\b(?:il|i|gli|al|ai|agli)\s|\ball')\s?(?:\w+\s+)?(?:sit[oi]|domini\w?|nom[ei]|portal[ei])\b",
    re.IGNORECASE,
)
SENTENCE_END = deferred(r"[\w)»”\"]{2}\.\s+(?=[A-ZÀ-Ü])|;")
FULL_STOP = deferred(r"(?<=[^\W\d_]{3})\.\s+(?=[A-ZÀ-Ü])")
RESOLVER = deferred(
    r"\bserviz\w+[^.;:]{0,40}\bDNS|\bresolver|server\s+DNS|DNS\s+pubblic", re.IGNORECASE
)
# What stands before a word that blocks and turns it round, and what opens instead.
NEGATION = deferred(
    r"\b(?:non|senza(?!\s+(?:\w+\s+)?(?:ritardo|indugio|dilazione))|evit\w+|asten\w+|vieta\w*)\s(?:\w+\W){0,3}\Z",
    re.IGNORECASE,
)
OPENS = deferred(
    r"(?<!non\s)\b(?:garant|manten|mantien|consent|assicur|permett|preserv|lasci)\w+", re.IGNORECASE
)
_DENIED = deferred(
    r"\b(?:inibi\w+|imped\w+|interd\w+|cessare|cessino|cessi)\s(?:(?!\b(?:ed?|nonché|ma|mentre|o|oppure)\s+di\b|\bche\b"
    r"|\b(?:sit[oi]|domin\w+|access\w+)\b)[^;:]){0,160}\bdi\s+"
    r"(?:(?:continuare\s+a\s+)?(?:prestare|fornire|erogare|offrire)\s[^,;:]{0,40}?\s(?:che|i\s+quali|le\s+quali)\s+)?\Z",
    re.IGNORECASE,
)
RELATIVE = deferred(r"\b(?:che|cui|quale|quali)\b", re.IGNORECASE)
# Parts of the state, whose own sites appear in every order.
AUTHORITIES = (
    ".agcm.it", ".agcom.it", ".bancaditalia.it", ".consob.it", ".ivass.it",
    ".commissariatodips.it", ".europa.eu", ".garanteprivacy.it",
    ".gazzettaufficiale.it", ".giustizia.it", ".gov.it", ".normattiva.it", ".poliziadistato.it",
)  # fmt: skip
_ADDRESS_WORDS = deferred(r"\bIP(?:v[46])?\b|\bprefiss|\bsubnet|\bret[ei]\s+\Z", re.IGNORECASE)

_AND_ADDRESS = deferred(
    r"[\s,]*(?:ed?|nonché|oltre\s+che)\s+(?:all'|l'|agli\s+|gli\s+)\s?indirizz[oi]\s*",
    re.IGNORECASE,
)

_LEFT_ALONE = deferred(
    r"(?:[^.;:]|\.(?=\d)){0,80}?\b(?:sia|siano|resti|restino|venga|vengano|rimanga|rimangano)\b(?!\s+(?:\w+mente\s+)?(?:inibit|bloccat|oscurat|disabilit|interdett|preclus))",
    re.IGNORECASE,
)
# What a remark in parentheses opens with if it names more of what is meant.
_ALSO = words(
    "alias mirror nonché nonche già ovvero anche ossia cioè ora oggi o e segnatamente rectius "
    "compreso compresa compresi comprese incluso inclusa inclusi incluse ivi"
)
_OF = r"(?:di|del|dello|della|dei|degli|delle|dell')"
_SITE = (
    r"(?:(?:(?:il|lo|la|i|gli|le|un|uno|una|noti?|nota|note|internet|web|ufficiale|motore|motori"
    r"|di|del|ricerca|servizio|servizi|nomi?\s+a|domini?|siti?|sito|portal[ei]|piattaform[ae]|pagin[ae]"
    r"|canal[ei]|url)\s|[\"«“(']|l')\s{0,3}){0,8}\Z"
)
_REFERRED = deferred(
    r"\b(?:(?:mirror|clon[ei]|copi[ae]|duplicat[oi]|replic\w+|imitazion[ei]|specchio|alias|proxy|gemell[oaie]"
    rf"|redirect|version[ei]|success\w+)\s+(?:\w+\s+)?{_OF}\s{{0,3}}"
    rf"|font[ei]\W{{1,4}}|tratt[oaie]\s+da\w*\s){_SITE}",
    re.IGNORECASE,
)
_MEANS = deferred(
    r"(?<!raggiungibile )(?<!raggiungibili )(?<!accessibile )(?<!accessibili )"
    r"\b(?:tramite|attraverso|mediante|utilizzando|avvalendosi\s+di|(?:per|a)\s+mezzo\s+d[ie]l?)"
    rf"\s{{1,3}}{_SITE}",
    re.IGNORECASE,
)
# *L'accesso alla piattaforma tramite i nomi a dominio …*: these are what is blocked.
_BY_NAMES = deferred(
    r"\b(?:sit[oi]|portal[ei]|piattaform[ae]|servizi?o?)(?:\s+[\"«“][^\"»”\n]{1,40}[\"»”])?\s+(?:tramite|attraverso|mediante)\s+(?:i|il)\s+"
    r"(?:seguent\w\s+)?(?:nom[ei]\s+(?:a|di)\s+)?domini\w?\s*\Z",
    re.IGNORECASE,
)
_WORKS = deferred(
    r"\b(?:contenut[oi]|oper[ae]|programm[ai]|palinsest[oi]|trasmission[ei]|film|event[oi]|partit[ae]"
    rf"|bran[oi]|material[ei]|video|articol[oi]|marchi[o]?)\s+(?:\w+\s+){{0,2}}?{_OF}\s{{0,3}}{_SITE}",
    re.IGNORECASE,
)
_PAGE = deferred(
    r"(?<!relativa )(?<!relative )\bpagin[ae]\b(?!\s*\d)"
    r"(?:(?!\bsit[oi]\b|\bdomin|\bportal)[\w\s:'’-]){0,40}\Z",
    re.IGNORECASE,
)
_NEAR = 160


def said_otherwise(before: str) -> str:
    """Return why a name is not what is blocked, by the words right before it, or ``""``."""
    near = _BY_NAMES.sub(" siti ", before[-_NEAR:])
    if _REFERRED.search(near):
        return "named as what another site refers to"
    if _MEANS.search(near):
        return "named as a means"
    if _WORKS.search(near):
        return "named as where works come from"
    opening = before.rfind("(")
    if opening > before.rfind(")"):
        remark = before[opening + 1 :]
        first = WORD.search(remark)
        if first and first[0].lower() not in _ALSO and not only_links(remark):
            return "in a remark in parentheses"
    return ""


def of_addresses(text: str) -> bool:
    """Whether it speaks of IP addresses that are no DNS service's."""
    return bool(_ADDRESS_WORDS.search(text)) and not RESOLVER.search(text)


def adds_addresses(gap: str) -> bool:
    """Whether the words say that addresses are meant beside the sites: *e indirizzi IP*.

    In parentheses they tell where a site is, *a.example (IP 192.0.2.1)*: what else is there is not
    ordered, unless the words before the list speak of addresses.

    Args:
        gap: what stands between the last name and the address.
    """
    said = REMARK.sub(" ", gap)
    return "(" not in said and (of_addresses(said) or _AND_ADDRESS.fullmatch(said) is not None)


def left_alone(plain: str, end: int) -> bool:
    """Whether something else than a block is said of an address: *e l'indirizzo … resti libero*."""
    return _LEFT_ALONE.match(plain, end) is not None


def is_one_more(gap: str) -> bool:
    """Whether an address stands among sites as if it were one: *a.example e 192.0.2.1*."""
    return gap.removeprefix(",").lower().split() in (["e"], ["ed"])


def of_pages(before: str) -> bool:
    """Whether the noun right before a name is *pagina*: then a page is meant, not its site.

    But *il sito a.example e relativa pagina https://b.example* is how Consob names two sites.
    """
    return _PAGE.search(before[-_NEAR:]) is not None


def below_furniture(text: Text, last: Candidate, name: Candidate) -> bool:
    """Whether a name stands alone on its line, and above it what is printed on each page."""
    at, end = text.line_start(name.start), text.line_end(name.start)
    if text.plain[at : name.start].strip() or text.plain[name.end : end].strip(" .;,"):
        return False
    gap = text.plain[last.end : at][-_NEAR:].rstrip()
    return FURNITURE.match(gap, gap.rfind("\n") + 1) is not None


def opened(said: str) -> int:
    """Return where the last word stands that opens a site rather than blocks it, or -1.

    *Inibisce a X di consentire l'accesso* opens nothing.
    """
    said = REMARK.sub(lambda found: " " * len(found[0]), said)
    found = last_match(OPENS, said)
    if found is None or _DENIED.search(said[max(0, found.start() - 2 * _NEAR) : found.start()]):
        return -1
    return found.start()


# What is forbidden or seized beside access: to use a name, to pay, to sell.
_OTHER_THINGS = deferred(
    r"(?<!mediante l')(?<!tramite l')(?<!attraverso l')(?<!con l')\b(?:uso"
    r"|utilizz(?:o|are|azione)(?!\s+delle\s+(?:proprie\s+)?reti\b)"
    r"|impiego)\b|\b(?:usare|impiegare|sfrutta\w+|registra(?:re|zione)|trasferi\w+|cession\w+"
    r"|cont[oi]|account|profil[oi]|pagament\w+|transazion\w+|denaro|somm[ae]|beni|merc[ei]"
    r"|prodott[oi]|vend\w+|commercializz\w+|offert\w+|pubblicit\w+|promozion\w+)\b",
    re.IGNORECASE,
)


def of_other_things(said: str) -> bool:
    """Whether what is blocked is not access to sites but a use of them, accounts, goods.

    ``said`` ends right before the names, or before the colon that announces them.
    """
    anchor = last_match(ANCHOR, said)
    if anchor is None:
        return False
    noun = next((w for w in WORD.finditer(said, anchor.end()) if w[0].lower() in NOUNS), None)
    other = _OTHER_THINGS.search(said, anchor.end())
    return other is not None and (noun is None or other.start() < noun.start())


_PARTICIPLE = deferred(r"(?:at|it|es|us)[oaie]\Z", re.IGNORECASE)


def is_participle(word: str) -> bool:
    """Whether a verb says what was done, rather than what to do: *bloccati*."""
    return _PARTICIPLE.search(word) is not None


_EARLIER = deferred(
    r"\bera(?:no)?\s+(?:già\s+)?stat[oaie]\b|\bsi\s+ricorda\b"
    r"|\bgià\s+(?:\w+\s+)?(?:blocc|oscur|inib|ordina|dispost|sequestr)\w*[oaie]\b",
    re.IGNORECASE,
)


OPEN = r"\b(?:raggiung|access)ibili\s*"
"""Words before a colon that announce what is not blocked: *siti raggiungibili:*."""
_OPEN = deferred(rf"{OPEN}(?::|\Z)", re.IGNORECASE)
_ALSO_ORDERS = deferred(r"\b(?:inoltre|parimenti|contestualmente|comunque)\b", re.IGNORECASE)


def is_earlier(said: str) -> bool:
    """Whether the words tell of a block that was ordered before: *era stato oscurato*."""
    return _EARLIER.search(said) is not None


def goes_on(words: str, verb: re.Pattern[str] = BLOCKS) -> bool:
    """Whether the words after a target order that something else is to be blocked, too.

    *Nonché di bloccare i siti* does, *la domanda di blocco dei siti* does not.
    """
    said = REMARK.sub(" ", SENTENCE_END.split(words)[-1])
    if _OPEN.search(said):
        return False
    found = next((f for f in verb.finditer(said) if not is_participle(f[0])), None)
    return only_links(_ALSO_ORDERS.sub("", said[: found.start()] if found else said))


_LEFT_OUT = deferred(
    r"(?:[ ](?=esclus[oaie]\b)|\s{0,3}[(\[](?:[^()\[\].]|\.(?=\w)){0,120}?"
    r"|(?:[ \t]{0,3}[-–—:|][ \t]|\t|[ ]{2,})[^()\[\],;.\n]{0,60}?)"
    r"(?<!\bnon )\b(?:esclus[oaie]\b(?!\s+(?:i|il|lo|la|le|gli|ogni|quell\w+)\b)|rinunci\w+"
    r"|rigett\w+"
    r"|respint\w+|già\s+(?:\w+\s+)?(?:blocc|oscur|inib|sequestr)\w+|archivia\w+|stralci\w+"
    r"|non\s+(?:accolt|ammess|compres|inclus|blocc|oscur|inib|da\s)\w*|autorizzat\w+|revoc\w+"
    r"|inammissib\w+|lecit[oaie]|legittim\w+|genuin\w+|ufficial\w+|eccettuat\w+)\b(?![-.]\w)",
    re.IGNORECASE,
)


def left_out(after: str) -> bool:
    """Whether the remark right after a name says that it is not meant, as in ``(escluso)``."""
    return _LEFT_OUT.match(after) is not None


_HALF = deferred(
    r"(?:[,;:|]\s*|\be\s+|[ \t]{2,}|\t|^[ \t]*)([a-z0-9][a-z0-9-]{0,62})[ \t]*\Z", re.MULTILINE
)
_BEFORE_NAMES = LINKS | words("ossia cioè ovvero segnatamente precisamente esattamente quali così")
# A semicolon with a blank behind it alone parts the items of a list, not cells.
_COLUMNS = deferred(r"\s{2,}|\t|\s?\||;(?=\S)|\s;")
_PLAIN_CELL = deferred(rf"(?:{_COLUMNS.pattern})[^.\n]*(?:\n|\Z)")


def broken_before(text: Text, name: Candidate) -> str:
    """Return the word at the end of the line before that may be the first half of a name.

    It is an entry of a list by itself, and the name begins the next line. In a column of such
    words it is no half: then another cell stands beside the name.
    """
    start = text.line_start(name.start)
    if not start or text.plain[start : name.start].strip():
        return ""
    above = text.plain[text.line_start(start - 1) : start - 1][-_NEAR:]
    marker = MARKER.match(above)
    found = _HALF.search(above[marker.end() :] if marker else above)
    if found is None or found[1] in _BEFORE_NAMES or found[1].isdecimal():
        return ""
    return "" if beside(text, name) else found[1]


def beside(text: Text, name: Candidate) -> bool:
    """Whether another cell without a name stands beside a name."""
    return _PLAIN_CELL.match(text.plain[name.end : text.line_end(name.start)] + "\n") is not None


def in_columns(text: Text, remark: str, name: Candidate) -> bool:
    """Whether the remark after the last name and that after this one are cells of a table.

    One that ends with a preposition goes on with the name below it.
    """
    last = WORD.findall(remark)[-1:]
    if last and last[0].lower() in PLACE | {"a", "ad", "al", "con", "da", "di", "per"}:
        return False
    if _COLUMNS.match(remark) is None:
        return False
    return beside(text, name) or _same_row(text, remark, name)


def _same_row(text: Text, remark: str, name: Candidate) -> bool:
    """Whether as many cells stand behind this name as behind the last one."""
    rest = text.plain[name.end : text.line_end(name.start)]
    if _COLUMNS.match(rest) is None:
        return False
    counts = [len(_COLUMNS.split(cells.strip(" ;,."))) for cells in (remark, rest)]
    return counts[0] == counts[1]
