"""COURT: an Italian court order as plain text: heading, reasons, P.Q.M., what is ordered.

An order names many sites and blocks few. A name becomes a target only in the operative part, from
``P.Q.M.`` to the signature, and in an annex that it refers to; and there only as ``operative``
says. Every other name is a mention with its reason, and a warning comes with it where a person
might have read it otherwise. So a site may be missed, with a warning, and none is blocked because
it was written nearby.

The language is prose and the reader has limits: it does not undo hyphenation, reads one operative
part in a file, and its result wants to be looked at by a person. Time is linear in the text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from ..errors import OrderSyntaxError, shorten
from ..orders import Authority, Order, Penalty, Term, normalise_number, slug
from ..targets import Mention, Target, TargetKind
from . import italian
from .document import Document
from .operative import Clause, ClauseReader, Findings, split_clauses
from .prosenames import ProseName, Text, prose_names
from .reading import Options

_COURT = re.compile(
    r"^[^\w\n]*(?:REPUBBLICA\s+ITALIANA|(?:IL\s+)?TRIBUNALE\s+(?:\w+\s+){0,3}DI\b|CORTE\s+D'\s?APPELLO"
    r"|PROCURA\s+DELLA\s+REPUBBLICA|UFFICIO\s+DEL\s+G)",
    re.IGNORECASE | re.MULTILINE,
)
_PQM = r"(?:P\s?\.\s?Q\s?\.\s?M\b\.?|PQM\b|PER\s(?:QUESTI|TALI)\sMOTIVI\b)"
_HEADING = re.compile(rf"^[^\w\n]*{_PQM}[^\w\n]*$", re.IGNORECASE | re.MULTILINE)
_HEADING_ANYWHERE = re.compile(rf"\b{_PQM}")
_DATE_LINE = rf"[A-ZÀ-Ü][\w' ]{{2,30}},?\s(?:(?:lì|li|il|addì)\s)?(?i:{italian.DATE})[ \t]*\.?[ \t]*$"
_SIGNATURE = re.compile(
    r"^[ \t]*(?:(?i:così\s+deciso|cosi'\s+deciso|si\s+comunichi|si\s+notifichi|depositat[oa]\b|f\.to\b)"
    r"|(?:Il|La|I|IL|LA)\s(?i:giudice|presidente|g\.?i\.?p|pubblico\sministero|cancelliere"
    r"|procuratore|consigliere)\b[^,:;\n]{0,60}$"
    rf"|{_DATE_LINE})",
    re.MULTILINE,
)
_ORDER_VERB = re.compile(r"\b(?:ordina|dispon|inibi|viet|ingiung|sequestr|decreta)\w*", re.IGNORECASE)
_ANNEX = re.compile(
    r"^[^\w\n]*(?:(?:allegato|all\.)\s?(?:sub\s)?[\"«]?([A-Z0-9]{0,2})\b|elenco\b|appendice\b)[^\n]{0,100}$",
    re.IGNORECASE | re.MULTILINE,
)
_ANNEX_REFERENCE = re.compile(
    r"\b(?:allegat[oi]|all\.)(?:\s(?:sub\s)?[\"«]?([A-Z0-9]{1,2})\b)?|\b(?:elenco|appendice)\b",
)
_PARTY = re.compile(
    r"((?:\b(?-i:[A-Z0-9])[\w&'.-]{0,40}\s{1,3}){1,6})"
    r"(S\.?p\.?A\b\.?|S\.?r\.?l\b\.?|Inc\b\.?|Ltd\b\.?|LLC|Limited|GmbH|B\.?V\b\.?|Corp\b\.?|plc)",
    re.IGNORECASE,
)
_AGAINST = re.compile(r"^[^\w\n]*(?:contro|nei\s+confronti\s+di)\b", re.IGNORECASE | re.MULTILINE)
_ROLE = re.compile(r"\b(?:resistent[ei]|convenut[aoei]|reclamat[aei])\b", re.IGNORECASE)
_ADDRESSED = re.compile(
    r"\b(?:ordina|inibisce|dispone\s+che|ingiunge|vieta|intima|impone)\s+(?:altresì\s+)?"
    r"(?:a(?:i|gli|lle|lla|l|d)?\s|all'|che\s)(.{1,600}?)"
    r"(?=,?\s(?:di\b|entro\b|quale\b|in\squalità)|,\s(?:l'|la\s|in\spersona|con\ssede)|[:;]|$)",
    re.IGNORECASE | re.DOTALL,
)
_DYNAMIC = re.compile(
    r"(?:\b(?:nonché|anche|e|ed|oltre)\s)?(?:(?:a|ad|di|per|verso)\s)?\b(?:qualsiasi|qualunque|ogni|tutti\sgli"
    r"|eventuali)\s(?:(?:altr[oiae]|ulterior[ei]|futur[oiae]|e)\s|"
    r"(?=alias|mirror|sito\salias|redirect|reindirizz)).{1,700}?(?=;|\.\s|\.$|\n\s*\n|$)",
    re.IGNORECASE | re.DOTALL,
)
_FUTURE = re.compile(r"nom[ei]\s+a\s+dominio|domini|alias|\bsit[oi]|indirizz|URL|mirror", re.IGNORECASE)
_COUNT = re.compile(
    r"(?<![\w/])(?:n\.\s?)?(\d{1,4}|[a-z]{3,30})\s(?:\([^()\n]{1,20}\)\s?)?(?:seguenti\s)?"
    r"(nomi\sa\sdominio|siti\b|domini\b|indirizzi\sIP)",
    re.IGNORECASE,
)
_DEPOSIT = re.compile(r"\bdepositat[oa]\b[^.;\n]{0,80}", re.IGNORECASE)
_NOTIFIED = re.compile(
    r"\b(?:notificat|comunicat)[oa]\s(?:a\smezzo\sPEC\s|via\sPEC\s|alle\sparti\s)?(?:in\sdata|il|addì)\s"
    r"[^.;\n]{0,40}",
    re.IGNORECASE,
)
_HEADING_CHARACTERS = 6000
