"""ISSUERS: whom a text must name before a format for prose reads it, also when the caller names it.

Such a format knows the words of one authority. In the text of somebody else the same words stand
for other things, and what they name would be blocked in the name of an authority that said nothing.
"""

from __future__ import annotations

import re

from ..documents import Document
from ..errors import UnknownFormatError
from .loadoptions import LoadOptions

_COURT = (
    r"\btribunal[ei]\b|\bcort[ei]\b|\bprocura\b|\bpubblico\s+ministero\b|\bgiudic[ei]\b|\bG\.?I\.?P\b"
    r"|\bautorit(?:à|a')|\bgarante\b|\bminister[oi]\b|\bagenzia\b|\bcommissione\b|\bconsob\b"
    r"|\bivass\b|\bagcom\b|\bAGCM\b|\bistituto\b|\bquestura\b|\bprefett(?:o|ura)\b"
    r"|\bbanca\s+d'italia\b"
)
_ISSUERS: dict[str, tuple[str, re.Pattern[str]]] = {
    name: (who, re.compile(pattern, re.IGNORECASE))
    for name, who, pattern in (
        (
            "consob",
            "Consob",
            r"\bconsob\b|\bcommissione\s+nazionale\s+per\s+le\s+societ(?:à|a')\s+e\s+la\s+borsa\b",
        ),
        (
            "ivass",
            "IVASS",
            r"\bivass\b|\bistituto\s+per\s+la\s+vigilanza\s+sulle\s+assicurazioni\b",
        ),
        (
            "agcom-order",
            "AGCOM",
            r"\bagcom\b|\bautorit(?:à|a')\s+per\s+le\s+garanzie\s|/(?:CONS|CSP|DDA)\b",
        ),
        ("court", "a court, a prosecutor or an authority", _COURT),
    )
}


def check_issuer(document: Document, name: str, options: LoadOptions) -> None:
    """Refuse a text that does not name the authority of the format that the caller forces on it.

    Raises:
        UnknownFormatError: it names none, and the caller does not say who issued it.
    """
    if name not in _ISSUERS or options.authority is not None:
        return
    who, pattern = _ISSUERS[name]
    if not pattern.search(document.text.replace("’", "'")):
        raise UnknownFormatError(
            f"not a text of the format {name!r}: it does not name {who}; if it is one all the "
            "same, say who issued it (--authority), otherwise leave the format out",
            path=document.path,
        )
