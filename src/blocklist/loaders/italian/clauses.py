"""CLAUSES: the operative part cut at its verbs, and what each clause orders.

A clause blocks if its verb orders (*ordina, dispone, inibisce*) and its words say block
(*disabilitare l'accesso, oscuramento*). One that lifts a block, or is about publication or costs,
does not, whatever else it says.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from .articles import ARTICLE
from .articles import HEADING as ARTICLE_HEADING
from .blockwords import STRONG, WEAK
from .candidates import Candidate, Text, nameless
from .conditions import condition
from .deferredpattern import deferred
from .duties import duties, passive_duties
from .enlistments import enlistments
from .extensions import EXTENDS, extensions
from .frames import Frame, read_frame
from .keptaway import kept_away
from .orderwords import ORDERS, STATED
from .relativeduties import relative_duties
from .sitewords import OF_TABLE, last_match, only_links

MARKER = deferred(
    r"[ \t]*(?:([-–—•*·▪»➢►▶■□●○◦‣✓¢\uf0b7\uf0a7])[ \t]"
    r"|\(?(?:(\d{1,3})[ ]?|([a-z]|[ivx]{1,5}|[IVX]{1,5}))[.)°\]]{1,2}[ \t])"
)
_OTHERS = (
    "accerta|accoglie|annulla|assegna|autorizza|avverte|compensa|condanna|conferma|convalida|delega"
    r"|determina|dichiara|fissa(?!\s+(?:di|o|e)\b)|invita|liquida|manda|pone|respinge|revoca|rigetta|rimette|riserva"
    r"|sospende|stabilisce|(?:revoca|annulla)ndo(?:l[oaie])?|non\s+(?:convalida|conferma|dispone|ordina|accoglie)"
    r"|(?:rest|riman)(?:a|ano|e|gono)\s+(?:ferm[oaie]|in\s+essere|in\s+vigore|efficac[ei])"
)
# Nouns are spelled like some of the second kind (a conferma, la condanna), so those count only
# where a sentence or an item begins.
_VERB = deferred(
    rf"(?<!\w)(?:(?P<orders>{ORDERS})|(?P<stated>{STATED})|{_OTHERS})(?!\w)",
    re.IGNORECASE,
)
_BEGINNING = deferred(
    r"(?:\A|[.;:,)]|\be|\bed|\baltresì|\n[ \t]*\n)\s*(?:[-–—•*·▪]\s*)?\Z", re.IGNORECASE
)
_SENTENCE_BEGINS = deferred(
    rf"(?:(?:\A|\n)\s{{0,9}}(?i:{ARTICLE})(?:\d{{1,2}}[.)]\s*)?|\A"
    r"|[;:]|[\w)»”\"]{2}\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n|\n[ \t]*(?:[-–—•*·▪]|\(?\w{1,3}[.)°])"
    r")"
    r"\s*(?:[-–—•*·▪]\s*|\(?\w{1,2}[.)]\s+)?"
)
# *La notifica ai fornitori, ai quali ordina di inibire …*: it orders.
_TO_WHOM = deferred(
    r"\b(?:fornitor|provider|operator|prestator|gestor)\w*[^.;:]{0,40},\s+(?:ai|alle)\s+quali\s+(?:si\s+)?\Z"
    r"|\bS\.?\s?(?:p\.?\s?A|r\.?\s?l)\b\.?,\s+(?:al(?:la)?\s+quale|cui|ai\s+quali|alle\s+quali)\s+(?:per\s+l'effetto\s+)?\Z",
    re.IGNORECASE,
)
_NOT_MAIN = {"che", "cui", "quale", "quali", "non", "si"}
_LOOK_BACK = 40
_HEADING_VERB = "ordina"
_SENTENCE = 400
_SENTENCE_START = deferred(
    r"[;:]|(?<=[\w)»”\"]{2})\.\s+(?=[A-ZÀ-Ü])|\n[ \t]*\n|\.\n[ \t]*(?=\(?\w{1,2}[.)]\s)"
)
_ACCESS = (
    r"traffico|collegament[oi]|collegarsi|si\s+colleghino|connettersi|si\s+connettano|navigare|navighi(?:no)?|connession[ei]|connettività|navigazione"
    r"|access[oi]|acced\w+|raggiung\w+|risoluzione|risolv\w+|fruizione|visualizz\w+|visit(?:are|ino|i)|visione|instradamento"
    r"|richieste(?=\s+(?:dirett|destinat|rivolt|indirizzat|verso\b))|comunicazion[ei](?=\s+(?:verso|con|da\s+e)\b)|transito\s+(?:di|dei)\s+dati|scambio\s+di\s+dati"
)
BLOCKS = deferred(rf"\b(?:{STRONG}|{WEAK})", re.IGNORECASE)
# Without IGNORECASE it is four times as fast.
_BLOCKS_IN_SMALL = deferred(BLOCKS.pattern.replace("DNS", "dns").replace("NXDOMAIN", "nxdomain"))
ANCHOR = deferred(rf"\b(?:{STRONG}|{WEAK}|{_ACCESS})\b", re.IGNORECASE)
LIFTS = deferred(
    r"(?<!fino a )(?<!sino a )(?<!salvo )(?<!\w-)\brevoc|dissequestr|(?<!\w-)(?<!fino al "
    r")(?<!sino al )\bripristin"
    r"|(?<!\w-)\bsblocc|(?<!\w-)\briattiv|(?<!\w-)\briabilit"
    r"|\b(?:rimozione|rimoss\w+|rimuov\w+)\s(?!ed?\s)[^.;:]{0,20}\b(?:blocc|inibi|oscura|sequestr)"
    r"|(?<!\bnon )\b(?:cess\w+|interr\w+|sospen\w+)\s[^.;:]{0,20}"
    r"\b(?:blocc|inibi|oscura|sequestr|efficacia|esecu)",
    re.IGNORECASE,
)
# That nobody may end the block: *con divieto di ripristino in mancanza di nuovo provvedimento*.
_FOR_GOOD = deferred(
    r"\b(?:con|fatto|facendo|fermo\s+il)\s+(?:espresso\s+|assoluto\s+)?divieto\s+(?:di\s+|della\s+|del\s+|dell')?(?:provvedere\s+al(?:la)?\s+)?"
    r"(?:ripristin|riattiv|rimuover|rimozione|revoc|sblocc|riabilit)\w*[^;:.]{0,120}"
    r"|\bsenza\s+possibilità\s+di\s+(?:ripristin|riattiv|sblocc|riabilit)\w*",
    re.IGNORECASE,
)
# Where a name is said for another reason than to be blocked.
ASIDE = deferred(
    r"(?<!dalla )\bpubblica(?:zione|re)\b|\bpubblichi|quotidian|testat[ae]\b|giornal[ei]\b|\bavviso"
    r"|\bpagina\b|\breindirizz\w+[^.;:]{0,60}(?:verso|alla\s|all'|al\s|su\s)|\blanding\b|\bPEC\b"
    r"|\be-?mail\b|posta\s+elettronica|(?<!non )consultabil|reperibil|scaricabil|(?<!non "
    r")(?<!non più )(?<!in)disponibil|\bspese\b"
    r"|compensi|con\s+sede|domicili|\btitolar[ei]|(?<!\bsono\s)\bgestor[ei]\b|\bgestrice|\brigett|\brespin"
    r"|ufficial|istituzional|\bcomunicat[oa]\b|\bcomunicare\b|\bnotificare\b|\btrasmettere\b"
    r"|\binviare\b|\bsegnal\w+|\bstudio\b",
    re.IGNORECASE,
)
# To whom an order goes next: *…; ai fornitori di connettività di inibire*.
_TO_ANOTHER = deferred(
    r",?\s{1,4}ed?\s{1,4}(?=(?:a\s+quest(?:i\s+ultimi|'ultim[aeio]|e\s+ultime)|agli\s+stessi|ai\s+medesimi)\s*,?\s+di\s+(?:\w+[aei]re|\w+rre)\b)"
    r"|;\s{1,4}(?:ed?\s+)?(?:ai\s+sensi\s[^;:]{1,160}?,\s+)?(?=(?:(?:a|ad|al|ai|agli|alla|alle|allo)\s+|all'\s?)"
    r"[^;:]{3,200}?\bdi\s+(?:\w+[aei]re|\w+rre|\w+[aei]rsi)\b)",
    re.IGNORECASE,
)
_PUBLISHES = deferred(r"\W*(?:\w+\W+){0,9}?(?<!dalla\s)pubblica(?:zione|re)\b", re.IGNORECASE)
_COSTS = deferred(r"\bspese\b|\bcompensi\b", re.IGNORECASE)
_INFINITIVE = deferred(
    rf"\W{{0,5}}(?:\w+(?:[aei]re|rre|rsi)|che|{ORDERS}|{_OTHERS})\b", re.IGNORECASE
)

_BY_LAW = deferred(r"\W{0,5}(?:a\s+norma|ai\s+sensi|in\s+applicazione)\b", re.IGNORECASE)
# What announces a list of sites, and how an item begins that is none of its entries.
_LISTS = deferred(
    r"\b(?:siti|domini|nomi\s+(?:a|di)\s+dominio|portali|piattaforme|indirizzi|risorse|URL)\b[^.;:]{0,80}:\s*\Z",
    re.IGNORECASE,
)
_ORDERING = deferred(
    rf"\W*(?:di\s|d'|a\s|ad\s|che\s|al\s|alla\s|ai\s|\w+(?:[aei]re|rre|rsi)\b|{ORDERS}|{_OTHERS})",
    re.IGNORECASE,
)
_ENTRY = 120


@dataclass(frozen=True)
class Clause:
    """A stretch of the operative part with one verb.

    Attributes:
        start: in the text.
        end: after its last code point.
        orders: whether its verb, or that of the clause it belongs to, orders something;
            ``None`` before the first verb.
        text: what it says.
        annex: whether it is a list behind the signature, or between the clauses.
        lead: the words with the verb that it hangs on; empty if it begins with a verb.
        before: what stands before its verb in the same sentence.
        relative: whether its sites stand before it, and a list behind its colon names them.
    """

    start: int
    end: int
    orders: bool | None
    text: str
    annex: bool = False
    lead: str = ""
    before: str = ""
    relative: bool = False

    @cached_property
    def object_start(self) -> int | None:
        """Where the words that block begin, or ``None`` if it is not an order to block."""
        if not self.orders or self.lifts or self.other_purpose or self.condition:
            return None
        return self.start + self.frame.at if self.frame.at >= 0 else None

    @cached_property
    def frame(self) -> Frame:
        """Whether its verb reaches a word that blocks."""
        if self.lead == EXTENDS:
            return Frame(0, passive=True)
        return read_frame(self.lead, self.text) if self.orders else Frame()

    @cached_property
    def addressed(self) -> str:
        """The words of its sentence before those that block: who is bound stands among them."""
        said = self.lead if self.frame.led else self.text[: max(self.frame.at, 0)]
        said = nameless(said, " § ")
        return f"{nameless(self.before, ' § ')} {said}" if self.lead else said

    @cached_property
    def condition(self) -> str:
        """The words that make it hold only if something happens, or for some users, or ``""``."""
        if not self.orders or self.frame.at < 0:
            return ""
        return condition(self.before, _FOR_GOOD.sub(" ", self.text))

    @cached_property
    def lifts(self) -> bool:
        """Whether it ends a block."""
        return LIFTS.search(_FOR_GOOD.sub(" ", nameless(self.text))) is not None

    @cached_property
    def blocks(self) -> bool:
        """Whether its words say block somewhere."""
        return BLOCKS.search(self.text) is not None

    @cached_property
    def other_purpose(self) -> str:
        """Which of the things that every order says it is about: publication, costs, or ``""``."""
        if _PUBLISHES.match(self.text):
            return "publication"
        return "costs" if self.frame.at < 0 and _COSTS.search(self.text) else ""


def last_block(text: str) -> re.Match[str] | None:
    """Return the last place where a word blocks; in small letters, so only its place counts."""
    small = text.lower()
    if len(small) != len(text):  # a letter such as İ
        return last_match(BLOCKS, text)
    return last_match(_BLOCKS_IN_SMALL, small)


def split_clauses(
    text: Text, names: Sequence[Candidate], start: int, end: int, *, ordered: bool = False
) -> list[Clause]:
    """Cut the operative part at its verbs and at the numbers and bullets that begin an item.

    ``ordered`` says that its heading is a verb that orders, as ``ORDINA``.
    """
    marks: dict[int, bool | None] = {start: True if ordered else None}
    for at in _items(text, names, start, end):
        marks.setdefault(at, None)
    marks |= _verbs(text, names, start, end)
    others = {found.end() for found in _TO_ANOTHER.finditer(text.plain, start, end)}
    for at in others - marks.keys():
        marks[at] = None
    bound = dict.fromkeys(duties(text.plain, start, end), _HEADING_VERB)
    bound |= dict.fromkeys(passive_duties(text.plain, start, end), f"{_HEADING_VERB} che")
    bound |= dict.fromkeys(extensions(text.plain, start, end), EXTENDS)
    bound |= dict.fromkeys(enlistments(text.plain, start, end), EXTENDS)
    bound |= dict.fromkeys(kept_away(text.plain, start, end), EXTENDS)
    behind = dict.fromkeys(relative_duties(text.plain, start, end), _HEADING_VERB)
    bound |= behind
    marks.update(dict.fromkeys(bound, True))
    clauses: list[Clause] = []
    orders: bool | None = None
    leads = False
    lead = word = _HEADING_VERB if ordered else ""
    ordering, sends, stands_before = ordered, False, ""
    starts = sorted(marks)
    for at, after in zip(starts, [*starts[1:], end], strict=True):
        said, verb = text.plain[at:after], marks[at]
        own = verb is not None and not (ordered and at == start)
        before = _SENTENCE_START.split(text.plain[max(start, at - _SENTENCE) : at])[-1]
        if at in bound:
            clauses.append(
                Clause(at, after, True, said, lead=bound[at], before=before, relative=at in behind)
            )
            orders, leads = True, False
            continue
        if verb is None and at in others and (ordering or (sends and not said.startswith(";"))):
            # The same verb, to somebody else: *ordina a X di …; a Y di …*.
            again = word if ordering else _HEADING_VERB
            clauses.append(Clause(at, after, True, said, lead=again, before=stands_before))
            continue
        if verb is None and ARTICLE_HEADING.match(text.plain, at) and at != start:
            # It hangs on the heading alone, not on the article above.
            orders, leads, lead = ordered or None, ordered, _HEADING_VERB if ordered else ""
        if verb is not None:
            orders = verb
            leads = said.rstrip().endswith(":") or len(said.strip()) < 60
        elif not leads:
            orders = None if orders is None else False
        clauses.append(
            Clause(at, after, orders, said, lead="" if own else lead, before=before if own else "")
        )
        if verb is not None:
            lead = said if own else f"{lead} {said}"
            spoken = _VERB.match(said.lstrip())
            sends = spoken is not None and spoken[0].lower() in ("manda", "delega")
            word = spoken[0] if spoken and own else word
            ordering = bool(verb) and bool(word) and not condition(before if own else "", said)
            stands_before = before if own else ""
    return clauses


def _verbs(text: Text, names: Sequence[Candidate], start: int, end: int) -> dict[int, bool]:
    """Return where verbs begin a clause, and whether each of them orders."""
    marks: dict[int, bool] = {}
    for found in _VERB.finditer(text.plain, start, end):
        before = text.plain[max(start, found.start() - _LOOK_BACK) : found.start()]
        if found["stated"]:
            begins = any(
                m.end() == len(before) for m in _SENTENCE_BEGINS.finditer(before + found[0][0])
            )
        elif not found["orders"]:
            begins = _BEGINNING.search(before) is not None or _below_name(
                text, names, found.start()
            )
        else:
            last = before.lower().split()[-2:]
            relative = _NOT_MAIN.intersection(last if last[-1:] == ["si"] else last[-1:])
            begins = not relative - {"si"} or _TO_WHOM.search(before) is not None
            if found[0].lower() in ("ordinando", "disponendo"):
                near = max(start, found.start() - _SENTENCE)
                begins &= OF_TABLE.search(text.plain, near, found.start()) is None
        if begins:
            marks[found.start()] = (found["orders"] or found["stated"]) is not None
    return marks


def _items(text: Text, names: Sequence[Candidate], start: int, end: int) -> Iterator[int]:
    """Yield where a number, a bullet or an article begins an item of the order."""
    position, listed = start, False
    while position < end:
        line_end = min(text.line_end(position), end)
        marker = MARKER.match(text.plain, position, line_end)
        if marker:
            above = max(start, position - _LOOK_BACK * 4)
            listed = listed or _LISTS.search(text.plain, above, position) is not None
            listed = listed and _is_entry(text, names, marker, line_end)
            if not listed and _begins_item(text, names, marker, line_end):
                yield position
        position = line_end + 1
    yield from (article.start() for article in ARTICLE_HEADING.finditer(text.plain, start, end))


def _below_name(text: Text, names: Sequence[Candidate], at: int) -> bool:
    """Whether a verb begins a line, and a name ends the line above it."""
    above = text.plain[max(0, at - _LOOK_BACK) : at].rstrip(" \t")
    if not above.endswith("\n"):
        return False
    index = bisect_left(names, at, key=lambda name: name.start) - 1
    return index >= 0 and not text.plain[names[index].end : at].strip(" \t\n)")


def _is_entry(text: Text, names: Sequence[Candidate], marker: re.Match[str], end: int) -> bool:
    """Whether a line in a list of sites holds a site, and no words that order."""
    index = bisect_left(names, marker.end(), key=lambda name: name.start)
    if index >= len(names) or names[index].start >= end:
        return False
    said = text.plain[marker.end() : names[index].start]
    orders = _ORDERING.match(said) or BLOCKS.search(said) or _PUBLISHES.match(said)
    return orders is None and len(said) < _ENTRY


def _begins_item(text: Text, names: Sequence[Candidate], marker: re.Match[str], end: int) -> bool:
    """Whether a number or bullet begins an item of the order, rather than an entry of a list."""
    index = bisect_left(names, marker.end(), key=lambda name: name.start)
    named = index < len(names) and names[index].start < end
    if named and only_links(text.plain[marker.end() : names[index].start]):
        return False
    gap = text.plain[marker.end() - 1 : marker.end() + 1]
    if marker[3] == "n" and (gap.isspace() or gap[:1] == "\t"):
        return False  # the heading of a column: "n.   sito"
    if marker[3] == "n" and text.plain[marker.end() : marker.end() + 1].isdigit():
        return False  # the number of a law in a new line: "n. 34"
    if marker[1]:
        item = _INFINITIVE.match(text.plain, marker.end(), end)
        return (item or _BY_LAW.match(text.plain, marker.end(), end)) is not None
    return marker.end() < end
