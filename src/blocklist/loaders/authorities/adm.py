"""ADM: the lists of gambling and of tobacco sites of the Agenzia delle dogane e dei monopoli.

One name a line; a version line such as ``0000311_2024.06.06`` stands anywhere, or nowhere. Each
issue replaces the one before, so one with a version line is an edition of a series. Both lists look
alike, and like any plain list: nothing but the caller can say which one a file is, so these formats
must be named. The day from which an issue binds is in ADM's letter, not in the list.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.authorities import Authority
from ...model.orders import Order
from ..lists.plain import PlainLoader
from ..loadoptions import LoadOptions
from ..targetreader import LISTS, VERSION_LINE

_LINK = re.compile(rb"href\s*=\s*[\"']([^\"'<>]{1,300})[\"']", re.IGNORECASE)
_LISTED = re.compile(rb"(?:elenco_siti_inibiti|file_controllo)")
_FEW = 6


class AdmLoader:
    """One of the two lists."""

    reads: frozenset[str] = LISTS | {"html"}

    def __init__(self, key: str, subject: str, legal_basis: str, stop_page: str) -> None:
        """Take what tells the lists apart.

        Args:
            key: ``giochi`` or ``tabacchi``.
            subject: what the sites are, for people.
            legal_basis: the law that orders the block.
            stop_page: where the law wants queries sent, for the order's note.
        """
        self.name: str = f"adm-{key}"
        self.title: str = (
            f"ADM list of {subject} sites, with or without a version line; only by name"
        )
        self._key = key
        self._legal_basis = legal_basis
        self._stop_page = stop_page

    def recognises(self, document: Document) -> bool:
        """Whether it is ADM's web page, which ``load`` refuses; the list itself is never."""
        return document.kind == "html" and bool(_links(document))

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read one issue.

        Raises:
            OrderSyntaxError: it is the web page that links to the list.
        """
        if document.kind == "html":
            links = ", ".join(_links(document)[:_FEW]) or "no list"
            raise OrderSyntaxError(
                f"a web page, not the list; it links to {links}", path=document.path
            )
        (read,) = PlainLoader().load(document, options)
        header = VERSION_LINE.fullmatch(read.number)
        order = replace(
            read,
            id=f"it:adm:{self._key}:{header[1] if header else document.sha256[:8]}",
            authority=Authority.named("adm"),
            jurisdiction="IT",
            instrument="list-issue",
            number="",
            title=f"ADM, elenco dei siti inibiti: {self._key}",
            technique=("dns",),
            legal_basis=self._legal_basis,
            note=f"Stop page: {self._stop_page}. ADM's letter says from which day an issue binds.",
            warnings=(),
            source=document.source(self.name),
        )
        if header is None:
            warning = (
                "no version line: it is unknown which issue this is and whether it is the latest"
            )
            return [replace(order, warnings=(warning,))]
        published, warnings = _published(header)
        others = {line.strip() for line in document.lines if VERSION_LINE.fullmatch(line)} - {
            header[0].strip()
        }
        if others:
            warnings.append(f"{len(others) + 1} version lines that differ; the first one is used")
        return [
            replace(
                order,
                number=header[1],
                series=f"it:adm:{self._key}",
                serial=int(header[1]),
                published=published,
                warnings=tuple(warnings),
            )
        ]


GIOCHI = AdmLoader(
    "giochi",
    "gambling",
    "L. 266/2005 art. 1; D.L. 104/2020 art. 102 c. 1, conv. L. 126/2020",
    "217.175.53.72, sito-inibito-giochi.adm.gov.it",
)
TABACCHI = AdmLoader(
    "tabacchi",
    "tobacco",
    "D.L. 50/2017 art. 5-bis, conv. L. 96/2017",
    "217.175.53.228, sito-inibito-tabacchi.adm.gov.it",
)


def _published(header: re.Match[str]) -> tuple[date | None, list[str]]:
    """Read the day of a version line; none if day and month are both possible."""
    year, first, second = int(header[2]), int(header[4]), int(header[5])
    days = []
    for day, month in ((first, second), (second, first)):
        try:
            days.append(date(year, month, day))
        except ValueError:
            continue
    shown = header[0].strip()
    if not days:
        return None, [f"version line {shown}: holds no date"]
    if len(set(days)) > 1:
        either = " or ".join(day.isoformat() for day in sorted(days))
        asked = f"version line {shown}: day or month first? It is {either}; no date was read: "
        return None, [f"{asked}state it as published in an order file"]
    return days[0], []


def _links(document: Document) -> list[str]:
    """Return where a page of ADM links to lists and control files."""
    links = dict.fromkeys(_LINK.findall(document.data))
    return [link.decode("ascii", "replace") for link in links if _LISTED.search(link)]
