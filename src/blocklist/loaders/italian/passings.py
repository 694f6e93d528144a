"""PASSINGS: whether a letter that passes an order on says nothing of it but that it binds.

A lawyer may quote an order and add that it expired, in words without number. So what stands around
the order must be of known kinds: a greeting, the request to carry it out, who is to be told, the
stop page, other sites. Any other sentence leaves everything in doubt.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from .candidates import nameless, words
from .deferredpattern import deferred
from .liftings import LIFTED
from .sentences import sentences

# What says that an order ended, changed, waits, or is not for all, in any letter.
_CASTS_DOUBT = deferred(
    r"\b(?:non|né|nulla|nient\w*|nessun\w*|mai|neppure|nemmeno|sol[oiae]|soltanto|solamente|unicamente|però|tuttavia|invece|salvo|tranne|qualora|purché|vero"
    r"|appena|quando|poi|se|oramai|ormai|fino|finché|dopo|prima|sarà|saranno|verrà|sarebbe|dovrebbe|potrebbe|fosse|qualcuno|libera|dubbi\w*|presunt\w*|asserit\w*)\b"
    r"|\bsenza\b(?!\s+(?:\w+\s+)?(?:ritardo|indugio|dilazione))"
    r"|\b(?:rinunc|rinunzi|estint|estinzion|concilia|transa|transig|accord|riapr|riapert|togli|tolt|rimuov|rimoss|rimozion|ritir|sostitu|superat|rettific|correg|corrett|correzion|cessa"
    r"|opposizion|reclam|impugn|appell|cassa[tz]|abrog|annull|revoc|sospe|nullità|inefficac|invalid|scad|decad|decorr|spira|venut[oa]\s+meno|condizion|cauzion|attend|attesa"
    r"|divers|contrari|torto|modell|fantasia|esemp|archiv|conoscenza|informazion|chius|minor|business|hosting|riserva[tv]|osta|accolt|riform|prova|intern[aoi]\b|postazion|alunn|scuol|bibliotec"
    r"|ignor|falso|falsa|falsi|contest|lament|rigett|respin|restitu|dissequ|ripristin|sblocc|riattiv|disattiv|spent|spegn|lascia|mantener|liber[io]|raggiungibil|accessibil|definit|cambia|errat|errore|sbagli|preced|vecchi|passat[oa]\b"
    r"|rinvi|differi|conclus|propost|propon|bozz|schema|vogli[ao]\b|vorremmo|avremmo|ipotes|ipotiz|studio\s+di|lezion|didattic)\w*",
    re.IGNORECASE,
)
_IDIOM = deferred(
    # That it lasts, and until a later decision.
    r"\b(?:l'ordine|la\s+misura|il\s+(?:provvedimento|blocco|decreto)|l'\s?(?:inibizione|oscuramento|ordinanza))\s+(?:rest(?:a|erà)|rimane|rimarrà|è|sarà|conserva)\s+(?:efficac[ei]|in\s+(?:vigore|essere)|valid[oa]|efficacia)"
    r"\s+(?:fino|sino)\s+(?:a|al|alla|all')\s?(?:(?:conclusione|definizione|esito|decisione)\s+(?:del|della)\s+(?:procedimento|giudizio|causa|merito)(?:\s+(?:principale|di\s+merito))?|(?:nuov|divers|ulterior)\w+\s+(?:ordine|provvedimento|disposizione|comunicazione))"
    r"(?:,?\s+salv[oa]\s+(?:proroga|proroghe|rinnovo))?"
    r"|\bcon\s+(?:decorrenza|effetto)\s+(?:da\s+oggi|immediat\w+|dalla\s+(?:notifica|ricezione))"
    r"|\btermin[ei]\b[^.;]{0,60}?\bscad(?:e|rà|ere|ente)\s+(?:il|l'|alle|tra|fra)\s?[^.;,]{1,40}"
    r"|\bquando\s+avete\s+fatto\b|\bse\s+ne\b|\bentro\s+e\s+non\s+oltre\b|\bnon\s+(?:appena|autorizzat\w+|oltre)\b|\bnon\s+più\s+tardi\b|\bsi\s+prega\s+di\s+non\s+rispondere\b|\be\s+non\s+(?:anche\s+)?di\s+quelli\b"
    r"|\b(?:alle?|ore)\s+\d[\d:.]*|\bin\s+(?:difetto|mancanza)\b|\bprima\s+possibile\b|\bper\s+(?:ulteriori\s+|eventuali\s+)?informazioni\b|\brisposta\s+del\b"
    r"|\b(?:sospensione|cessazione)\s+dell[ae]\s+(?:pratic|condott|attività)\w*|\bmai\s+esistit\w|\b(?:si\s+)?rest[ai]\w*\s+in\s+attesa\b|\bin\s+attesa\s+di\s+(?:\w+\s+)?riscontro\b|\bstudio\s+legale\b",
    re.IGNORECASE,
)
# That others than those ordered are meant: *Non è oggetto di alcun ordine il sito c.example*.
_SPARES = deferred(
    r"\bnon\s+(?:(?:sono|è|va|vanno|risulta|risultano|rientra|rientrano|forma|formano|deve|dovrà|devono|dovranno)\s+)?(?:(?:invece|altresì|pure|anche|essere|\w+mente)\s+)*"
    r"(?:interessat|compres|inclus|ricompres|destinatar|colpit|oggetto|parte|bloccat|oscurat|inibit|toccat)\w*\b"
    r"|\b(?:da\s+)?non\s+confond\w+\b.*|\battenzione\s+a\s+non\b.*",
    re.IGNORECASE | re.DOTALL,
)
# What a sentence behind the order is about, where it does no harm.
_USUAL = deferred(
    r"\b(?:provved|esegu|esecuzion|conformar|darvi|darne|darmene|ricevut|dare\s+corso|adempi|ottemper|riscontr|confid|assicura|pagina|avvis|landing|alleg|copia|distint|cordial|salut|ringrazi|grazie"
    r"|mail|ticket|pec\b|telefon|contatt|chiariment|penal|dann[oi]|sanzion|difetto|inosserv|inottemper|entro|sottoscri|verbalizz|oneri|divulg|riservatezza|segret"
    r"|pacchett|aggiornament|resolver|forma\s+alterata|reindirizz|NXDOMAIN|firmat|redatt|stop|comunicat|comunicare|raccomand|quando\s+avete|funzionari|dirigent|direttor|responsabil|comandant|ispettor|questore|sostitut|procurator|giudice\Z|cancellier"
    r"|avv|dott|prot|P\.\s|NOC|ufficio\Z|oscura|blocc|inibi)\w*",
    re.IGNORECASE,
)
_FORWARDS = deferred(r"\b(?:inoltr|trasmett|giro\b|giriamo|seguito|competenza)\w*", re.IGNORECASE)
_ACT = deferred(
    r"\b(?:ordinanz|decret|dispositiv|provvediment|sentenz|misur|ordine\b|efficaci|blocc|oscurament|inibi)\w*",
    re.IGNORECASE,
)
_TAKEN = deferred(
    rf"{LIFTED.pattern}|\b(?:tolt|stralciat|depennat|espunt|rimoss|eliminat|cancellat)[oaie]\s+da",
    re.IGNORECASE,
)
_REOPENS = deferred(r"\b(?:riapr|riapert|ripristin|sblocc|dissequestr)\w*", re.IGNORECASE)
# The words by which a quotation is announced, all of them.
_ANNOUNCES = words(
    "calce ecco richiamo richiamiamo richiama attenzione segnalo segnaliamo evidenzio sul sulla "
    "sui sulle vostra loro sua stata stato ha statuito disposto deciso provveduto dispone decide "
    "provvede stabilisce quale "
    "testualmente copia all dall sull nell un per comodità vostra pronta opportuna lettura "
    "chiarezza completezza trascrivo trascriviamo si trascrive riporto riportiamo riporta "
    "riproduco riproduciamo riproduce copio copiamo incollo vi ne la il lo i gli le l una parte "
    "dispositiva dispositivo testo testuale contenuto tenore ordinanza decreto sentenza "
    "provvedimento integrale integralmente qui di del dell della dello in nel nella oggetto "
    "allegato seguito seguente sotto è e cui così recita statuisce riportato riportata "
    "trascritto trascritta riprodotto siti nomi domini da a ad oscurare bloccare inibire come "
    "con che al alla trasmette trasmettiamo trasmetto invio inviamo notifico notifica "
    "notifichiamo comunico esecuzione adottato adottata emesso emessa reso resa pronunciato "
    "pronunciata notificato notificata esito conferenza servizi tribunale trib corte appello "
    "giudice gip ufficio indagini preliminari civile penale sezione n nr rg rgnr data u s ss p "
    "m gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
    "dicembre ieri oggi citato citata predetto predetta suddetto suddetta stesso stessa "
    "medesimo relativo relativa ai agli alle dal dalla dai"
)
# *(L'originale firmato è nell'area soci)*.
_KEPT_AT = deferred(
    r"\(\s*(?:l'\s?)?originale\s+(?:\w+\s+)?(?:è|si\s+trova|in|nell[ao']?)[^()]{0,200}\)",
    re.IGNORECASE,
)
_WORD = deferred(r"[^\W\d_]+")
_PLACE = deferred(
    r"\b(?i:Tribunale|Trib\.|Corte\s+d'\s?appello|Procura|Giudice|G\.?I\.?P\.?)\s+(?:\w+\s+){0,3}?di\s+(?P<place>[A-Z]\w+)"
)
# Where an Italian court or prosecutor sits; one elsewhere binds nobody here.
_SEATS = words(
    "agrigento alessandria ancona aosta arezzo ascoli asti avellino avezzano bari barcellona "
    "belluno benevento bergamo biella bologna bolzano brescia brindisi busto cagliari "
    "caltagirone caltanissetta campobasso cassino castrovillari catania catanzaro chieti "
    "civitavecchia como cosenza cremona crotone cuneo enna fermo ferrara firenze foggia forlì "
    "frosinone gela genova gorizia grosseto imperia isernia ivrea aquila spezia lagonegro "
    "lamezia lanciano lanusei larino latina lecce lecco livorno locri lodi lucca macerata "
    "mantova marsala massa matera messina milano modena monza napoli nocera nola novara nuoro "
    "oristano padova palermo palmi paola parma patti pavia perugia pesaro pescara piacenza pisa "
    "pistoia pordenone potenza prato ragusa ravenna reggio rieti rimini roma rovereto rovigo "
    "salerno sassari savona sciacca siena siracusa sondrio spoleto sulmona taranto tempio "
    "teramo termini terni tivoli torino torre trani trapani trento treviso trieste udine urbino "
    "vallo varese vasto velletri venezia verbania vercelli verona vibo vicenza viterbo"
)
_FOREIGN = deferred(
    r"\b(?:francia|francese?i?|svizzer\w+|german\w+|tedesc\w+|spagn\w+|austri\w+|ingles\w+|britannic\w+|olandes\w+|belg\w+|portoghes\w+|polacc\w+|rumen\w+|greci?\w*|american\w+|ester[oei]\b|di\s+quel\s+paese|svedes\w+|danes\w+|finlandes\w+|norveges\w+|irlandes\w+|ungheres\w+|turc\w+|russ[oaie]\b|cines\w+|argentin\w+|brasilian\w+|bulgar\w+|serb\w+|albanes\w+|ucrain\w+|maltes\w+|sloven\w+|croat\w+)\b",
    re.IGNORECASE,
)
# Where the sites are: *ospitate da un fornitore estero*.
_HOSTED_ABROAD = deferred(
    r"\b(?:ospitat|ubicat|collocat|situat|allocat|registrat|attestat)[oaie]\s+(?:da|su|presso|in)\s+(?:\w+\s+){0,2}?ester[oi]\b|\bserver\s+esteri?\b",
    re.IGNORECASE,
)
# An order that is told of, in the sentence that tells of it.
_NOT_IN_FORCE = deferred(
    r"\b(?:fals[oaie]|schema|bozza|in\s+attesa|predispost\w+|sarà|saranno|verrà|contest\w+|lament\w+|difensor\w*|difesa|esibit\w+|prodott[oa]|hosting|poi|ormai|conclus\w+|giornal\w+|stampa|riferisc\w+|secondo|rimoss\w+|pregiudizi\w+|danno\s+(?:ai|dei)"
    r"|passat[oa]\s+in\s+giudicato|passaggio\s+in\s+giudicato|ipotes\w+|propost\w+|esempi\w+|nel\s+(?:19|20)\d\d)\b"
    r"|(?<!\bsi )\b(?:chiest|chied)\w+"
    r"|\b(?:sulle|sui|nelle|nei|dalle|nella|per\s+gli|per\s+i|per\s+le)\s+(?:\w+\s+){0,2}?(?:postazion|computer|ret[ei]\s+(?:intern|azien|local)"
    r"|alunn|student|bibliotec|scuol|dipendent|uffici|minor)\w*"
    r"|\bconsiglio\s+(?:di\s+(?!stato)|d'|comunal|provincial|regional|scolast|accademic|notaril|dell'ordine)|\bdirettore\b(?!\s+(?:generale|dell'agenzia|centrale|dell'\s?ufficio))",
    re.IGNORECASE,
)
_OTHER_ANNEX = deferred(
    r"\bsiti\s+(?:\w+\s+){0,2}?(?:dell|all|nell)'\s?allegato\s+\w{1,2}\b", re.IGNORECASE
)
# *Non formano oggetto della misura i profili social, né il sito www.a.example*.
_NOT_MEANT = deferred(
    r"\bnon\s+(?:formano|costituiscono|sono|è|risultano)\s+(?:in\s+alcun\s+modo\s+)?(?:oggetto|interessat\w|coinvolt\w|compres\w|inclus\w|destinatari\w?)\s+"
    r"(?:del|della|dal|dalla|nel|nella|dell'|dall'|nell')\s?(?:presente\s+)?(?:misura|provvedimento|decreto|sequestro|ordine|ordinanza|inibizione|oscuramento)\b"
    r"|\bné\s+(?:il|i|gli|le|la|lo)\s",
    re.IGNORECASE,
)
_POINTS_BACK = deferred(
    r"\b(?:predett|suddett|anzidett|suindicat|sopra|detti\b|medesim|elenc|allegat|quest[ie]\b|tali\b|stess|citat|indicat|precedent)\w*",
    re.IGNORECASE,
)
_DOUBTED = deferred(
    rf"(?!(?:titolar|ufficial|original|vittim)){_CASTS_DOUBT.pattern}", re.IGNORECASE
)
_SHOWN = 90


def announced_as(intro: str) -> str:
    """Return a word that makes the words before a quotation more than its announcement."""
    said = _WORD.findall(_KEPT_AT.sub(" ", intro))
    return next((word for word in said if not _announces(word)), "")


def _announces(word: str) -> bool:
    return word.lower() in _ANNOUNCES or (word[:1].isupper() and word.lower() in _SEATS)


def casts_doubt(said: str) -> bool:
    """Whether words say that something ended, changed, waits, or is not for all."""
    return _CASTS_DOUBT.search(_IDIOM.sub(" ", nameless(said))) is not None


def is_usual(said: str) -> bool:
    """Whether a sentence is of a kind that letters have around what they pass on."""
    bare = nameless(said)
    return bool(_USUAL.search(bare) or _FORWARDS.search(bare)) or len(_WORD.findall(bare)) <= 4


def told_otherwise(sentence: str) -> str:
    """Return the words by which a reported order is not in force here, or ``""``."""
    said = _HOSTED_ABROAD.sub(" ", nameless(sentence))
    found = _NOT_IN_FORCE.search(said) or _FOREIGN.search(said)
    if found:
        return found[0]
    for place in _PLACE.finditer(said):
        if place["place"].lower() not in _SEATS | {"la", "l"}:
            return place[0]
    return ""


def caveat(
    plain: str,
    order: Sequence[tuple[int, int]],
    names: Collection[str],
    listed: Sequence[tuple[int, int]] = (),
) -> str:
    """Return the first sentence around an order that is of no known kind, or ``""``.

    Args:
        plain: the letter.
        order: where the order stands; what is before it and behind it is read.
        names: the hosts that it blocks.
        listed: where an annex lists them, with its title.
    """
    first, last = min(begin for begin, _ in order), max(end for _, end in order)
    for begin, end in sentences(plain, 0, len(plain)):
        if any(begin < stop and at < end for at, stop in (*order, *listed)):
            continue
        said = plain[begin:end]
        bare = _IDIOM.sub(" ", nameless(said))
        bare = _without_others(plain, (begin, end), bare, names)
        doubt = _CASTS_DOUBT.search(bare)
        own = _names_one(said, names)
        if not own and (bare != _IDIOM.sub(" ", said) or _OTHER_ANNEX.search(said)):
            # About another site, unless the order is what it is about.
            doubt = doubt if doubt and _ACT.search(bare) and end > last else None
            doubt = None if doubt and _leaves_others(bare) else doubt
            harmless = True
        elif end <= first:
            doubt = doubt if doubt and (_ACT.search(bare) or _REOPENS.search(bare)) else None
            harmless = True
        else:
            harmless = bool(_USUAL.search(bare)) or own or len(_WORD.findall(bare)) <= 4
        if doubt or not harmless:
            return _quote(said)
    return ""


def taken_back(plain: str, end: int, names: Collection[str]) -> str:
    """Return a sentence before ``end`` that says of a name that it is taken off, or ``""``."""
    for begin, stop in sentences(plain, 0, end):
        said = plain[begin:stop]
        if _names_one(said, names) and _TAKEN.search(nameless(said)):
            return _quote(said)
    return ""


def _leaves_others(said: str) -> bool:
    """Whether it says of other sites, and of none that the order names, that they are not meant."""
    found = _NOT_MEANT.search(said)
    rest = _NOT_MEANT.sub(" ", said)
    return found is not None and not (_POINTS_BACK.search(said) or _DOUBTED.search(rest))


def _without_others(plain: str, at: tuple[int, int], bare: str, names: Collection[str]) -> str:
    """Return a sentence without words that spare other sites, which it or its list names."""
    begin, end = at
    if plain[begin:end].rstrip().endswith(":"):
        end = next((stop for _, stop in sentences(plain, end, len(plain))), end)
    said = plain[begin:end]
    own = _names_one(said, names)
    others = nameless(said) != said
    confuses = "confond" in bare
    return _SPARES.sub(" ", bare) if others and (confuses or not own) else bare


def _names_one(said: str, names: Collection[str]) -> bool:
    """Whether one of the names stands in a sentence, and not only a name below it."""
    said = said.lower()
    return any(
        re.search(rf"(?<![\w.-]){re.escape(name.lower())}(?![\w-]|\.\w)", said)
        for name in names
        if name.lower() in said
    )


def _quote(said: str) -> str:
    told = " ".join(said.split())
    return told if len(told) <= _SHOWN else told[:_SHOWN].rpartition(" ")[0] + " …"
