"""OPENINGS: where the operative part begins in an act without P.Q.M. or a verb alone on its line.

There a paragraph begins with the verb, or with who decides and what was seen: *Il Giudice, letti
gli atti, ritenuta l'urgenza, inibisce …*. A verb inside any other sentence opens nothing, as it may
tell of another order.
"""

from __future__ import annotations

import re

from .candidates import nameless
from .deferredpattern import deferred
from .duties import first_duty
from .issuers import acting, in_capitals
from .letters import is_letter
from .liftings import LIFTED
from .listsections import list_sections
from .mailquotes import SIGN
from .transcripts import transcript

# In a letter, or in an act without such a heading, a paragraph begins with the verb.
_RUNNING = deferred(
    r"\n[ \t]*\n(?P<said>[^\w\n]*(?:con\s+(?:la|il)\s+presente"
    r"(?:\s+(?:nota|atto|provvedimento))?,?\s+)?(?:(?:ai\s+sensi|in\s+applicazione|a\s+norma|in\s+(?:esecuzione|forza|ottemperanza|attuazione|adempimento)|per\s+effetto|a\s+seguito|nell'ambito|sulla\s+base|alla\s+luce|in\s+considerazione)\s[^;:]{1,200}?(?:,\s+|\s(?=si\s)))?"
    r"(?:(?:l'Autorità|l'Agenzia|il\s+Garante|il\s+Ministero|il\s+direttore)\s+)?(?:si\s+)?"
    r"(?:ordina|dispone|ingiunge|intima|impone|è\s+(?:ordinato|disposto)|è\s+fatto\s+(?:ordine|obbligo)|provvede(?=\s+(?:\w+\s+)?(?:al|alla|all'))|procede(?=\s+(?:\w+\s+)?(?:al|alla|all')))[\s,])",
    re.IGNORECASE,
)
# *… ha notificato il decreto. In forza di tale decreto, si ordina alla parte di …*.
_BY_THAT = deferred(
    r"(?<=[\w)»\"]{2}\.)\s+(?P<said>(?:in\s+(?:forza|esecuzione|ottemperanza|attuazione|virtù)|per\s+effetto)\s+(?:di|del|della|dello|dell')\s*"
    r"(?:tal[ei]|dett[oa]|predett[oa]|suddett[oa]|citat[oa]|medesim[oa]|stess[oa])\s+(?:decreto|ordinanza|provvedimento|determina\w*|delibera|ordine|sentenza)"
    r"(?:\s+(?:n\.\s?\S{1,20}|del\s+\S{6,20}))?,?\s+si\s+(?:ordina|ingiunge|intima|dispone|impone)\s)",
    re.IGNORECASE,
)
_PROSECUTOR = deferred(r"\bPROCURA\b", re.IGNORECASE)
# *Si notifica il decreto … e, per l'effetto, si ordina a codeste società di …*.
_AND_ORDERS = deferred(
    r"\n[ \t]*\n[^\w\n]*si\s+(?:notific|trasmett)\w+\s(?:[^.;:]|\.(?=\s?\d)){3,300}?\se,?\s+"
    r"(?:(?:per\s+l'effetto|pertanto|conseguentemente|quindi),?\s+)?(?P<said>si\s+(?:ordina|ingiunge|intima|dispone)\s)",
    re.IGNORECASE,
)
# *Il GIP ha modificato il decreto … nei termini che seguono.* and items behind it.
_CHANGED = deferred(
    r"\bha\s+(?:parzialmente\s+)?(?:modificato|integrato|rettificato|esteso)\b[^;:]{0,400}?\b(?:nei\s+termini\s+(?:che\s+seguono|seguenti|di\s+seguito\s+\w+)"
    r"|nel\s+modo\s+seguente|come\s+segue)\s*[.:]",
    re.IGNORECASE,
)
_PETITION = deferred(
    r"^[^\w\n]*(?:ricorso|istanza|memoria|comparsa|atto\s+di|reclamo|verbale|richiesta|parere|diffida"
    r"|spett)\b",
    re.IGNORECASE | re.MULTILINE,
)
_PREMISED = deferred(
    r"^[^\w\n]*(?:tutto\s+)?(?:ciò|quanto\s+sopra)\s+premesso\b[^\n]{0,60}$",
    re.IGNORECASE | re.MULTILINE,
)
_VERB = deferred(
    r"\b(?:si\s+)?(?:ordina(?:no)?|ordino|dispongo|dispone|dispongono|dichiara\s+tenut\w|ingiunge|intima|impone|inibisce|interdice|vieta|fa\s+divieto|fa\s+ordine|comanda|prescrive|sottopone|obbliga|si\s+provvede(?=\s+al)"
    r"|convalida|conferma|decreta|condanna|accoglie|estende|è\s+fatto\s+(?:ordine|obbligo|divieto))(?=[\s,:])",
    re.IGNORECASE,
)
_SAID_SO = deferred(
    r"(?:si\s+decreta(?:\s+quanto\s+segue)?|così\s+(?:\w+\s+)?(?:dispone|provvede|decide|statuisce)"
    r"|(?:pronuncia|ha\s+pronunciato|emette|ha\s+emesso)\s+(?:la|il)\s+(?:seguente|presente)\s+(?:ordinanza|decreto|sentenza|provvedimento))\s*:\s*(?:\(?\w{1,2}[.)]\s+)?\Z",
    re.IGNORECASE,
)
# *Il Tribunale, sentite le parti, così statuisce:* at the end of a line, and items below it.
_SO = deferred(
    r"\b(?:così\s+(?:provvede|dispone|statuisce|decide|giudica)|(?:definitivamente\s+)?(?:decidendo|pronunciando|giudicando))\s*:[^\S\n]*$",
    re.IGNORECASE | re.MULTILINE,
)
_SENTENCE_START = deferred(
    r"\n[ \t]*\n|[.;:][ \t]*\n|\n(?=[^\w\n]*(?:vist|lett|ritenut|rilevat|considerat"
    r"|accertat|sentit|esaminat)[oaie]\b|[^\w\n]*(?:il|la|l'|lo)\s?(?:giudice|tribunale|corte|collegio|g\.?i\.?p|pubblico))",
    re.IGNORECASE,
)
_WHO = (
    r"(?:il|la|l'|lo|i)\s?(?:(?:sottoscritt\w|intestat\w)\s+)?(?:giudice|tribunale|corte|collegio|g\.?\s?i\.?\s?p\b|pubblico\s+ministero|pubblici\s+ministeri"
    r"|p\.?\s?m\b|procuratore|presidente|questore|prefetto|direttore|dirigente|garante|autorità|agenzia|commissione|istituto|ministero|ufficio\b|centro\b|(?:ivass|agcom|agcm|adm|aifa)\b)"
)
_SEEN = (
    r"(?:vist|lett|ritenut|rilevat|considerat|accertat|sentit|esaminat|udit|valutat|acquisit|richiamat|ravvisat|riconosciut|attes|riunit)[oaie]\b"
    r"|accogliendo|inaudita\s+altera|stante|in\s+ragione|atteso|considerat\w\b|d'urgenza|(?:tutto\s+)?(?:ciò|tanto|quanto\s+sopra)\s+(?:premesso|posto|considerato|esposto)|provvedendo|pronunciando|decidendo|a\s+scioglimento|in\s+(?:composizione|persona|accoglimento|riforma"
    r"|via|parziale|funzione)|nella\s+persona|dott|ai\s+sensi|a\s+norma|ogni\s|disatte|ed?\s|art|ss|comma|co\b|c\.\s?[pc]|n\.|lett|d\.|l\.|\d"
)
_PART = deferred(
    rf"\s*(?:{_WHO}|{_SEEN}|per\s+l'effetto|pertanto|quindi|definitivamente)", re.IGNORECASE
)
_SUBJECT = deferred(rf"\s*{_WHO}(?:\s+(?:\w\.|\w+)){{0,6}}\s*\Z", re.IGNORECASE)
# *Il Giudice, letti gli atti; ritenuto che …,* and the verb on a line of its own.
_PREMISES = deferred(
    rf"(?:\A|\n)[^\w\n]*{_WHO}[\w\s.]{{0,80}}?(?:[,;]\s+(?:vist|lett|ritenut|rilevat|considerat|accertat|sentit|esaminat|udit|valutat|attes|premess)[oaie]\b"
    r"[^.:\n]*(?:\.(?=\w)[^.:\n]*|\n(?![ \t]*\n)[^.:\n]*)*)(?:[,;][ \t]*\n[ \t\n]*|;[ \t]+)\Z",
    re.IGNORECASE,
)
_NO_PREMISE = deferred(
    r"\b(?:chied\w+|richie\w+|domand\w+|con\s+(?:cui|(?:il|la|i|le)\s+qual[ei])|già|avev\w+|sostien\w+|lament\w+|eccep\w+)\b",
    re.IGNORECASE,
)
_ACTS = deferred(
    r"\b(?:garante|autorità|tribunale|corte|giudice|commissione|ministero|agenzia|legge|norma)\b",
    re.IGNORECASE,
)
_QUOTES = deferred(
    r"\b(?:testualmente\s+(?:recita|dispone)|(?:seguente|presente)\s+(?:ordinanza|decreto|provvedimento)(?:\s+(?:dettat|res)[ao]\s+a\s+verbale)?"
    r"|(?:dispositivo|tenore)(?:\s+(?:è\s+il\s+seguente|recita))?)\s*:\s*(?P<open>[\"«“])",
    re.IGNORECASE,
)
# *A Rete S.p.A. è fatto obbligo*.
_TO_WHOM = deferred(
    r"[^\w\n]*\s*(?:a|ad|al|ai|alla|alle|agli)\s[^,;:]{3,80}\s(?:è\s+(?:fatto|ordinato)|si\s+ordina)[\w\s]*",
    re.IGNORECASE,
)
# What several decide they say behind their own name, parties too: *I pubblici ministeri, …*.
_MANY = deferred(r"(?:ordinano|dispongono)\Z", re.IGNORECASE)
_ASKS = deferred(
    r"^[^\w\n]*(?:ricorso|istanza|memoria|comparsa|atto\s+di|reclamo|richiesta|parere|diffida|spett)\b",
    re.IGNORECASE | re.MULTILINE,
)
_ASKED = deferred(
    r"\b(?:chied\w+|chiest\w+|richied\w+|domand\w+|propon\w+|invoc\w+|conclu\w+|istanz\w+|sollecit\w+|auspic\w+)\b",
    re.IGNORECASE,
)
_ISSUED = deferred(
    r"\b(?:pronunci\w+|emette|emess\w+|emanat\w+|adottat\w+|trasmett\w+|notific\w+|dettat\w+|depositat\w+|corregg\w+|rettific\w+)\b",
    re.IGNORECASE,
)
_TELLS = deferred(r"\b(?:che|quale|quali|con\s+cui|chied\w+|richie\w+|già)\b", re.IGNORECASE)
_ACT = deferred(
    r"\b(?:ordinanza|decreto|sentenza|provvedimento)\b|\bR\.?\s?G\b|\bR\.?G\.?N\.?R|\bn(?:r|°|\.)\s{0,2}\d|\bproc",
    re.IGNORECASE,
)
_HEADLINE = deferred(
    r"\b(?:oscur|blocc|inib|ordin[aei]\b|sequestr|condann|vieta|stop\b)\w*", re.IGNORECASE
)
_NOT = deferred(r"\bnon\s+(?:si\s+)?\Z", re.IGNORECASE)
_NEAR = 12
_HEAD = 1500
_REACH = 900


def running_start(plain: str, court: re.Match[str] | None) -> int:
    """Return where the operative part begins in a letter, or an act without its heading; or -1.

    Args:
        plain: the text.
        court: where a court's name opens a line of its head, if it does.
    """
    other = acting(in_capitals(plain[:_HEAD]))
    if other >= 0:
        passed = quoted(plain)[0]
        passed = passed if passed >= 0 else transcript(plain)[0]
        if passed >= 0:
            return passed
        found = _PREMISED.search(plain, other)
        if found:
            return found.end()
        running = _RUNNING.search(plain, other) or _BY_THAT.search(plain, other)
        running = running or _AND_ORDERS.search(plain, other)
        if running:
            return running.start("said")
        sections = list_sections(plain, len(plain))
        if sections:
            return sections[0].start
        at = _decided(plain, other)
        return at if at >= 0 else first_duty(plain)
    if court is not None and (passed := quoted(plain)[0]) >= 0:
        return passed
    # What a letter quotes may begin with the court's name.
    if court is None or SIGN in court[0] or court[0].lstrip()[:1] in ('"', "«", "“", ">"):
        return transcript(plain)[0]
    if _PETITION.search(plain[:_HEAD]):
        return -1
    # A headline says in the court's own line what it did: *Tribunale di Milano, oscurati due siti*.
    if _HEADLINE.search(plain[court.start() : plain.find("\n", court.end())]):
        return -1
    changed = _CHANGED.search(plain, court.end())
    if changed is not None:
        return changed.end()
    at = _decided(plain, court.start())
    if at < 0 and _PROSECUTOR.search(court[0]) and is_letter(plain):
        return first_duty(plain)
    return at if at >= 0 and _ACT.search(plain[court.start() : at]) else -1


def decided_so(plain: str, begin: int) -> int:
    """Return where items begin behind *così statuisce:* of who decides, or -1."""
    for found in _SO.finditer(plain, begin):
        lead = _SENTENCE_START.split(plain[max(begin, found.start() - _REACH) : found.start()])[-1]
        if not (_ASKED.search(lead) or _TELLS.search(lead.partition(",")[0])):
            return found.end()
    return -1


def _led(lead: str) -> bool:
    """Whether who decides stands right before the verb, behind what was seen: *Ciò posto, …*."""
    *seen, last = lead.split(",")
    return bool(seen) and _SUBJECT.fullmatch(last) is not None and all(map(_PART.match, seen))


def quoted(plain: str) -> tuple[int, int]:
    """Return where an order begins and ends that a letter quotes whole, or minutes; or -1."""
    found = _QUOTES.search(plain)
    if found is None or LIFTED.search(nameless(plain)) or _ASKS.search(plain[:_HEAD]):
        return -1, -1
    # What the parties ask for is quoted, too.
    before = plain[max(0, found.start() - _REACH) : found.start()]
    told = _SENTENCE_START.split(before)[-1]
    if _ASKED.search(told) or not _ISSUED.search(told):
        return -1, -1
    end = plain.find({"«": "»", "“": "”"}.get(found["open"], '"'), found.end())
    verb = _VERB.search(plain, found.end(), end if end >= 0 else len(plain))
    if verb is None or end < 0 or _NOT.search(plain, max(0, verb.start() - 8), verb.start()):
        return -1, -1
    return verb.start(), end


def _premised(before: str) -> bool:
    """Whether a verb opens its line behind who decides and what was seen and found."""
    found = _PREMISES.search(before)
    if found is None or _NO_PREMISE.search(found[0]):
        return False
    said = found[0].rstrip(" ,;\n").split(" che ")[-1]
    if before.rstrip().endswith(";") and "\n\n" in before[-4:]:
        return True
    return " che " not in found[0] or not ("," in said or _ACTS.search(said))


def _decided(plain: str, begin: int) -> int:
    """Return where the first verb stands that who decides is the subject of."""
    for verb in _VERB.finditer(plain, begin):
        before = plain[max(begin, verb.start() - _REACH) : verb.start()]
        if _NOT.search(before[-_NEAR:]):
            continue
        if _SAID_SO.search(before):
            return verb.start()
        pieces = _SENTENCE_START.split(before)
        lead = pieces[-1]
        if len(pieces) == 1 or (_MANY.search(verb[0]) and not _premised(before)):
            continue
        if not lead.strip(" \t\n-–—•*·▪)0123456789"):
            return verb.start()
        if _premised(before):
            return verb.start()
        if _TELLS.search(lead):
            continue
        if (
            _SUBJECT.fullmatch(lead)
            or _TO_WHOM.fullmatch(lead + verb[0])
            or _led(lead)
            or (
                lead.rstrip().endswith((",", ":"))
                and all(_PART.match(part) for part in lead.rstrip(" ,:\n").split(","))
            )
        ):
            return verb.start()
    return -1
