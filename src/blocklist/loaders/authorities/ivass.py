"""IVASS: a press release on insurance sites that IVASS reports as irregular or has had blocked.

It comes as PDF, whose printer sets typographic dashes for the hyphens of names; those are read as
hyphens, and the target's note says so. Authorities and platforms that a release mentions are never
targets.
"""

from __future__ import annotations

import re

from ...documents import Document
from ...model.orders import Order
from ..italian.bulletinheads import is_bulletin
from ..italian.bulletins import load_bulletin
from ..loadoptions import LoadOptions
from ..targetreader import PROSE

_OPENING = re.compile(
    r"\bsit[oi]\s+(?:(?:internet|web)\s+)?(?:irregolar|abusiv|contraffatt|non\s+autorizzat)\w*"
    r"|\boscura(?:mento|ti|to|re)?\b[^.;:]{0,60}\bsit[oi]\b|\binibire\s+l'accesso\b"
    r"|\bdispost[oa]\s+(?:la\s+chiusura|lo\s+stop|il\s+blocco|l'inibizione)\b",
    re.IGNORECASE,
)


class IvassLoader:
    """Releases of IVASS."""

    name = "ivass"
    title = "IVASS press release: siti irregolari, oscuramento of the sites it lists"
    reads = PROSE

    def recognises(self, document: Document) -> bool:
        """Whether it names IVASS first, in words on irregular or blocked sites."""
        return is_bulletin(document, self.name, _OPENING)

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the release.

        Raises:
            OrderSyntaxError: it does not speak of such sites, or does not list them.
        """
        return [load_bulletin(document, options.kind, key=self.name, opening=_OPENING, dashes=True)]
