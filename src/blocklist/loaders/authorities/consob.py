"""CONSOB: a press release on financial sites that Consob has had blocked.

There is no list for machines. A release says *ha ordinato l'oscuramento* and names the sites, most
in the form ``"Firma Ltd" (sito internet https://a.com e relativa pagina https://client.a.com)``.
Names stay as written: ``www.`` is kept, and a URL with a path stays a URL.
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
    r"\b(?:ha|hanno)\s+(?:ordinato|disposto)\b[^.;:]{0,80}\boscuramento\b"
    r"|\boscuramento\s+dell'accesso\b|\boscura(?:ti|re)?\s+(?:altri\s+|ulteriori\s+)?\d{1,4}\b"
    r"|\b(?:ordinato|disposto|intimato|ingiunto|imposto|prescritto)\b[^.;:]{0,120}\b(?:inibire\s+l'accesso|oscurare|bloccare|impedire\s+l'accesso"
    r"|rendano\s+in\w+|inibiscano|blocchino|oscurino|impediscano|rendere\s+(?:inaccessibil|irraggiungibil)\w+)",
    re.IGNORECASE,
)
_BASIS = re.compile(r"2-terdecies", re.IGNORECASE)


class ConsobLoader:
    """Releases of Consob."""

    name = "consob"
    title = "Consob press release: ha ordinato l'oscuramento of the sites it lists"
    reads = PROSE

    def recognises(self, document: Document) -> bool:
        """Whether it names Consob first, in words that say that sites are blocked."""
        return is_bulletin(document, self.name, _OPENING)

    def load(self, document: Document, options: LoadOptions) -> list[Order]:
        """Read the release.

        Raises:
            OrderSyntaxError: it does not say that sites are blocked, or which.
        """
        basis = "D.L. 34/2019, art. 36, c. 2-terdecies" if _BASIS.search(document.text) else ""
        return [
            load_bulletin(
                document, options.kind, key=self.name, opening=_OPENING, legal_basis=basis
            )
        ]
