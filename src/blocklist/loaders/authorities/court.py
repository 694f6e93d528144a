"""COURT: an Italian order as plain text: heading, reasons, P.Q.M., what is ordered.

Courts and prosecutors write so, and authorities whose acts no other format reads: AGCM, ministries,
Consob (*delibera*), ADM, Garante. Their operative part follows a verb alone on its line.

An order names many sites and blocks few. A name becomes a target only in the operative part, from
``P.Q.M.`` to the signature, and in an annex that it refers to; and there only as ``operative``
says. Every other name is a mention with its reason, and a warning comes with it where a person
might have read it otherwise. So a site may be missed, with a warning, and none is blocked because
it was written nearby.

The language is prose and the reader has limits: it reads one operative part in a file, joins a name
that a line break cuts only where one reading is certain (see ``mending``), and its result wants to
be looked at by a person. Time is linear in the text.
"""

from __future__ import annotations

import re
from typing import Any

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.authorities import Authority
from ...model.orders import Order
from ...model.references import normalise_number, slug
from ..italian.candidates import Text
from ..italian.issuers import acting, acting_as, in_capitals, issuer
from ..italian.letters import is_letter
from ..italian.mailquotes import unquoted
from ..italian.openings import decided_so, running_start
from ..italian.prose import VERB_LINE, Prose
from ..italian.transcripts import transcript
from ..loadoptions import LoadOptions
from ..targetreader import PROSE

_COURT = re.compile(
    r"^[^\w\n]*(?:LANDESGERICHT[^\n\w]+\w+[^\n\w]+)?(?:REPUBBLICA\s+ITALIANA|(?:IL\s+)?TRIBUNALE\s+(?:(?:\w+\s+){0,3}DI\b|DELLA\s+SPEZIA|DELL'AQUILA)"
    r"|(?:LA\s+)?CORTE\s+D(?:'|I\s)\s?APPELLO|PROCURA\s+DELLA\s+REPUBBLICA|UFFICIO\s+DEL\s+G"
    r"|(?:IL\s+)?CONSIGLIO\s+DI\s+STATO|(?:IL\s+)?GIUDICE\s+DI\s+PACE|(?:LA\s+)?(?:CORTE\s+SUPREMA|SUPREMA\s+CORTE|CORTE)\s+DI\s+CASSAZIONE)",
    re.IGNORECASE | re.MULTILINE,
)
_PQM = r"(?:P\s?\.\s?[QT]\s?\.\s?M\b\s?\.?|PQM\b|PER\s(?:QUESTI|TALI)\sMOTIVI\b)"
_HEAD = 1500
_NO_HEADING = "no P.Q.M.: the operative part begins at the line {!r}"
_WITH_RELEASES = ("agcom", "ivass")
_NUMBERED = re.compile(
    r"\b(?:DELIBERA|DETERMINA)(?:ZIONE)?\s{1,3}n\b|\d\s?/\s?(?:CONS|CSP|DDA)\b", re.IGNORECASE
)
# The number of an act, alone in a line of its head: *Provvedimento prot. 12/26 del …*.
_ACT = re.compile(
    r"^[^\w\n]*(?:provvedimento|ordinanza|ordine|decreto)\s{1,3}(?:prot|n|nr)\b\.?[^\n]{1,80}$",
    re.IGNORECASE | re.MULTILINE,
)
_MAIL = re.compile(r"^[ \t]*(?:Da|From|Mittente)[ \t]*:[^\n]*@", re.IGNORECASE | re.MULTILINE)
UNNAMED = "autorità non indicata"
_HEADING = re.compile(
    rf"^[^\w\n]*(?:{_PQM}|(?-i:DISPOSITIVO))[^\w\n]*$", re.IGNORECASE | re.MULTILINE
)
_HEADING_LED = re.compile(rf"[^\w\n]*{_PQM}", re.IGNORECASE)
_FORBIDS_LINE = re.compile(
    r"^[^\w\n]*(?:INIBISCE|VIETA|CONDANNA|FA\s+DIVIETO|REVOCA|CONVALIDA|CONFERMA|ESTENDE|SOTTOPONE|"
    r"SEQUESTRA(?:\s+IN\s+VIA\s+(?:PREVENTIVA|D'URGENZA))?|APPLICA)[ \t]*:?[ \t]*$",
    re.MULTILINE,
)
# The verb below P.Q.M. with its letters apart.
_SPACED = re.compile(
    r"\s*(?:O R D I N A|D I S P O N E|D E C R E T A|D E L I B E R A)[ \t]*:?(?=\n)"
)
_SHOWN = 60
# In a sentence only with who decides: *Per questi motivi, il Tribunale*.
_HEADING_SAID = re.compile(
    r"^[^\w\n]*Per\s(?:questi|tali)\smotivi,?(?=\s+(?:il|la|l')\s?(?:Giudice|Tribunale|Corte|Collegio|G\.?I\.?P)\b)",
    re.IGNORECASE | re.MULTILINE,
)
_HEADING_ANYWHERE = re.compile(rf"\b{_PQM}")


class CourtLoader:
    """Orders of Italian courts, in prose."""

    name = "court"
    title = "Italian court order as text: heading, P.Q.M., targets in the operative part"
    reads = PROSE

    def recognises(self, document: Document) -> bool:
        """Whether a line begins with a court, and a later one with ``P.Q.M.``.

        Or it begins with another authority, and a later one is a verb that orders.
        """
        sample = in_capitals(document.sample.text)
        court = _COURT.search(sample)
        if court is None and acting_as(sample[:_HEAD].replace("’", "'")) in _WITH_RELEASES:
            # Their releases and numbered orders have formats of their own.
            verb = VERB_LINE.search(sample)
            if verb is None and (is_letter(sample) or _ACT.search(sample[:_HEAD])):
                return _operative_start(Text(document.lines))[0] >= 0
            return verb is not None and _NUMBERED.search(sample[: verb.start()]) is None
        heads = [court.start()] if court else []
        heads += [at] if (at := acting(sample[:_HEAD].replace("’", "'"))) >= 0 else []
        if not heads or (_MAIL.search(sample[:_HEAD]) and not is_letter(sample)):
            # A mail to the press or to subscribers only tells; what it writes out counts.
            return transcript(unquoted(sample))[0] >= 0
        return _operative_start(Text(document.lines))[0] > min(heads)

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the one order of the document.

        Raises:
            OrderSyntaxError: it has no operative part, or none in which a target can be read.
        """
        text = Text(document.lines)
        start, warnings = _operative_start(text)
        if start < 0:
            raise OrderSyntaxError(
                "no operative part: no line with P.Q.M. or PER QUESTI MOTIVI, nor ORDINA or "
                "DISPONE alone; add the missing pages, or write the order as an order file "
                "(blocklist template)",
                path=document.path,
            )
        spaced = _SPACED.match(text.plain, start)
        start = spaced.end() if spaced else start
        ordered = VERB_LINE.match(text.plain, text.line_start(max(start - 1, 0))) is not None
        reader = Prose(text, start, options.kind, document.path, ordered=ordered)
        reader.check()
        name = issuer(reader.heading)
        if not name and options.authority is None:
            warnings.append("no court or authority was found in the heading; give it as authority")
        stated = {"authority": Authority.named(name or UNNAMED), **reader.facts()}
        entries = reader.entries(warnings)
        return [
            Order(
                **stated,
                **entries,
                id=_order_id(stated, document),
                jurisdiction="IT",
                source=document.source(self.name, text.line_at(start)),
            )
        ]


def _operative_start(text: Text) -> tuple[int, list[str]]:
    """Return where the operative part begins (-1: nowhere), and what is doubtful about it."""
    own = [found.end() for found in _HEADING.finditer(text.plain)]
    anywhere = [found.end() for found in _HEADING_ANYWHERE.finditer(text.plain)]
    anywhere += [found.end() for found in _HEADING_SAID.finditer(text.plain)]
    anywhere = sorted(set(anywhere))
    led = [at for at in anywhere if _HEADING_LED.match(text.plain, text.line_start(at - 1))]
    if not own and not anywhere:
        verb = VERB_LINE.search(text.plain)
        forbids = _FORBIDS_LINE.search(text.plain)
        if forbids and not (verb and verb.start() < forbids.start()):
            return forbids.start(), [_NO_HEADING.format(_said(forbids))]
        if verb:
            return verb.end(), [_NO_HEADING.format(_said(verb))]
        court = _COURT.search(text.plain[:_HEAD])
        at = running_start(text.plain, court)
        if at < 0 and court is not None:
            at = decided_so(text.plain, court.end())
        if at < 0:
            return -1, []
        said = " ".join(text.plain[at : at + _SHOWN].split())
        return at, [f"no heading of an operative part: it begins at {said!r}; check that"]
    if not own:
        warning = "P.Q.M. is not alone on its line; check where the operative part begins"
        last = (led or anywhere)[-1:]
        return (last[0], [warning]) if last else (-1, [])
    # One that opens a later line: the heading on a line of its own is that of a quoted order.
    start = max(own[-1], led[-1] if led else -1)
    lines = {text.line_at(at) for at in (*own, start)}
    return start, ["P.Q.M. occurs more than once; the last one is used"] if len(lines) > 1 else []


def _said(verb: re.Match[str]) -> str:
    return " ".join(verb[0].split())


def _order_id(stated: dict[str, Any], document: Document) -> str:
    """Return an id from what the order says; from its octets too if that is not enough."""
    parts = ["it", slug(stated["authority"].name)]
    if stated["case_number"]:
        parts += ["rg", normalise_number(stated["case_number"])]
    if stated["instrument"]:
        parts.append(stated["instrument"])
    if stated["issued"]:
        parts.append(stated["issued"].isoformat())
    if not stated["case_number"]:
        # An authority may issue several acts on one day.
        parts.append(document.sha256[:8] if not stated["number"] else slug(stated["number"]))
    return ":".join(parts)
