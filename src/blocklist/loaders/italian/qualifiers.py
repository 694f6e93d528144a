"""QUALIFIERS: what may stand between a word that blocks and the sites that are its object.

Who is kept from them, where, by what means and until when; all else may make it another object:
*l'accesso degli utenti dal territorio italiano ai siti* is to sites, *l'accesso amministrativo ai
siti* is not what users have.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from .candidates import words
from .deferredpattern import deferred

_ANY = (
    r"(?:(?:tutt[aeio]|gli|i|le|la|il|lo|inter[oa]|ogni|qualsiasi|qualunque|qualsivoglia|propri\w?|suo|suoi|sue|sua|loro"
    r"|rispettiv\w|medesim[aeio]|predett[aeio]|seguenti|singol[aeio]|due|tre)\s+|l'\s?){0,4}"
)
_WHO = (
    r"(?:utent[ei]|utenz[ae]|client[ei]|clientela|abbonat[aeio]|consumator[ei]|pubblico|chiunque|internauti|navigatori"
    r"|collettività|fruitori|visitatori|destinatari\s+del\s+servizio|destinatari(?=\s+(?:italian|nazional|resident|che\s+si\s+(?:connett|colleg)|collegat|conness|ubicat|situat|stabilit))|soggetti\s+resident[ei])"
    r"(?:\s+(?:italian[aeio]|finali|nazional[ei]|resident[ei]|collegat[aeio]|conness[aeio]|ubicat[aeio]|situat[aeio]|stabilit[aeio]|localizzat[aeio]|present[ei]|navigant[ei]|tutti|dei\s+(?:propri\s+)?servizi))*"
    r"(?!\s+(?:di|del|della)\s*\Z)(?!\s+(?:di|del|dei|della|dello|delle|degli)\s+(?:\w+\s+)?(?:sit[oi]|portal[ei]|piattaform[ae]|domini\w?)\b)"
)
_WHERE = (
    r"(?:territorio|italia|stato|suolo|paese|utenze|ret[ei]|line[ae]|terminal[ei]|postazion[ei]|dispositiv[oi]|connession[ei]"
    r"|apparat[oi]|infrastruttur[ae]|luogo|parte)"
)
_HOW = (
    r"(?:mezz[oi]|protocoll[oi]|mod[oi]|form[ae]|manier[ae]|modalità|tecnic(?:a|he)|strument[oi]|ret[ei]|line[ae]|sistem[ai]|resolver"
    r"|server|dns|browser|dispositiv[oi]|apparat[oi]|infrastruttur[ae]|via|web|internet|cautelare|effetto)"
)
_MORE = (
    r"(?:\s+(?:italian[aeio]|nazional[ei]|dns|ip|tecnic[oaie]|idone[aoie]|possibil[ei]|fiss[aeo]|mobil[ei]|ricorsiv[oi]|immediat[oa]"
    r"|di\s+(?:risoluzione(?:\s+dei\s+nomi)?|comunicazione|telecomunicazione|rete)|dello\s+stato|della\s+repubblica(?:\s+italiana)?"
    r"|e/o|[eo]))*"
)
_UNTIL = (
    r"(?:\s+(?:il|la|le|lo|i|di|del|della|dello|dell'|dal|dalla|dall'|al|alla|all'|nel|e|o|ore|or[ae]|giorn[oi]|minuti|settiman[ae]|mes[ei]|lavorativi"
    r"|[\d/.]+|un[ao]?|due|tre|cinque|sette|otto|dieci|quindici|venti|ventiquattro|trenta|quarantotto|settantadue|sessanta|novanta"
    r"|notific\w+|comunicazione|ricezione|pubblicazione|presente|provvedimento|ordinanza|decreto|ordine|sentenza|decisione|definizione"
    r"|merito|giudizio|procedimento|causa|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre|ottobre|novembre|dicembre)(?!\w))+"
)
_QUALIFIERS = deferred(
    r"\bda\s+parte\s+de(?:i|l)\s+(?:(?:propri\w?|suoi|loro|rispettivi)\s+)?(?:server|resolver|sistemi)(?:\s+DNS)?\b"
    r"|\b(?:in|per)\s+(?:via\s+)?d'\s?urgenza|\bin\s+via\s+(?:cautelare|provvisoria|definitiva)|\bex\s+artt?\.?(?:[\s,.]*(?:\d+|comm[ai]|primo|secondo|bis|ter))*"
    rf"|\b(?:da\s+parte\s+(?=d|all))?(?:(?:di|dei|degli|della|delle|ai|agli|alla|alle|al|a|per|da|dai|dagli|dalla)\s+|dell'\s?|all'\s?){_ANY}{_WHO}\b"
    rf"|\b(?:(?:da|dal|dalla|dalle|dai|dagli|in|nel|nella|su|sul|sulla|per|entro)\s+|dall'\s?|nell'\s?|sull'\s?){_ANY}{_WHERE}\b{_MORE}"
    rf"|\b(?:con|mediante|tramite|attraverso|in|a|sotto|da|dai|per\s+il\s+tramite\s+d\w+|per\s+mezzo\s+d\w+)\s+{_ANY}{_HOW}\b{_MORE}"
    r"|\ba\s+livello(?:\s+(?:di|dns|ip|indirizz[oi]|rete|ed?|/|o)\b)+"
    r"|\b(?:in|con)\s+(?:relazione|riguardo|riferimento)\b|\bprovenient[ei]\s+(?=dal)|\boperat[ao]\s+(?=d)|\bda\s+e\b(?:\s+per\b)?"
    r"|\b(?:dei\s+)?dati(?=\s+(?:da\s+e|verso|con)\b)|(?:\brisposta\s+)?\balle\s+(?:interrogazioni|richieste|query)\b|\b(?:le|tutte\s+le|ogni)\s+(?:richiest[ae]|interrogazion[ei]|query)(?:\s+(?:DNS|di\s+(?:risoluzione|accesso|connessione)))?(?=\s+(?:dirett|destinat|rivolt|relativ|concernent|riguardant)\w)"
    r"|\bl'(?:erogazione)\s+(?=d)|\bla\s+(?:prestazione|fornitura)\s+(?=d)"
    r"|\b(?:dei|del|di)\s+(?:propri\s+|proprio\s+)?serviz[io](?:\s+(?:di\s+(?:accesso|connettività|connessione|risoluzione)|dns|internet))?(?=\s+(?:ai|al|alla|alle|in\s+relazione|verso)\b)"
    r"|\bai\s+servizi\s+(?:illecit|abusiv|illegal|pirat)\w+(?:\s+(?:descritti|indicati)\s+in\s+(?:ricorso|atti|premessa))?"
    r"|\b(?:ivi\s+contenut[oa]\s*,?\s*)?nei\s+confronti\s+(?:di|dei|delle|della|degli)\s+(?:medesim[aei]\s+|predett[aei]\s+)?(?:resistent[ei]|fornitor[ei]|operator[ei]|convenut[aei])\b"
    rf"|\bnei\s+confronti\s+(?:di|dei|degli|della)\s+{_ANY}{_WHO}(?:\s+residenzial[ei]\s+e\s+(?:d'affari|business|aziendal[ei]))?"
    r"|\b(?:tramite|attraverso)\s+(?:\w+\s+){1,7}?[\w-]+\.\w[\w.-]*(?=\s)"
    r"|\b(?:per\s+)?(?:la|ogni|qualsiasi)\s+(?:(?:possibilità|facoltà)\s+di\s+(?:giungere|accedere|pervenire)|fruibilità|fruizione|consultazione|consultabilità|visione|visibilità|visualizzazione|visita|ricezione|accessibilità|raggiungibilità)\b"
    rf"|\b(?:entro|nel\s+termine|fino|sino|per\s+(?:tutta\s+)?la\s+durata)\b{_UNTIL}"
    r"|\bc\.?\s?p\.?\s?[pc]\.?|\bsenz'\s?altro\b|\bper\s+interposta\s+persona\b",
    re.IGNORECASE,
)
_ALL_OF_THEM = deferred(
    r"\s*(?:\Z|[,;:.()]|l'|(?:il|la|lo|i|gli|le|ogni|qualsiasi|qualunque|qualsivoglia|di|che|e|ed|o|oppure|nonché|in|nel|nella|su|sul|sulla|da|dal|dalla"
    r"|con|mediante|tramite|attraverso|entro|a|ad|al|ai|agli|alla|alle|anche|altresì|fino|sino|per|immediat\w+|\w+mente|sit[oi]|portal[ei]|risorse)\b|all'|dall'|nell')",
    re.IGNORECASE,
)
_PLAIN = words(
    "predetto predetti suddetto suddetti seguente seguenti sottoelencati medesimi medesimo "
    "medesima medesime relativo relativi relativa relative sopra solo soli sola sole singolo "
    "singoli singola singole nuovo nuovi citati citato ulteriori ulteriore altri altre due tre "
    "quattro cinque sei sette otto nove dieci preventivo preventiva cautelare immediato "
    "immediata anzidetti indicati elencati noti intero intera interi integrale duraturo "
    "restanti rimanenti residui detto detti tale tali effettivo effettiva permanente definitivo "
    "definitiva totale completo completa urgente temporaneo temporanea tempestivo tempestiva "
    "diretto diretta diretti dirette indiretto indiretta destinati destinate destinato rivolte "
    "rivolti rivolto relative riferite riferiti inerenti corrispondenti questi quelli ultimi "
    "allo dello anche altresì inoltre più comunque ovvero ossia e ed o a ad ai al agli alla "
    "alle all di dei del degli delle della dell il lo la i gli le l verso con d"
)


def without_qualifiers(said: str) -> str:
    """Return words without those that say for whom, where, how and when.

    Right before a name such words are part of what it is: *mediante il resolver a.example*.
    """
    end = len(said.rstrip())
    return _QUALIFIERS.sub(lambda found: found[0] if found.end() >= end else " ", said)


def qualifies(plain: str, at: int, end: int) -> bool:
    """Whether words from ``at`` on say for whom, where or how, and all of them are meant.

    *Agli utenti italiani* does, *agli utenti non registrati* and *dalla rete aziendale* do not.
    """
    found = _QUALIFIERS.match(plain, at, end)
    return found is not None and _ALL_OF_THEM.match(plain, found.end(), end) is not None


def are_plain(said: Iterable[str]) -> bool:
    """Whether words, in small letters, name no object: *predetti, anche, integralmente*."""
    return all(word in _PLAIN or word.endswith("mente") or len(word) == 1 for word in said)
