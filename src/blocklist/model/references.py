"""REFERENCES: numbers of orders and cases in one form, and ids made from names."""

from __future__ import annotations

import re
import unicodedata

_NUMBER = re.compile(
    r"(\d{1,18})(-\d{1,2})?\s*/\s*(\d{1,18})((?:\s*[/-]\s*\w+)*)(?:\s+([A-Z]{2,}))?"
)

# Without a stroke before the year: n. 12345 R.G. 2022, n. 12345 del 2022; and 12345/IX/2022.
_YEAR_APART = re.compile(
    r"(\d{1,18}(?:-\d{1,2})?)\s+(?:R\.?\s?G\.?[A-Z. ]{0,12}\s*)?(?:del(?:l'anno)?\s+|anno\s+)?"
    r"((?:19|20)\d{2})(?!\d)"
)
_SECTION = re.compile(r"(\d{1,18})\s*/\s*([IVX]{1,5})\s*/\s*(\d{2,4})(?!\d)")


def normalise_number(text: str) -> str:
    """Return an order or case number in one form: number, four-digit year, suffixes.

    Two digits of a year mean 1970 to 2069. The electronic register writes the year first, and the
    sub-proceeding before or after it.

    >>> [normalise_number(n) for n in ("n. 125/25/DDA", "N. R.G. 2022/12345", "R.G. 9112-1/25")]
    ['125/2025/DDA', '12345/2022', '9112/2025-1']
    """
    text = _SECTION.sub(r"\1/\3/\2", text)
    found = _NUMBER.search(text) or _NUMBER.search(_YEAR_APART.sub(r"\1/\2", text))
    if found is None:
        return " ".join(text.split())
    number, part, year, suffix, register = found.groups()
    if re.fullmatch("(?:19|20)[0-9]{2}", number) and not re.fullmatch("(?:19|20)?[0-9]{2}", year):
        number, year = year, number
    if len(year) == 2:
        year = ("20" if int(year) < 70 else "19") + year
    suffix = (part or "") + suffix
    tail = re.sub(r"\s+", "", suffix).upper() + (f"/{register}" if register else "")
    return f"{int(number)}/{year}{tail}"


def slug(text: str) -> str:
    """Return ``text`` as lower-case ASCII words joined with hyphens, for ids."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return "-".join(re.findall("[a-z0-9]+", plain.lower()))
