"""ENTRY REMARKS: what stands behind a name in its line, where it is an entry of a list or a table.

A remark may take its entry off in any words: *(depennato)*, *accesso consentito*, *NO*. So only
words of a closed set leave the entry a target: what the site is or offers, where it is hosted, that
it is to be blocked. Any other word makes the name a doubt.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .annexes import Tables
from .candidates import Candidate, Text, words
from .cues import EXCEPT
from .deferredpattern import deferred
from .enumerations import marker_of
from .keptaway import BLOCKED_THEREBY
from .remarkwords import HARMLESS
from .sitewords import NOUNS, WORD

# What takes a site off a list, or says that it is another.
TAKES_OFF = deferred(
    r"\b(?:non|né|nessun\w*|senza|salv[oaie]|salvo|tranne|eccett\w+|eccezion\w+|esclu\w+|fuori|fuorch\w+|sospes\w+|sospen\w+|cess(?:at|a\b|ò|an)\w*"
    r"|scadut\w+|scad\w+|decad\w+|inefficac\w+|revoc\w+|annull\w+|null[oaie]|caduc\w+|rinunc\w+|estint\w+|archivi(?:at|az)\w+|stralci\w+|depenn\w+"
    r"|cancell\w+|elimin\w+|espun\w+|soppress\w+|togli\w+|tolt[oaie]|rimoss\w+|rimuov\w+|rimoz\w+|riapert\w*|riapri\w+|riammes\w+|riattiv\w+|ripristin\w+"
    r"|riabilit\w+|sblocc\w+|dissequest\w+|restituit\w+|restituzion\w+|liber[oaie]|consentit\w+|permess[oaie]|autorizzat\w+|lecit[oaie]|legal[ei]|legittim\w+|regolar[ei]|regolarizz\w+|ammess[oaie]|autorizzazion[ei]|improcedib\w+|refus[oi]|concessionari\w*|cedut[oa]|acquistat[oa]|separatamente|in\s+regola"
    r"|genuin\w+|estrane\w+|errat\w+|error\w+|erronea\w*|omess\w+|omett\w+|respin\w+|rigett\w+|inammissib\w+|infondat\w+|pendent[ei]|valutazion\w+"
    r"|valutare|istruttori\w+|attesa|rinvi\w+|differi\w+|posticip\w+|propost[aeio]|bozza|provvisor\w+|vittim\w+|les[oa]|conclus\w+|superat\w+"
    r"|ritirat\w+|abrogat\w+|perdut\w+|pers[oa]|terminat\w+|sostitu\w+|lasciat\w+|lasciar\w+|apert[oaie]|attend\w+|no|leggasi|lett[oa]\s+come|in\s+luogo|appartien\w+|appartengono|rettific\w+|corre(?:zion|gg|tt)\w+|perento|resta|restano|rimane|rimangono)\b",
    re.IGNORECASE,
)
# Whose a site is, or which one another imitates.
_OF_ANOTHER = deferred(
    r"\b(?:ricorrent|attric|attor|denunciant|querelant|segnalant|istant|original|imitat|clonat|copiat|plagiat|tutelat|ufficial|istituzional|concessionari|minister|vigilat)\w*",
    re.IGNORECASE,
)
# *Ai siti a.example, da ultimo liberato, e b.example*.
_PARTICIPLE = deferred(
    r"[\s,;:»>/.…=-]{1,5}(?:(?:da|già|ora|poi|stato|ultimo|è|e|nuovamente)\s+){0,3}"
    r"(?!(?:ospit|registr|gest|intest|pubblic|accert|indic|denomin|utiliz|destin|dedic|colloc|ident|corrisp|riconduc|raggiung|conten|operant"
    r"|tutt|quest|altr|stess|medesim|predett|sudd|suindic|risp|titol|spes|compres|inclus|trasmess|disposit|mediant|tramit|sit[oi]\b|quant|tant|corrent|present|seguent|sopr|sott|contraff|situat|sit[ae]\b|assegn|associat|attest|prodott|soggett|autent|pertant)\w*)"
    r"(?:\w+(?:at|it|ut|rt|(?<!r)s|lt|nt)[oaie]|off-?line|no|libero|lecito)\b(?=\s*(?:[,;]|\.(?:\s|\Z)|\Z)|\s+(?:ed?|nonché)\s)",
    re.IGNORECASE,
)
_LONGEST = 200
_NEAR = 120
# What a decision calls a site, or where it was shown.
_GLOSS = deferred(
    r"\A[\s(\[]*(?:di\s+seguito\b|in\s+seguito\b|d'ora\s+in|per\s+brevità\b|doc(?:c|umento)?\b|all(?:egato)?\b\.?|fig\b|cfr\b|v\.\s+(?:www|all|doc)|pagg?\b|infra\b|supra\b|già\s+oggetto\s+d[ie]l?\b"
    r"|(?:ed?|nonché|con|(?:ivi\s+)?(?:compres|inclus)[oaie])\s+(?:(?:il|i|gli|tutti|ogni|ciascun)\s+)?(?:altr[oi]\s+)?(?:relativi?|suoi|rispettivi|loro|sottodomini\w?)\b)",
    re.IGNORECASE,
)
_NAME = deferred(r"(?:https?://)?[\w-]+(?:\.[\w-]+)+(?:/\S*)?|\w+@\S+|\S*[:/]\S*\d\S*")
# What a clause says of all its sites, behind the last of them.
_GOES_ON = deferred(
    r"[\s,;.)»”\"]*(?:(?:ed?|nonché|oltre(?:\s+che)?)\s+(?:altresì\s+|anche\s+)?(?:(?:d|del|dei|degli|delle|della|di|a|ad|al|ai|agli|alla|alle"
    r"|il|i|gli|le|la|ogni|tutt\w|ulterior\w|relativ\w|qualsia\w+|qualunque|lor\w|altr\w|sottodomini|verso|per|con|cioè|in|comunque|attraverso|anche|dispone|ordina|condanna|manda)\b|all'|d'|dell'|l')"
    r"|mediante|tramite|attraverso|entro|fino|sino|a\s+decorrere|con\s+(?:effetto|decorrenza|ogni|espress\w+|modalità)|da\s+parte|a(?:i|lle)\s+(?:propri|loro)|nel\s+(?:termine|più)|nei\s+(?:confronti|termini)|in\s+modo|così"
    r"|nelle\s+(?:forme|modalità)|nei\s+modi|con\s+le\s+(?:forme|modalità|stesse)|in\s+conformità|per\s+(?:tutti\s+)?(?:gli|i)\s+(?:propri\s+)?(?:utenti|clienti|abbonati)|agli\s+utenti|su\s+tutto\s+il|dal\s+territorio|dall'\s?italia"
    r"|al\s+fine|affinché|sul\s+territorio|ai\s+sensi|a\s+cura|pena|dandon\w+|bloccandon\w+|assicurando|dispon\w+|ordina\w*|nulla|spese)\b",
    re.IGNORECASE,
)
_NO_REMARK = deferred(r"[\s.,;)»”\"'|│┃║]*(?:(?<=;)\s*ed?|(?<=,)\s*ed?)?\s*")
_BRACKETED = deferred(r"[ \t]{0,3}[(\[{][^()\[\]{}]*(?:\([^()\n]*\)[^()\[\]{}]*)?(?:[)\]}]|\Z)")
# *(ex b.example) - NO*.
_BEHIND_BRACKETS = deferred(r"[ \t]{0,3}[-–—:][ \t]{1,3}[^\W\d_]{1,20}\b(?![.@-]\w)")
_SET_APART = deferred(r"[ \t]*(?:[\[{<=→←✓✔☑|│┃║]|[-–—:*+#][ \t]|\t)|[ ]{2,}(?=[^\s(,;.])")
_STRUCK = deferred(r"[~✗✘☒☐†‡?]|!{2,}")
_STRUCK_BEFORE = deferred(r"[~✗✘☒☐†‡]|\[\s\]|--[ \t]*\Z")
_REMARK_BEFORE = deferred(r"[(\[]([^()\[\]\n]{2,80})[)\]][ \t]*\Z")
_FIRM = deferred(r"(?:[A-Z][\w&'-]*\s){1,4}(?:Ltd|Limited|Inc|LLC|GmbH|B\.?V|N\.?V)\b\.?")
_LINKED = (
    r"(?:(?:il|lo|la|l'|i|sito|dominio|portale|noto|nota|omonimo|genuino|ufficiale|web|di|del|della"
    r"|dello)\s*){0,5}"
)
# What the entry is to another site, which the words behind it speak of.
_TO_ANOTHER = deferred(
    r"\b(?:(?:che\s+)?(?:imita|clona|copia|riproduce|simula)|da\s+non\s+confonder\w+\s+con|(?:clone|copia|imitazione|mirror|alias|fotocopia)(?:\s+d[ie]l?)?"
    r"|già|ora|oggi(?:\s+anche)?|ospitat[oa]\s+(?:da|su|presso)|hosting|host|titolare(?:\s+[A-Z]\w+\s+\w+,\s+pagamento\s+tramite)?|fonte|registrar|registrat[oa]\s+(?:da|presso)"
    rf"|pagamento\s+tramite|versione\s+\w+\s+di|omonimo|sito\s+ufficiale|v\.(?:\s+\w+)?|si\s+veda|cfr\.)[\s:]+{_LINKED}{_NAME.pattern}",
    re.IGNORECASE,
)
# *In precedenza a.example*, *fino a gennaio noto come a.example*: how the entry was called.
_FORMERLY = deferred(
    r"\b(?:(?:ex|(?:ancora?\s+)?prima,?|dapprima|un\s+tempo|in\s+(?:precedenza|passato|origine)|precedentemente|originariamente|inizialmente"
    r"|(?:fino|sino)\s+a[\w']*\s*(?:[\w']+\s+){0,4}?(?=not|conosciut|attiv|raggiung|access))"
    r"(?:\s*\b(?:not[oa]|conosciut[oa]|attiv[oa]|raggiungibile|accessibile)(?:\s+(?:come|quale|su|sul|con|al|all'(?:indirizzo|IP)))?)?"
    r"|(?:erede|successore|che\s+ha\s+preso\s+il\s+posto)\s+d(?:i|el)|(?:che\s+è\s+)?(?:succedut|subentrat)[oa]\s+al?)"
    rf"[\s:]+{_LINKED}{_NAME.pattern}",
    re.IGNORECASE,
)
_TITLED = deferred(
    r"\b(?:denominat|chiamat|intitolat|not[oa]\s+com)\w\s+[\"«“][^\"»”\n]{1,60}[\"»”]",
    re.IGNORECASE,
)
_QUOTED = deferred(r"[\"«“][^\"»”\n]{1,60}[\"»”]")
_NO_LETTER = deferred(r"[\W_]")
_NO_OPERATOR = deferred(
    r"\b(?:titolare|gestore|intestatario)\s+(?:ignoto|sconosciuto|anonimo|estero)\b"
    r"|\b(?:titolare|gestore|intestatario|IP|host(?:ing)?|registrar|registrante)\s*:?\s+non\s+(?:rilevat|identificat|individuat|disponibil|not)\w\b|\bil\s+cui\s+(?:gestore|titolare|intestatario|registrante)\s+(?:non\s+è\s+(?:identificabile|identificato|noto|individuabile)|è\s+(?:ignoto|sconosciuto|anonimo))\b",
    re.IGNORECASE,
)
# *Che al momento risponde all'IP 192.0.2.1*.
_AT_ADDRESS = deferred(
    r"\b(?:che\s+)?(?:(?:al\s+momento|attualmente|oggi|ora|tuttora)\s+)?(?:rispond|punt|risolv|attestat|raggiungibil)\w*\s+(?:anche\s+)?"
    r"(?:al?l?'?|sull'|su)\s?(?:indirizzo\s+)?(?:IP(?:v[46])?\s+)?(?=[\d\[])",
    re.IGNORECASE,
)
_NEXT_NAME = deferred(
    r"[,;]\s*(?:ed?\s+)?(?:\(?\w{1,2}\)\s*)?(?:https?://)?[\w-]+\.\w|\s(?:ed?|nonché)\s+(?:(?:di|a)\s+)?(?:https?://)?[\w-]+\.\w"
)
_ENTRY_LINE = deferred(
    r"[^\w\n]*(?:\(?\w{1,4}[.)\]]{1,2}[ \t]+|\d{1,4}[ \t]+|[eo][ \t]+)?(?:(?:sito|dominio"
    r"|portale|url)(?:[ \t]+(?:web|internet))?[ \t:]+)?(?:https?://)?[\w-]+(?:\.[\w-]+"
    r"|\s?\[\.\]\s?[\w-]+)+",
    re.IGNORECASE,
)
_UNFINISHED = deferred(r"\b(?:da|di|del|con|tramite|presso|su|veda)[ \t]*\Z")
_NUMERAL = deferred(r"[ivx]{1,5}|\w{1,2}|\d{1,3}", re.IGNORECASE)
_EMPTY = deferred(r"[\s;|]*(?:[(\[][\s\W]*0?[\s\W]*[)\]]|0|(?:(?<=[;|])|(?<=[;|]\s))[-–—])\W*")
_JOINS = words("e ed o")
_SIGNS = words("del al da in no si")
_BARE_ENTRY = deferred(rf"{_ENTRY_LINE.pattern}[/.,;\s]*", re.IGNORECASE)
_CELL = deferred(r";(?=\S)|[ \t]+;")


def takes_off(said: str) -> bool:
    """Whether words take a site off a list, or may do so."""
    return TAKES_OFF.search(said) is not None


def _title(said: str) -> str:
    return _NO_LETTER.sub("", said).lower()


def harmless(said: str, host: str = "") -> bool:
    """Whether no word of a remark may take its entry off.

    Args:
        said: the remark.
        host: the entry; words that stand in it are its title.
    """
    if _EMPTY.fullmatch(said):
        return False
    said = _FORMERLY.sub(" ", said)
    other = _TO_ANOTHER.search(said)
    if other and not takes_off(said[other.end() :]):
        said = said[: other.start()]
    said = _AT_ADDRESS.sub(" ", _NO_OPERATOR.sub(" ", _TITLED.sub(" ", said)))
    if _STRUCK.search(_NAME.sub(" ", said)):
        return False
    own = _NO_LETTER.sub("", host)
    said = _QUOTED.sub(lambda found: found[0] if _title(found[0]) not in own else " ", said)
    found = [word.lower() for word in WORD.findall(_FIRM.sub(" ", _NAME.sub(" ", said)))]
    if len(found) == 1 and found[0] not in _JOINS and (len(found[0]) == 1 or found[0] in _SIGNS):
        return False  # what a legend explains, perhaps
    return all(word in HARMLESS or (len(word) > 3 and word in own) for word in found)


# What a column may say of a site, whatever it says; and what it may say only in known words.
_NEUTRAL = words(
    "n nr nn num numero pr prog progr progressivo id denominazione ragione sociale esercente "
    "soggetto operatore impresa società sito siti dominio domini nome nomi a di web internet "
    "url ip ipv indirizzo indirizzi "
    "hosting host provider fornitore fornitori registrar registrante registrato presso "
    "intestatario intestato apparente gestore "
    "proxy server dns posta paese nazione sede contenuto contenuti opere opera categoria "
    "settore tipo tipologia titolo "
    "il data prodotti prodotto marchio lingua note nota del della dell illecito illecita attività "
    "violazione servizio "
    "contatto contatti mail segnalato da imitato imita originale clonato alias ordine "
    "precedente al e of "
    "ubicato ubicati ubicazione situato localizzazione localizzato geografica in estero "
    "evento eventi partita gara manifestazione competizione torneo canale canali merce merci "
    "articolo articoli brand ord pos posizione riga contraffatto violato "
    "sostanza sostanze medicinale medicinali farmaco farmaci specialità "
    "dosaggio composizione integratore integratori"
)
# What a number or a date may be of; in words, it might say how that ended.
_NUMBERED = _NEUTRAL | words(
    "prot protocollo rif riferimento cod codice ora ore conferenza segnalazione istanza verbale "
    "pratica fascicolo ticket scheda caso esposto denuncia querela procedimento proc rg rgnr "
    "rapporto report relazione perizia verifica controllo accertamento rilevazione rilevamento "
    "visita acquisizione screenshot registrazione creazione attivazione documento doc verifiche "
    "ultima ultimo prima primo in "
    "vittime querele denunce segnalazioni visite accessi utenti danneggiati persone transazioni "
    "delibera determina determinazione decreto prot protocollo rif riferimento ticket pratica "
    "fascicolo procedimento merce venduta vendute venduti offerta offerti"
)
_STATE = words("stato status verifica accertamento controllo ultima ultimo")
_NUMBER = deferred(
    r"(?:(?:rif|prot|n|nr|num|rg|rgnr|del|ore|h|id|doc|utc|cet|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre"
    r"|ottobre|novembre|dicembre)\b[.\s]*|[A-Z]{1,5}(?=[-/.]?\d)|(?<=\d)[A-Z]\b|[\d\s/.,:_()-]+)+",
    re.IGNORECASE,
)
_ORDERING = words(
    "misura inibire bloccare oscurare inibizione blocco oscuramento esito domanda "
    "provvedimento da ordine della s n sì si no x"
)
_STATED = deferred(
    r"\b(?:accerta|rileva|constata|dichiara|acquisi|individua|registra)(?:t[oaie]|zione|mento|menti)\b|\btitolar\w+"
    r"|\b(?:principi[oi]|sostanz[ae])\s+attiv[oiae]\b",
    re.IGNORECASE,
)
_YES = words("s si sì x")
_NOTHING = deferred(r"[\W_]*(?:n\.?\s?d\.?|n\.?\s?a\.?)?[\W_]*", re.IGNORECASE)
_SAID_NO = deferred(
    r"\bnon\s+(?:rilevat|not|disponibil|identificat|pervenut|individuat|presente)\w{0,2}\b",
    re.IGNORECASE,
)


def entry_doubt(text: Text, tables: Tables, name: Candidate, *, in_list: bool) -> str:
    """Return why what its row or line says of a name may take it off, or ``""``.

    Args:
        text: the document.
        tables: its tables.
        name: the name.
        in_list: whether it stands in a list that a colon or an annex announces.
    """
    if cells := tables.beside(name):
        return cell_doubt(cells, name.host)
    return remark_doubt(text, name, in_list=in_list)


def cell_doubt(cells: Sequence[tuple[str, str]], host: str) -> str:
    """Return why another cell of its row may take a site of a table off, or ``""``.

    Args:
        cells: what heads each of them, and what it says.
        host: the site.
    """
    for title, said in cells:
        headed = {word.lower() for word in WORD.findall(_STATED.sub(" ", title))}
        neutral = headed <= _NEUTRAL or not NOUNS.isdisjoint(headed)
        ordering = bool(headed) and not neutral and headed <= _ORDERING
        value = [word.lower() for word in WORD.findall(said)]
        named = _NAME.sub("", said)
        nothing = _NOTHING.fullmatch(said) is not None
        if (named != said and value and not WORD.search(named)) or (nothing and not ordering):
            continue
        if neutral and not (takes_off(_SAID_NO.sub(" ", named)) or _OF_ANOTHER.search(named)):
            continue
        if headed and headed <= _NUMBERED and re.search(r"\d", said) and _NUMBER.fullmatch(said):
            continue
        if ordering and len(value) == 1 and value[0] in _YES:
            continue
        known = ordering or headed <= _NEUTRAL | _ORDERING | _STATE
        if neutral or not (known and value and harmless(said, host)):
            return f"its row says {' '.join(said.split())[:60]!r} below {title!r}"
    return ""


def remark_doubt(text: Text, name: Candidate, *, in_list: bool) -> str:
    """Return why a remark beside a name may take it off, or ``""``.

    Args:
        text: the document.
        name: the name.
        in_list: whether it stands in a list that a colon or an annex announces.
    """
    begin = max(text.line_start(name.start), name.start - _NEAR)
    end = min(text.line_end(name.start), name.end + _LONGEST)
    lead, said = text.plain[begin : name.start], text.plain[name.end : end]
    if _STRUCK_BEFORE.search(lead) or said.startswith(("~", "--")):
        return "it is struck through"
    before = _REMARK_BEFORE.search(lead)
    if before and not (
        _NUMERAL.fullmatch(before[1]) or _is_gloss(before[1]) or harmless(before[1])
    ):
        return _unknown(before[1])
    remark = _bracketed(text, name)
    if remark and "\n" in remark and not in_list:
        remark = ""
    if not remark and in_list and not _NO_REMARK.fullmatch(said):
        remark = _behind(text, name, said)
    told = None if remark or _GOES_ON.match(said) else _PARTICIPLE.match(said)
    remark = told[0] if told else remark
    if EXCEPT.match(remark.strip(" (,;")) and f".{name.host}" in remark.replace("[.]", "."):
        return ""
    if harmless(remark, name.host) or _is_gloss(remark):
        return ""
    return _unknown(remark)


def _is_gloss(remark: str) -> bool:
    return _GLOSS.search(remark) is not None and not takes_off(remark)


def _unknown(remark: str) -> str:
    return f"the remark {' '.join(remark.split())[:60]!r} beside it is not known to be harmless"


def _bracketed(text: Text, name: Candidate) -> str:
    """Return the remark in brackets right behind a name; it may end in the next line."""
    found = _BRACKETED.match(text.plain, name.end, name.end + _LONGEST)
    more = _BEHIND_BRACKETS.match(text.plain, found.end()) if found else None
    return f"{found[0] if found else ''}{more[0] if more else ''}"


def _behind(text: Text, name: Candidate, said: str) -> str:
    """Return the remark behind an entry up to the next name of its line, or ``""``."""
    if _UNFINISHED.search(said):
        after = text.line_end(min(text.line_end(name.start) + 1, len(text.plain)))
        said = text.plain[name.end : min(after, name.end + _LONGEST)]
    following = _NEXT_NAME.search(said)
    said = said[: following.start()] if following else said
    if _SET_APART.match(said) and not BLOCKED_THEREBY.match(text.plain, name.end):
        return said
    if _GOES_ON.match(said) or not _is_entry(text, name):
        return ""
    return said


def _is_entry(text: Text, name: Candidate) -> bool:
    """Whether the line of a name is an entry: with a number or bullet, or like its neighbours."""
    plain, begin = text.plain, text.line_start(name.start)
    if name.start - begin > _LONGEST or _ENTRY_LINE.match(plain, begin, name.end) is None:
        return False
    if marker_of(text, name):
        return True
    before, after = text.line_start(max(0, begin - 1)), text.line_end(begin) + 1
    above = plain[before : min(begin, before + _LONGEST)]
    below = plain[after : after + _LONGEST].partition("\n")[0]
    cells = _CELL.match(plain, name.end) is not None
    return any(
        (_ENTRY_LINE.match if cells else _BARE_ENTRY.fullmatch)(line.rstrip("\n"))
        for line in (above, below)
    )
