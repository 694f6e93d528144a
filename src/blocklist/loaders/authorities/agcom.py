"""AGCOM: "Allegato B", the cumulative list of sites to block for copyright (680/13/CONS).

The file begins with a blank line and a header such as ``0000268_2023.21.07``: serial number, year,
**day**, month. One name a line follows, oldest order first, with repeats. Each issue replaces the
one before, so an issue is an order of a series, and the highest serial counts. Shape: issues 268
and 277 of 2023.
"""

from __future__ import annotations

import re
from datetime import date

from ...documents import Document
from ...errors import OrderSyntaxError
from ...model.authorities import Authority
from ...model.orders import Order
from ..loadoptions import LoadOptions
from ..targetreader import LISTS, VERSION_LINE, TargetReader

_HEADER_WITHIN = 10


class AgcomLoader:
    """The AGCOM list."""

    name = "agcom"
    title = "AGCOM Allegato B: cumulative list with a header such as 0000268_2023.21.07"
    reads = LISTS

    def recognises(self, document: Document) -> bool:
        """Whether a header stands among the first lines, with a blank line before or after it.

        The gambling list of another authority (ADM) may carry such a line, too, right above its
        names; taken for an AGCOM issue it would give a false ground, and replace the real one.
        """
        lines = [line.strip() for line in document.sample.lines[:_HEADER_WITHIN]]
        return any(
            VERSION_LINE.fullmatch(line) and "" in lines[max(i - 1, 0) : i] + lines[i + 1 : i + 2]
            for i, line in enumerate(lines)
        )

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read one issue.

        Raises:
            OrderSyntaxError: no header, so nobody knows which issue it is.
        """
        headers = [
            (number, header)
            for number, line in enumerate(document.lines, 1)
            if (header := VERSION_LINE.fullmatch(line))
        ]
        if not headers:
            raise OrderSyntaxError(
                "no header such as 0000268_2023.21.07; load it as format 'plain' if it is a list "
                "of another kind",
                path=document.path,
            )
        serial = headers[0][1][1]
        issued, warnings = _header_date(headers[0][1])
        if len(headers) > 1:
            warnings.append(f"{len(headers)} header lines; the first one is used")
        reader = TargetReader(document, options.kind)
        skip = {number for number, _ in headers}
        reader.read_all(
            (number, line) for number, line in enumerate(document.lines, 1) if number not in skip
        )
        return [
            Order(
                id=f"it:agcom:allegato-b:{serial}",
                authority=Authority.named("agcom"),
                jurisdiction="IT",
                instrument="list-issue",
                number=serial,
                title=f"Allegato B, elenco URL n. {serial}",
                series="it:agcom:allegato-b",
                serial=int(serial),
                issued=issued,
                technique=("dns",),
                legal_basis="Delibera 680/13/CONS",
                targets=reader.targets,
                rejected=tuple(reader.rejected),
                warnings=tuple(warnings),
                source=document.source(self.name, headers[0][0]),
            )
        ]


def _header_date(header: re.Match[str]) -> tuple[date | None, list[str]]:
    """Read year, day, month; the other sequence only where this one is no date."""
    year, first, second = int(header[2]), int(header[4]), int(header[5])
    shown = header[0].strip()
    for day, month in ((first, second), (second, first)):
        try:
            issued = date(year, month, day)
        except ValueError:
            continue
        if day != first:
            return issued, [f"header {shown}: read as year, month, day"]
        if first != second and first <= 12:
            return issued, [
                f"header {shown}: read as year, day, month; the reverse is possible too"
            ]
        return issued, []
    return None, [f"header {shown}: holds no date"]
