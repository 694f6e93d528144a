"""AGCOM-ORDER: a single order of AGCOM on copyright, in prose (Delibera, Determina).

Its heading bears the number (``DELIBERA N. 185/20/CONS``, ``Determina n. 125/25/DDA``) and the
title, which names the sites as URLs: ``(PROC. N. 1208/DDA/EL - DDA/2687 - http://a.com e
http://b.net)``. What is ordered follows a line ``DELIBERA``, ``DETERMINA`` or ``ORDINA``. Where
that part says *il sito* and not which, the names of the title count, if it points back at them
(*di cui in epigrafe*, *predetto*). The words are those of published titles; those of the operative
part are customary and not verified, so reading is tolerant and doubt is said.
"""

from __future__ import annotations

import re
from typing import Any

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.authorities import Authority
from ...model.orders import Order
from ...model.references import normalise_number
from ..italian import numbers
from ..italian.candidates import Text
from ..italian.prose import NO_DATE, VERB_LINE, Prose
from ..loadoptions import LoadOptions
from ..targetreader import PROSE

_NUMBER = re.compile(
    r"\b(DELIBERA|DETERMINA)(?:ZIONE)?\s{1,3}"
    r"(?:n(?:\.|r\.?|um\.?|°|º)?\s{0,3}|(?=\d{1,5}\s?/\s?\d{2,4}\s?/\s?(?:CONS|CSP|DDA)\b))"
    r"(\d{1,5}\s?/\s?\d{2,4}(?:\s?/\s?(?:CONS|CSP|DDA))?)(?![\w/])",
    re.IGNORECASE,
)
_ISSUER = re.compile(
    r"AUTORIT(?:À|A')\s+PER\s+LE\s+GARANZIE\s+NELLE\s+COMUNICAZIONI|\bAGCOM\b|/(?:CONS|CSP|DDA)\b",
    re.IGNORECASE,
)
_VERB_IN_LINE = re.compile(
    r"^[ \t]*(?:DELIBERA|DETERMINA|ORDINA|DISPONE)\b(?!\s+N\b)", re.MULTILINE
)
# *IL DIRETTORE* and below it *a) adotta … l'ordine di*.
_WHO_ACTS = re.compile(
    r"^[ \t]*(?:IL\s+(?:DIRETTORE|PRESIDENTE)|L'\s?AUTORIT(?:À|A'))[ \t]*"
    r"(?=\n\s*(?:\(?\w{1,2}[.)]\s+)?(?:ordina|dispone|adotta|impone|ingiunge)\s)",
    re.MULTILINE,
)
_TITLE_END = re.compile(
    r"^[^\w\n]*(?:L'\s?AUTORIT|NELLA\b|IL\s+DIRETTORE|LA\s+COMMISSIONE|IL\s+CONSIGLIO|VIST[AEIO]\b)",
    re.MULTILINE,
)
_PROCEEDING = re.compile(
    r"\bPROC(?:\.|EDIMENTO)?\s{0,3}N\.?\s{0,3}(\d{1,6}/DDA/\w{1,6})", re.IGNORECASE
)
_INSTANCE = re.compile(r"(?<![\w/])DDA/\d{1,6}\b")
_SITTING = re.compile(r"\bNELLA\s+(?:sua\s+)?riunione\b[^.;]{0,120}", re.IGNORECASE)
_SITE = (
    r"\b(?:sit[oi]|nom[ei]\s+a\s+dominio|indirizz[oi]|portal[ei]|pagin[ae]\s+(?:web|internet))\b"
)
_POINTS_BACK = re.compile(
    rf"\b(?:predett|suddett|anzidett|summenzionat|menzionat|citat|medesim)[oi]\s+{_SITE}"
    rf"|{_SITE}[^.;:]{{0,80}}?\b(?:(?:di\s+cui|indicat[oi]|citat[oi]|menzionat[oi]|riportat[oi])\s+"
    r"(?:al(?:la)?|in|nel(?:la)?|sopra|supra)\s*(?:titolo|epigrafe|oggetto|premess[ae]|intestazione)?"
    r"|in\s+(?:titolo|epigrafe|oggetto)|sopra\s?(?:indicat|menzionat|citat|richiamat)\w+"
    r"|predett[oi]|suddett[oi]|anzidett[oi]|summenzionat[oi])",
    re.IGNORECASE,
)
_DISMISSES = re.compile(
    r"\barchivia\w*|\brigett\w+|\brespin\w+|\binammissibil\w+|\bimprocedibil\w+"
    r"|\bnon\s+luogo\b",
    re.IGNORECASE,
)
_PROVIDERS = re.compile(r"\b(?:prestatori|fornitori)\s+di\s+serviz[^,:;.]{0,120}", re.IGNORECASE)
_REGULATION = re.compile(r"\b680/13/CONS\b")
_HEADING = 4000


class AgcomOrderLoader:
    """A single order of AGCOM."""

    name = "agcom-order"
    title = "AGCOM order in prose: Delibera n. N/YY/CONS, Determina n. N/YY/DDA"
    reads = PROSE

    def recognises(self, document: Document) -> bool:
        """Whether the heading bears issuer and number, and a later line the verb of the order."""
        heading = document.sample.text[:_HEADING]
        number = _NUMBER.search(heading)
        if number is None or not _ISSUER.search(heading):
            return False
        return _operative_start(document.sample.text, number.end()) >= 0

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the one order.

        Raises:
            OrderSyntaxError: no number, no operative part, or nothing ordered in it.
        """
        text = Text(document.lines)
        number = _NUMBER.search(text.plain, 0, _HEADING)
        if number is None:
            raise OrderSyntaxError(
                "no number such as Delibera n. 185/20/CONS in the heading; write the order as an "
                "order file (blocklist template)",
                path=document.path,
            )
        start = _operative_start(text.plain, number.end())
        if start < 0:
            raise OrderSyntaxError(
                "no operative part: no line DELIBERA, DETERMINA or ORDINA; add the missing pages, "
                "or write the order as an order file (blocklist template)",
                path=document.path,
            )
        prose = Prose(text, start, options.kind, document.path, ordered=True)
        warnings = _complete(prose, text, number, document.path)
        prose.check()
        stated = _stated(prose, number)
        return [
            Order(
                **stated,
                **prose.entries(warnings),
                id=f"it:agcom:{stated['instrument']}:{normalise_number(stated['number'])}",
                jurisdiction="IT",
                source=document.source(self.name, text.line_at(start)),
            )
        ]


def _operative_start(plain: str, after: int) -> int:
    """Return where the operative part begins, behind its verb; -1 for nowhere."""
    found = VERB_LINE.search(plain, after) or _VERB_IN_LINE.search(plain, after)
    found = found or _WHO_ACTS.search(plain, after)
    return found.end() if found else -1


def _complete(prose: Prose, text: Text, number: re.Match[str], path: str) -> list[str]:
    """Take the names of the title where the operative part points at them; return what to say.

    Raises:
        OrderSyntaxError: the decision archives or rejects, so it orders nothing.
    """
    found = prose.findings
    dismissed = _DISMISSES.search(prose.operative)
    if found.targets or found.rejected:
        if dismissed:
            return [f"the operative part also says {dismissed[0]!r}; check what it orders"]
        return []
    if dismissed:
        raise OrderSyntaxError(
            f"the decision orders nothing: its operative part says {dismissed[0]!r}; leave the "
            "file out",
            path=path,
        )
    if not any(_POINTS_BACK.search(clause.text) for clause in prose.blocking):
        return []
    end = _TITLE_END.search(text.plain, number.end())
    count = prose.take(number.end(), end.start() if end else number.end() + _HEADING)
    if not count:
        return []
    read = "name was" if count == 1 else "names were"
    return [f"the operative part refers to the title: {count} {read} read there; check them"]


def _stated(prose: Prose, number: re.Match[str]) -> dict[str, Any]:
    """Return the fields of the order that are stated, by name."""
    stated = prose.facts()
    # Between the title and the operative part the preamble may be of any length.
    sitting = _SITTING.search(prose.heading)
    proceeding = _PROCEEDING.search(prose.heading)
    instance = _INSTANCE.search(prose.heading)
    stated |= {
        "authority": Authority.named("agcom"),
        "instrument": number[1].lower(),
        "number": re.sub(r"\s", "", number[2]).upper(),
        "case_number": proceeding[1] if proceeding else "",
        "title": " ".join(number[0].split()),
        "issued": (numbers.first_date(sitting[0]) if sitting else None) or stated["issued"],
        "note": "; ".join(
            filter(None, [f"istanza {instance[0]}" if instance else "", stated["note"]])
        ),
    }
    if not stated["addressees"]:
        providers = _PROVIDERS.search(prose.operative)
        stated["addressees"] = (" ".join(providers[0].split()),) if providers else ()
    if _REGULATION.search(prose.heading):
        stated["legal_basis"] = "Delibera 680/13/CONS"
    if stated["issued"] is not None:
        prose.warnings = [warning for warning in prose.warnings if warning != NO_DATE]
    prose.missing = [key for key in prose.missing if not stated[key]]
    return stated
