"""BACK REFERENCES: sites that an order blocks without naming them again: *i predetti siti*.

They are read only where they can be no others: the one enumeration of the clause before, if the
number agrees; or the entries of the one numbered list before the operative part, for *i siti di cui
ai nn. 1 e 3 dell'elenco*; or the one list of the point or article that is named; or what the same
sentence confiscates.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from .candidates import Candidate, Text, words
from .clauses import Clause
from .cues import AUTHORITIES, EXCEPT, SENTENCE_END
from .deferredpattern import deferred
from .entryremarks import takes_off
from .numbers import cardinal
from .paragraphs import paragraph_named
from .sitewords import NOUNS, WORD, in_short, only_links

_SITES = r"(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali)"
_SITE = r"(?:sito|dominio|nome\s+(?:a|di)\s+dominio|portale)"
_SAID = r"(?:predett|suddett|anzidett|summenzionat|sunnominat|medesim)"
_MANY = deferred(
    rf"\b{_SAID}i\s+{_SITES}\b|\b{_SITES}(?:\s+(?:web|internet))?\s+(?:predetti|suddetti|anzidetti|medesimi|stessi)\b",
    re.IGNORECASE,
)
_ONE = deferred(
    rf"\b{_SAID}o\s+{_SITE}\b|\b{_SITE}(?:\s+(?:web|internet))?\s+(?:predetto|suddetto|anzidetto|medesimo|stesso)\b",
    re.IGNORECASE,
)
# What makes the sites of the clause before others than those to be blocked.
_UNFIT = deferred(
    r"\b(?:non|né|rinunci\w+|estint\w+|cessat\w+|venut\w+|rigett\w+|respin\w+|inammissib\w+|infondat\w+|revoc\w+|annull\w+|lecit\w+|legittim\w+|uffici\w+"
    r"|autorizz\w+|consen\w+|liber\w+|imit\w+|clon\w+|copi\w+|confus\w+|confond\w+|pubblica(?:zione|re)|spese|salvo|qualora"
    r"|trasferi\w+|titolar\w+|gestor\w+|(?:danno|tutela|favore)\s+(?:dei|del|degli)\s+(?:\w+\s+)?(?:sit|portal|domin|nom)\w*)\b",
    re.IGNORECASE,
)
_NUMBERS = deferred(
    rf"\b{_SITES}(?:\s+(?:web|internet))?\s+(?:(?:di\s+cui|indicati|elencati|riportati|individuati)\s+)?"
    r"(?:ai|con\s+i|sub|ai\s+punti|alle\s+lettere|sub\s+lettere)\s+(?:nn?\.\s?|nn?\s|numeri\s+)?"
    r"(?P<which>\(?(?:\d{1,3}|[a-z])\)?(?:(?:\s*,\s*(?:ed?\s+)?|\s+ed?\s+)\(?(?:\d{1,3}|[a-z])\)?(?![\w.]))+)"
    r"\s+(?:del(?:l'|la\s+|lo\s+)?|nell'|nella\s+)(?:\s?(?:predett|suddett|allegat)\w\s+)?(?:elenco|elencazione|lista)\b",
    re.IGNORECASE,
)
# *Ai siti di cui ai nn. 1, 3 e 5 della tabella* (a.example, b.example, c.example).
_ENTRIES = deferred(
    r"\s(?:di\s+cui|indicati|elencati|riportati)\s+(?:ai|sub)\s+(?:nn?\.\s?|numeri\s+|punti\s+)"
    r"(?P<which>\d{1,3}(?:(?:\s*,\s*(?:ed?\s+)?|\s+ed?\s+)\d{1,3}){1,60})"
    r"\s+(?:del(?:l'|la\s+|\s+))\s?(?:predett\w\s+)?(?:elenco|lista|tabella|prospetto)(?:\s+(?:in|di\s+cui\s+in)\s+(?:ricorso|premessa|atti))?"
    r"(?:\s*\(|,?\s+(?:cioè|ossia|segnatamente|e\s+precisamente)\s|:)\s*\Z",
    re.IGNORECASE,
)
_MARK = deferred(r"(?:^|[\s:;,(])\(?(\d{1,3}|[a-z])[.)]\s{1,6}\Z", re.IGNORECASE)
_NUMBER = deferred(r"\s*(?:\(?\w{1,2}[.)]\s*)?")
_AND = deferred(r"\s*,\s*(?:ed?\s+)?|\s+ed?\s+", re.IGNORECASE)
_NEAR = 20
_SENTENCE = 400
# *Ordina a Rete di inibirne l'accesso*: those of the clause before.
_THEM = deferred(
    r"\b(?:inibir|bloccar|impedir|precluder|interdir|disabilitar|oscurar|filtrar|assicurar|consentir|permetter|garantir"
    r"|render(?=ne\s+(?:\w+mente\s+)?impossibile\s+l'accesso|l[oaie]\s+(?:\w+mente\s+)?(?:inaccessibil|irraggiungibil)))(ne|vi|li|lo|la|le)\b"
    r"|(?<!non\s)\b(ne|vi)\s+(?:(?:inibisc|impedisc|preclud|interdic|disabilit|blocch)(?:a|ano|ino|i)|(?:man)?teng(?:a|ano)\s+(?:inibit|bloccat|preclus|interdett|impedit)o)\s+(?:\w+mente\s+)?l'accesso\b",
    re.IGNORECASE,
)
_WRONG = deferred(
    r"\b(?:violazion|violano|illecit|illegal|abusiv|pirat|contraffatt|contraffazion|truff|senza\s+(?:autorizzazione|titolo|concessione)"
    r"|in\s+(?:assenza|difetto|mancanza)\s+(?:di|della|del)\s+(?:\w+\s+)?(?:concession|autorizzazion|titol|licenz)"
    r"|inottemper\w+|inadempi\w+|inosserv\w+|irregolar\w+|priv[oie]\s+(?:di|della)\s+(?:\w+\s+)?(?:concession|autorizzazion)|reat[oi]|lesiv|ledono|fraudolent|senza\s+titolo|non\s+autorizzat)\w*",
    re.IGNORECASE,
)
_GRANTED = deferred(
    r"\A\W*(?:\w{1,2}[.)]\s+)?(?:quanto|con\s+(?:riguardo|riferimento)|in\s+relazione|relativamente)\s+a"
    r"|\baccoglie\s+(?:la\s+domanda|il\s+ricorso|l'istanza|il\s+reclamo)\s[^;:]{0,60}?"
    r"(?:limitatamente|in\s+relazione|con\s+(?:riguardo|riferimento)|quanto|relativamente)\s+a",
    re.IGNORECASE,
)
# *Da parte dei gestori dei siti*: they did wrong, and their sites are meant.
_GESTORI = deferred(
    r"\b(?:da\s+parte\s+)?dei\s+gestori\s+(?=dei\s+(?:siti|portali)\b)", re.IGNORECASE
)
# *I tre siti in premessa*.
_PREMISED = deferred(
    rf"(?:\b(\w+)\s+)?\b{_SITES}(?:\s+(?:web|internet))?\s+(?:(?:indicati|elencati|citati|menzionati|descritti|specificati|individuati|di\s+cui)\s+)?"
    r"in\s+(?:premessa|narrativa|epigrafe|motivazione|parte\s+motiva)\b",
    re.IGNORECASE,
)
# *Le pagine dei siti …*: whose they are, not what does wrong.
_OF_SITES = deferred(
    r"(?<!opera )(?<!parte )(?<!irregolarità )(?<!illiceità )"
    r"(?<!illegalità )(?<!abusività )"
    r"\b(?:dei|del|degli|delle|della|ai|al)\s+(?:\w+\s+){0,2}(?:sit[oi]|"
    r"portal[ei]|domini\w?|piattaform[ae])\W*\Z",
    re.IGNORECASE,
)
# *L'elenco dei siti di cui alla determina n. 1 è integrato con i seguenti:*.
_ADDS = deferred(
    r"\b(?:elenco|lista)\b(?P<which>(?:[^.;:]|(?<=\bn)\.){0,160}?)\s(?:è|viene)\s+(?:\w+mente\s+)?(?:integrat|aggiornat|ampliat|estes)[oa]\s+"
    r"(?:(?:con|dai|da|mediante\s+(?:l'\s?inserimento|l'\s?aggiunta|l'\s?inclusione)\s+de(?:i|gli))\s+)?"
    rf"(?:(?:i|gli)\s+)?(?:(?:seguenti|nuovi|ulteriori)\s*)+(?:{_SITES}|indirizzi)?(?:\s+(?:web|internet))?\s*:?\s*(?:[-–•*]|\(?\w{{1,2}}[.)])?\s*\Z",
    re.IGNORECASE,
)
_WHICH_LIST = words(
    "di cui al alla all ai del dell della dei degli da d il la l i a e siti domini nomi dominio "
    "web internet n nr nn in data punto articolo allegato determina determinazione delibera "
    "decreto provvedimento ordinanza ordine presente oggetto destinatari inibiti oscurati "
    "bloccati inibire oscurare bloccare dda cons csp quali si riferisce gennaio febbraio marzo "
    "aprile maggio giugno luglio agosto settembre ottobre novembre dicembre"
)
# *Dispone la confisca dei siti … e ordina di inibire l'accesso ai medesimi*.
_CONFISCATES = deferred(
    rf"(?:\A|(?<=[\s,;]))(?<!\bnon\s)(?:dispone|ordina|decreta)\s+(?:altresì\s+)?la\s+confisca\s+(?:dei|del)\s+(?:seguenti\s+)?(?:{_SITES}|{_SITE})(?:\s+(?:web|internet))?\s*:?\s*\Z",
    re.IGNORECASE,
)
_COPY = deferred(
    r"\bcopia\s+(?:conforme\s+)?(?:del|della|dell')\s?(?:unit\w\s+|allegat\w\s+)?(?=(?:decreto|ordinanza|provvedimento|sentenza)\b)",
    re.IGNORECASE,
)
_SEIZED = deferred(
    r"\bsequestro\s+preventivo\b(?:[^.;:]|\.(?=\S)|(?<=\.\w)\.){0,160}?\b(?:avente\s+(?:ad|per)\s+oggetto|relativo\s+a)"
    rf"i?\s+(?:(?:i|il)\s+)?(?:seguenti\s+)?(?:{_SITES}|{_SITE})\b",
    re.IGNORECASE,
)
_ABOUT = deferred(
    r"^[^\S\n]*oggetto\s*:(?:[^\n]*\S[^\n]*\n){1,6}[ \t]*\n", re.IGNORECASE | re.MULTILINE
)
# *Ha accertato l'offerta di prodotti attraverso i siti: …*.
_OFFERED = deferred(
    r"\b(?:offert|offr|vend|commercializz|pubblicizz|propon|trasmett|diffond|diffusion)\w*[^.;:]{0,120}\b(?:attraverso|tramite|mediante|sui|dai)\s+(?:i\s+)?(?:seguenti\s+)?"
    r"siti(?:\s+(?:web|internet))?\s*:?\s*\Z",
    re.IGNORECASE,
)
# What a letter is about: *Oggetto: inibizione di siti che vendono …*.
_SUBJECT = deferred(
    rf"^[^\S\n]*oggetto\s*:\s*(?:\w+\s+){{0,3}}?(?:inibizione|oscuramento|blocco|disabilitazione|interdizione)(?:\s+dell'accesso)?"
    rf"\s+(?:d(?:i|ei)|a(?:i)?|di\s+n\.\s*\d+)\s+(?:\w+\s+)?{_SITES}\b",
    re.IGNORECASE | re.MULTILINE,
)
_THOSE = deferred(
    r"\b(?:(?:ai|dei)\s+(?:medesim|predett|suddett)(?P<many>i)|(?:agli|degli)\s+stess(?P<same>i)|(?:al|del)\s+(?:medesim|predett|suddett)o|allo\s+stesso"
    r"|(?:ai|dei)\s+(?:siti|domini)\s+(?:così\s+)?(?P<taken>confiscat)i|(?:al|del)\s+(?:sito|dominio)\s+(?:così\s+)?confiscato)"
    r"(?=\s*(?:[,;.]|\Z)|\s+(?:da\s+parte|mediante|tramite|entro|in\s+via|sul|dal|per|a\s+cura)\b)",
    re.IGNORECASE,
)
_VICTIM = deferred(
    r"\b(?:propri[oi]|suo|suoi|gestisc\w+|dann[oi]|vittim\w+|banca|editore|testata)\b",
    re.IGNORECASE,
)


def referred(
    text: Text, clause: Clause, before: Clause | None, names: Sequence[Candidate], start: int
) -> list[Candidate]:
    """Return the names that a clause on blocking means and does not repeat; none in doubt.

    Args:
        text: the document.
        clause: the clause; it holds no target of its own.
        before: the last clause before it that holds a name.
        names: those of the document.
        start: where the operative part begins.
    """
    if EXCEPT.search(clause.text):
        return []
    numbers = _NUMBERS.search(clause.text)
    if numbers:
        annexed = "allegat" in clause.text.lower()
        listed = [n for n in names if (n.start >= clause.end if annexed else n.start < start)]
        entries = _numbered(listed, text)
        wanted = [one.strip("() ").lower() for one in _AND.split(numbers["which"])]
        known = all(entry in entries for entry in wanted)
        return [entries[entry] for entry in wanted] if known else []
    part = paragraph_named(text.plain, clause.start, clause.text, start)
    if part:
        return _of_paragraph(text, names, *part)
    at = clause.object_start or clause.start
    stop = SENTENCE_END.search(text.plain, at, clause.end)
    said = text.plain[at : stop.end() if stop else clause.end]
    many, one = _MANY.search(said), _ONE.search(said)
    before_it = text.plain[max(clause.start, at - _NEAR) : at]
    them = _THEM.search(before_it[before_it.rfind(" ", 0, -1) + 1 :] + said)
    those = _THOSE.search(said)
    if those and before and not (many or one or them):
        return _confiscated(text, clause, before, names, many=any(those.groups()))
    if any(at <= name.start < at + len(said) for name in _others(names)):
        return []
    if them and not (many or one):
        return _meant_by_them(text, clause, before, names, them)
    premised = _PREMISED.search(clause.text)
    if premised:
        return _only_ones(text, names, start, many=True, stated=cardinal(premised[1] or ""))
    if bool(many) == bool(one):
        return []
    held = [name for name in names if clause.start <= name.start < at]
    begin, end = clause.start, at
    if not held and before is not None:
        held = [name for name in names if before.start <= name.start < before.end]
        begin, end = before.start, before.end
    if not held:
        return _only_ones(text, names, start, many=bool(many))
    if _UNFIT.search(_without(text, begin, end, held)):
        return []
    if (len(held) > 1) != bool(many):
        return []
    return held if _enumerated(text, begin, held) else []


def _of_paragraph(text: Text, names: Sequence[Candidate], begin: int, end: int) -> list[Candidate]:
    """Return the sites of the paragraph that an order points at, if it names no others."""
    held = [name for name in names if begin <= name.start < end]
    said = _GESTORI.sub(" ", _without(text, begin, end, held))
    adds = _ADDS.search(text.plain, begin, held[0].start) if held else None
    if adds:
        which = {word.lower() for word in WORD.findall(adds["which"])}
        joined = all(only_links(text.plain[a.end : b.start]) for a, b in pairwise(held))
        unfit = _UNFIT.search(said) or takes_off(said) or not joined
        return [] if unfit or not which <= _WHICH_LIST else held
    if not held or _UNFIT.search(_WRONG.sub(" ", said)) or not _WRONG.search(said):
        return []
    return held if _enumerated(text, begin, held) else []


def _meant_by_them(
    text: Text,
    clause: Clause,
    before: Clause | None,
    names: Sequence[Candidate],
    them: re.Match[str],
) -> list[Candidate]:
    """Return the sites of the clause right before that *inibirne l'accesso* means."""
    # Between two items stands the number of the second: *2)*.
    if before is None or not _NUMBER.fullmatch(text.plain, before.end, clause.start):
        return []
    held = [name for name in names if before.start <= name.start < before.end]
    said = _without(text, before.start, before.end, held)
    if not held or _UNFIT.search(said) or _VICTIM.search(said):
        return []
    taken = _confiscated(text, clause, before, names, many=len(held) > 1)
    if not (_WRONG.search(said) or _GRANTED.search(said) or taken):
        return []
    after = text.plain[held[-1].end : before.end].rstrip(" \n;")
    if NOUNS.intersection(WORD.findall(after.lower())) or SENTENCE_END.search(after):
        return []
    if _pronoun(them) not in ("ne", "vi") and (len(held) > 1) != (_pronoun(them) in ("li", "le")):
        return []
    return held if _enumerated(text, before.start, held) else []


def _pronoun(them: re.Match[str]) -> str:
    return (them[1] or them[2]).lower()


def _confiscated(
    text: Text, clause: Clause, before: Clause, names: Sequence[Candidate], *, many: bool
) -> list[Candidate]:
    """Return the sites that the same sentence confiscates right before it blocks them."""
    held = [name for name in names if before.start <= name.start < before.end]
    if before.end != clause.start or not held or (len(held) > 1) != many:
        return []
    lead = text.plain[max(0, before.start - _NEAR) : held[0].start]
    between = text.plain[held[-1].end : before.end]
    if not _CONFISCATES.search(lead) or SENTENCE_END.search(between.rstrip(" \n;")):
        return []
    if NOUNS.intersection(WORD.findall(between.lower())) or _UNFIT.search(between):
        return []
    return held if all(only_links(text.plain[a.end : b.start]) for a, b in pairwise(held)) else []


def _only_ones(
    text: Text,
    names: Sequence[Candidate],
    start: int,
    *,
    many: bool,
    stated: int | None = None,
) -> list[Candidate]:
    """Return the one enumeration before the operative part; none if another name stands anywhere.

    Its sentence says what is wrong with the sites, and nothing that makes them those of a victim.
    """
    named = _others(names)
    held = [name for name in named if name.start < start]
    if not held or len(held) != len(named) or any(name.trait for name in held):
        return []
    if (len(held) > 1) != many or len({name.host for name in held}) != len(held):
        return []
    begin = max(0, held[0].start - _SENTENCE)
    lead = _ABOUT.split(SENTENCE_END.split(text.plain[begin : held[0].start])[-1])[-1]
    if _OF_SITES.search(lead):
        return []
    begin = held[0].start - len(lead)
    end = held[-1].end + len(SENTENCE_END.split(text.plain[held[-1].end :][:_SENTENCE])[0])
    said = _COPY.sub(" ", _without(text, begin, end, held))
    wrong = _WRONG.search(said) or (_SEIZED.search(said) and not takes_off(said))
    wrong = wrong or (_OFFERED.search(lead) and _SUBJECT.search(text.plain, 0, start))
    other = stated is not None and stated != len(held)
    if _UNFIT.search(said) or _VICTIM.search(said) or other or not wrong:
        return []
    joined = all(only_links(text.plain[a.end : b.start]) for a, b in pairwise(held))
    return held if _enumerated(text, begin, held) or (stated and joined) else []


def _others(names: Sequence[Candidate]) -> list[Candidate]:
    """Return the names that may be sites to be blocked: those of no part of the state."""
    return [name for name in names if name.host and not f".{name.host}".endswith(AUTHORITIES)]


def _without(text: Text, begin: int, end: int, names: Sequence[Candidate]) -> str:
    """Return the words of a stretch without its names, whose labels may be words."""
    starts = [begin, *(name.end for name in names)]
    ends = [*(name.start for name in names), end]
    return " ".join(text.plain[a:b] for a, b in zip(starts, ends, strict=True))


def _enumerated(text: Text, begin: int, names: Sequence[Candidate]) -> bool:
    """Whether names are one enumeration behind a noun such as *siti*."""
    lead = in_short(_without_entries(text.plain[begin : names[0].start], len(names)))
    said = WORD.findall(lead.lower())
    index = max((i for i, word in enumerate(said) if word in NOUNS), default=-1)
    if index < 0 or said[index] in ("pagina", "pagine") or not only_links(" ".join(said[index:])):
        return False
    return all(only_links(text.plain[a.end : b.start]) for a, b in pairwise(names))


def _without_entries(lead: str, count: int) -> str:
    """Return words without those on which entries of a list are named behind them, and as many."""
    entries = _ENTRIES.search(lead)
    if entries is None or len(_AND.split(entries["which"])) != count:
        return lead
    return f"{lead[: entries.start()]} "


def _numbered(names: Sequence[Candidate], text: Text) -> dict[str, Candidate]:
    """Return the entries of the one numbered list among names; none if there are two."""
    entries: dict[str, Candidate] = {}
    for name in names:
        mark = _MARK.search(text.plain[max(0, name.start - _NEAR) : name.start])
        if mark is None:
            continue
        key = mark[1].lower()
        if key in entries:
            return {}
        entries[key] = name
    first = [*entries][:1]
    counted = [str(n + 1) for n in range(len(entries))]
    lettered = [chr(ord("a") + n) for n in range(len(entries))]
    return entries if [*entries] in (counted, lettered) and first else {}
