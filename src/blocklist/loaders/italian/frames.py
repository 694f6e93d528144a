"""FRAMES: whether an ordering verb reaches the word that blocks.

*Ordina a X di adottare le misure idonee a inibire l'accesso ai siti* orders a block; *ordina a X di
fotografare il blocco dei siti* does not. The frame is closed: between the verb and the word that
blocks stand an addressee and known links, and after it its object is access or sites. Anything
else orders no block. So a verb that nobody thought of gives a mention, not a block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from .addressees import BARE_ARTICLE, UNFIT, addressed, infinitives, keeps_users
from .bareframes import bare_frame
from .blockwords import STRONG, WEAK
from .candidates import words
from .confirmations import confirmed_at
from .deferredpattern import deferred
from .frameobjects import PARTIAL, Reach, direct_object
from .framewords import BESIDE, FINITE, LINKS, TOLD
from .orderwords import (
    BOUND,
    CONDEMNS,
    CONFIRMS,
    FORBIDS,
    ORDERS,
    STATED_BINDS,
    STATED_BLOCKS,
    STATED_FORBIDS,
)
from .sitewords import last_match
from .subjects import (
    blocked_thereby,
    sites_as_subject,
    sites_as_topic,
    sites_kept_away,
    sites_on_list,
    sites_seized,
)

_VERB = deferred(
    rf"\W*(?:\w{{1,3}}[.)]\s+)?(?:(?P<forbids>{FORBIDS}|{STATED_FORBIDS})"
    rf"|(?P<condemns>{CONDEMNS}|{STATED_BINDS})|(?P<confirms>{CONFIRMS})"
    rf"|(?P<seizes>sequestra|{STATED_BLOCKS})|(?P<orders>{ORDERS}))(?!\w)",
    re.IGNORECASE,
)
_BLOCKING = deferred(rf"\b(?P<strong>{STRONG})|\b(?P<weak>{WEAK})", re.IGNORECASE)
_FORBIDDEN = deferred(
    r"\b(?P<weak>(?:dare(?=\s+(?:l')?accesso\b)|consentire|permettere|fornire|prestare|erogare|offrire|(?:garantire|assicurare)(?!\s+che\b)"
    r"|instradamento|inoltro|risolvere|veicolare|instradare|trasportare|inoltrare|dirigere"
    r"|rendere\s+(?:\w+mente\s+)?(?:accessibil|raggiungibil|fruibil|disponibil)\w+"
    r"|(?:consentir|permetter|fornir|assicurar|garantir)(?:ne|vi)\s+(?:l'accesso|la\s+(?:raggiungibilità|risoluzione|visione|fruizione|navigazione))"
    r"|(?<=\bl')accesso|(?<=\bla\s)(?:(?:prosecuzione|continuazione)\s+(?:della\s+(?:fornitura|prestazione)|de[il]\s+serviz\w+)|risoluzione|fornitura|prestazione|erogazione|raggiungibilità|navigazione|connessione|visione|visualizzazione|fruizione|consultazione))"
    r"\b)",
    re.IGNORECASE,
)
_FINITE_BLOCKING = deferred(
    r"(?:inibisc|disabilit|disattiv|blocch|oscur|preclud|filtr|interdic|impedisc|rend|sospend|interromp|cess|negh|viet"
    r"|esclud|reindirizz|dirott|ridirig|rimuov|elimin|inserisc|includ|aggiung|immett)"
    r"(?:a|ano|i|ino|ono)(?:\s.*)?|(?:disabilit|blocc|oscur|filtr)ano|(?:nessun|alcun)\w*\s.*"
    r"|(?:man)?teng(?:a|ano)\s.*|si\s+asteng(?:a|ano)|non\s+(?!(?:più\s+)?\w+(?:are|ere|ire)\b).*",
    re.IGNORECASE | re.DOTALL,
)
_CONNECTORS = {
    "orders": words("di d il lo la l i gli le ogni tutte tutti che un una"),
    "condemns": words("a ad al all alla di d"),
}
_PREPOSITION = deferred(r"\b(?:a|ad|al|all|alla|alle|ai|dal|dalla)\b")
_OBLIGED = deferred(r"\s(?:l'obbligo|l'ordine|ordine|dell'obbligo)\s+di\s")
# *Condanna Rete, tenuta a bloccare i siti, a pagare*: what it had to do before.
_HAD_TO = deferred(rf",\s*(?:\w+\s+)?{BOUND}\s")
_SEES_TO = deferred(r"\b(?:assicurare|garantire|curare)(?=\s)")
_ABSTAIN = deferred(
    r"\b(?P<word>astenersi|si\s+asteng(?:a|ano))\s+(?:\w+mente\s+)?da(?:ll|l|llo|lla|i|gli)?\b[\s']{1,3}(?!non\b)",
    re.IGNORECASE,
)
_ITEM = deferred(r"\A\s*:\s*(?:\(?\w{1,2}[.)]\s)?")
# *Dispone che X cessi …; che i fornitori …*: the second is ordered as the first.
_PARALLEL = deferred(r";\s*(?:ed?\s+|nonché\s+|altresì\s+)?(?=che\s)", re.IGNORECASE)
_TOKEN = deferred(r"[^\W\d_]+")
_THAT = deferred(r"[\s,]*(?:che|affinché)\s")
_ARTICLES = words("il lo la i gli le l")
_INFINITIVE = deferred(r"\w+(?:are|ere|ire)", re.IGNORECASE)
# An item that is what is blocked: *a) la risoluzione dei nomi …*, and no act.
_OBJECT = deferred(
    r"\s*(?:(?:il|lo|la|i|gli|le|ogni|qualsiasi|tutti\s+i|ai|al|agli|alla|alle)\s|(?:l|all)')"
    r"(?![^;:.]{0,400}?\b\w+(?:[aei]re|rre|[aei]rsi)\s)",
    re.IGNORECASE,
)
_DONE = deferred(r"(?:at|it|es|us|ett)[oaie]\Z")
# Works are kept from users by blocking whole sites: *mediante il blocco dei seguenti FQDN*.
_MEANS = deferred(
    r"\b(?:mediante|tramite|attraverso|(?:a|per)\s+mezzo\s+d(?:i|el|ell'))\s*(?:il\s+|la\s+|l'\s?)?"
    r"(?P<word>blocco|oscuramento|inibizione|disabilitazione)\s+(?:dell'accesso\s+|d?ella\s+risoluzione\s+"
    r"|DNS\s+|a\s+livello\s+DNS\s+){0,3}(?:dei|degli|ai|agli|del|al)\s+(?:seguent\w\s+|relativ\w\s+)?"
    r"(?:sit[oi]|nom[ei]\s+(?:a|di)\s+dominio|domini\w?|FQDN|hostname|indirizzi)\b",
    re.IGNORECASE,
)
# *Le pagine …, coincidenti con interi siti*.
_WHOLE = deferred(
    r"\b(?:coincident[ei]|corrispondent[ei])\s+(?:con|a)\s+(?:gli\s+)?inter[oi]\s+sit[oi]\b",
    re.IGNORECASE,
)
_QUOTED = 90
# Words that block of one clause that are tried: each costs as much as the clause is long.
_MOST = 24
# Clauses in each other that are followed: *che … che …*.
_MOST_THAT = 12


@dataclass(frozen=True, slots=True)
class Frame:
    """What the words of a clause order.

    Attributes:
        at: where the word that blocks stands in the clause; -1 if the clause orders no block.
        forbids: whether the verb forbids, so that the object is what gives access.
        part: whether a part of a site is the object, not the site.
        said: the words that are no known link, as they stand; empty if none blocks.
        passive: whether sites are the subject: *che il sito a.example non sia raggiungibile*.
        confirms: whether the verb confirms an order that was given before.
        led: whether the word that blocks ends the lead: *ordina di bloccare:* a) *i siti …*.
    """

    at: int = -1
    forbids: bool = False
    part: bool = False
    said: str = ""
    passive: bool = False
    confirms: bool = False
    led: bool = False


def read_frame(lead: str, said: str) -> Frame:
    """Read a clause.

    Args:
        lead: the words with the verb that the clause hangs on; empty if it begins with its own.
        said: the clause.
    """
    whole = _in_small(f"{lead}\n{said}" if lead else said)
    plain = bare_frame(whole)
    verb = _VERB.match(plain) or _VERB.match(whole)
    if verb is None:
        return Frame()
    offset = len(whole) - len(said)
    kind = verb.lastgroup or "orders"
    begin = confirmed_at(plain, verb.end()) if kind == "confirms" else verb.end()
    abstain = _ABSTAIN.search(plain, begin) if kind in ("orders", "condemns") else None
    if abstain and _reaches(plain[begin : abstain.start()], kind, abstain["word"]):
        # Only what gives access may follow: to abstain from blocking is to open.
        kind, begin = "forbids", abstain.end()
    subject = _subject(plain, whole, begin, kind)
    if subject >= offset:
        return Frame(subject - offset, passive=True)
    first = None
    for found in islice(_found(plain, verb, kind, begin), _MOST):
        if found.start() < offset and lead:
            led = _led(plain, found, kind, (begin, offset))
            if led is not None:
                return led
            continue
        first = first or found
        if found.start() < begin and kind != "seizes":
            continue
        between = plain[begin : found.start()] if kind != "seizes" else ""
        if not _reaches(between, kind, found[0]):
            continue
        told = kind == "confirms" and begin > verb.end() and not between
        if kind != "seizes" and not told and _is_done(found[0], between):
            continue
        reach = direct_object(plain[found.end() :], found[0], weak=found["weak"] is not None)
        if reach is Reach.NOTHING:
            continue
        means = _MEANS.search(plain, found.end()) if reach is Reach.PART else None
        thereby = blocked_thereby(plain, found.end()) if reach is Reach.PART else -1
        if thereby >= offset and kind != "forbids":
            return Frame(thereby - offset, passive=True)
        if means and kind != "forbids" and not PARTIAL.search(plain, found.end()):
            return Frame(means.start("word") - offset)
        part = reach is Reach.PART and not _WHOLE.search(plain, found.end())
        part = part or PARTIAL.search(plain, found.end()) is not None
        return Frame(found.start() - offset, kind == "forbids", part, confirms=kind == "confirms")
    return Frame() if first is None else _unknown(whole[verb.start() : first.end()])


def _in_small(said: str) -> str:
    """Return a clause that is all in capitals in small letters, of the same length."""
    small = said.lower()
    return small if said.isupper() and len(small) == len(said) else said


def _unknown(said: str) -> Frame:
    quoted = " ".join(said.split()).strip(" .)-–")
    return Frame(said=quoted if len(quoted) <= _QUOTED else f"{quoted[:40]} … {quoted[-45:]}")


def _led(plain: str, found: re.Match[str], kind: str, at: tuple[int, int]) -> Frame | None:
    """Return the frame of an item whose lead ends with the infinitive that blocks, and a colon.

    ``at`` is where the words behind the verb begin, and where the item does.
    """
    begin, offset = at
    gap = plain[found.end() : offset].split()
    ends = gap in ([":"], [",", ":"]) and _INFINITIVE.fullmatch(found[0]) is not None
    if not ends or kind != "orders" or _OBJECT.match(plain, offset) is None:
        return None
    if not _reaches(plain[begin : found.start()], kind, found[0]):
        return None
    reach = direct_object(plain[offset:], found[0], weak=found["weak"] is not None)
    part = reach is Reach.PART or PARTIAL.search(plain, offset) is not None
    return None if reach is Reach.NOTHING else Frame(0, part=part, led=True)


def _subject(plain: str, whole: str, begin: int, kind: str) -> int:
    """Return where sites begin that stand before the words that block them; or -1."""
    if kind not in ("orders", "confirms", "condemns"):
        return -1
    sites = sites_as_subject(plain, begin)
    if sites is not None:
        between = _SEES_TO.sub("attuare", plain[begin : sites.start()])
        if _reaches(between, kind, ""):
            return sites.start("subject")
    entered = sites_on_list(plain, begin)
    if entered is not None and _reaches(plain[begin : entered.start()], kind, entered["word"]):
        return entered.start("subject")
    kept = sites_kept_away(whole, begin)
    if kept is not None:
        return kept.start("subject")
    seized = sites_seized(whole, begin)
    led = plain[begin : seized.start()].rstrip().removesuffix("che") if seized else ""
    if seized is not None and _reaches(led, kind, ""):
        return seized.start("subject")
    topic = sites_as_topic(whole, begin)
    if topic is not None:
        between = plain[begin : topic.start()]
        if not between.strip(" ,\n") or addressed(between) or _reaches(between, kind, ""):
            return topic.start("subject")
    return -1


def _found(plain: str, verb: re.Match[str], kind: str, begin: int) -> Iterator[re.Match[str]]:
    if kind == "forbids":
        yield from _FORBIDDEN.finditer(plain, begin)
        return
    at = verb.start(kind) if kind == "seizes" else verb.end()
    yield from _BLOCKING.finditer(plain, at)


def _reaches(between: str, kind: str, word: str) -> bool:
    """Whether only an addressee and known links stand between the verb and the word."""
    between = _OBLIGED.sub(" di ", _ITEM.sub("", between))
    parallel = last_match(_PARALLEL, between)
    between = between[parallel.end() :] if parallel else between
    tokens = list(_TOKEN.finditer(between))
    if sum(token[0] == "che" for token in tokens) > _MOST_THAT:
        return False
    cut = len(tokens)
    while cut and _is_link(tokens[cut - 1][0]):
        cut -= 1
    links = [token[0].lower() for token in tokens[cut:]]
    head = (between[: tokens[cut].start()] if cut < len(tokens) else between).rstrip(": \n\t")
    if (after_that := _after_that(tokens)) is not None:
        told = tokens[: -len(after_that) - 1]
        known = all(_is_link(token[0]) for token in told)
        said = between[: tokens[len(told)].start()]
        led = known or addressed(head) or _reaches(said, kind, "")
        if not led and _THAT.match(head) and "che" in [token[0] for token in told]:
            inner = [token[0] for token in told]
            led = _is_subject(inner[inner.index("che") + 1 :], "")
        return led and _is_subject(after_that, word)
    if not cut:
        return True
    connectors = _CONNECTORS["condemns" if kind == "condemns" else "orders"]
    while links and links[0] not in connectors:
        if links.pop(0) in ("per", "da"):
            return False
    if not links:
        # *Ordina a Rete: bloccare i siti*.
        # *È vietato a Rete consentire l'accesso*.
        said_so = between.rstrip().endswith(":") or kind == "forbids"
        return said_so and _INFINITIVE.fullmatch(word) is not None and addressed(head)
    if kind == "forbids" and not keeps_users(head, word):
        return False
    if kind == "condemns":
        unfit = UNFIT.search(head) or _PREPOSITION.search(head) or _HAD_TO.search(head)
        return not (unfit or infinitives(head))
    return addressed(head) or _is_beside(head, links)


def _is_link(word: str) -> bool:
    """Whether it is a known link, or an adverb, which is no act of its own."""
    said = word.lower()
    return said in LINKS or (said.endswith("mente") and not said.startswith("parzial"))


def _after_that(tokens: list[re.Match[str]]) -> list[str] | None:
    """Return the words after the last *che*, or ``None`` if there is none."""
    said = [token[0] for token in tokens]
    at = max((i for i, word in enumerate(said) if word in ("che", "affinché", "CHE")), default=-1)
    return said[at + 1 :] if at >= 0 else None


def _is_subject(said: list[str], word: str) -> bool:
    """Whether no more than a subject and links stand between *che* and a finite verb."""
    finite = [i for i, link in enumerate(said) if link.lower() in FINITE]
    subject = said[: finite[0]] if finite else said
    links = said[finite[0] :] if finite else []
    if finite and subject and subject[0].lower() in _ARTICLES and _is_done(word, ""):
        return False  # the subject itself is what is blocked
    known = all(_is_link(link) for link in links)
    unfit = UNFIT.search(" ".join(subject)) or infinitives(" ".join(subject))
    return known and not unfit and bool(finite or _FINITE_BLOCKING.fullmatch(word))


def _is_beside(head: str, links: list[str]) -> bool:
    """Whether something harmless is ordered beside: *di pubblicare e di bloccare*."""
    found = re.search(r"\bdi\s+([a-z]+)\s", head)
    if (links[0] not in ("di", "d") and "di" not in links) or found is None:
        return False
    rest = head[found.end() :]
    said = set(_TOKEN.findall(rest.lower()))
    before = head[: found.start()]
    return not (
        found[1] not in BESIDE
        or UNFIT.search(head)
        or infinitives(rest)
        or BARE_ARTICLE.search(before)
        or said & TOLD
    ) and (rest.rstrip().endswith((",", " e")) or "e" in links[:1])


def _is_done(word: str, between: str) -> bool:
    """Whether the word says what was done (*siti bloccati*), without *sia* or *venga*."""
    last = _TOKEN.findall(between.lower())[-1:]
    done = _DONE.search(word.lower()) is not None and " " not in word
    return done and last[:1] not in (["sia"], ["siano"], ["venga"], ["vengano"])
